//! `POST /receipts/CODE/stop`: whoever holds a receipt asks that nobody gets in touch. It holds at once; staff settle it.

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};

use super::inquiry_page::{frame, prefix};
use super::receipt_page::LostReceiptPage;
use crate::app::App;
use crate::leads::stopping::store::stop_by_receipt;
use crate::values::{ReceiptCode, Texts};
use crate::web::error::PageResult;
use crate::web::{language, page};

/// 303 back to the receipt, which says so; an unknown code is answered as its page is.
pub async fn submit(request: HttpRequest, app: Data<App>, code: Path<String>) -> PageResult {
    if let Some(code) = ReceiptCode::parse(&code)
        && stop_by_receipt(&mut *app.pool.get().await?, &code).await?
    {
        return Ok(page::see_other(&format!("{}/receipts/{code}", prefix(&request))));
    }
    page::html(
        StatusCode::NOT_FOUND,
        &LostReceiptPage::new(Texts::of(language::of(&request)), &app.config.facility, frame(&request, &app)),
    )
}
