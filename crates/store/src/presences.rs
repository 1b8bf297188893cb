//! Who is there: workers and serving containers. Each exists from its first report until its time
//! runs out; what it said is kept as JSON and is the caller's to read.

use crate::changes::What;
use crate::clock::Millis;
use crate::db::{Row, Sql, Tx};
use crate::document::fits;
use crate::error::{Error, Result};
use serde_json::Value;

/// Bytes of a name, which shares an index entry with others.
const MAX_NAME: usize = 700;

/// What reports its presence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An agent's worker.
    Worker,
    /// A container that serves models.
    Container,
}

impl Kind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Kind::Worker => "worker",
            Kind::Container => "container",
        }
    }

    /// Whether the scope sees only its own of this kind: machines are everybody's, what a
    /// container serves is its owner's work.
    pub(crate) fn is_private(self, tx: &Tx<'_>) -> bool {
        self == Kind::Container && tx.scope().restricted
    }
}

/// The reports of all that are there and that the scope may see, by name.
pub fn all(tx: &Tx<'_>, kind: Kind) -> Result<Vec<Value>> {
    let mut sql = Sql::new("SELECT report FROM presences WHERE company = ");
    sql.bind(&tx.scope().company).push(" AND kind = ").bind(kind.name());
    sql.push(" AND expires > ").bind(tx.now());
    if kind.is_private(tx) {
        sql.push(" AND user_id = ").bind(&tx.scope().user);
    }
    sql.push(" ORDER BY name");
    tx.query(&sql.text, &sql.values, report)
}

/// The last report of the caller's own of this name, if it is there.
pub fn get(tx: &Tx<'_>, kind: Kind, name: &str) -> Result<Option<Value>> {
    let sql = "SELECT report FROM presences \
               WHERE company = $1 AND kind = $2 AND user_id = $3 AND name = $4 AND expires > $5";
    let scope = tx.scope();
    let values = [
        (&scope.company).into(),
        kind.name().into(),
        (&scope.user).into(),
        name.into(),
        tx.now().into(),
    ];
    tx.first(sql, &values, report)
}

/// Keeps the report of the caller's own of this name until `expires`.
///
/// # Errors
/// 400/800 when the name is too long.
pub fn put(tx: &Tx<'_>, kind: Kind, name: &str, report: &Value, expires: Millis) -> Result<()> {
    fits("the id of a worker or container", name, MAX_NAME)?;
    let sql = "INSERT INTO presences (company, kind, user_id, name, expires, report) \
               VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (company, kind, user_id, name) \
               DO UPDATE SET expires = excluded.expires, report = excluded.report";
    let scope = tx.scope();
    tx.execute(
        sql,
        &[
            (&scope.company).into(),
            kind.name().into(),
            (&scope.user).into(),
            name.into(),
            expires.into(),
            report.to_string().into_bytes().into(),
        ],
    )?;
    tell(tx, kind, name, What::Changed);
    Ok(())
}

/// Forgets the caller's own of this name; tells whether it was there.
pub fn remove(tx: &Tx<'_>, kind: Kind, name: &str) -> Result<bool> {
    let sql = "DELETE FROM presences \
               WHERE company = $1 AND kind = $2 AND user_id = $3 AND name = $4";
    let scope = tx.scope();
    let values = [(&scope.company).into(), kind.name().into(), (&scope.user).into(), name.into()];
    let removed = tx.execute(sql, &values)? > 0;
    if removed {
        tell(tx, kind, name, What::Deleted);
    }
    Ok(removed)
}

/// Containers are private; pages ask for them by themselves.
fn tell(tx: &Tx<'_>, kind: Kind, name: &str, what: What) {
    if kind == Kind::Worker {
        tx.changed_named("worker", name.to_owned(), None, tx.scope().company.clone(), what);
    }
}

/// Whether some worker listens to the queue.
pub fn any_watches(tx: &Tx<'_>, queue: &str) -> Result<bool> {
    let listens = |report: &Value| {
        report["queues"].as_array().is_some_and(|list| list.iter().any(|id| id == queue))
    };
    Ok(all(tx, Kind::Worker)?.iter().any(listens))
}

fn report(row: &Row<'_>) -> Result<Value> {
    serde_json::from_slice(row.bytes(0)?.unwrap_or(b"{}"))
        .map_err(|e| Error::corrupt("a report", e))
}
