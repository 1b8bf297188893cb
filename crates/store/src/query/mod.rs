//! Queries: the whole grammar of `*.get_all` and `*.get_all_ex` (docs: `api.md` §5) over both
//! engines. Rules call [`find`], [`count`], [`ids`] and [`get`]; nothing above this module sees
//! SQL. A request is read by `grammar` into conditions (`ast`), whose meaning is `eval`; `run`
//! splits them into what SQL decides (`compile`), what is looked up (`lookup`), what is tested while
//! rows stream by (`rows`) and what needs documents, and brings the page in order (`sort`). A
//! [`Selection`] is the same for statements that count or gather instead of listing.
//!
//! The caller's scope is part of every statement made here.

mod ast;
mod compile;
mod eval;
mod fields;
mod grammar;
mod joins;
mod list;
mod lookup;
mod order;
mod paging;
mod path;
mod pattern;
mod place;
mod projection;
mod python;
mod range;
mod rows;
mod run;
mod selection;
mod sort;
mod text;

pub use ast::{Bound, Cond, Test};
pub use grammar::{Request, condition};
pub use order::{By, Order, OrderKey};
pub use paging::Paging;
pub use path::Path;
pub use pattern::Pattern;
pub use projection::Projection;
pub use selection::{Selection, Side, select};

/// What the tests measure the compiler by.
pub mod reference {
    pub use super::eval::{Found, Record, Whole, holds};
    pub use super::order::{Rank, Ranked, rank};

    /// As [`super::keys`], but gathers only so many candidates before it goes by an index, so that
    /// small data take every path.
    ///
    /// # Errors
    /// As [`super::find`].
    pub fn keys_gathering(
        tx: &crate::Tx<'_>,
        entity: &'static crate::schema::Entity,
        request: &super::Request,
        gathered: usize,
    ) -> crate::Result<Vec<i64>> {
        super::keys_gathering(tx, entity, request, gathered)
    }
}

use crate::db::Tx;
use crate::document::{self, Document};
use crate::error::Result;
use crate::schema::Entity;

/// What a query found.
#[derive(Clone, Debug)]
pub struct Found {
    /// The records, in order, with the fields asked for.
    pub documents: Vec<Document>,
    /// Where a scroll goes on; None when the request did not scroll.
    pub scroll_id: Option<String>,
}

/// The records a request asks for.
///
/// # Errors
/// 400/21 when a pattern takes too long to match, and those of the engine.
pub fn find(tx: &Tx<'_>, entity: &'static Entity, request: &Request) -> Result<Found> {
    let pks = keys(tx, entity, request)?;
    let documents = documents(tx, entity, &request.projection, &pks)?;
    Ok(Found { documents, scroll_id: request.paging.next(pks.len(), tx.now()) })
}

/// The row keys of the records a request asks for, in order.
///
/// # Errors
/// As [`find`].
pub fn keys(tx: &Tx<'_>, entity: &'static Entity, request: &Request) -> Result<Vec<i64>> {
    keys_gathering(tx, entity, request, run::GATHERED)
}

fn keys_gathering(
    tx: &Tx<'_>,
    entity: &'static Entity,
    request: &Request,
    gathered: usize,
) -> Result<Vec<i64>> {
    let window = request.paging.window(tx.now());
    let cond = request.condition.clone();
    run::page(tx, entity, request.public, cond, &request.order, window, gathered)
}

/// The ids of the records a request asks for, in order.
///
/// # Errors
/// As [`find`].
pub fn ids(tx: &Tx<'_>, entity: &'static Entity, request: &Request) -> Result<Vec<String>> {
    let pks = keys(tx, entity, request)?;
    let documents = documents(tx, entity, &Projection::only(entity, ["id"]), &pks)?;
    let id = |document: Document| document.get("id")?.as_str().map(str::to_owned);
    Ok(documents.into_iter().filter_map(id).collect())
}

/// How many records meet the request's condition, whatever its paging.
///
/// # Errors
/// As [`find`].
pub fn count(tx: &Tx<'_>, entity: &'static Entity, request: &Request) -> Result<usize> {
    select(tx, entity, request.public, request.condition.clone())?.count()
}

/// One record by its id, or None when the scope sees none.
///
/// # Errors
/// Those of the engine.
pub fn get(
    tx: &Tx<'_>,
    entity: &'static Entity,
    id: &str,
    projection: &Projection,
) -> Result<Option<Document>> {
    let pk = crate::access::visible_pk(tx, entity, id, true)?;
    let pks: Vec<i64> = pk.into_iter().collect();
    Ok(documents(tx, entity, projection, &pks)?.pop())
}

/// The documents of these rows with the fields to show.
///
/// # Errors
/// Those of the engine.
pub fn documents(
    tx: &Tx<'_>,
    entity: &'static Entity,
    projection: &Projection,
    pks: &[i64],
) -> Result<Vec<Document>> {
    let loaded = document::load(tx, entity, pks, projection.reads(entity).as_deref())?;
    let mut documents: Vec<Document> = loaded.into_iter().map(|(_, document)| document).collect();
    joins::join(tx, entity, projection, &mut documents)?;
    for document in &mut documents {
        projection.prune(entity, document);
    }
    Ok(documents)
}
