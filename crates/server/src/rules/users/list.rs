//! `users.get_all` and `users.get_all_ex`, in the grammar of api.md §5.

use crate::access::Role;
use crate::registry::Context;
use arno_store::Result;
use arno_store::query::{self, Cond, Path, Request};
use arno_store::schema::USER;
use arno_store::users::User;
use arno_wire::error::{Code, Error as Refusal};
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// Users with the fields asked for.
pub(super) fn all(ctx: &Context<'_>, call: Map<String, Value>) -> Result<Value> {
    find(ctx, Request::parse(&USER, &call, false)?)
}

/// The same, references joined.
pub(super) fn all_ex(ctx: &Context<'_>, call: Map<String, Value>) -> Result<Value> {
    let answer = find(ctx, Request::parse(&USER, &call, true)?)?;
    with_roles(ctx, &call, answer)
}

/// The same; `active_in_projects` keeps those who own something in these projects, or anywhere
/// when the list is empty.
pub(super) fn all_ex_active(ctx: &Context<'_>, call: Map<String, Value>) -> Result<Value> {
    let request = Request::parse(&USER, &call, true)?;
    let Some(projects) = call.get("active_in_projects").filter(|list| !list.is_null()) else {
        let answer = find(ctx, request)?;
        return with_roles(ctx, &call, answer);
    };
    let projects = Vec::<String>::deserialize(projects).map_err(|_| {
        let expected = "active_in_projects is a list of project ids";
        Refusal::new(Code::ValidationError).extra(expected)
    })?;
    let active = User::active_in(ctx.tx, &projects)?;
    find(ctx, request.and(Cond::has(Path::of(["id"]), active)))
}

/// To administrators, with what each may do and the name he signs in by, unless only some fields are
/// wanted.
fn with_roles(ctx: &Context<'_>, call: &Map<String, Value>, mut answer: Value) -> Result<Value> {
    if ctx.caller.role != Role::Admin || call.contains_key("only_fields") {
        return Ok(answer);
    }
    let users = User::all(ctx.tx)?;
    for shown in answer["users"].as_array_mut().into_iter().flatten() {
        let Some(user) = users.iter().find(|user| shown["id"] == user.id.as_str()) else {
            continue;
        };
        if let Some(role) = Role::parse(&user.role) {
            shown["role"] = role.wire_name().into();
        }
        if let Some(login) = &user.login {
            shown["login"] = login.as_str().into();
        }
    }
    Ok(answer)
}

fn find(ctx: &Context<'_>, request: Request) -> Result<Value> {
    let found = query::find(ctx.tx, &USER, &request)?;
    let mut answer = json!({"users": found.documents});
    if let Some(scroll_id) = found.scroll_id {
        answer["scroll_id"] = scroll_id.into();
    }
    Ok(answer)
}
