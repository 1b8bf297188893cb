//! Many rows by as few round trips as the engine needs.

use crate::db::{Dialect, Tx, Value};
use crate::error::Result;

/// Rows of one statement on PostgreSQL, where every statement is a round trip; two sizes, so that
/// few texts are prepared. SQLite has no round trips and is fastest with one short statement.
const ROWS: usize = 64;

/// Runs `insert` (up to and including `VALUES`) for rows of `columns` values, followed by `conflict`.
pub(super) fn insert(
    tx: &Tx<'_>,
    insert: &str,
    columns: usize,
    conflict: &str,
    values: &[Value],
) -> Result<()> {
    let one = statement(insert, columns, conflict, 1);
    let mut rest = values;
    if tx.dialect() == Dialect::Postgres && rest.len() >= ROWS * columns {
        let many = statement(insert, columns, conflict, ROWS);
        while let Some((rows, others)) = rest.split_at_checked(ROWS * columns) {
            tx.execute(&many, rows)?;
            rest = others;
        }
    }
    for row in rest.chunks_exact(columns) {
        tx.execute(&one, row)?;
    }
    Ok(())
}

fn statement(insert: &str, columns: usize, conflict: &str, rows: usize) -> String {
    let row = |row: usize| {
        let values: Vec<String> =
            (1..=columns).map(|column| format!("${}", row * columns + column)).collect();
        format!("({})", values.join(","))
    };
    let rows: Vec<String> = (0..rows).map(row).collect();
    format!("{insert} {} {conflict}", rows.join(","))
}
