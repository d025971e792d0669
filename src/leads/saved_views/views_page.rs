//! `POST /staff/views`: keeping a view and forgetting it.

use actix_web::web::{Data, Path, Query};
use serde::Deserialize;

use super::{ViewName, store};
use crate::app::App;
use crate::leads::queue::{QueueFilter, QueueQuery};
use crate::staff::guard::WorkLeads;
use crate::values::{FreeText, SavedViewId};
use crate::web::error::{PageError, PageResult};
use crate::web::form::StrictForm;
use crate::web::page::see_other;

/// Longest name.
const LONGEST: usize = 60;

/// A name for what the queue shows now.
#[derive(Deserialize)]
pub struct SaveForm {
    #[serde(default)]
    name: String,
}

/// `POST /staff/views?view=…`: the query is that of the queue.
pub async fn save(app: Data<App>, guard: WorkLeads, query: Query<QueueQuery>, form: StrictForm<SaveForm>) -> PageResult {
    let filter = QueueFilter { after: None, ..QueueFilter::read(&query, guard.member.id) };
    let name = FreeText::parse(form.0.name.trim()).ok().filter(|name| !name.is_blank());
    let Some(name) = name.filter(|name| name.reveal().chars().count() <= LONGEST) else {
        return Ok(see_other(&format!("{}&said=unnamed", filter.href())));
    };
    let mut conn = app.pool.get().await?;
    let id = SavedViewId::new();
    let sealed = app.keys.seal(id.uuid(), &ViewName(name)).map_err(|error| PageError::Internal(error.into()))?;
    if !store::add(&mut conn, id, guard.member.id, &sealed, &filter.query()).await? {
        return Ok(see_other(&format!("{}&said=many", filter.href())));
    }
    Ok(see_other(&filter.href()))
}

/// `POST /staff/views/{id}/remove`
pub async fn remove(app: Data<App>, guard: WorkLeads, id: Path<String>) -> PageResult {
    let id = id.parse().map_err(|_not_an_id: uuid::Error| PageError::NotFound)?;
    store::remove(&mut *app.pool.get().await?, id, guard.member.id).await?;
    Ok(see_other("/staff/leads"))
}
