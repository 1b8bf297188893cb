//! The rows that meet a condition as a part of other statements: to be counted, summed up, or
//! searched for the values that occur in them.

use super::ast::Cond;
use super::compile::Mode;
use super::run::{Plan, plan};
use crate::db::{Sql, Tx, Value as Bound};
use crate::error::Result;
use crate::schema::Entity;

/// Up to so many rows are gone through one by one; of more, the values' index is gone through.
const FEW: i64 = 2_000;

/// The rows of an entity that the scope sees and that meet a condition.
pub struct Selection<'a> {
    tx: &'a Tx<'a>,
    plan: Plan<'a>,
    /// How many there are, when SQL does not decide.
    known: Option<usize>,
}

/// Selects the rows that meet a condition; what SQL does not decide is looked up now.
///
/// # Errors
/// 400/21 when a pattern takes too long to match, and those of the engine.
pub fn select<'a>(
    tx: &'a Tx<'a>,
    entity: &'static Entity,
    public: bool,
    cond: Cond,
) -> Result<Selection<'a>> {
    let plan = plan(tx, entity, public, cond)?;
    Ok(match plan.beyond_sql()? {
        Some(rows) => {
            let known = Some(rows.len());
            Selection { tx, plan: plan.of_rows(rows), known }
        }
        None => Selection { tx, plan, known: None },
    })
}

/// Rows of a side table whose texts are asked for.
pub struct Side<'a, const N: usize> {
    /// The table; its column `owner` is the key of a row of the entity.
    pub table: String,
    /// Columns with the one value they must have.
    pub fixed: &'a [(&'a str, Bound)],
    /// Columns whose values are wanted; with the fixed ones they begin an index.
    pub wanted: [&'a str; N],
}

impl Selection<'_> {
    /// How many rows there are.
    ///
    /// # Errors
    /// Those of the engine.
    pub fn count(&self) -> Result<usize> {
        if let Some(known) = self.known {
            return Ok(known);
        }
        let mut sql = Sql::new("SELECT count(*) ");
        self.push(&mut sql);
        Ok(self.tx.first(&sql.text, &sql.values, |row| row.int(0))?.unwrap_or(0) as usize)
    }

    /// Appends `FROM <entity> e WHERE` the row is one of these.
    pub fn push(&self, sql: &mut Sql) {
        self.plan.push_from(sql, Mode::Whole);
    }

    /// Appends `FROM <side table> s CROSS JOIN <entity> e WHERE` they belong together and the row is
    /// one of these. SQLite goes through the side table first, by an index on what is appended.
    pub fn push_beside(&self, sql: &mut Sql, table: &str) {
        let entity = self.plan.entity().table;
        sql.push(&format!("FROM {table} s CROSS JOIN {entity} e WHERE e.pk = s.owner AND "));
        self.plan.conditions(sql, Mode::Probe);
    }

    /// What the rows are of.
    pub fn entity(&self) -> &'static Entity {
        self.plan.entity()
    }

    /// The distinct values of columns of a side table in these rows, in ascending order.
    ///
    /// # Errors
    /// Those of the engine.
    pub fn values<const N: usize>(&self, side: &Side<'_, N>) -> Result<Vec<[String; N]>> {
        if !self.is_more_than(FEW)? {
            let mut sql = Sql::new(format!(
                "SELECT DISTINCT {} FROM {} s WHERE s.owner IN (SELECT e.pk ",
                side.wanted.map(|column| format!("s.{column}")).join(", "),
                side.table
            ));
            self.push(&mut sql);
            sql.push(")");
            side.push_fixed(&mut sql);
            let mut found = self.tx.query(&sql.text, &sql.values, texts)?;
            found.sort_unstable();
            return Ok(found);
        }
        let mut found = Vec::new();
        let mut last = None;
        while let Some(next) = side.next(self.tx, last.as_ref())? {
            if self.has_value(side, &next)? {
                found.push(next.clone());
            }
            last = Some(next);
        }
        Ok(found)
    }

    /// Whether there are more than so many rows.
    fn is_more_than(&self, few: i64) -> Result<bool> {
        let mut sql = Sql::new("SELECT count(*) FROM (SELECT e.pk ");
        self.push(&mut sql);
        sql.push(" LIMIT ").bind(few + 1).push(") f");
        Ok(self.tx.first(&sql.text, &sql.values, |row| row.int(0))?.unwrap_or(0) > few)
    }

    fn has_value<const N: usize>(&self, side: &Side<'_, N>, value: &[String; N]) -> Result<bool> {
        let mut sql = Sql::new("SELECT 1 ");
        self.push_beside(&mut sql, &side.table);
        side.push_fixed(&mut sql);
        for (column, value) in side.wanted.iter().zip(value) {
            sql.push(&format!(" AND s.{column} = ")).bind(value);
        }
        sql.push(" LIMIT 1");
        Ok(self.tx.first(&sql.text, &sql.values, |_| Ok(()))?.is_some())
    }
}

impl<const N: usize> Side<'_, N> {
    fn push_fixed(&self, sql: &mut Sql) {
        for (column, value) in self.fixed {
            sql.push(&format!(" AND s.{column} = ")).bind(value.clone());
        }
    }

    /// The least value after another in the whole table.
    fn next(&self, tx: &Tx<'_>, after: Option<&[String; N]>) -> Result<Option<[String; N]>> {
        let columns = self.wanted.map(|column| format!("s.{column}")).join(", ");
        let mut sql = Sql::new(format!("SELECT {columns} FROM {} s WHERE 1 = 1", self.table));
        self.push_fixed(&mut sql);
        if let Some(after) = after {
            sql.push(&format!(" AND ({columns}) > ")).bind_list(after.iter());
        }
        sql.push(&format!(" ORDER BY {columns} LIMIT 1"));
        tx.first(&sql.text, &sql.values, texts)
    }
}

fn texts<const N: usize>(row: &crate::db::Row<'_>) -> Result<[String; N]> {
    let mut texts = [const { String::new() }; N];
    for (at, text) in texts.iter_mut().enumerate() {
        *text = row.text(at)?;
    }
    Ok(texts)
}
