//! What the pages remember for a user: a free tree, changed by dotted paths.

use crate::registry::Context;
use arno_store::Result;
use arno_store::users::User;
use arno_wire::error::{Code, Error as Refusal};
use serde::Deserialize;
use serde_json::{Map, Value, json};

const FIELD: &str = "preferences";

/// The caller's preferences.
pub(super) fn get(ctx: &Context<'_>, _: Map<String, Value>) -> Result<Value> {
    Ok(json!({FIELD: stored(&User::get(ctx.tx, &ctx.caller.user)?)}))
}

fn stored(user: &User) -> Map<String, Value> {
    user.profile.get(FIELD).and_then(Value::as_object).cloned().unwrap_or_default()
}

#[derive(Deserialize)]
pub(super) struct Set {
    preferences: Map<String, Value>,
    return_updated: Option<bool>,
}

/// Merges into the caller's preferences.
///
/// # Errors
/// 400/16 for a nested key with a dot, or any key that starts with `$`.
pub(super) fn set(ctx: &Context<'_>, request: Set) -> Result<Value> {
    let mut user = User::get(ctx.tx, &ctx.caller.user)?;
    let before = stored(&user);
    let mut after = before.clone();
    for (path, value) in request.preferences {
        check(&path, &value)?;
        put(&mut after, &path, value);
    }
    if after == before {
        return Ok(json!({"updated": 0, "fields": {}}));
    }
    user.profile.insert(FIELD.to_owned(), after.clone().into());
    user.save_profile(ctx.tx)?;
    if request.return_updated.unwrap_or(false) {
        return Ok(json!({"updated": 1, "fields": {FIELD: after}}));
    }
    Ok(json!({"updated": 1, "fields": {}}))
}

fn check(path: &str, value: &Value) -> Result<()> {
    if path.split('.').any(|part| part.is_empty() || part.starts_with('$')) {
        return Err(refused(path, "a key is not empty and does not start with $"));
    }
    check_nested(value)
}

fn check_nested(value: &Value) -> Result<()> {
    match value {
        Value::Object(fields) => fields.iter().try_for_each(|(key, value)| {
            if key.contains('.') {
                return Err(refused(key, "a nested key has no dot"));
            }
            if key.starts_with('$') {
                return Err(refused(key, "a key does not start with $"));
            }
            check_nested(value)
        }),
        Value::Array(items) => items.iter().try_for_each(check_nested),
        _ => Ok(()),
    }
}

fn refused(key: &str, reason: &str) -> arno_store::Error {
    Refusal::new(Code::FieldsValueError).extra(reason).with("key", key).into()
}

fn put(tree: &mut Map<String, Value>, path: &str, value: Value) {
    let Some((first, rest)) = path.split_once('.') else {
        tree.insert(path.to_owned(), value);
        return;
    };
    let slot = tree.entry(first).or_insert_with(|| json!({}));
    if !slot.is_object() {
        *slot = json!({});
    }
    if let Value::Object(inner) = slot {
        put(inner, rest, value);
    }
}
