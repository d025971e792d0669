//! An inquiry that is valid by default.

/// The fields of an inquiry; set what a test is about.
#[derive(Debug, Clone)]
pub struct InquiryFields(pub Vec<(&'static str, String)>);

impl Default for InquiryFields {
    fn default() -> Self {
        Self(vec![
            ("who_for", "me".into()),
            ("name", "June Hollis".into()),
            ("phone", "(831) 555-0117".into()),
            ("language", "en".into()),
            ("submission_key", uuid::Uuid::new_v4().to_string()),
        ])
    }
}

impl InquiryFields {
    /// Sets a field.
    pub fn with(mut self, field: &'static str, value: impl Into<String>) -> Self {
        self.0.retain(|(name, _)| *name != field);
        self.0.push((field, value.into()));
        self
    }

    /// Leaves a field out.
    pub fn without(mut self, field: &str) -> Self {
        self.0.retain(|(name, _)| *name != field);
        self
    }

    pub fn pairs(&self) -> Vec<(&str, &str)> {
        self.0.iter().map(|(name, value)| (*name, value.as_str())).collect()
    }

    pub fn json(&self) -> serde_json::Value {
        let fields = self.0.iter().map(|(name, value)| ((*name).to_owned(), serde_json::Value::from(value.clone())));
        serde_json::Value::Object(fields.collect())
    }
}
