//! Coded answers: closed lists whose codes stand in the contract, the database and the form alike.

/// An unknown code where a closed list was expected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown {list} code")]
pub struct UnknownCode {
    /// Which closed list it was meant for.
    pub list: &'static str,
}

/// Declares a closed choice stored as text: `code()`, `ALL`, `FromStr`, diesel `Text`, serde.
#[macro_export]
macro_rules! coded_choice {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $code:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, diesel::expression::AsExpression, diesel::deserialize::FromSqlRow)]
        #[diesel(sql_type = diesel::sql_types::Text)]
        pub enum $name { $(#[doc = concat!("`", $code, "`")] $(#[$vdoc])* $variant),+ }

        impl $name {
            /// Every choice, in the order of the contract.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The code as it stands in forms, files and the database.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::values::UnknownCode;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($code => Ok(Self::$variant),)+
                    _ => Err($crate::values::UnknownCode { list: stringify!($name) }),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.code())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.code())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }

        impl diesel::serialize::ToSql<diesel::sql_types::Text, diesel::pg::Pg> for $name {
            fn to_sql<'b>(&'b self, out: &mut diesel::serialize::Output<'b, '_, diesel::pg::Pg>) -> diesel::serialize::Result {
                <str as diesel::serialize::ToSql<diesel::sql_types::Text, diesel::pg::Pg>>::to_sql(self.code(), out)
            }
        }

        impl diesel::deserialize::FromSql<diesel::sql_types::Text, diesel::pg::Pg> for $name {
            fn from_sql(bytes: diesel::pg::PgValue<'_>) -> diesel::deserialize::Result<Self> {
                let text = <String as diesel::deserialize::FromSql<diesel::sql_types::Text, diesel::pg::Pg>>::from_sql(bytes)?;
                text.parse().map_err(Into::into)
            }
        }
    };
}

coded_choice! {
    /// Who would be treated.
    WhoFor { Me = "me", LovedOne = "loved_one", Client = "client" }
}
coded_choice! {
    /// How the inquirer would like to be reached.
    ContactMethod { Call = "call", Text = "text", Email = "email" }
}
coded_choice! {
    /// When a call is welcome.
    BestTime { Any = "any", Morning = "morning", Afternoon = "afternoon", Evening = "evening" }
}
coded_choice! {
    /// What was asked for.
    ProgramInterest { NotSure = "not_sure", Inpatient = "inpatient", Outpatient = "outpatient", Telehealth = "telehealth" }
}
coded_choice! {
    /// What kind of program a program is.
    Modality { Inpatient = "inpatient", Outpatient = "outpatient", Telehealth = "telehealth" }
}
coded_choice! {
    /// Who pays for treatment.
    Payer {
        Commercial = "commercial",
        Medicaid = "medicaid",
        Medicare = "medicare",
        Tricare = "tricare",
        SelfPay = "self_pay",
    }
}

impl Payer {
    /// As pages name it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Commercial => "Commercial insurance",
            Self::Medicaid => "Medicaid",
            Self::Medicare => "Medicare",
            Self::Tricare => "TRICARE",
            Self::SelfPay => "Self-pay",
        }
    }
}

coded_choice! {
    /// How soon help is wanted.
    HowSoon { Today = "today", ThisWeek = "this_week", JustAsking = "just_asking" }
}
coded_choice! {
    /// Language of the page the person used.
    Language { English = "en", Spanish = "es" }
}
coded_choice! {
    /// The way an inquiry came in.
    InquiryChannel { WebForm = "web_form", Api = "api", Embed = "embed", Phone = "phone", Import = "import" }
}
coded_choice! {
    /// Why an inquiry waits in quarantine. There are no other causes.
    QuarantineReason { Trap = "trap", AddressLimit = "address_limit", TotalLimit = "total_limit" }
}
coded_choice! {
    /// A set of permissions; a person may hold several.
    Role { Coordinator = "coordinator", Manager = "manager", Administrator = "administrator" }
}
