//! The `_many` form of endpoints: ids one after the other, refusals listed instead of raised
//! (api.md §2, end).

use crate::registry::Context;
use arno_store::{Error, Result};
use arno_wire::envelope;
use serde_json::{Value, json};

/// Runs `each` for every id in a savepoint of its own. What it returns is listed with the id under
/// `succeeded`; what the protocol refuses under `failed`. Other errors end the whole request.
pub(crate) fn bulk(
    ctx: &Context<'_>,
    ids: &[String],
    each: impl Fn(&str) -> Result<Value>,
) -> Result<Value> {
    let (mut succeeded, mut failed) = (Vec::new(), Vec::new());
    for id in ids {
        let pending = ctx.pending();
        match ctx.tx.savepoint(|| each(id)) {
            Ok(mut item) => {
                item["id"] = id.as_str().into();
                succeeded.push(item);
            }
            Err(Error::Rejected(error)) => {
                ctx.forget_later(pending);
                failed.push(envelope::bulk_failure(id, &error));
            }
            Err(error) => return Err(error),
        }
    }
    Ok(json!({"succeeded": succeeded, "failed": failed}))
}
