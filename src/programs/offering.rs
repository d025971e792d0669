//! What the form says the center offers right now. Read every few seconds beside the requests, so that showing the form costs no
//! query and needs no database; where it cannot be read, what was known last stands.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use tokio::task::JoinHandle;

use super::store;
use crate::db;
use crate::values::Modality;

/// Pause between two looks.
const PAUSE: Duration = Duration::from_secs(2);

type Kinds = RwLock<Option<Vec<Modality>>>;

/// The kinds of program with an open place, if programs are entered. Looking ends when it is dropped.
#[derive(Debug, Default)]
pub struct Offering {
    kinds: Arc<Kinds>,
    work: Option<JoinHandle<()>>,
}

impl Drop for Offering {
    fn drop(&mut self) {
        if let Some(work) = &self.work {
            work.abort();
        }
    }
}

impl Offering {
    /// Looks now and every few seconds. Call within a tokio runtime.
    pub fn start(database_url: &str) -> Self {
        let (kinds, pool) = (Arc::new(Kinds::default()), db::pool(database_url, 1));
        let shared = Arc::clone(&kinds);
        let work = tokio::spawn(async move {
            loop {
                match look(&pool).await {
                    Ok(open) => set(&shared, &open),
                    Err(error) => tracing::debug!(error = format!("{error:#}"), "what is open could not be read"),
                }
                tokio::time::sleep(PAUSE).await;
            }
        });
        Self { kinds, work: Some(work) }
    }

    /// Kinds with an open place. `None`: no program is entered, or nothing could be read yet.
    pub fn kinds(&self) -> Option<Vec<Modality>> {
        self.kinds.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

async fn look(pool: &db::Pool) -> anyhow::Result<Vec<(Modality, i64)>> {
    Ok(store::open_places(&mut *pool.get().await?).await?)
}

/// Keeps what is open: kinds with their open places.
fn set(kinds: &Kinds, found: &[(Modality, i64)]) {
    let open = found.iter().filter(|(_, places)| *places > 0).map(|(kind, _)| *kind).collect();
    *kinds.write().unwrap_or_else(PoisonError::into_inner) = (!found.is_empty()).then_some(open);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_open_places_count_and_no_program_is_not_none_open() {
        let offering = Offering::default();
        set(&offering.kinds, &[(Modality::Inpatient, 0), (Modality::Telehealth, 3)]);
        assert_eq!(offering.kinds(), Some(vec![Modality::Telehealth]));
        set(&offering.kinds, &[(Modality::Inpatient, 0)]);
        assert_eq!(offering.kinds(), Some(Vec::new()));
        set(&offering.kinds, &[]);
        assert_eq!(offering.kinds(), None);
    }
}
