//! A call of the API from its path to its envelope, in the order of api.md §3.1: path and
//! version, caller, role, impersonation, body, fields, rule.

use super::address::clearml_header;
use super::{App, body, door, errors, reply};
use crate::access::{Caller, Role};
use crate::registry::{Call, Context, Effect, Entry, Handler, Reply};
use arno_store::{Error, Result, Tx};
use arno_wire::endpoints::{Authorize, Endpoint, Handler as Schema, table};
use arno_wire::envelope::{self, Meta};
use arno_wire::error::{Code, Error as Refusal};
use arno_wire::version::Version;
use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use futures_util::FutureExt;
use std::net::IpAddr;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

/// Answers a call.
pub(super) async fn answer(app: Arc<App>, peer: IpAddr, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    if parts.headers.contains_key(CONTENT_ENCODING) {
        body::drain(body).await;
        let words = "Compressed request bodies are not supported: send it without Content-Encoding";
        return reply::text(StatusCode::UNSUPPORTED_MEDIA_TYPE, words);
    }
    let mut meta = new_meta(&parts.headers);
    let work = call(&app, &mut meta, peer, &parts, body);
    let outcome = AssertUnwindSafe(work).catch_unwind().await;
    let outcome = outcome.unwrap_or_else(|panic| Err(panicked(panic.as_ref())));
    outcome.unwrap_or_else(|error| reply::failure(&meta, &errors::refusal(error)))
}

fn new_meta(headers: &HeaderMap) -> Meta {
    let id = uuid::Uuid::new_v4().simple().to_string();
    let trx = clearml_header(headers, "trx").unwrap_or(&id).to_owned();
    let (requested, actual) = (Version::MAX, Version::MAX);
    Meta { id, trx, endpoint: String::new(), requested, actual }
}

fn panicked(panic: &(dyn std::any::Any + Send)) -> Error {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
    Error::Panicked(text.unwrap_or_default())
}

async fn call(
    app: &Arc<App>,
    meta: &mut Meta,
    peer: IpAddr,
    parts: &Parts,
    body: Body,
) -> Result<Response> {
    let found = find(app, meta, parts);
    let asked = match found {
        Ok(asked) => asked,
        Err(error) => return refuse(body, error).await,
    };
    let caller = match enter(app, &asked, parts, peer).await {
        Ok(caller) => caller,
        Err(error) => return refuse(body, error).await,
    };
    let call = Call {
        site: app.site.clone(),
        caller,
        version: meta.requested,
        content_type: header_text(&parts.headers, CONTENT_TYPE.as_str()),
        query: parts.uri.query().map(str::to_owned),
        body: body::read(body).await?,
        schema: asked.schema,
    };
    let Some(entry) = asked.entry else {
        let missing = Refusal::new(Code::NotImplemented).with("endpoint", &meta.endpoint);
        return Err(missing.into());
    };
    run(app, meta, entry, call).await
}

/// What a path names: the endpoint, its schema for the version asked for, and our line for it.
struct Asked<'a> {
    endpoint: &'static Endpoint,
    schema: &'static Schema,
    entry: Option<&'a Entry>,
}

fn find<'a>(app: &'a App, meta: &mut Meta, parts: &Parts) -> Result<Asked<'a>> {
    let path = arno_wire::path::parse(parts.uri.path())?;
    meta.requested = path.requested();
    meta.actual = meta.requested;
    meta.endpoint = path.endpoint;
    let unknown = || {
        Refusal::new(Code::Plain404)
            .extra("no such endpoint in this version")
            .with("endpoint", &meta.endpoint)
            .with("version", meta.requested)
    };
    let endpoint = table().get(&meta.endpoint).ok_or_else(unknown)?;
    let schema = endpoint.handler(meta.requested).ok_or_else(unknown)?;
    meta.actual = schema.min_version;
    Ok(Asked { endpoint, schema, entry: app.registry.find(&meta.endpoint, schema.min_version) })
}

/// The caller, if he may call this endpoint.
async fn enter(app: &App, asked: &Asked<'_>, parts: &Parts, peer: IpAddr) -> Result<Caller> {
    let from = app.proxies.origin(&parts.headers, peer);
    let effect = asked.entry.map_or(Effect::Write, |entry| entry.effect);
    let reads = effect == Effect::Read;
    if asked.endpoint.authorize == Authorize::Never {
        return Ok(Caller::anonymous(from));
    }
    let caller = door::caller(app, &parts.method, &parts.headers, from.clone(), reads).await;
    if asked.endpoint.authorize == Authorize::Attempted {
        return match caller {
            Err(Error::Rejected(_)) => Ok(Caller::anonymous(from)),
            outcome => outcome,
        };
    }
    let caller = caller?;
    require_role(asked.endpoint, effect, &caller)?;
    let wanted = door::impersonation(&parts.headers);
    if wanted.is_none() {
        return Ok(caller);
    }
    let other = app.site.access.impersonate(caller, &wanted).await?;
    require_role(asked.endpoint, effect, &other)?;
    Ok(other)
}

fn require_role(endpoint: &Endpoint, effect: Effect, caller: &Caller) -> Result<()> {
    let only_reads = caller.role == Role::Viewer && effect == Effect::Write;
    if caller.role.is_among(&endpoint.allow_roles) && !only_reads {
        return Ok(());
    }
    let refused = Refusal::new(Code::RoleNotAllowed)
        .with("endpoint", &endpoint.name)
        .with("role", caller.role.wire_name());
    Err(refused.into())
}

async fn run(app: &App, meta: &Meta, entry: &Entry, call: Call) -> Result<Response> {
    let site = call.site.clone();
    let scope = call.caller.scope(site.settings.visibility);
    let work: Work = match entry.handler.clone() {
        Handler::Own(rule) => return Ok(finish(app, meta, rule(call).await?)),
        Handler::Rule(rule) => {
            let fields = call.fields()?;
            Box::new(move |context| rule(context, &fields))
        }
        Handler::Batch(rule) => {
            let items = call.items()?;
            Box::new(move |context| rule(context, &items))
        }
    };
    if entry.effect == Effect::Read {
        let meta = meta.clone();
        // Written where the data is, so that a large answer does not hold up the network.
        let written = site.db.read(scope, move |tx: &Tx<'_>| {
            let data = work(&Context::new(tx, &call))?;
            Ok(envelope::success(&meta, &data))
        });
        return Ok(reply::envelope(StatusCode::OK, written.await?));
    }
    let changed = site.db.write(scope, move |tx: &Tx<'_>| {
        let context = Context::new(tx, &call);
        let data = work(&context)?;
        Ok((data, context.into_after()))
    });
    let (data, after) = changed.await?;
    site.after(after).await;
    Ok(finish(app, meta, Reply::Data(data)))
}

type Work = Box<dyn Fn(&Context<'_>) -> Result<serde_json::Value> + Send>;

fn finish(app: &App, meta: &Meta, answer: Reply) -> Response {
    let wrap = |data| reply::envelope(StatusCode::OK, envelope::success(meta, data));
    match answer {
        Reply::Data(data) => wrap(&data),
        Reply::SignedIn(data, token) => {
            let mut response = wrap(&data);
            reply::set_cookie(app, &mut response, Some(&token));
            response
        }
        Reply::SignedOut(data) => {
            let mut response = wrap(&data);
            reply::set_cookie(app, &mut response, None);
            response
        }
        Reply::Download { name, content_type, content } => {
            reply::download(&name, content_type, content)
        }
    }
}

fn header_text(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

async fn refuse(body: Body, error: Error) -> Result<Response> {
    body::drain(body).await;
    Err(error)
}
