//! Many rows by as few round trips as the engine needs.

use std::fmt::Write as _;

use crate::db::{Dialect, Tx, Value};
use crate::error::Result;

/// Rows of one statement on PostgreSQL, where every statement is a round trip; few sizes, so that few
/// texts are prepared. SQLite has no round trips and is fastest with one short statement.
const ROWS: [usize; 4] = [64, 16, 4, 1];

/// Runs `insert` (up to and including `VALUES`) for rows of `columns` values, followed by `conflict`.
pub(super) fn insert(
    tx: &Tx<'_>,
    insert: &str,
    columns: usize,
    conflict: &str,
    values: &[Value],
) -> Result<()> {
    let sizes = match tx.dialect() {
        Dialect::Sqlite => &ROWS[ROWS.len() - 1..],
        Dialect::Postgres => &ROWS,
    };
    let mut rest = values;
    for &size in sizes {
        if rest.len() < size * columns {
            continue;
        }
        let sql = statement(insert, columns, conflict, size);
        while let Some((rows, others)) = rest.split_at_checked(size * columns) {
            tx.execute(&sql, rows)?;
            rest = others;
        }
    }
    Ok(())
}

fn statement(insert: &str, columns: usize, conflict: &str, rows: usize) -> String {
    let mut sql = String::with_capacity(insert.len() + conflict.len() + rows * columns * 5);
    sql.push_str(insert);
    for value in 0..rows * columns {
        let before = match (value, value % columns) {
            (0, _) => " (",
            (_, 0) => "), (",
            _ => ",",
        };
        // Writing to a String cannot fail.
        let _ = write!(sql, "{before}${}", value + 1);
    }
    sql.push_str(") ");
    sql.push_str(conflict);
    sql
}
