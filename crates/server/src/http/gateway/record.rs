//! `/api/v1/gateway/calls`, statistics, consumption, invoices, and what is kept of persons.

use super::answer::{self, Json};
use super::entered::{Editor, Reader};
use super::request;
use crate::gateway::admin::calls::{self, Last};
use crate::gateway::{Failure, Outcome};
use crate::http::reply;
use arno_store::Millis;
use arno_store::gateway::search::Filter;
use arno_wire::date;
use axum::body::Body;
use axum::extract::Path;
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::response::Response;
use bytes::Bytes;
use std::future::Future;

const DAY: Millis = 86_400_000;
/// Periods of the charts: an hour, a day, thirty days.
const STEPS: [(&str, Millis); 3] = [("hour", 3_600_000), ("day", DAY), ("month", 30 * DAY)];

/// `GET …/calls`: a page of the record, or all of it with `format=csv`.
pub(super) async fn list(reader: Reader) -> Outcome<Response> {
    let filter = filter(&reader.parts)?;
    if request::query(&reader.parts, "format").as_deref() == Some("csv") {
        return Ok(table(reader, filter));
    }
    let page = request::number(&reader.parts, "page")?.unwrap_or(0);
    let size = request::number(&reader.parts, "page_size")?;
    let found =
        reader.read(move |tx, actor| calls::list(tx, actor, filter.clone(), page, size)).await?;
    Ok(answer::json(200, &found))
}

/// The calls as a table.
fn table(reader: Reader, filter: Filter) -> Response {
    let pages = move |after| {
        let filter = filter.clone();
        reader.read(move |tx, actor| calls::csv_rows(tx, actor, filter.clone(), after))
    };
    let body = in_pages(calls::csv_header(), pages, "");
    file(body, "text/csv; charset=utf-8", "calls.csv")
}

/// A text that is read page by page while it is sent: a page and after which call the next one begins.
fn in_pages<F>(
    head: String,
    page: impl Fn(Option<Last>) -> F + Send + 'static,
    tail: &'static str,
) -> Body
where
    F: Future<Output = Outcome<(String, Option<Last>)>> + Send,
{
    enum Next {
        Head(String),
        Page(Option<Last>),
        Tail,
        End,
    }
    let parts =
        futures_util::stream::unfold((Next::Head(head), page), async move |(next, page)| {
            let (part, next) = match next {
                Next::Head(head) => (Ok(Bytes::from(head)), Next::Page(None)),
                Next::Page(after) => match page(after).await {
                    Ok((rows, Some(last))) => (Ok(Bytes::from(rows)), Next::Page(Some(last))),
                    Ok((rows, None)) => (Ok(Bytes::from(rows)), Next::Tail),
                    // The connection is cut, which is all that can still be told.
                    Err(failure) => (Err(std::io::Error::other(failure.text)), Next::End),
                },
                Next::Tail => (Ok(Bytes::from_static(tail.as_bytes())), Next::End),
                Next::End => return None,
            };
            Some((part, (next, page)))
        });
    Body::from_stream(parts)
}

fn file(body: Body, kind: &'static str, name: &str) -> Response {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(CONTENT_DISPOSITION, reply::attachment(name));
    response
}

/// `GET …/calls/{id}`.
pub(super) async fn get(reader: Reader, Path(id): Path<String>) -> Outcome<Json> {
    Ok(Json(reader.read(move |tx, actor| calls::get(tx, actor, &id)).await?))
}

/// `GET …/statistics?step=hour|day|month`.
pub(super) async fn statistics(reader: Reader) -> Outcome<Json> {
    let filter = filter(&reader.parts)?;
    let step = step(&reader.parts)?;
    let found = reader.read(move |tx, actor| calls::statistics(tx, actor, filter.clone(), step));
    Ok(Json(found.await?))
}

fn step(parts: &Parts) -> Outcome<Millis> {
    let named = request::query(parts, "step").unwrap_or_else(|| "day".to_owned());
    let step = STEPS.iter().find(|(name, _)| *name == named);
    let (_, step) = step.ok_or_else(|| Failure::bad("step must be hour, day or month"))?;
    Ok(*step)
}

/// `GET …/consumption`: by caller and API.
pub(super) async fn consumption(reader: Reader) -> Outcome<Json> {
    let filter = filter(&reader.parts)?;
    let found = reader.read(move |tx, actor| calls::consumption(tx, actor, filter.clone()));
    Ok(Json(found.await?))
}

/// `GET …/invoice?from=&to=`: what callers owe for that time, which is at least a month.
pub(super) async fn invoice(reader: Reader) -> Outcome<Json> {
    let filter = filter(&reader.parts)?;
    let now = reader.app.site.db.clock().now();
    let (from, to) = (filter.from.unwrap_or(now), filter.to.unwrap_or(now));
    let months = ((to - from).max(0) as f64 / (30.44 * DAY as f64)).round().max(1.0) as i64;
    let found = reader.read(move |tx, actor| calls::invoice(tx, actor, filter.clone(), months));
    Ok(Json(found.await?))
}

/// `GET …/persons/{caller}`: everything that is kept of a caller, `{"caller": …, "calls": […]}`.
pub(super) async fn person(reader: Reader, Path(caller): Path<String>) -> Outcome<Response> {
    let whose = caller.clone();
    reader.read(move |_, actor| calls::require_own(actor, &whose)).await?;
    let head = format!("{{\"caller\":{},\"calls\":[", serde_json::Value::from(caller.as_str()));
    let pages = move |after| {
        let caller = caller.clone();
        reader.read(move |tx, actor| calls::person(tx, actor, &caller, after))
    };
    Ok(file(in_pages(head, pages, "]}"), "application/json", "calls.json"))
}

/// `DELETE …/persons/{caller}`: takes a caller out of the record.
pub(super) async fn erase(Path(caller): Path<String>, editor: Editor) -> Outcome<Json> {
    Ok(Json(editor.write(move |tx, actor| calls::erase(tx, actor, &caller)).await?))
}

fn filter(parts: &Parts) -> Outcome<Filter> {
    let text = |name: &str| request::query(parts, name).filter(|text| !text.is_empty());
    let time = |name: &str| -> Outcome<Option<Millis>> {
        let Some(text) = text(name) else { return Ok(None) };
        let moment = date::parse(&text);
        moment.map(Some).ok_or_else(|| Failure::bad(format!("{name} must be a date")))
    };
    let ok = match text("ok").as_deref() {
        None => None,
        Some("true" | "1") => Some(true),
        Some("false" | "0") => Some(false),
        Some(_) => return Err(Failure::bad("ok must be true or false")),
    };
    Ok(Filter {
        from: time("from")?,
        to: time("to")?,
        mode: text("mode"),
        caller: text("caller"),
        caller_name: text("caller_name").map(|name| name.to_lowercase()),
        api: text("api"),
        target: text("target"),
        endpoint: text("endpoint"),
        clone: text("clone"),
        ok,
    })
}
