//! Sorting of records that are already known, by values read for them alone; and the fields an
//! index can deliver in order.

use super::compile::{MAX_ROWS, Mode, Writer};
use super::eval::{SEARCH_PATHS, any_below};
use super::lookup;
use super::order::{Best, By, Order, OrderKey, Rank, Ranked, rank};
use super::place::{Holds, Side, Spot, spot};
use crate::db::{Row, Sql, Tx};
use crate::document;
use crate::error::Result;
use crate::schema::{Entity, Kind};
use rustc_hash::FxHashMap;
use std::ops::ControlFlow;

/// Where the value of an order field comes from.
#[derive(Clone, Debug)]
pub(super) enum Source {
    /// A column; text in natural order or not.
    Column { name: &'static str, kind: Kind, natural: bool },
    /// A column of a side table with at most one row an owner.
    Side(Side),
    /// An entry of a map, its value read as JSON.
    Entry(Side, Vec<String>, bool),
    /// The assembled document.
    Document,
}

/// Where the values of an order field come from.
pub(super) fn source(entity: &Entity, key: &OrderKey) -> Source {
    let By::Field(path, natural) = &key.by else { return Source::Document };
    match spot(entity, path) {
        Spot::Column(field, name) => Source::Column { name, kind: field.kind, natural: *natural },
        Spot::Side(side) if side.keyed && *natural => {
            Source::Side(Side { column: "sort_key", ..side })
        }
        Spot::Side(side) if side.holds != Holds::Text => Source::Side(side),
        // Metadata are texts, whose key is stored.
        Spot::Entry(side, _) if side.keyed && path.head() == "metadata" => {
            Source::Side(Side { column: "sort_key", ..side })
        }
        Spot::Entry(side, inner) => Source::Entry(side, inner, *natural),
        Spot::Side(_) | Spot::Document => Source::Document,
    }
}

impl Source {
    /// Whether SQL compares these values as [`Rank`] does.
    pub(super) fn is_sql(&self) -> bool {
        match self {
            Source::Column { kind, natural, .. } => *kind != Kind::Text || !natural,
            Source::Side(_) => true,
            Source::Entry(..) | Source::Document => false,
        }
    }

    /// Appends the value, NULL when it counts as missing.
    pub(super) fn push_value(&self, sql: &mut Sql, writer: Writer) {
        match self {
            Source::Column { name, kind: Kind::Text, .. } => {
                sql.push(&format!("nullif(e.{name}, '')"));
            }
            Source::Column { name, .. } => {
                sql.push(&format!("e.{name}"));
            }
            Source::Side(side) => {
                sql.push(&format!("(SELECT s.{} ", side.column));
                writer.push_side(sql, side, true);
                push_present(sql, side);
                sql.push(")");
            }
            Source::Entry(..) | Source::Document => {
                sql.push("NULL");
            }
        }
    }

    fn read(&self, row: &Row<'_>, at: usize) -> Result<Option<Rank>> {
        Ok(match self {
            Source::Column { kind: Kind::Int | Kind::Date, .. } => row.opt_int(at)?.map(Rank::Int),
            Source::Column { kind: Kind::Bool, .. } => {
                row.opt_int(at)?.map(|flag| Rank::Bool(flag != 0))
            }
            Source::Column { natural, .. } => {
                row.str(at)?.and_then(|text| Rank::text(text, *natural))
            }
            Source::Side(side) => match side.holds {
                Holds::Real => row.opt_real(at)?.and_then(Rank::real),
                Holds::Int => row.opt_int(at)?.map(Rank::Int),
                Holds::Text => row.opt_blob(at)?.map(Rank::Bytes),
            },
            Source::Entry(..) | Source::Document => None,
        })
    }
}

/// Appends that the row of the side table has a value that counts.
pub(super) fn push_present(sql: &mut Sql, side: &Side) {
    match side.holds {
        Holds::Int | Holds::Real => sql.push(&format!(" AND s.{} IS NOT NULL", side.column)),
        // The key of the empty text is empty.
        Holds::Text => sql.push(&format!(" AND s.{} > ", side.column)).bind(Vec::new()),
    };
}

/// Sorts records by reading what they are sorted by.
pub(super) fn sort(
    tx: &Tx<'_>,
    entity: &'static Entity,
    order: &Order,
    pks: Vec<i64>,
) -> Result<Vec<i64>> {
    let mut ranked: Vec<Ranked> =
        pks.into_iter().map(|pk| Ranked { pk, values: vec![None; order.0.len()] }).collect();
    if !order.0.is_empty() {
        let sources: Vec<Source> = order.0.iter().map(|key| source(entity, key)).collect();
        read_columns(tx, entity, &sources, &mut ranked)?;
        read_entries(tx, entity, order, &sources, &mut ranked)?;
        read_documents(tx, entity, order, &sources, &mut ranked)?;
    }
    ranked.sort_by(|one, other| order.compare(one, other));
    Ok(ranked.into_iter().map(|record| record.pk).collect())
}

fn read_columns(
    tx: &Tx<'_>,
    entity: &'static Entity,
    sources: &[Source],
    ranked: &mut [Ranked],
) -> Result<()> {
    let read: Vec<(usize, &Source)> = sources
        .iter()
        .enumerate()
        .filter(|(_, source)| matches!(source, Source::Column { .. } | Source::Side(_)))
        .collect();
    if read.is_empty() {
        return Ok(());
    }
    let writer = Writer { entity, dialect: tx.dialect(), mode: Mode::Drive };
    for chunk in ranked.chunks_mut(MAX_ROWS) {
        let places: FxHashMap<i64, usize> =
            chunk.iter().enumerate().map(|(at, r)| (r.pk, at)).collect();
        let mut sql = Sql::new("SELECT e.pk");
        for (_, source) in &read {
            sql.push(", ");
            source.push_value(&mut sql, writer);
        }
        sql.push(&format!(" FROM {} e WHERE ", entity.table));
        writer.rows(&mut sql, chunk.iter().map(|record| record.pk));
        tx.each(&sql.text, &sql.values, |row| {
            if let Some(place) = places.get(&row.int(0)?) {
                for (column, (at, source)) in read.iter().enumerate() {
                    chunk[*place].values[*at] = source.read(row, column + 1)?;
                }
            }
            Ok(ControlFlow::Continue(()))
        })?;
    }
    Ok(())
}

fn read_entries(
    tx: &Tx<'_>,
    entity: &'static Entity,
    order: &Order,
    sources: &[Source],
    ranked: &mut [Ranked],
) -> Result<()> {
    for (at, source) in sources.iter().enumerate() {
        let Source::Entry(side, inner, natural) = source else { continue };
        let mut values: FxHashMap<i64, Rank> = FxHashMap::default();
        let sql = lookup::select(tx, entity, side);
        tx.each(&sql.text, &sql.values, |row| {
            let value = lookup::entry(row.str(1)?)?;
            let mut best = Best::new(order.0[at].descending, *natural);
            any_below(&value, inner, &mut |found| Ok(best.see(found)))?;
            if let Some(rank) = best.rank {
                values.insert(row.int(0)?, rank);
            }
            Ok(ControlFlow::Continue(()))
        })?;
        for record in ranked.iter_mut() {
            record.values[at] = values.remove(&record.pk);
        }
    }
    Ok(())
}

fn read_documents(
    tx: &Tx<'_>,
    entity: &'static Entity,
    order: &Order,
    sources: &[Source],
    ranked: &mut [Ranked],
) -> Result<()> {
    let read: Vec<usize> =
        (0..sources.len()).filter(|at| matches!(sources[*at], Source::Document)).collect();
    if read.is_empty() {
        return Ok(());
    }
    let mut paths: Vec<String> = Vec::new();
    for at in &read {
        match &order.0[*at].by {
            By::Field(path, _) => paths.push(path.escaped()),
            By::Score(_) => paths.extend(SEARCH_PATHS.iter().map(|path| (*path).to_owned())),
        }
    }
    for chunk in ranked.chunks_mut(super::run::BATCH) {
        let pks: Vec<i64> = chunk.iter().map(|record| record.pk).collect();
        let documents: FxHashMap<i64, document::Document> =
            document::load(tx, entity, &pks, Some(&paths))?.into_iter().collect();
        for record in chunk {
            if let Some(found) = documents.get(&record.pk) {
                for at in &read {
                    record.values[*at] = rank(&order.0[*at], record.pk, found)?;
                }
            }
        }
    }
    Ok(())
}
