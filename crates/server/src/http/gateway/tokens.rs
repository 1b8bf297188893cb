//! The dashboards' own token route: `GET …/getAccessToken.php` answers `{accessToken}` for whom the
//! browser's cookie names (gateway.md §5), so that their scripts run as they are.

use super::answer::Json;
use super::entered::Reader;
use crate::gateway::Outcome;
use serde_json::json;

/// How long such a token lives, seconds.
const LIFETIME: i64 = 900;

pub(super) async fn of_dashboard(reader: Reader) -> Outcome<Json> {
    let (site, caller) = (reader.app.site.clone(), reader.caller.clone());
    let token = reader.read(move |tx, _| site.access.issue(tx, &caller, Some(LIFETIME))).await?;
    Ok(Json(json!({"accessToken": token})))
}
