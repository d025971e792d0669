//! Red flags: what must be looked at before anything else, and the fixed text that goes with each.

crate::coded_choice! {
    /// What must be looked at before anything else.
    RedFlag {
        WithdrawalRisk = "withdrawal_risk",
        OverdoseRecent = "overdose_recent",
        Pregnant = "pregnant",
        SuicidalStatement = "suicidal_statement",
        Minor = "minor",
        MedicalEmergency = "medical_emergency",
    }
}

impl RedFlag {
    /// As the card and the queue name it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::WithdrawalRisk => "Withdrawal risk",
            Self::OverdoseRecent => "Recent overdose",
            Self::Pregnant => "Pregnant",
            Self::SuicidalStatement => "Spoke of suicide",
            Self::Minor => "Under 18",
            Self::MedicalEmergency => "Medical emergency",
        }
    }

    /// What staff read beside it. Facts and ways to help; never a diagnosis.
    pub const fn words(self) -> &'static str {
        match self {
            Self::WithdrawalRisk => {
                "Stopping alcohol can bring seizures within 48 hours and delirium at 48 to 72 hours; stopping benzodiazepines, seizures over days to a week. Severe withdrawal belongs in a hospital. If they are unwell now: 911."
            }
            Self::OverdoseRecent => {
                "After an overdose the risk of another is high for days. Ask if they are alone and if naloxone is at hand. Hard to wake or breathing slowly: 911."
            }
            Self::Pregnant => {
                "Stopping suddenly can endanger both. Pregnant people come first: speak with clinical staff before a date is set."
            }
            Self::SuicidalStatement => {
                "Stay with them on the line. Connect to 988 (call or text) by a warm transfer; in immediate danger: 911."
            }
            Self::Minor => {
                "A person under 18 needs a program licensed for minors and its rules of consent. Speak with a manager before routing."
            }
            Self::MedicalEmergency => {
                "Ask where they are and have them call 911, or call 911 for them. Treatment waits until they are safe."
            }
        }
    }
}
