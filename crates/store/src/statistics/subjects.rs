//! What workers and serving containers measure.

use super::cells::{Cells, Metric};
use super::{LEVELS, Level, periods};
use crate::clock::Millis;
use crate::db::{Sql, Tx};
use crate::document::fits;
use crate::error::{Error, Result};
use crate::presences::Kind;
use std::collections::HashSet;
use std::ops::ControlFlow;

/// How many subjects are looked through for old periods in one transaction.
const SWEPT_AT_ONCE: i64 = 50;
/// Bytes of a URL, which shares an index entry with a name.
const MAX_PLACE: usize = 1_500;

/// Something that was measured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    pk: i64,
    /// The worker's or the container's id.
    pub name: String,
}

/// Which subjects are meant.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// Workers or containers.
    pub kind: Kind,
    /// Those of these names; empty for all.
    pub names: &'a HashSet<String>,
    /// Those that serve at this URL.
    pub place: Option<&'a str>,
}

impl Wanted<'_> {
    fn names_it(&self, name: &str) -> bool {
        self.names.is_empty() || self.names.contains(name)
    }
}

/// A period of a subject.
#[derive(Clone, Debug)]
pub struct Period {
    /// When it begins, ms.
    pub at: Millis,
    /// Whether the subject ran a task in it.
    pub active: bool,
    /// What was measured.
    pub cells: Cells,
}

/// Adds to the statistics of the caller's own subject what it measured at a moment; `place` is the
/// URL a container serves at, empty for workers.
///
/// # Errors
/// 400/800 when the URL is too long.
pub fn record(
    tx: &Tx<'_>,
    (kind, name, place): (Kind, &str, &str),
    at: Millis,
    active: bool,
    cells: &Cells,
) -> Result<()> {
    fits("an endpoint's URL", place, MAX_PLACE)?;
    // Also holds the subject: another report on it waits until this one is stored.
    let sql = "INSERT INTO statistic_subjects (company, kind, user_id, name, place, metrics) \
               VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (company, kind, name, place, user_id) \
               DO UPDATE SET metrics = statistic_subjects.metrics | excluded.metrics RETURNING pk";
    let scope = tx.scope();
    let values = [
        (&scope.company).into(),
        kind.name().into(),
        (&scope.user).into(),
        name.into(),
        place.into(),
        cells.bits().into(),
    ];
    let subject = tx.first(sql, &values, |row| row.int(0))?;
    let subject = subject.ok_or_else(|| Error::corrupt("a subject", "the insert has no key"))?;
    for (level, begin) in periods(tx.now(), at) {
        add(tx, subject, (level.step, begin), active, cells)?;
    }
    Ok(())
}

fn add(
    tx: &Tx<'_>,
    subject: i64,
    (step, at): (i64, Millis),
    active: bool,
    cells: &Cells,
) -> Result<()> {
    let sql = "SELECT data FROM statistics WHERE subject = $1 AND step = $2 AND at = $3";
    let known = tx.first(sql, &[subject.into(), step.into(), at.into()], |row| {
        Cells::decode(row.bytes(0)?.unwrap_or_default())
    })?;
    let mut merged = known.unwrap_or_default();
    merged.merge(cells);
    let sql = "INSERT INTO statistics (subject, step, at, active, data) \
               VALUES ($1, $2, $3, $4, $5) ON CONFLICT (subject, step, at) DO UPDATE \
               SET active = statistics.active | excluded.active, data = excluded.data";
    let values = [subject.into(), step.into(), at.into(), active.into(), merged.encode().into()];
    tx.execute(sql, &values)?;
    Ok(())
}

/// The subjects meant that the scope may see, by name. Workers are everybody's; containers are
/// their owner's where work is private.
pub fn subjects(tx: &Tx<'_>, wanted: &Wanted<'_>) -> Result<Vec<Subject>> {
    let mut sql = select(tx, wanted, "name, pk");
    sql.push(" ORDER BY name, pk");
    let all = tx
        .query(&sql.text, &sql.values, |row| Ok(Subject { name: row.text(0)?, pk: row.int(1)? }))?;
    Ok(all.into_iter().filter(|subject| wanted.names_it(&subject.name)).collect())
}

/// The metrics the subjects meant have, each once.
pub fn metrics(tx: &Tx<'_>, wanted: &Wanted<'_>) -> Result<Vec<Metric>> {
    let sql = select(tx, wanted, "name, metrics");
    let mut bits = 0;
    tx.each(&sql.text, &sql.values, |row| {
        if wanted.names_it(row.str(0)?.unwrap_or_default()) {
            bits |= row.int(1)?;
        }
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(Metric::of_bits(bits).collect())
}

fn select(tx: &Tx<'_>, wanted: &Wanted<'_>, columns: &str) -> Sql {
    let mut sql = Sql::new(format!("SELECT {columns} FROM statistic_subjects WHERE company = "));
    sql.bind(&tx.scope().company).push(" AND kind = ").bind(wanted.kind.name());
    if let Some(place) = wanted.place {
        sql.push(" AND place = ").bind(place);
    }
    if wanted.kind.is_private(tx) {
        sql.push(" AND user_id = ").bind(&tx.scope().user);
    }
    sql
}

/// Calls `each` for a subject's periods of a level that overlap a stretch of time, in order.
pub fn read(
    tx: &Tx<'_>,
    subject: &Subject,
    level: Level,
    (from, to): (Millis, Millis),
    mut each: impl FnMut(Period),
) -> Result<()> {
    let sql = "SELECT at, active, data FROM statistics \
               WHERE subject = $1 AND step = $2 AND at > $3 AND at < $4 ORDER BY at";
    let after = from.saturating_sub(level.step);
    let values = [subject.pk.into(), level.step.into(), after.into(), to.into()];
    tx.each(sql, &values, |row| {
        let cells = Cells::decode(row.bytes(2)?.unwrap_or_default())?;
        each(Period { at: row.int(0)?, active: row.bool(1)?, cells });
        Ok(ControlFlow::Continue(()))
    })
}

/// Forgets the old periods of a few subjects, those after the one with key `after`, and subjects
/// that have none left; returns where to go on, `None` at the end.
pub fn sweep(tx: &Tx<'_>, after: i64) -> Result<Option<i64>> {
    let sql = "SELECT pk FROM statistic_subjects WHERE pk > $1 ORDER BY pk LIMIT $2";
    let some = tx.query(sql, &[after.into(), SWEPT_AT_ONCE.into()], |row| row.int(0))?;
    for subject in &some {
        for level in LEVELS {
            let sql = "DELETE FROM statistics WHERE subject = $1 AND step = $2 AND at < $3";
            let oldest = tx.now().saturating_sub(level.keep);
            tx.execute(sql, &[(*subject).into(), level.step.into(), oldest.into()])?;
        }
        let sql = "DELETE FROM statistic_subjects WHERE pk = $1 \
                   AND NOT EXISTS (SELECT 1 FROM statistics WHERE subject = $1)";
        tx.execute(sql, &[(*subject).into()])?;
    }
    Ok(some.last().copied())
}
