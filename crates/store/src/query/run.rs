//! Finds the rows of a page: conditions → candidates → order → page.
//!
//! First the candidates are gathered up to a bound. When these are all, they are filtered by what
//! needs documents and sorted here, by values read for them alone. When there are more, the filter
//! is not selective, and rows are taken in the order of the first field's index and tested, until
//! the page is full; rows without that field come last, in a second pass. What no index can order
//! is gathered whole and sorted.

use super::ast::Cond;
use super::compile::{Mode, Writer, is_sql};
use super::eval::{SEARCH_PATHS, Whole, holds};
use super::lookup;
use super::order::Order;
use super::rows::{self, Column, Streamed};
use super::sort::{self, Source};
use crate::db::{Sql, Tx};
use crate::document;
use crate::error::Result;
use crate::schema::{Entity, Kind};
use crate::scope::push_visible;
use std::ops::ControlFlow;
use std::sync::Arc;

/// Up to so many candidates are gathered before they are sorted.
pub(super) const GATHERED: usize = 2_000;
/// Documents assembled at a time.
pub(super) const BATCH: usize = 256;

/// A query taken apart by who decides its conditions.
pub(super) struct Plan<'a> {
    tx: &'a Tx<'a>,
    entity: &'static Entity,
    public: bool,
    /// Decided by SQL.
    sql: Vec<Cond>,
    /// Decided while rows stream by, from these columns.
    streamed: Vec<Cond>,
    columns: Vec<Column>,
    /// Decided on assembled documents.
    documents: Vec<Cond>,
}

/// The keys of the rows that meet the condition, in order, from `offset` on, at most `limit`.
pub(super) fn page(
    tx: &Tx<'_>,
    entity: &'static Entity,
    public: bool,
    cond: Cond,
    order: &Order,
    (offset, limit): (usize, usize),
    gathered: usize,
) -> Result<Vec<i64>> {
    let wanted = offset.saturating_add(limit);
    let found = first(tx, entity, public, cond, order, wanted, gathered)?;
    Ok(found.into_iter().skip(offset).take(limit).collect())
}

/// The first `wanted` keys in order (possibly more).
fn first(
    tx: &Tx<'_>,
    entity: &'static Entity,
    public: bool,
    cond: Cond,
    order: &Order,
    wanted: usize,
    gathered: usize,
) -> Result<Vec<i64>> {
    let cond = lookup::name_projects(tx, cond)?;
    let (plain, rest): (Vec<Cond>, Vec<Cond>) =
        cond.into_conjuncts().into_iter().partition(|part| is_sql(entity, part));
    let mut plan = Plan::of_sql(tx, entity, public, plain);
    if let Some(found) = plan.gather(gathered)? {
        plan.documents = rest;
        return sort::sort(tx, entity, order, plan.on_documents(found, usize::MAX)?);
    }
    plan.decide(rest)?;
    let narrowed = !plan.streamed.is_empty() || !plan.documents.is_empty();
    if narrowed && let Some(found) = plan.gather(gathered)? {
        return sort::sort(tx, entity, order, plan.on_documents(found, usize::MAX)?);
    }
    let sources: Vec<Source> = order.0.iter().map(|key| sort::source(entity, key)).collect();
    if sources.iter().all(Source::is_sql) {
        return plan.walk(order, &sources, wanted);
    }
    let found = plan.gather(usize::MAX)?.unwrap_or_default();
    sort::sort(tx, entity, order, plan.on_documents(found, usize::MAX)?)
}

/// The plan of a condition whose rows are wanted in no order and all of them.
pub(super) fn plan<'a>(
    tx: &'a Tx<'a>,
    entity: &'static Entity,
    public: bool,
    cond: Cond,
) -> Result<Plan<'a>> {
    let cond = lookup::name_projects(tx, cond)?;
    let (plain, rest): (Vec<Cond>, Vec<Cond>) =
        cond.into_conjuncts().into_iter().partition(|part| is_sql(entity, part));
    let mut plan = Plan::of_sql(tx, entity, public, plain);
    plan.decide(rest)?;
    Ok(plan)
}

impl<'a> Plan<'a> {
    fn of_sql(tx: &'a Tx<'a>, entity: &'static Entity, public: bool, sql: Vec<Cond>) -> Plan<'a> {
        let (streamed, columns, documents) = (Vec::new(), Vec::new(), Vec::new());
        Plan { tx, entity, public, sql, streamed, columns, documents }
    }

    /// What the rows are of.
    pub(super) fn entity(&self) -> &'static Entity {
        self.entity
    }

    /// The rows, when SQL alone does not decide which they are.
    pub(super) fn beyond_sql(&self) -> Result<Option<Vec<i64>>> {
        if self.streamed.is_empty() && self.documents.is_empty() {
            return Ok(None);
        }
        let found = self.gather(usize::MAX)?.unwrap_or_default();
        self.on_documents(found, usize::MAX).map(Some)
    }

    /// The same rows, named one by one.
    pub(super) fn of_rows(self, rows: Vec<i64>) -> Plan<'a> {
        let rows = Cond::Rows(Arc::new(rows.into_iter().collect()));
        Plan::of_sql(self.tx, self.entity, self.public, vec![rows])
    }

    /// Looks up what can be looked up and sorts the conditions by who decides them.
    fn decide(&mut self, conds: Vec<Cond>) -> Result<()> {
        for cond in conds {
            let cond = lookup::resolve(self.tx, self.entity, cond)?;
            if is_sql(self.entity, &cond) {
                self.sql.push(cond);
            } else if rows::is_on_columns(self.entity, &cond) {
                rows::columns(self.entity, &cond, &mut self.columns);
                self.streamed.push(cond);
            } else {
                self.documents.push(cond);
            }
        }
        Ok(())
    }

    fn writer(&self, mode: Mode) -> Writer {
        Writer { entity: self.entity, dialect: self.tx.dialect(), mode }
    }

    /// Appends `FROM … WHERE` the caller sees the row and SQL's conditions hold.
    pub(super) fn push_from(&self, sql: &mut Sql, mode: Mode) {
        sql.push(&format!("FROM {} e WHERE ", self.entity.table));
        self.conditions(sql, mode);
    }

    pub(super) fn conditions(&self, sql: &mut Sql, mode: Mode) {
        let writer = self.writer(mode);
        push_visible(sql, self.tx.scope(), self.entity, writer.alias(), self.public);
        for cond in &self.sql {
            writer.and(sql, cond);
        }
        for cond in &self.streamed {
            if let Some((name, shape)) = rows::prefilter(self.entity, cond) {
                sql.push(" AND ");
                writer.shape(sql, &format!("{}.{name}", writer.alias()), false, &shape);
            }
        }
    }

    fn select(&self) -> Sql {
        let mut sql = Sql::new("SELECT e.pk");
        for column in &self.columns {
            sql.push(&format!(", e.{}", column.name));
        }
        sql.push(" ");
        sql
    }

    /// All candidates, in any order, or None when there are more than `most`.
    fn gather(&self, most: usize) -> Result<Option<Vec<i64>>> {
        let mut sql = self.select();
        self.push_from(&mut sql, Mode::Drive);
        let found = self.stream(sql, most.saturating_add(1))?;
        Ok((found.len() <= most).then_some(found))
    }

    /// The first `wanted` rows of a statement that pass what is decided while streaming.
    fn stream(&self, mut sql: Sql, wanted: usize) -> Result<Vec<i64>> {
        if self.streamed.is_empty() && wanted < usize::MAX {
            sql.push(" LIMIT ").bind(i64::try_from(wanted).unwrap_or(i64::MAX));
        }
        let mut found = Vec::new();
        self.tx.each(&sql.text, &sql.values, |row| {
            let pk = row.int(0)?;
            let record = Streamed { row, pk, columns: &self.columns };
            for cond in &self.streamed {
                if !holds(cond, &record)? {
                    return Ok(ControlFlow::Continue(()));
                }
            }
            found.push(pk);
            let is_full = found.len() >= wanted;
            Ok(if is_full { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
        })?;
        Ok(found)
    }

    /// Those of the rows, in their order, whose documents meet the rest; stops at `wanted`.
    fn on_documents(&self, pks: Vec<i64>, wanted: usize) -> Result<Vec<i64>> {
        if self.documents.is_empty() {
            return Ok(pks);
        }
        let mut paths = vec!["id".to_owned()];
        self.documents.iter().for_each(|cond| paths_of(cond, &mut paths));
        let mut found = Vec::new();
        for chunk in pks.chunks(BATCH) {
            for (pk, document) in document::load(self.tx, self.entity, chunk, Some(&paths))? {
                let mut passes = true;
                for cond in &self.documents {
                    passes = passes && holds(cond, &Whole(pk, &document))?;
                }
                if passes {
                    found.push(pk);
                }
            }
            if found.len() >= wanted {
                break;
            }
        }
        Ok(found)
    }

    /// Takes rows in the order of the first field, those without it last.
    fn walk(&self, order: &Order, sources: &[Source], wanted: usize) -> Result<Vec<i64>> {
        let Some(first) = sources.first() else {
            let mut sql = self.select();
            self.push_from(&mut sql, Mode::Probe);
            sql.push(" ORDER BY e.pk");
            return self.tested(sql, wanted);
        };
        let mut found = self.tested(self.with_first(first, order, sources), wanted)?;
        if found.len() < wanted {
            let missing = self.without_first(first, order, sources);
            found.extend(self.tested(missing, wanted - found.len())?);
        }
        Ok(found)
    }

    fn tested(&self, sql: Sql, wanted: usize) -> Result<Vec<i64>> {
        let streamed = if self.documents.is_empty() { wanted } else { usize::MAX };
        self.on_documents(self.stream(sql, streamed)?, wanted)
    }

    /// The rows that have the first field, in its order.
    fn with_first(&self, first: &Source, order: &Order, sources: &[Source]) -> Sql {
        let mut sql = self.select();
        let (value, key) = match first {
            Source::Side(side) => {
                // CROSS JOIN: SQLite goes through the side table's index and nothing else.
                sql.push(&format!(
                    "FROM {} s CROSS JOIN {} e WHERE ",
                    side.table, self.entity.table
                ));
                sql.push(&format!("e.pk = {} AND ", side.pk()));
                self.conditions(&mut sql, Mode::Probe);
                side.keys.push(&mut sql);
                sort::push_present(&mut sql, side);
                (format!("s.{}", side.column), side.pk())
            }
            Source::Column { name, kind, .. } => {
                self.push_from(&mut sql, Mode::Probe);
                sql.push(&format!(" AND e.{name} IS NOT NULL"));
                if *kind == Kind::Text {
                    sql.push(&format!(" AND e.{name} > ''"));
                }
                (format!("e.{name}"), "e.pk")
            }
            Source::Entry(..) | Source::Document => ("NULL".to_owned(), "e.pk"),
        };
        sql.push(&format!(" ORDER BY {value}{}", direction(order.newest_first())));
        self.order_by_rest(&mut sql, order, sources, key);
        sql
    }

    /// The rows that lack the first field.
    fn without_first(&self, first: &Source, order: &Order, sources: &[Source]) -> Sql {
        let mut sql = self.select();
        self.push_from(&mut sql, Mode::Probe);
        match first {
            Source::Side(side) => {
                sql.push(" AND NOT EXISTS (SELECT 1 ");
                self.writer(Mode::Probe).push_side(&mut sql, side, true);
                sort::push_present(&mut sql, side);
                sql.push(")");
            }
            Source::Column { name, kind: Kind::Text, .. } => {
                sql.push(&format!(" AND (e.{name} IS NULL OR e.{name} = '')"));
            }
            Source::Column { name, .. } => {
                sql.push(&format!(" AND e.{name} IS NULL"));
            }
            Source::Entry(..) | Source::Document => {}
        }
        sql.push(" ORDER BY e.company IS NULL");
        self.order_by_rest(&mut sql, order, sources, "e.pk");
        sql
    }

    fn order_by_rest(&self, sql: &mut Sql, order: &Order, sources: &[Source], key: &str) {
        for (field, source) in order.0.iter().zip(sources).skip(1) {
            sql.push(", ");
            source.push_value(sql, self.writer(Mode::Probe));
            sql.push(if field.descending { " DESC NULLS LAST" } else { " NULLS FIRST" });
        }
        sql.push(&format!(", {key}{}", direction(order.newest_first())));
    }
}

fn direction(descending: bool) -> &'static str {
    if descending { " DESC" } else { "" }
}

fn paths_of(cond: &Cond, into: &mut Vec<String>) {
    match cond {
        Cond::All(parts) | Cond::Any(parts) => parts.iter().for_each(|part| paths_of(part, into)),
        Cond::Not(part) => paths_of(part, into),
        Cond::Field(path, _) => into.push(path.escaped()),
        Cond::Text(_) => into.extend(SEARCH_PATHS.iter().map(|path| (*path).to_owned())),
        Cond::Rows(_) => {}
    }
}
