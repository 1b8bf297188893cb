//! The `_many` form of endpoints: ids one after the other, refusals listed instead of raised
//! (api.md §2, end).

use crate::registry::Context;
use arno_store::document::Document;
use arno_store::{Error, Result};
use arno_wire::envelope;
use arno_wire::error::{Code, Error as Refusal};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// The ids and the options of the single form.
#[derive(Debug, Deserialize)]
pub(crate) struct ManyRequest {
    ids: Vec<String>,
    #[serde(flatten)]
    options: Document,
}

/// Runs the rule of the single form for every id, which it knows by the name `key`.
pub(crate) fn each<Q: DeserializeOwned>(
    ctx: &Context<'_>,
    key: &str,
    request: ManyRequest,
    rule: impl Fn(&Context<'_>, Q) -> Result<Value>,
) -> Result<Value> {
    bulk(ctx, &request.ids, |id| {
        let mut body = request.options.clone();
        body.insert(key.to_owned(), id.into());
        let single = serde_json::from_value(Value::Object(body))
            .map_err(|e| Refusal::new(Code::ValidationError).extra(e.to_string()))?;
        rule(ctx, single)
    })
}

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
