//! `POST /api/v1/users/{id}/password`: an administrator says how somebody signs in. The wire has no
//! endpoint for it: where it comes from, passwords are in a file of the server.

use super::{App, body, door, errors};
use crate::access::{Caller, Role, hash_password};
use arno_store::users::User;
use arno_store::{Error, Result, Tx};
use arno_wire::error::{Code, Error as Refusal};
use axum::extract::{ConnectInfo, Path, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use std::net::SocketAddr;
use std::sync::Arc;

/// Largest body, bytes.
const MAX_BODY: usize = 64 * 1024;
/// Fewest characters of a password, and most bytes of it and of a sign-in name.
const SHORTEST: usize = 8;
const LONGEST: usize = 256;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SignIn {
    /// The name typed at sign-in; the one he has when absent.
    login: Option<String>,
    password: String,
}

/// Sets the password of a user and ends his sessions; answers 204.
pub(super) async fn set_password(
    State(app): State<Arc<App>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    match set(&app, peer, id, request).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => errors::plain(&errors::refusal(error)),
    }
}

async fn set(app: &App, peer: SocketAddr, id: String, request: Request) -> Result<()> {
    let (parts, body) = request.into_parts();
    let from = app.proxies.origin(&parts.headers, peer.ip());
    let caller = door::caller(app, &parts.method, &parts.headers, from, false).await?;
    require_administrator(&caller)?;
    let sign_in = SignIn::read(&body::read_up_to(body, MAX_BODY).await?)?;
    let password = sign_in.password;
    let hash = tokio::task::spawn_blocking(move || hash_password(&password))
        .await
        .map_err(|failed| Error::Panicked(failed.to_string()))??;
    let login = sign_in.login;
    let scope = caller.scope(app.site.settings.visibility);
    let save = move |tx: &Tx<'_>| {
        let mut user = User::get(tx, &id)?;
        user.login = Some(login_of(tx, &user, login.as_deref())?);
        user.password = Some(hash.clone());
        user.save_access(tx)
    };
    app.site.db.write(scope, save).await?;
    app.site.access.forget();
    Ok(())
}

fn require_administrator(caller: &Caller) -> Result<()> {
    match caller.role {
        Role::Admin => Ok(()),
        _ => {
            let reason = "only administrators set passwords; ask one of them";
            Err(Refusal::new(Code::RoleNotAllowed).extra(reason).into())
        }
    }
}

impl SignIn {
    fn read(body: &[u8]) -> Result<SignIn> {
        let sign_in: SignIn = serde_json::from_slice(body).map_err(|e| wrong(&e.to_string()))?;
        let (characters, bytes) = (sign_in.password.chars().count(), sign_in.password.len());
        if characters < SHORTEST || bytes > LONGEST {
            let lengths =
                format!("a password has {SHORTEST} characters or more, at most {LONGEST} bytes");
            return Err(wrong(&lengths));
        }
        Ok(sign_in)
    }
}

/// The name he is to sign in by, which nobody else has.
fn login_of(tx: &Tx<'_>, user: &User, wanted: Option<&str>) -> Result<String> {
    let login = match (wanted.map(str::trim), &user.login) {
        (Some(wanted), _) => wanted,
        (None, Some(known)) => known,
        (None, None) => return Err(wrong("this user has no sign-in name yet: login is needed")),
    };
    if login.is_empty() || login.len() > LONGEST || login.contains([':', '\r', '\n']) {
        let form =
            format!("a sign-in name has 1 to {LONGEST} bytes, without a colon or line break");
        return Err(wrong(&form));
    }
    match User::by_login(tx, login)? {
        Some(other) if other.id != user.id => {
            let taken = Refusal::new(Code::ExpectedUniqueData);
            Err(taken.extra("another user signs in by this name").with("login", login).into())
        }
        _ => Ok(login.to_owned()),
    }
}

fn wrong(why: &str) -> Error {
    Refusal::new(Code::ValidationError).extra(why).into()
}
