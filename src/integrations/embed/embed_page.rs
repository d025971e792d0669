//! The doors of the framed form: the same pages as without a frame, for the websites that are allowed to.

use actix_web::HttpRequest;
use actix_web::web::{Data, Path};

use crate::app::App;
use crate::enrollment::submit::Writer;
use crate::enrollment::{inquiry_page, stop_page};
use crate::inquiries::InquiryForm;
use crate::programs::offering::Offering;
use crate::web::error::{PageError, PageResult};
use crate::web::form::StrictForm;
use crate::web::limits::InquiryLimits;

/// No website may frame it: there is no such page.
fn allowed(app: &App) -> Result<(), PageError> {
    if app.config.embed.allowed_origins.is_empty() { Err(PageError::NotFound) } else { Ok(()) }
}

/// `GET /embed`: the form; `?language=` fixes its language.
pub async fn show(request: HttpRequest, app: Data<App>, offering: Data<Offering>) -> PageResult {
    allowed(&app)?;
    inquiry_page::show(request, app, offering).await
}

/// `POST /embed/inquiries`: as `POST /inquiries`, and stays in the frame.
pub async fn submit(
    request: HttpRequest,
    app: Data<App>,
    writer: Data<Writer>,
    limits: Data<InquiryLimits>,
    offering: Data<Offering>,
    form: StrictForm<InquiryForm>,
) -> PageResult {
    allowed(&app)?;
    inquiry_page::submit(request, app, writer, limits, offering, form).await
}

/// `GET /embed/receipts/CODE`
pub async fn receipt(request: HttpRequest, app: Data<App>, writer: Data<Writer>, code: Path<String>) -> PageResult {
    allowed(&app)?;
    inquiry_page::receipt(request, app, writer, code).await
}

/// `POST /embed/receipts/CODE/stop`
pub async fn stop(request: HttpRequest, app: Data<App>, code: Path<String>) -> PageResult {
    allowed(&app)?;
    stop_page::submit(request, app, code).await
}
