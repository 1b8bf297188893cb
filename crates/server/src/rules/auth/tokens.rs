//! Tokens: getting, giving up and checking them.

use crate::access::{Caller, From, Role};
use crate::registry::{Call, Context, Reply};
use arno_store::users::{Company, Session, User};
use arno_store::{Error, Result, Tx};
use arno_wire::error::{Code, Error as Refusal};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
struct Login {
    expiration_sec: Option<i64>,
}

/// A token for whoever proved who he is, also kept by the browser.
pub(super) async fn login(call: Call) -> Result<Reply> {
    let Login { expiration_sec } = call.request()?;
    let site = call.site.clone();
    let scope = call.caller.scope(site.settings.visibility);
    let issue = move |tx: &Tx<'_>| call.site.access.issue(tx, &call.caller, expiration_sec);
    let token = site.db.read(scope, issue).await?;
    Ok(Reply::SignedIn(json!({"token": token}), token))
}

/// Ends the session of the caller's token; the browser forgets its own.
pub(in crate::rules) async fn logout(call: Call) -> Result<Reply> {
    if let Some(session) = call.caller.session.clone() {
        let site = call.site.clone();
        let scope = call.caller.scope(site.settings.visibility);
        let revoke = move |tx: &Tx<'_>| {
            // A token without an end is never forgotten.
            let expires = session.expires.map_or(i64::MAX, |seconds| seconds.saturating_mul(1000));
            Session::revoke(tx, &session.id, expires)
        };
        site.db.write(scope, revoke).await?;
        site.access.forget();
    }
    Ok(Reply::SignedOut(json!({})))
}

#[derive(Deserialize)]
struct Validate {
    token: String,
}

/// Whether a token opens the door; never an error for one that does not.
pub(super) async fn validate(call: Call) -> Result<Reply> {
    let Validate { token } = call.request()?;
    Ok(Reply::Data(match call.site.access.check(&token).await {
        Ok(claims) => json!({
            "valid": true, "user": claims.identity.user, "company": claims.identity.company,
        }),
        Err(Error::Rejected(refusal)) => json!({"valid": false, "msg": refusal.to_string()}),
        Err(error) => return Err(error),
    }))
}

#[derive(Deserialize)]
pub(super) struct ForUser {
    user: String,
    company: Option<String>,
    expiration_sec: Option<i64>,
}

/// A token for another user.
pub(super) fn for_user(ctx: &Context<'_>, request: ForUser) -> Result<Value> {
    let unknown = || Refusal::new(Code::InvalidUserId).with("id", &request.user);
    let user = User::find(ctx.tx, &request.user)?.filter(|user| !user.blocked);
    let user = user.ok_or_else(unknown)?;
    if request.company.as_ref().is_some_and(|company| *company != user.company) {
        return Err(unknown().extra("the user is not of this company").into());
    }
    let company = Company::find(ctx.tx, &user.company)?.map(|company| company.name);
    let role = Role::parse(&user.role).ok_or_else(|| Error::corrupt("role", &user.role))?;
    let other = Caller {
        user: user.id,
        name: user.name,
        company: user.company,
        company_name: company.unwrap_or_default(),
        role,
        ..Caller::anonymous(From { address: ctx.caller.from.address, worker: None })
    };
    Ok(json!({"token": ctx.site.access.issue(ctx.tx, &other, request.expiration_sec)?}))
}
