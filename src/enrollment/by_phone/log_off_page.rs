//! A call that is sent after its session had ended: kept as a draft of whoever took it, or given back to be copied.

use actix_web::HttpRequest;

use super::draft::CallDraft;
use super::store;
use crate::app::App;
use crate::inquiries::InquiryForm;
use crate::staff::Permission;
use crate::staff::guard::token_of;
use crate::staff::session::store as sessions;
use crate::staff::sign_in_page::give_back;
use crate::values::CallDraftId;
use crate::web::error::{PageError, PageResult};

/// The answer to who is not let through any more. Nothing is kept for somebody without the permission.
pub(super) async fn after_log_off(
    app: &App,
    request: &HttpRequest,
    error: PageError,
    id: CallDraftId,
    form: &InquiryForm,
) -> PageResult {
    let draft = CallDraft(form.clone());
    if !matches!(error, PageError::SignIn(_)) || draft.is_blank() {
        return Err(error);
    }
    let Some(token) = token_of(request, app)?.filter(|_| form.too_long().is_empty()) else { return nobodys(app, form) };
    let mut conn = app.pool.get().await?;
    let Some(member) = sessions::ended(&mut conn, &token).await?.filter(|member| member.may(Permission::WorkLeads)) else {
        return nobodys(app, form);
    };
    let sealed = app.keys.seal(id.uuid(), &draft)?;
    if store::keep(&mut conn, id, member.id, &sealed).await? {
        return Err(PageError::SignIn(format!("/staff/leads/new?draft={id}")));
    }
    nobodys(app, form)
}

fn nobodys(app: &App, form: &InquiryForm) -> PageResult {
    let written = [&form.name, &form.phone, &form.email, &form.message];
    let lines: Vec<&str> = written.into_iter().map(String::as_str).filter(|text| !text.trim().is_empty()).collect();
    give_back(app, "/staff/leads/new", &lines.join("\n"))
}
