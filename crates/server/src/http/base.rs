//! The path of the public web URL. A proxy may pass it on or take it off: requests are answered
//! with and without it.

use super::App;
use axum::extract::{Request, State};
use axum::http::Uri;
use axum::http::uri::PathAndQuery;
use axum::middleware::Next;
use axum::response::Response;
use std::sync::Arc;

/// Takes the base off a request's path, if it is there.
pub(super) async fn strip(
    State(app): State<Arc<App>>,
    mut request: Request,
    next: Next,
) -> Response {
    if let Some(uri) = below(&app.base, request.uri()) {
        *request.uri_mut() = uri;
    }
    next.run(request).await
}

fn below(base: &str, uri: &Uri) -> Option<Uri> {
    let rest = uri.path().strip_prefix(base).filter(|_| !base.is_empty())?;
    let path = match rest {
        "" => "/",
        rest if rest.starts_with('/') => rest,
        _ => return None,
    };
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(PathAndQuery::try_from(format!("{path}{query}")).ok()?);
    Uri::from_parts(parts).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_base_is_taken_off() {
        for (base, asked, expected) in [
            ("/lab/arno", "/lab/arno/v2.23/debug.ping?a=%2F", Some("/v2.23/debug.ping?a=%2F")),
            ("/lab/arno", "/lab/arno", Some("/")),
            ("/lab/arno", "/lab/arno?x", Some("/?x")),
            ("/lab/arno", "http://h/lab/arno/files/a", Some("http://h/files/a")),
            ("/lab/arno", "/lab/arnold", None),
            ("/lab/arno", "/v2.23/debug.ping", None),
            ("", "/v2.23/debug.ping", None),
        ] {
            let found = below(base, &asked.parse().unwrap()).map(|uri| uri.to_string());
            assert_eq!(found.as_deref(), expected, "{asked} below {base}");
        }
    }
}
