//! Making, changing and removing users' profiles.

use crate::access::Role;
use crate::registry::{After, Context};
use crate::rules::auth::require_administrator;
use arno_store::Result;
use arno_store::users::User;
use arno_wire::error::{Code, Error as Refusal};
use serde::Deserialize;
use serde_json::{Map, Value, json};

#[derive(Deserialize)]
pub(super) struct Create {
    id: String,
    name: String,
    company: String,
    family_name: Option<String>,
    given_name: Option<String>,
    avatar: Option<String>,
}

/// Makes the profile of a user known elsewhere; role `user`.
pub(super) fn create(ctx: &Context<'_>, request: Create) -> Result<Value> {
    if request.company != ctx.caller.company {
        let foreign = Refusal::new(Code::InvalidId).extra("no such company");
        return Err(foreign.with("company", request.company).into());
    }
    if User::find(ctx.tx, &request.id)?.is_some() {
        return Err(Refusal::new(Code::UserIdExists).with("id", request.id).into());
    }
    let (role, now) = (Role::User.name(), ctx.tx.now());
    let mut user = User::new(&request.id, &request.company, &request.name, role, now);
    for (field, value) in [
        ("family_name", request.family_name),
        ("given_name", request.given_name),
        ("avatar", request.avatar),
    ] {
        if let Some(value) = value {
            user.profile.insert(field.to_owned(), value.into());
        }
    }
    user.insert(ctx.tx)?;
    Ok(json!({}))
}

#[derive(Deserialize)]
pub(super) struct Update {
    user: String,
    name: Option<String>,
    family_name: Option<String>,
    given_name: Option<String>,
}

/// Changes names; everybody his own, administrators everybody's.
pub(super) fn update(ctx: &Context<'_>, request: Update) -> Result<Value> {
    if request.user != ctx.caller.user && ctx.caller.role != Role::Admin {
        let refused = Refusal::new(Code::NoWritePermission).extra("not your own profile");
        return Err(refused.with("user", request.user).into());
    }
    let mut user = User::get(ctx.tx, &request.user)?;
    let mut fields = Map::new();
    if let Some(name) = request.name.filter(|name| *name != user.name) {
        user.name.clone_from(&name);
        fields.insert("name".to_owned(), name.into());
    }
    for (field, value) in [("family_name", request.family_name), ("given_name", request.given_name)]
    {
        let value = value.map(Value::from).filter(|value| user.profile.get(field) != Some(value));
        if let Some(value) = value {
            user.profile.insert(field.to_owned(), value.clone());
            fields.insert(field.to_owned(), value);
        }
    }
    if fields.is_empty() {
        return Ok(json!({"updated": 0, "fields": {}}));
    }
    user.save_profile(ctx.tx)?;
    Ok(json!({"updated": 1, "fields": fields}))
}

#[derive(Deserialize)]
pub(super) struct Delete {
    user: String,
}

/// Removes a user with his key pairs; his work stays.
pub(super) fn delete(ctx: &Context<'_>, request: Delete) -> Result<Value> {
    let mut user = User::get(ctx.tx, &request.user)?;
    user.blocked = true;
    require_administrator(ctx.tx, &user)?;
    user.remove(ctx.tx)?;
    ctx.later(After::AccessChanged);
    Ok(json!({}))
}
