//! While the process is stopping, every answer asks its browser to come with a new connection, which another instance takes. Else
//! a connection that is always in use would hold up the stop, and be cut off in the middle of an answer in the end.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::ConnectionType;
use actix_web::middleware::Next;
use actix_web::{Error, web};

/// So long everybody who is being answered is told, before connections are closed from our side. Nobody there: no wait.
const LEAVE_TAKING: Duration = Duration::from_millis(400);

/// Whether this process is on its way out; cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Stopping(Arc<State>);

#[derive(Debug, Default)]
struct State {
    begun: AtomicBool,
    answered: AtomicU64,
}

impl Stopping {
    /// From now on it is. Returns when who was being answered has been told, and `notice` is over.
    pub async fn begin(&self, notice: Duration) {
        self.0.begun.store(true, Ordering::Release);
        let before = self.0.answered.load(Ordering::Acquire);
        tokio::time::sleep(notice.max(LEAVE_TAKING / 4)).await;
        if self.0.answered.load(Ordering::Acquire) != before {
            tokio::time::sleep(LEAVE_TAKING.saturating_sub(notice)).await;
        }
    }

    /// True after that.
    pub fn has_begun(&self) -> bool {
        self.0.begun.load(Ordering::Acquire)
    }
}

/// Middleware: `.wrap(actix_web::middleware::from_fn(web::stopping::part))`
pub async fn part(request: ServiceRequest, next: Next<impl MessageBody>) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let stopping = request.app_data::<web::Data<Stopping>>().cloned();
    let mut response = next.call(request).await?;
    let Some(stopping) = stopping else { return Ok(response) };
    stopping.get_ref().0.answered.fetch_add(1, Ordering::AcqRel);
    if stopping.has_begun() {
        response.response_mut().head_mut().set_connection_type(ConnectionType::Close);
    }
    Ok(response)
}
