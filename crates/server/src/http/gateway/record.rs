//! `/api/v1/gateway/calls`, statistics, consumption, invoices, and what is kept of persons.

use super::admin::{enter, read, respond, write};
use super::{answer, request};
use crate::gateway::admin::calls;
use crate::gateway::{Failure, Outcome};
use crate::http::{App, reply};
use arno_store::gateway::search::Filter;
use arno_store::{Millis, Tx};
use arno_wire::date;
use axum::body::Body;
use axum::extract::{ConnectInfo, Path, Request, State};
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::response::Response;
use bytes::Bytes;
use std::net::SocketAddr;
use std::sync::Arc;

const DAY: Millis = 86_400_000;
/// Periods of the charts: an hour, a day, thirty days.
const STEPS: [(&str, Millis); 3] = [("hour", 3_600_000), ("day", DAY), ("month", 30 * DAY)];

/// `GET …/calls`: a page of the record, or all of it with `format=csv`.
pub(super) async fn list(
    State(app): State<Arc<App>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    asked: Request,
) -> Response {
    let (parts, _) = asked.into_parts();
    let outcome = async {
        let caller = enter(&app, peer, &parts, true).await?;
        let filter = filter(&parts)?;
        if request::query(&parts, "format").as_deref() == Some("csv") {
            let filter =
                read(&app, caller, move |_, actor| Ok(calls::seen_by(actor, filter.clone())));
            return Ok(table(app.clone(), filter.await?));
        }
        let page = request::number(&parts, "page")?.unwrap_or(0);
        let size = request::number(&parts, "page_size")?;
        let found =
            read(&app, caller, move |tx, actor| calls::list(tx, actor, filter.clone(), page, size));
        Ok(answer::json(200, &found.await?))
    };
    outcome.await.unwrap_or_else(|failure: Failure| answer::failure(&failure, false))
}

/// The calls as a table, read page by page while it is sent.
fn table(app: Arc<App>, filter: Filter) -> Response {
    enum Next {
        Header,
        Rows(Option<(Millis, i64)>),
        End,
    }
    let rows = futures_util::stream::unfold(Next::Header, move |next| {
        let (app, filter) = (app.clone(), filter.clone());
        async move {
            let after = match next {
                Next::Header => {
                    let header = Bytes::from(calls::csv_header());
                    return Some((Ok(header), Next::Rows(None)));
                }
                Next::Rows(after) => after,
                Next::End => return None,
            };
            let scope = arno_store::Scope::system(&app.site.settings.company);
            let page = move |tx: &Tx<'_>| calls::csv_rows(tx, &filter, after);
            Some(match app.site.db.read(scope, page).await {
                Ok((rows, Some(next))) => (Ok(Bytes::from(rows)), Next::Rows(Some(next))),
                Ok((rows, None)) => (Ok(Bytes::from(rows)), Next::End),
                Err(error) => (Err(std::io::Error::other(error)), Next::End),
            })
        }
    });
    let mut response = Response::new(Body::from_stream(rows));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    headers.insert(CONTENT_DISPOSITION, reply::attachment("calls.csv"));
    response
}

/// `GET …/calls/{id}`.
pub(super) async fn get(
    State(app): State<Arc<App>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path(id): Path<String>,
    asked: Request,
) -> Response {
    let (parts, _) = asked.into_parts();
    let outcome = async {
        let caller = enter(&app, peer, &parts, true).await?;
        read(&app, caller, move |tx, actor| calls::get(tx, actor, &id)).await
    };
    respond(200, outcome.await)
}

/// `GET …/statistics?step=hour|day|month`.
pub(super) async fn statistics(
    State(app): State<Arc<App>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    asked: Request,
) -> Response {
    let (parts, _) = asked.into_parts();
    let outcome = async {
        let caller = enter(&app, peer, &parts, true).await?;
        let filter = filter(&parts)?;
        let named = request::query(&parts, "step").unwrap_or_else(|| "day".to_owned());
        let step = STEPS.iter().find(|(name, _)| *name == named);
        let (_, step) = step.ok_or_else(|| Failure::bad("step must be hour, day or month"))?;
        let step = *step;
        read(&app, caller, move |tx, actor| calls::statistics(tx, actor, filter.clone(), step))
            .await
    };
    respond(200, outcome.await)
}

/// `GET …/consumption`: by caller and API.
pub(super) async fn consumption(
    State(app): State<Arc<App>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    asked: Request,
) -> Response {
    let (parts, _) = asked.into_parts();
    let outcome = async {
        let caller = enter(&app, peer, &parts, true).await?;
        let filter = filter(&parts)?;
        read(&app, caller, move |tx, actor| calls::consumption(tx, actor, filter.clone())).await
    };
    respond(200, outcome.await)
}

/// `GET …/invoice?from=&to=`: what callers owe for that time, which is at least a month.
pub(super) async fn invoice(
    State(app): State<Arc<App>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    asked: Request,
) -> Response {
    let (parts, _) = asked.into_parts();
    let outcome = async {
        let caller = enter(&app, peer, &parts, true).await?;
        let filter = filter(&parts)?;
        let now = app.site.db.clock().now();
        let (from, to) = (filter.from.unwrap_or(now), filter.to.unwrap_or(now));
        let months = ((to - from).max(0) as f64 / (30.44 * DAY as f64)).round().max(1.0) as i64;
        read(&app, caller, move |tx, actor| calls::invoice(tx, actor, filter.clone(), months)).await
    };
    respond(200, outcome.await)
}

/// `GET …/persons/{caller}`: everything that is kept of a caller.
pub(super) async fn person(
    State(app): State<Arc<App>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path(caller): Path<String>,
    asked: Request,
) -> Response {
    let (parts, _) = asked.into_parts();
    let outcome = async {
        let account = enter(&app, peer, &parts, true).await?;
        let mut items = Vec::new();
        let mut after = None;
        loop {
            let asked = caller.clone();
            let page = read(&app, account.clone(), move |tx, actor| {
                calls::person(tx, actor, &asked, after)
            });
            let (found, next) = page.await?;
            items.extend(found);
            match next {
                Some(next) => after = Some(next),
                None => return Ok(serde_json::json!({"caller": caller, "calls": items})),
            }
        }
    };
    respond(200, outcome.await)
}

/// `DELETE …/persons/{caller}`: takes a caller out of the record.
pub(super) async fn erase(
    State(app): State<Arc<App>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path(caller): Path<String>,
    asked: Request,
) -> Response {
    let (parts, _) = asked.into_parts();
    let outcome = async {
        let account = enter(&app, peer, &parts, false).await?;
        write(&app, account, move |tx, actor| calls::erase(tx, actor, &caller)).await
    };
    respond(200, outcome.await)
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
