//! `debug.*`: is anybody there?

use crate::registry::{Context, Registry};
use arno_store::Result;
use serde_json::{Map, Value};

/// The endpoints of this folder.
pub fn register(r: &mut Registry) {
    r.read("debug.ping", ping);
}

/// Answers with the request and a greeting.
fn ping(_: &Context<'_>, mut request: Map<String, Value>) -> Result<Value> {
    request.insert("msg".to_owned(), "ClearML server".into());
    Ok(request.into())
}
