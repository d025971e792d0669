# Every word of the public side, in English. Grade 6 or below; "we" and "you"; no exclamation marks.
# `config/locales/es.ftl` has the same messages in the same order.

neutral-title = Contact · { $short }
other-language = Español
other-language-code = es
language-help = Free language help: tell us your language and we find an interpreter.
skip-main = Skip to the main text

help-label = Help right now
help-911 = Emergency
help-988 = Call or text
help-samhsa = SAMHSA helpline
leave = Leave
