//! `/api/v1/gateway/{kind}`: what is registered, listed, registered, changed and removed. Answers are
//! JSON, failures `{"error": text}` with their status.

use super::{answer, request};
use crate::access::{Caller, Role};
use crate::gateway::admin::{self, Actor, Search, tokens};
use crate::gateway::{Failure, Outcome};
use crate::http::{App, door};
use arno_store::gateway::model::{Api, Endpoint, Grant, Issuer, Machine, Plan, Template, Token};
use arno_store::{Result, Scope, Tx};
use arno_wire::date;
use arno_wire::error::{Code, Error as Refusal};
use axum::extract::{ConnectInfo, Path, Request, State};
use axum::http::Method;
use axum::http::request::Parts;
use axum::response::Response;
use serde_json::{Map, Value};
use std::net::SocketAddr;
use std::sync::Arc;

/// Does something with the kind of this name.
macro_rules! of_kind {
    ($kind:expr, $work:ident ( $($argument:expr),* )) => {
        match $kind {
            "machines" => admin::$work::<Machine>($($argument),*),
            "endpoints" => admin::$work::<Endpoint>($($argument),*),
            "tasks" => admin::$work::<Template>($($argument),*),
            "apis" => admin::$work::<Api>($($argument),*),
            "plans" => admin::$work::<Plan>($($argument),*),
            "grants" => admin::$work::<Grant>($($argument),*),
            "issuers" => admin::$work::<Issuer>($($argument),*),
            "tokens" => admin::$work::<Token>($($argument),*),
            _ => Err(no_such_place()),
        }
    };
}

fn no_such_place() -> arno_store::Error {
    Refusal::new(Code::Plain404).extra("there is nothing of this kind").into()
}

pub(super) async fn list(
    State(app): State<Arc<App>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path(kind): Path<String>,
    asked: Request,
) -> Response {
    let (parts, _) = asked.into_parts();
    let outcome = async {
        let caller = enter(&app, peer, &parts, true).await?;
        let search = search(&parts)?;
        read(&app, caller, move |tx, actor| of_kind!(kind.as_str(), list(tx, actor, &search))).await
    };
    respond(200, outcome.await)
}

pub(super) async fn get(
    State(app): State<Arc<App>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path((kind, id)): Path<(String, String)>,
    asked: Request,
) -> Response {
    let (parts, _) = asked.into_parts();
    let outcome = async {
        let caller = enter(&app, peer, &parts, true).await?;
        read(&app, caller, move |tx, actor| of_kind!(kind.as_str(), get(tx, actor, &id))).await
    };
    respond(200, outcome.await)
}

pub(super) async fn create(
    State(app): State<Arc<App>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path(kind): Path<String>,
    asked: Request,
) -> Response {
    let outcome = async {
        let (caller, fields) = change(&app, peer, asked).await?;
        write(&app, caller, move |tx, actor| {
            of_kind!(kind.as_str(), create(tx, actor, fields.clone()))
        })
        .await
    };
    respond(201, outcome.await)
}

pub(super) async fn edit(
    State(app): State<Arc<App>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path((kind, id)): Path<(String, String)>,
    asked: Request,
) -> Response {
    let outcome = async {
        let (caller, fields) = change(&app, peer, asked).await?;
        write(&app, caller, move |tx, actor| {
            of_kind!(kind.as_str(), edit(tx, actor, &id, fields.clone()))
        })
        .await
    };
    respond(200, outcome.await)
}

pub(super) async fn remove(
    State(app): State<Arc<App>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path((kind, id)): Path<(String, String)>,
    asked: Request,
) -> Response {
    let outcome = async {
        let (caller, _) = change(&app, peer, asked).await?;
        write(&app, caller, move |tx, actor| of_kind!(kind.as_str(), remove(tx, actor, &id))).await
    };
    respond(200, outcome.await)
}

pub(super) async fn list_tokens(
    state: State<Arc<App>>,
    peer: ConnectInfo<SocketAddr>,
    asked: Request,
) -> Response {
    list(state, peer, Path("tokens".to_owned()), asked).await
}

/// A token's text is told once, so it is made by rules of its own.
pub(super) async fn create_token(
    State(app): State<Arc<App>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    asked: Request,
) -> Response {
    let outcome = async {
        let (caller, fields) = change(&app, peer, asked).await?;
        let wanted = wanted(&fields)?;
        write(&app, caller, move |tx, actor| tokens::create(tx, actor, &wanted)).await
    };
    respond(201, outcome.await)
}

fn wanted(fields: &Map<String, Value>) -> Outcome<tokens::Wanted> {
    let known = ["user", "label", "apis", "expires"];
    if let Some(name) = fields.keys().find(|name| !known.contains(&name.as_str())) {
        return Err(Failure::bad(format!("{name} is no field of a token")));
    }
    let apis = match fields.get("apis") {
        None | Some(Value::Null) => Some(Vec::new()),
        Some(Value::Array(items)) => {
            items.iter().map(|item| item.as_str().map(str::to_owned)).collect()
        }
        Some(_) => None,
    };
    let expires = match request::text(fields, "expires")? {
        Some(text) => {
            let moment = date::parse(&text);
            Some(moment.ok_or_else(|| Failure::bad("expires must be a date"))?)
        }
        None => None,
    };
    Ok(tokens::Wanted {
        user: request::text(fields, "user")?,
        label: request::text(fields, "label")?.unwrap_or_default(),
        apis: apis.ok_or_else(|| Failure::bad("apis must be a list of texts"))?,
        expires,
    })
}

/// Who asks: an account of this site, and no viewer when something is to be changed.
pub(super) async fn enter(
    app: &App,
    peer: SocketAddr,
    parts: &Parts,
    reads: bool,
) -> Outcome<Caller> {
    let from = app.proxies.origin(&parts.headers, peer.ip());
    // PATCH and DELETE are sent by our own pages as POST is: the rest of the cookie's rule holds.
    let method = if reads { &parts.method } else { &Method::POST };
    let caller = door::caller(app, method, &parts.headers, from, reads).await?;
    match caller.role == Role::Viewer && !reads {
        true => Err(Failure::forbidden("Viewers change nothing")),
        false => Ok(caller),
    }
}

async fn change(
    app: &App,
    peer: SocketAddr,
    asked: Request,
) -> Outcome<(Caller, Map<String, Value>)> {
    let (parts, body) = asked.into_parts();
    let caller = enter(app, peer, &parts, false).await?;
    let fields = request::fields(&request::bytes(body).await?)?;
    Ok((caller, fields))
}

/// Reads with a caller's eyes.
pub(super) async fn read<T: Send + 'static>(
    app: &App,
    caller: Caller,
    work: impl Fn(&Tx<'_>, &Actor) -> Result<T> + Send + 'static,
) -> Outcome<T> {
    let scope = scope(app, &caller);
    Ok(app.site.db.read(scope, move |tx: &Tx<'_>| work(tx, &Actor::of(tx, &caller)?)).await?)
}

/// Changes something in a caller's name.
pub(super) async fn write<T: Send + 'static>(
    app: &App,
    caller: Caller,
    work: impl Fn(&Tx<'_>, &Actor) -> Result<T> + Send + 'static,
) -> Outcome<T> {
    let scope = scope(app, &caller);
    let changed = move |tx: &Tx<'_>| work(tx, &Actor::of(tx, &caller)?);
    let done = app.site.db.write(scope, changed).await?;
    // What is registered from now on is what the next call finds.
    app.site.gateway.directory_now(&app.site.db, &app.site.settings.company).await?;
    Ok(done)
}

fn scope(app: &App, caller: &Caller) -> Scope {
    caller.scope(app.site.settings.visibility)
}

fn search(parts: &Parts) -> Outcome<Search> {
    Ok(Search {
        words: request::query(parts, "q").unwrap_or_default(),
        page: request::number(parts, "page")?.unwrap_or(0),
        size: request::number(parts, "page_size")?,
    })
}

pub(super) fn respond(status: u16, outcome: Outcome<Value>) -> Response {
    match outcome {
        Ok(value) => answer::json(status, &value),
        Err(failure) => answer::failure(&failure, false),
    }
}
