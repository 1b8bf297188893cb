//! Conditions on side tables that SQL does not decide (patterns, parts of JSON values) are looked
//! up: the rows they are true for are read once, matched in Rust, and take the condition's place.

use super::ast::{Cond, Test};
use super::compile::{Mode, Writer, is_sql};
use super::eval::{Found, any_below, passes};
use super::pattern::Shape;
use super::place::{Holds, Side, Spot, spot};
use crate::db::{Sql, Tx};
use crate::error::{Error, Result};
use crate::projects;
use crate::schema::Entity;
use arno_wire::natural;
use serde_json::Value as Json;
use std::collections::HashSet;
use std::ops::ControlFlow;
use std::sync::Arc;

/// Replaces "this project or one below" by the ids of the projects meant.
pub(super) fn name_projects(tx: &Tx<'_>, cond: Cond) -> Result<Cond> {
    let each = |parts: Vec<Cond>| -> Result<Vec<Cond>> {
        parts.into_iter().map(|part| name_projects(tx, part)).collect()
    };
    Ok(match cond {
        Cond::All(parts) => Cond::All(each(parts)?),
        Cond::Any(parts) => Cond::Any(each(parts)?),
        Cond::Not(part) => Cond::Not(Box::new(name_projects(tx, *part)?)),
        Cond::Field(path, Test::Under(ids)) => {
            let mut named = projects::with_descendants(tx, &ids)?;
            // Ids of no project are kept: they match what refers to them all the same.
            let known: HashSet<&String> = named.iter().collect();
            let unknown: Vec<String> =
                ids.iter().filter(|id| !known.contains(id)).cloned().collect();
            named.extend(unknown);
            Cond::Field(path, Test::Has(named))
        }
        other => other,
    })
}

/// Looks up what can be looked up and is not decided by SQL.
pub(super) fn resolve(tx: &Tx<'_>, entity: &'static Entity, cond: Cond) -> Result<Cond> {
    let each = |parts: Vec<Cond>| -> Result<Vec<Cond>> {
        parts.into_iter().map(|part| resolve(tx, entity, part)).collect()
    };
    Ok(match cond {
        Cond::All(parts) => Cond::All(each(parts)?),
        Cond::Any(parts) => Cond::Any(each(parts)?),
        Cond::Not(part) => resolve(tx, entity, *part)?.negate(),
        Cond::Field(path, test) => {
            let cond = Cond::Field(path, test);
            if is_sql(entity, &cond) { cond } else { look_up(tx, entity, cond)? }
        }
        other => other,
    })
}

fn look_up(tx: &Tx<'_>, entity: &'static Entity, cond: Cond) -> Result<Cond> {
    let Cond::Field(path, test) = &cond else { return Ok(cond) };
    match spot(entity, path) {
        Spot::Side(side) if side.holds == Holds::Text => rows_of_texts(tx, entity, &side, test),
        Spot::Entry(side, inner) => match test {
            Test::Empty => {
                let any_value = |value: &Json| any_below(value, &inner, &mut |_| Ok(true));
                Ok(rows_of_entries(tx, entity, &side, &Test::Empty, any_value)?.negate())
            }
            test => {
                let matches =
                    |value: &Json| any_below(value, &inner, &mut |found| passes(test, found));
                rows_of_entries(tx, entity, &side, test, matches)
            }
        },
        _ => Ok(cond),
    }
}

/// The rows with a text that passes the test.
fn rows_of_texts(tx: &Tx<'_>, entity: &'static Entity, side: &Side, test: &Test) -> Result<Cond> {
    let mut sql = select(tx, entity, side);
    if let Test::Matches(pattern) = test {
        sql.push(" AND ");
        let column = format!("s.{}", side.column);
        writer(tx, entity).shape(&mut sql, &column, side.keyed, pattern.shape());
    }
    let mut rows = HashSet::new();
    // Equal values tend to follow one another.
    let mut last: Option<(String, bool)> = None;
    tx.each(&sql.text, &sql.values, |row| {
        let Some(text) = row.str(1)? else { return Ok(ControlFlow::Continue(())) };
        let is_match = match &last {
            Some((known, answer)) if known == text => *answer,
            _ => {
                let answer = passes(test, Found::Text(text))?;
                last = Some((text.to_owned(), answer));
                answer
            }
        };
        if is_match {
            rows.insert(row.int(0)?);
        }
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(Cond::Rows(Arc::new(rows)))
}

/// The rows whose JSON value matches.
fn rows_of_entries(
    tx: &Tx<'_>,
    entity: &'static Entity,
    side: &Side,
    test: &Test,
    matches: impl Fn(&Json) -> Result<bool>,
) -> Result<Cond> {
    let mut sql = select(tx, entity, side);
    narrow(&mut sql, side, test);
    let mut rows = HashSet::new();
    tx.each(&sql.text, &sql.values, |row| {
        if matches(&entry(row.str(1)?)?)? {
            rows.insert(row.int(0)?);
        }
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(Cond::Rows(Arc::new(rows)))
}

/// The JSON value of an entry of a map.
pub(super) fn entry(text: Option<&str>) -> Result<Json> {
    serde_json::from_str(text.unwrap_or("null")).map_err(|e| Error::corrupt("an entry of a map", e))
}

/// Leaves out, where the natural key tells, entries that cannot match.
fn narrow(sql: &mut Sql, side: &Side, test: &Test) {
    let texts: Vec<&str> = match test {
        _ if !side.keyed => return,
        Test::Has(values) => values.iter().map(String::as_str).collect(),
        Test::Is(Json::String(text)) => vec![text],
        Test::Matches(pattern) => match pattern.shape() {
            Shape::Equals(literal) => vec![literal],
            _ => return,
        },
        _ => return,
    };
    sql.push(" AND (s.sort_key IN ").bind_list(texts.into_iter().map(natural::sort_key));
    // A list may hold the text; the key of its JSON begins with a bracket.
    sql.push(" OR (s.sort_key >= ").bind(&b"["[..]).push(" AND s.sort_key < ").bind(&b"\\"[..]);
    sql.push("))");
}

fn writer(tx: &Tx<'_>, entity: &'static Entity) -> Writer {
    Writer { entity, dialect: tx.dialect(), mode: Mode::Drive }
}

/// `SELECT owner, value` of the rows of a side table.
pub(super) fn select(tx: &Tx<'_>, entity: &'static Entity, side: &Side) -> Sql {
    let mut sql = Sql::new(format!("SELECT s.owner, s.{} ", side.column));
    writer(tx, entity).push_side(&mut sql, side, false);
    sql
}
