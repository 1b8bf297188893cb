//! From a request's headers to its caller.

use super::App;
use super::address::clearml_header;
use super::reply::COOKIE;
use crate::access::{Caller, CookieCall, From, Impersonation, may_use_cookie};
use arno_store::{Error, Result};
use arno_wire::error::{Code, Error as Refusal};
use axum::http::header::{AUTHORIZATION, COOKIE as COOKIE_HEADER, ORIGIN};
use axum::http::{HeaderMap, Method};

/// The caller by his `Authorization` header, which wins, or his cookie.
///
/// # Errors
/// 401 when he says nothing of himself, or what he says does not hold.
pub(super) async fn caller(
    app: &App,
    method: &Method,
    headers: &HeaderMap,
    from: From,
    reads: bool,
) -> Result<Caller> {
    let access = &app.site.access;
    if let Some(header) = headers.get(AUTHORIZATION) {
        let malformed = |_| Error::from(Refusal::new(Code::BadCredentials));
        return access.by_header(header.to_str().map_err(malformed)?, from).await;
    }
    let token = cookie(headers, COOKIE).ok_or_else(|| Refusal::new(Code::NoCredentials))?;
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let call = CookieCall {
        is_post: method == Method::POST,
        reads,
        origin: text(ORIGIN.as_str()),
        fetch_site: text("sec-fetch-site"),
    };
    if !may_use_cookie(call, &app.origins) {
        let reason = "with the browser's cookie, changes are made by POST from Arno's own pages";
        return Err(Refusal::new(Code::NoCredentials).extra(reason).into());
    }
    access.by_token(token, from).await
}

/// Whom the headers ask to work for.
pub(super) fn impersonation(headers: &HeaderMap) -> Impersonation {
    Impersonation {
        as_user: clearml_header(headers, "impersonate-as").map(str::to_owned),
        act_as: clearml_header(headers, "act-as").map(str::to_owned),
    }
}

pub(super) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let pairs = headers.get_all(COOKIE_HEADER).iter().filter_map(|value| value.to_str().ok());
    pairs
        .flat_map(|list| list.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(found, value)| *found == name && !value.is_empty())
        .map(|(_, value)| value)
}
