//! Who writes: names, numbers, addresses and words of people who do not exist.

use super::dice::Dice;
use crate::inquiries::{Answers, Contact, Message};
use crate::values::{
    BestTime, ContactMethod, EmailAddress, FreeText, HowSoon, InquiryChannel, Language, PersonName, PhoneNumber, ProgramInterest,
    ValueError, WhoFor,
};

const FIRST: &[&str] = &[
    "June",
    "Wren",
    "Priya",
    "Marcus",
    "Lena",
    "Dale",
    "Keith",
    "Sam",
    "Joan",
    "Teresa",
    "Walter",
    "Aisha",
    "Noah",
    "Grace",
    "Owen",
    "Mei",
    "Ivan",
    "Dolores",
    "Hank",
    "Ruby",
    "Omar",
    "Faye",
    "Curtis",
    "Nell",
    "Jamal",
    "Ingrid",
    "Victor",
    "Odette",
    "Levi",
    "Hana",
    "Ray",
    "Bernice",
    "Silas",
    "Thuy",
    "Gus",
    "Maeve",
    "Andre",
    "Pearl",
    "Quinn",
    "J'Marcus",
    "Anna-Lena",
    "Zoë",
];
const FIRST_ES: &[&str] = &[
    "Tomás",
    "Ana Lucía",
    "José",
    "Marisol",
    "Luis Ángel",
    "Ximena",
    "Rafael",
    "Begoña",
    "Julián",
    "Rocío",
    "Íñigo",
    "Carmen",
    "Mateo",
    "Guadalupe",
    "Andrés",
    "Noemí",
];
const LAST: &[&str] = &[
    "Hollis",
    "Castillo",
    "Raman",
    "Webb",
    "Brandt",
    "Whitcomb",
    "Obanion",
    "Okafor",
    "Pell",
    "Marsh",
    "Tran",
    "Novak",
    "Ellery",
    "Boone",
    "Kaplan",
    "Fontaine",
    "Müller",
    "O'Dell",
    "Reyes",
    "Sato",
    "Winslow",
    "Abara",
    "Lindgren",
    "Price",
    "Duval",
    "Hsu",
    "McCrae",
    "Farrow",
    "Ng",
    "Osborne",
    "Petrov",
    "Quigley",
    "Rosales",
    "Stone",
    "Tavares",
    "Underhill",
    "Vance",
    "Yates",
];
const LAST_ES: &[&str] = &[
    "Ibarra",
    "Ferrer",
    "Muñoz",
    "Peña Soto",
    "Villaseñor",
    "Aguirre",
    "Rentería",
    "Godínez",
    "Zúñiga",
    "de la Cruz",
    "Cárdenas",
    "Herrera",
    "Quintero",
    "Ordóñez",
];
const FOR_ME: &[&str] = &[
    "I have been trying to stop on my own since spring. I would like to talk to somebody.",
    "I am ready. I do not know where to begin.",
    "My doctor said I should not stop by myself. What would the first day look like?",
    "I work nights, so please call after 2 pm.",
    "I left a program in May and started using again. I want to try once more.",
    "How long is the wait right now?",
    "Can I bring my phone? Can my sister visit?",
    "I can start as soon as there is a place.",
    "I do not have a car. Is there a way to do this from home?",
    "",
    "",
];
const FOR_ANOTHER: &[&str] = &[
    "It is about my brother. He said yes this morning, and I do not want to lose the moment.",
    "My son is 24. He does not know that I am writing.",
    "I am asking for my wife. She is worried about her job.",
    "My mother lives two hours away and does not drive.",
    "We have tried to talk with him for a year. Yesterday he asked for help himself.",
    "Please call me, not the house. I will explain.",
    "What can a family do while waiting?",
    "",
];
const FOR_CLIENT: &[&str] = &[
    "A client of mine leaves the hospital on Monday and would like to continue on site.",
    "Referral from our clinic. Records can follow once the person agrees.",
    "Looking for an evening group for a client with a full-time job.",
];
const SPANISH: &[&str] = &[
    "Quisiera hablar con alguien sobre mi hermano. Dijo que sí esta mañana.",
    "Quiero empezar esta semana, pero trabajo hasta las cinco.",
    "¿Tienen personas que hablen español?",
    "Es para mi hija. Ella sabe que estoy escribiendo.",
    "",
];

/// Somebody who wrote.
pub(super) struct Writer {
    pub(super) contact: Contact,
    pub(super) message: Message,
    pub(super) answers: Answers,
    pub(super) channel: InquiryChannel,
}

/// Invents somebody.
pub(super) fn writer(dice: &mut Dice) -> Result<Writer, ValueError> {
    let spanish = dice.percent(18);
    let (firsts, lasts) = if spanish { (FIRST_ES, LAST_ES) } else { (FIRST, LAST) };
    let (first, last) = (dice.pick("June", firsts), dice.pick("Hollis", lasts));
    let name = if dice.percent(12) { first.to_owned() } else { format!("{first} {last}") };
    let who_for = dice.pick(WhoFor::Me, &[WhoFor::Me, WhoFor::LovedOne, WhoFor::LovedOne, WhoFor::Client, WhoFor::Me]);
    let (phone, email) = reach(dice, first, last)?;
    let message = match (spanish, who_for) {
        (true, _) => dice.pick("", SPANISH),
        (false, WhoFor::Me) => dice.pick("", FOR_ME),
        (false, WhoFor::LovedOne) => dice.pick("", FOR_ANOTHER),
        (false, WhoFor::Client) => dice.pick("", FOR_CLIENT),
    };
    let (has_phone, has_email) = (phone.is_some(), email.is_some());
    Ok(Writer {
        contact: Contact { name: PersonName::parse(&name)?, phone, email },
        message: Message(FreeText::parse(message)?),
        answers: answers(dice, spanish, who_for, (has_phone, has_email)),
        channel: if has_phone && dice.percent(12) { InquiryChannel::Phone } else { InquiryChannel::WebForm },
    })
}

fn reach(dice: &mut Dice, first: &str, last: &str) -> Result<(Option<PhoneNumber>, Option<EmailAddress>), ValueError> {
    let phone = dice.percent(85);
    let email = !phone || dice.percent(45);
    let number = (dice.one(&[831, 408, 650, 415, 510, 209, 559, 916, 775, 702]).unwrap_or(831), dice.number(0, 100));
    let typed = match dice.number(0, 4) {
        0 => format!("{}-555-01{:02}", number.0, number.1),
        1 => format!("+1 {} 555 01{:02}", number.0, number.1),
        2 => format!("({}) 555-01{:02} x{}", number.0, number.1, dice.number(2, 60)),
        _ => format!("({}) 555-01{:02}", number.0, number.1),
    };
    let plain = |text: &str| text.chars().filter(char::is_ascii_alphabetic).collect::<String>().to_lowercase();
    let address = format!("{}.{}{}@example.org", plain(first), plain(last), dice.number(1, 1000));
    Ok((phone.then(|| PhoneNumber::parse(&typed)).transpose()?, email.then(|| EmailAddress::parse(&address)).transpose()?))
}

fn answers(dice: &mut Dice, spanish: bool, who_for: WhoFor, (phone, email): (bool, bool)) -> Answers {
    let method = match (phone, email) {
        (true, _) => dice.pick(Some(ContactMethod::Call), &[Some(ContactMethod::Call), Some(ContactMethod::Text), None]),
        (false, _) => dice.pick(Some(ContactMethod::Email), &[None]),
    };
    let interest = [ProgramInterest::NotSure, ProgramInterest::Inpatient, ProgramInterest::Outpatient, ProgramInterest::Telehealth];
    let soon = [Some(HowSoon::ThisWeek), Some(HowSoon::ThisWeek), Some(HowSoon::JustAsking), None];
    let best = [Some(BestTime::Any), Some(BestTime::Morning), Some(BestTime::Evening), None, None];
    let state = dice.one(&["CA", "CA", "CA", "CA", "NV", "OR", "AZ", "WA", ""]).unwrap_or_default();
    Answers {
        language: if spanish { Language::Spanish } else { Language::English },
        who_for,
        contact_method: method,
        leave_message: phone && dice.percent(60),
        text_consent: false,
        best_time: dice.pick(Some(BestTime::Afternoon), &best),
        program_interest: dice.pick(ProgramInterest::NotSure, &interest),
        how_soon: dice.pick(Some(HowSoon::Today), &soon),
        state: (!state.is_empty()).then(|| state.to_owned()),
        interpreter: spanish && dice.percent(25),
        acknowledge: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_is_plainly_fictional_and_spoken_of_kindly() {
        let mut dice = Dice::new(7);
        for _ in 0..2_000 {
            let writer = writer(&mut dice).unwrap();
            if let Some(phone) = &writer.contact.phone {
                let digits: String = phone.reveal().chars().filter(char::is_ascii_digit).collect();
                assert!(digits.contains("55501"), "{digits}");
            }
            if let Some(email) = &writer.contact.email {
                assert!(email.reveal().ends_with("@example.org"));
            }
            assert!(writer.contact.phone.is_some() || writer.contact.email.is_some());
            let said = writer.message.0.reveal().to_lowercase();
            for word in ["addict", "junkie", "abuse", "clean", "relapse", "alcoholic"] {
                assert!(!said.contains(word), "{word}");
            }
        }
    }
}
