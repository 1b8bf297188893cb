//! The dashboards' own token route: `GET …/getAccessToken.php` answers `{accessToken}` for whom the
//! browser's cookie names (gateway.md §5), so that their scripts run as they are.

use super::{admin, answer};
use crate::gateway::Failure;
use crate::http::App;
use arno_store::Tx;
use axum::extract::{ConnectInfo, Request, State};
use axum::response::Response;
use serde_json::json;
use std::net::SocketAddr;
use std::sync::Arc;

/// How long such a token lives, seconds.
const LIFETIME: i64 = 900;

pub(super) async fn of_dashboard(
    State(app): State<Arc<App>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    asked: Request,
) -> Response {
    let (parts, _) = asked.into_parts();
    let outcome = async {
        let caller = admin::enter(&app, peer, &parts, true).await?;
        let (site, scope) = (app.site.clone(), caller.scope(app.site.settings.visibility));
        let issue = move |tx: &Tx<'_>| site.access.issue(tx, &caller, Some(LIFETIME));
        let token = app.site.db.read(scope, issue).await?;
        Ok::<_, Failure>(answer::json(200, &json!({"accessToken": token})))
    };
    outcome.await.unwrap_or_else(|failure| answer::failure(&failure, false))
}
