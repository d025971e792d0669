# Every word of the public side, in English. Grade 6 or below; "we" and "you"; no exclamation marks.
# `config/locales/es.ftl` has the same messages in the same order.

neutral-title = Contact · { $short }
error-prefix = Error
other-language = Español
other-language-code = es
language-help = Free language help: ask for an interpreter in any language.
skip-main = Skip to the main text
call = Call
call-example = This number is an example.
staff-sign-in = Staff sign-in

# The strip on top of every page, and the list beside the form.
help-label = Help right now
help-label-more = More help
help-911 = Emergency
help-988 = Call or text
help-samhsa = SAMHSA helpline
leave = Leave
lines-heading = If you cannot wait
lines-911 = Call 911
lines-911-when = Someone will not wake up, is not breathing well, or may have overdosed.
lines-988-call = Call 988
lines-988-or = or
lines-988-text = text 988
lines-988-when = Suicide and Crisis Lifeline. Thoughts of suicide or a crisis of any kind; free, any hour.
lines-samhsa-when = SAMHSA National Helpline. Treatment information in English and Spanish; free, any hour.

# The form.
form-heading = Overcome Addiction at { $name }
form-lead = { $short } is currently offering immediate enrollment in inpatient, outpatient, or telehealth programs. Reach out today to learn more.
form-lead-some = { $short } is currently offering immediate enrollment in { $kinds } programs. Reach out today to learn more.
form-lead-full = Every place at { $short } is taken today. Reach out all the same: we keep a waitlist and know other ways in.
form-lead-inpatient = inpatient
form-lead-outpatient = outpatient
form-lead-telehealth = telehealth
form-lead-or = { " or " }
form-answered = Answered { $hours }.
form-answered-always = Answered day and night.
form-or-write = Or write to us below: two minutes, private, no cost to ask.
optional = (optional)

who-legend = Who is this for?
who-me = Me
who-me-hint = I would like help for myself
who-loved-one = Someone I care about
who-loved-one-hint = A relative, partner or friend
who-client = A patient or client of mine
who-client-hint = I write as a professional

reach-legend = How can we reach you?
reach-hint = A phone number or an email is enough.
name-label = Your first name
name-hint = Or any name you would like us to use.
phone-label = Phone number
phone-hint = We use it only to answer you.
email-label = Email
method-legend = Best way to reach you
method-call = Call
method-text = Text
method-email = Email
text-consent = You may text me about this request. Message and data rates may apply. I can stop this at any time by replying STOP; my care does not depend on it.
voicemail = It is okay to leave a voicemail.
voicemail-hint = If not, we hang up without leaving a message.
acknowledge = Send me a short email to say it arrived.
acknowledge-hint = It does not say what this is about.

help-legend = What would help?
program-legend = Kind of care
program-not-sure = I am not sure yet
program-not-sure-hint = We will think it through with you
program-inpatient = Inpatient
program-inpatient-hint = You stay with us, with care day and night
program-outpatient = Outpatient
program-outpatient-hint = You live at home and come to us for treatment
program-telehealth = Telehealth
program-telehealth-hint = Treatment by video or phone, where you are
soon-legend = How soon?
soon-today = Today if possible
soon-this-week = Within a week
soon-just-asking = I am only asking
message-label = Anything you would like us to know
message-hint = Leave out whatever you would rather say in person.

more-summary = A few more things, if you like
best-time-legend = Best time to reach you
best-time-any = Any time
best-time-morning = Morning
best-time-afternoon = Afternoon
best-time-evening = Evening
state-label = Where are you now?
state-hint = Some care by video is allowed only in certain states.
state-none = I would rather not say
interpreter = I need an interpreter.
interpreter-hint = It is free. We ask which language when we reach you.
trap = This field is for validation purposes and should be left unchanged.

send-means = By sending this you ask us to contact you about treatment.
send-button = Send my request
promise-now = Our admissions team usually answers within { $minutes } minutes, { $hours }.
promise-hours = Our admissions team answers { $hours }.
private-link = How we keep this private

# Beside the form, and on the receipt.
next-heading = What happens next
next-contact = We contact you
next-contact-how = The way you asked us to.
next-listen = We listen
next-listen-how = A few questions about health, home and insurance. Skip any of them.
next-decide = You decide
next-decide-how = You hear what we can offer and when. Nothing is settled until you say so.
private-heading = Private, as health care should be
private-text = Only our admissions team sees what you write. We do not sell it, share it for advertising, or tell your employer or family.

# Errors of the form: what to do, never what was wrong with the person.
summary-heading = { $count ->
    [1] Please check one answer
    [2] Please check two answers
    [3] Please check three answers
    [4] Please check four answers
    [5] Please check five answers
   *[other] Please check { $count } answers
  }
summary-kept = What you wrote is still here. Nothing has been sent yet.
error-who-for = Tell us who this is for
error-name = Tell us what to call you
error-name-long = Use a shorter name: at most 200 letters, and 1,000 characters with all accents and marks
error-phone-or-email = Enter a phone number or an email, so that we can answer
error-phone = Enter a phone number with at least 7 digits, like 831 555 0142
error-phone-long = Use a shorter phone number, at most 100 characters
error-email = Enter an email address with an @, like name@example.org
error-email-long = Use a shorter email address, at most 320 characters
error-message-long = Use at most 4,000 letters; tell us the rest in person
error-state = Choose a state from the list
error-choice = Choose one of the answers shown
error-control = Take out the hidden signs in this answer; typing it again helps
error-not-text = Use plain text for this answer
not-saved = We could not store your request. Nothing is lost on your side: please send it again, or call { $phone }.

# Hours and times.
day-0 = Monday
day-1 = Tuesday
day-2 = Wednesday
day-3 = Thursday
day-4 = Friday
day-5 = Saturday
day-6 = Sunday
days-all = every day
days-range = { $first } to { $last }
hours-always = day and night
hours-all-day = all day
hours-span = from { $from } to { $to }
hours-and = and
hours-line = { $days } { $spans }
hours-in-zone = { $hours }, { $zone }
time-midnight = midnight
time-in-zone = { $time } { $zone }
zone-pacific = Pacific time
zone-mountain = Mountain time
zone-arizona = Arizona time
zone-central = Central time
zone-eastern = Eastern time
zone-alaska = Alaska time
zone-hawaii = Hawaii time
zone-other = { $name } time

# The receipt.
receipt-thanks = Thank you. We have your request.
receipt-thanks-lead = Asking is a real step. You do not have to do anything else right now.
receipt-status-heading = Your request
receipt-received = We have received it
receipt-received-lead = It is stored safely and waits for a person.
receipt-seen = A person has seen it
receipt-seen-lead = Somebody on our team is looking after it.
receipt-tried = We tried to reach you
receipt-tried-lead = We will try again. You can also call us, at the time that suits you.
receipt-talking = We are in conversation
receipt-talking-lead = You and our team are talking.
receipt-arranged = The next step is arranged
receipt-arranged-lead = If something changes for you, call us.
receipt-done = done
receipt-code-label = Your code
receipt-code-hint = Say it when we call, or when you call us, and you will not have to start over. A screenshot is enough.
receipt-write-down = If you can, write down this code and our number. To look again later, come back to this page.
receipt-before = Before { $time }, we contact you
receipt-after-opening = After we open, { $time }, we contact you
receipt-wait-heading = Would you rather not wait?
receipt-stop-heading = Changed your mind?
receipt-stop-summary = Please do not contact me
receipt-stop-what = We stop calls, texts and emails about this request at once. A person on our team sees it. You can still call us, and write again whenever you want.
receipt-stop-button = Stop contacting me
receipt-stopped = We will not contact you
receipt-stopped-lead = Calls, texts and emails about this request have stopped. If you want to talk after all, call us or write again. You will be welcome.
receipt-stopped-code = Say it if you call us, and you will not have to start over. A screenshot is enough.
receipt-stopped-call = If you want to talk
receipt-shared-heading = On a shared phone?
receipt-shared-text = This page does not show your name or number. You can close it now.
receipt-shared-leave = Leave for the weather forecast
lost-heading = We cannot find this page
lost-lead = There may be a typing error in the address, or the page is no longer kept.
lost-call = Call us, and we will help you from there.
lost-write = You can also write to us again. It is never too much.
lost-write-link = Write to us

# Pages for when something goes wrong. Each one names another way in.
wrong-400 = We could not read that
wrong-400-lead = Please go back and try again.
wrong-403 = We could not take that
wrong-403-lead = It seems to come from another page. Please open this page again and send it from there.
wrong-404 = This page is not here
wrong-404-lead = There may be a typing error in the address.
wrong-405 = This page cannot do that
wrong-405-lead = Please start from the first page.
wrong-408 = That took too long
wrong-408-lead = The connection may be slow. Please go back and try again; what you wrote should still be there.
wrong-408-sent = The connection may be slow. Nothing was saved yet. Reload this page to send it again: your browser still has what you wrote, and may ask you to confirm. Or go back to the form.
wrong-413 = That is more than we can take
wrong-413-lead = Please go back and write a little less. Tell us the rest in person.
wrong-415 = We could not read that
wrong-415-lead = Please use the form on our first page.
wrong-429 = Too many tries in a short time
wrong-429-lead = Please wait a minute, then try again.
wrong-500 = Something broke on our side
wrong-500-lead = It is not your fault. Please try again in a few minutes.
wrong-503 = We are very busy right now
wrong-503-lead = Please try again in a minute.
wrong-starting = Waiting for the database
wrong-starting-lead = Staff pages open by themselves once the database can be used. Try again in a minute. If this lasts, tell your administrator: the log of Intake says what is missing.
unconfirmed = This change could not be confirmed
unconfirmed-lead = It may already be saved. Please wait a few minutes and look again before you repeat it, or call us.
unconfirmed-staff-lead = A database server is not answering, so Intake cannot confirm that your change is safe. It may already be saved. Open the record and look before you repeat it, and tell your administrator.
wrong-503-sent = Nothing was saved yet. Wait a moment, then reload this page to send it again: your browser still has what you wrote, and may ask you to confirm. Or go back to the form.
wrong-call = You can call us now.
wrong-home = Go to the first page
wrong-id = If you tell us about it, this number helps: { $id }

# The mail to somebody who asked for one. A shared mailbox must not betray anyone: it does not say what it is about.
mail-ack-subject = We received your message
mail-ack-thanks = Thank you for writing. Your code is:
mail-ack-next = We will be in touch the way you asked us to. If you would rather not wait, call { $phone }.
mail-ack-crisis = In an emergency call 911. In a crisis call or text 988.
mail-ack-wrong = Wrong address? Please ignore this message. Nothing else will be sent.
