//! Making users and changing their roles.

use crate::access::Role;
use crate::registry::{After, Context};
use arno_store::document::new_id;
use arno_store::users::User;
use arno_store::{Result, Tx};
use arno_wire::error::{Code, Error as Refusal};
use serde::Deserialize;
use serde_json::{Map, Value, json};

#[derive(Deserialize)]
pub(super) struct Create {
    name: String,
    company: String,
    role: Option<String>,
    email: String,
    family_name: Option<String>,
    given_name: Option<String>,
    avatar: Option<String>,
}

/// Makes a user who can come in once somebody gives him a password or a key pair.
pub(super) fn create(ctx: &Context<'_>, request: Create) -> Result<Value> {
    require_company(&request.company, ctx)?;
    require_email(&request.email)?;
    let role = parse_role(request.role.as_deref().unwrap_or("user"))?;
    let id = new_id();
    let company = &ctx.caller.company;
    let mut user = User::new(&id, company, &request.name, role.name(), ctx.tx.now());
    user.email = Some(request.email);
    let profile = [
        ("family_name", request.family_name),
        ("given_name", request.given_name),
        ("avatar", request.avatar),
        ("created_in_version", Some(ctx.site.settings.version.clone())),
    ];
    for (name, value) in profile {
        if let Some(value) = value {
            user.profile.insert(name.to_owned(), value.into());
        }
    }
    user.insert(ctx.tx)?;
    Ok(json!({"id": id}))
}

fn require_company(company: &str, ctx: &Context<'_>) -> Result<()> {
    if company == ctx.caller.company {
        return Ok(());
    }
    let foreign = Refusal::new(Code::InvalidId).extra("no such company");
    Err(foreign.with("company", company).into())
}

fn require_email(email: &str) -> Result<()> {
    let is_address = email
        .split_once('@')
        .is_some_and(|(name, domain)| !name.is_empty() && domain.contains('.'))
        && !email.contains(char::is_whitespace);
    if is_address {
        return Ok(());
    }
    Err(Refusal::new(Code::InvalidEmailAddress).with("email", email).into())
}

fn parse_role(name: &str) -> Result<Role> {
    Role::from_wire(name).ok_or_else(|| {
        let reason = "a role is one of admin, superuser (manager), user, guest (viewer), service";
        Refusal::new(Code::ValidationError).extra(reason).with("role", name).into()
    })
}

#[derive(Deserialize)]
pub(super) struct Edit {
    user: String,
    role: Option<String>,
}

/// Gives a user of the company another role; his tokens end.
pub(super) fn edit(ctx: &Context<'_>, request: Edit) -> Result<Value> {
    let mut user = User::get(ctx.tx, &request.user)?;
    let Some(name) = request.role else { return Ok(json!({"updated": 0, "fields": {}})) };
    let role = parse_role(&name)?;
    if user.role == role.name() {
        return Ok(json!({"updated": 0, "fields": {}}));
    }
    user.role = role.name().to_owned();
    require_administrator(ctx.tx, &user)?;
    user.save_access(ctx.tx)?;
    ctx.later(After::AccessChanged);
    Ok(json!({"updated": 1, "fields": {"role": role.wire_name()}}))
}

/// Refuses a change after which nobody could administer the site.
pub(in crate::rules) fn require_administrator(tx: &Tx<'_>, changed: &User) -> Result<()> {
    let is_admin = |user: &User| user.role == Role::Admin.name() && !user.blocked;
    let others = User::all(tx)?.into_iter().filter(|user| user.id != changed.id);
    if is_admin(changed) || others.into_iter().any(|user| is_admin(&user)) {
        return Ok(());
    }
    let last = Refusal::new(Code::InvalidUser).extra("the site needs at least one administrator");
    Err(last.with("user", &changed.id).into())
}

/// Whether people sign in by name and password here: they do.
pub(super) fn fixed_users_mode(_: &Context<'_>, _: Map<String, Value>) -> Result<Value> {
    Ok(json!({"enabled": true, "guest": {"enabled": false}, "server_errors": {}}))
}
