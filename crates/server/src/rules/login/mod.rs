//! `login.*`: what the sign-in page needs to know.

use crate::registry::{Call, Context, Effect, Registry, Reply};
use arno_store::Result;
use serde_json::{Map, Value, json};
use std::future::Future;

/// The endpoints of this folder.
pub fn register(r: &mut Registry) {
    r.read("login.supported_modes", supported_modes);
    r.asynchronous("login.logout", Effect::Own, logout).since(2, 13);
}

/// How one may sign in, and whether the caller has.
fn supported_modes(ctx: &Context<'_>, _: Map<String, Value>) -> Result<Value> {
    Ok(json!({
        "basic": {"enabled": true, "guest": {"enabled": false}},
        "sso": {},
        "sso_providers": [],
        "server_errors": {"missed_es_upgrade": false, "es_connection_error": false},
        "authenticated": ctx.caller.is_authenticated(),
    }))
}

fn logout(call: Call) -> impl Future<Output = Result<Reply>> {
    super::auth::logout(call)
}
