//! The connections of the form: apart from everybody else's, and none before the database was checked.

use diesel::result::Error as DieselError;
use diesel_async::SimpleAsyncConnection;

use super::WriterSettings;
use crate::db::{self, Connection};
use crate::enrollment::store;

/// A connection of the form's own, set up as it needs it.
pub async fn connect(settings: &WriterSettings) -> Result<Connection, DieselError> {
    let failed = |error: diesel::ConnectionError| DieselError::QueryBuilderError(Box::new(error));
    if !settings.startup.is_complete() {
        return Err(DieselError::QueryBuilderError("the keys have not been compared with the database yet".into()));
    }
    let mut conn = db::connect(&settings.database_url).await.map_err(failed)?;
    conn.batch_execute("SET lock_timeout = '2s'; SET application_name = 'intake form'").await?;
    for wording in &settings.wordings {
        store::keep_consent_wording(&mut conn, &wording.version, wording.language, &wording.text).await?;
    }
    if !settings.keys.can_open() && store::without_older_rights(&mut conn).await? {
        tracing::warn!("the public role gave up the rights that only hosts of the release before need: restart those now");
    }
    Ok(conn)
}
