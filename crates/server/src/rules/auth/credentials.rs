//! The caller's own key pairs.

use crate::access::{new_key_pair, secret_hash};
use crate::registry::{After, Context};
use arno_store::Result;
use arno_store::users::Credential;
use arno_wire::date;
use arno_wire::error::{Code, Error as Refusal};
use serde::Deserialize;
use serde_json::{Map, Value, json};

#[derive(Deserialize)]
pub(super) struct Create {
    label: Option<String>,
}

/// Makes a key pair; its secret is shown only here.
pub(super) fn create(ctx: &Context<'_>, request: Create) -> Result<Value> {
    let pair = new_key_pair();
    Credential {
        access_key: pair.access_key.clone(),
        user: ctx.caller.user.clone(),
        company: ctx.caller.company.clone(),
        secret_hash: secret_hash(&pair.secret_key),
        label: request.label.clone(),
        epoch: 0,
        created: ctx.tx.now(),
        last_used: None,
        last_used_from: None,
    }
    .insert(ctx.tx)?;
    let mut made = json!({"access_key": pair.access_key, "secret_key": pair.secret_key});
    if let Some(label) = request.label {
        made["label"] = label.into();
    }
    Ok(json!({"credentials": made}))
}

/// The caller's key pairs, without their secrets.
pub(super) fn list(ctx: &Context<'_>, _: Map<String, Value>) -> Result<Value> {
    let shown: Vec<Value> =
        Credential::of_user(ctx.tx, &ctx.caller.user)?.iter().map(show).collect();
    Ok(json!({"credentials": shown}))
}

fn show(credential: &Credential) -> Value {
    let mut shown = json!({"access_key": credential.access_key});
    let last_used = credential.last_used.map(date::format_naive);
    let fields = [
        ("label", credential.label.clone()),
        ("last_used", last_used),
        ("last_used_from", credential.last_used_from.clone()),
    ];
    for (name, value) in fields {
        if let Some(value) = value {
            shown[name] = value.into();
        }
    }
    shown
}

#[derive(Deserialize)]
pub(super) struct Edit {
    access_key: String,
    label: Option<String>,
}

/// Names one of the caller's key pairs.
pub(super) fn edit(ctx: &Context<'_>, request: Edit) -> Result<Value> {
    let label = request.label.as_deref();
    if Credential::set_label(ctx.tx, &ctx.caller.user, &request.access_key, label)? {
        return Ok(json!({"updated": 1}));
    }
    let unknown = Refusal::new(Code::InvalidAccessKey);
    Err(unknown.with("access_key", request.access_key).into())
}

#[derive(Deserialize)]
pub(super) struct Revoke {
    access_key: String,
}

/// Removes one of the caller's key pairs, and with it every token it was given.
pub(super) fn revoke(ctx: &Context<'_>, request: Revoke) -> Result<Value> {
    if !Credential::revoke(ctx.tx, &ctx.caller.user, &request.access_key)? {
        let unknown = Refusal::new(Code::InvalidUser).extra("no such key pair of this user");
        return Err(unknown.with("access_key", request.access_key).into());
    }
    ctx.later(After::AccessChanged);
    Ok(json!({"revoked": 1}))
}
