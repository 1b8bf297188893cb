//! `/api/v1/gateway/{kind}`: what is registered, listed, registered, changed and removed. Answers are
//! JSON, failures `{"error": text}` with their status.

use super::answer::Json;
use super::entered::{Editor, Reader};
use super::request;
use crate::gateway::admin::{self, Actor, Search, tokens};
use crate::gateway::{Failure, Outcome};
use arno_store::Tx;
use arno_store::gateway::model::{Api, Endpoint, Grant, Issuer, Machine, Plan, Template, Token};
use arno_wire::date;
use arno_wire::error::{Code, Error as Refusal};
use axum::extract::Path;
use axum::http::StatusCode;
use axum::http::request::Parts;
use serde_json::{Map, Value};

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

pub(super) async fn list(reader: Reader, Path(kind): Path<String>) -> Outcome<Json> {
    let search = search(&reader.parts)?;
    let found = reader.read(move |tx, actor| of_kind!(kind.as_str(), list(tx, actor, &search)));
    Ok(Json(found.await?))
}

pub(super) async fn get(reader: Reader, Path((kind, id)): Path<(String, String)>) -> Outcome<Json> {
    let found = reader.read(move |tx, actor| of_kind!(kind.as_str(), get(tx, actor, &id)));
    Ok(Json(found.await?))
}

pub(super) async fn create(
    Path(kind): Path<String>,
    mut editor: Editor,
) -> Outcome<(StatusCode, Json)> {
    let fields = std::mem::take(&mut editor.fields);
    let create = move |tx: &Tx<'_>, actor: &Actor| {
        of_kind!(kind.as_str(), create(tx, actor, fields.clone()))
    };
    Ok((StatusCode::CREATED, Json(editor.write(create).await?)))
}

pub(super) async fn edit(
    Path((kind, id)): Path<(String, String)>,
    mut editor: Editor,
) -> Outcome<Json> {
    let fields = std::mem::take(&mut editor.fields);
    let edit = move |tx: &Tx<'_>, actor: &Actor| {
        of_kind!(kind.as_str(), edit(tx, actor, &id, fields.clone()))
    };
    Ok(Json(editor.write(edit).await?))
}

pub(super) async fn remove(
    Path((kind, id)): Path<(String, String)>,
    editor: Editor,
) -> Outcome<Json> {
    let removed = editor.write(move |tx, actor| of_kind!(kind.as_str(), remove(tx, actor, &id)));
    Ok(Json(removed.await?))
}

pub(super) async fn list_tokens(reader: Reader) -> Outcome<Json> {
    list(reader, Path("tokens".to_owned())).await
}

/// A token's text is told once, so it is made by rules of its own.
pub(super) async fn create_token(editor: Editor) -> Outcome<(StatusCode, Json)> {
    let wanted = wanted(&editor.fields)?;
    let made = editor.write(move |tx, actor| tokens::create(tx, actor, &wanted)).await?;
    Ok((StatusCode::CREATED, Json(made)))
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

fn search(parts: &Parts) -> Outcome<Search> {
    Ok(Search {
        words: request::query(parts, "q").unwrap_or_default(),
        page: request::number(parts, "page")?.unwrap_or(0),
        size: request::number(parts, "page_size")?,
    })
}
