//! Counts the statements of whole pages, per database: every connection of diesel reports here.

use std::collections::HashMap;
use std::sync::{Mutex, Once, PoisonError};

use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};

use super::{Client, TestApp};

static COUNTED: Mutex<Option<HashMap<String, usize>>> = Mutex::new(None);
static ONCE: Once = Once::new();

/// Of one connection: to which database it goes.
#[derive(Default)]
struct Counting(String);

impl Instrumentation for Counting {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        if let InstrumentationEvent::StartEstablishConnection { url, .. } = event {
            url.clone_into(&mut self.0);
        } else if let InstrumentationEvent::StartQuery { .. } = event {
            let mut counted = COUNTED.lock().unwrap_or_else(PoisonError::into_inner);
            *counted.get_or_insert_default().entry(self.0.clone()).or_insert(0) += 1;
        }
    }
}

/// From now on connections are counted.
pub fn count() {
    ONCE.call_once(|| set_default_instrumentation(|| Some(Box::new(Counting::default()))).unwrap());
}

fn so_far(app: &TestApp) -> usize {
    let counted = COUNTED.lock().unwrap_or_else(PoisonError::into_inner);
    counted.as_ref().and_then(|counted| counted.get(&app.database.url)).copied().unwrap_or(0)
}

impl TestApp {
    /// How many statements a page costs. What the server does by itself meanwhile only adds, so the least of a few looks counts.
    pub async fn statements_of(&self, client: &Client, path: &str) -> usize {
        let mut least = usize::MAX;
        for _ in 0..4 {
            let before = so_far(self);
            let page = client.get(path).await;
            assert_eq!(page.status, 200, "{path}");
            least = least.min(so_far(self) - before);
        }
        least
    }
}
