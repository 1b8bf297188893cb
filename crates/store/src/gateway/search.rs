//! Looking through the record of calls: pages of it, and sums of it for charts, consumption and
//! invoices.

use super::calls::{COLUMNS, Call, read};
use crate::clock::Millis;
use crate::db::{Sql, Tx};
use crate::error::Result;

/// Which calls are meant; what is absent does not matter.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filter {
    /// From when on.
    pub from: Option<Millis>,
    /// Before when.
    pub to: Option<Millis>,
    /// `sporadic` or `stable`.
    pub mode: Option<String>,
    /// The caller's key.
    pub caller: Option<String>,
    /// The caller's name.
    pub caller_name: Option<String>,
    /// Entry id of the API.
    pub api: Option<String>,
    /// Task id of the template or machine.
    pub target: Option<String>,
    /// The endpoint or queue.
    pub endpoint: Option<String>,
    /// The clone.
    pub clone: Option<String>,
    /// Whether it went well.
    pub ok: Option<bool>,
}

impl Filter {
    fn push(&self, sql: &mut Sql, company: &str) {
        sql.push(" WHERE c.company = ").bind(company);
        let texts = [
            ("c.mode", &self.mode),
            ("c.caller", &self.caller),
            ("c.caller_name", &self.caller_name),
            ("c.api", &self.api),
            ("c.target", &self.target),
            ("c.endpoint", &self.endpoint),
            ("c.clone", &self.clone),
        ];
        for (column, value) in texts {
            if let Some(value) = value {
                sql.push(&format!(" AND {column} = ")).bind(value);
            }
        }
        if let Some(from) = self.from {
            sql.push(" AND c.at >= ").bind(from);
        }
        if let Some(to) = self.to {
            sql.push(" AND c.at < ").bind(to);
        }
        match self.ok {
            Some(true) => sql.push(" AND c.status < 400"),
            Some(false) => sql.push(" AND c.status >= 400"),
            None => sql,
        };
    }
}

/// A page of calls, newest first, and how many there are in all.
pub fn page(tx: &Tx<'_>, filter: &Filter, skip: usize, size: usize) -> Result<(Vec<Call>, i64)> {
    let company = &tx.scope().company;
    let mut sql = Sql::new("SELECT count(*) FROM gateway_calls c");
    filter.push(&mut sql, company);
    let total = tx.first(&sql.text, &sql.values, |row| row.int(0))?.unwrap_or(0);
    let mut sql = Sql::new(format!("SELECT {COLUMNS} FROM gateway_calls c"));
    filter.push(&mut sql, company);
    sql.push(&format!(" ORDER BY c.at DESC, c.pk DESC LIMIT {size} OFFSET {skip}"));
    Ok((tx.query(&sql.text, &sql.values, read)?, total))
}

/// Up to `size` calls older than the one at `before` (time and id), newest first: for exports, which
/// go through all.
pub fn older(
    tx: &Tx<'_>,
    filter: &Filter,
    before: Option<(Millis, i64)>,
    size: usize,
) -> Result<Vec<(i64, Call)>> {
    let mut sql = Sql::new(format!("SELECT {COLUMNS}, c.pk FROM gateway_calls c"));
    filter.push(&mut sql, &tx.scope().company);
    if let Some((at, pk)) = before {
        sql.push(" AND (c.at < ").bind(at).push(" OR (c.at = ").bind(at);
        sql.push(" AND c.pk < ").bind(pk).push("))");
    }
    sql.push(&format!(" ORDER BY c.at DESC, c.pk DESC LIMIT {size}"));
    tx.query(&sql.text, &sql.values, |row| Ok((row.int(23)?, read(row)?)))
}

/// What calls are summed by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// Periods of this many milliseconds since the epoch.
    Time(Millis),
    /// Callers, then APIs.
    CallerAndApi,
    /// Grants.
    Grant,
    /// Targets and endpoints.
    Target,
    /// Callers.
    Caller,
}

/// What some calls amount to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sum {
    /// What they have in common: a period's start, or ids and names as [`By`] says.
    pub key: Vec<String>,
    /// How many there are.
    pub calls: i64,
    /// How many of them failed.
    pub failed: i64,
    /// Sum of the latencies, microseconds.
    pub latency: i64,
    /// The longest one.
    pub longest: i64,
    /// What was computed, ms.
    pub compute: i64,
    /// Bytes.
    pub request_size: i64,
    /// Bytes.
    pub answer_size: i64,
}

/// Sums of the calls, the greatest number of calls first; periods in their order.
pub fn sums(tx: &Tx<'_>, filter: &Filter, by: By, limit: usize) -> Result<Vec<Sum>> {
    let period;
    let columns: &[&str] = match by {
        By::Time(length) => {
            period = format!("CAST(c.at / {length} * {length} AS TEXT)");
            &[&period, "c.mode"]
        }
        By::CallerAndApi => &["c.caller", "c.caller_name", "coalesce(c.api, '')", "c.target"],
        By::Grant => &["coalesce(c.grant_id, '')", "c.caller", "c.caller_name"],
        By::Target => &["c.target", "c.endpoint", "c.mode"],
        By::Caller => &["c.caller", "c.caller_name"],
    };
    let grouped = columns.join(", ");
    let mut sql = Sql::new(format!(
        "SELECT count(*), CAST(sum(CASE WHEN c.status >= 400 THEN 1 ELSE 0 END) AS BIGINT), \
         CAST(sum(c.latency) AS BIGINT), max(c.latency), CAST(sum(c.compute) AS BIGINT), \
         CAST(sum(c.request_size) AS BIGINT), CAST(sum(c.answer_size) AS BIGINT), {grouped} \
         FROM gateway_calls c"
    ));
    filter.push(&mut sql, &tx.scope().company);
    let order = match by {
        By::Time(_) => "min(c.at)",
        _ => "count(*) DESC",
    };
    sql.push(&format!(" GROUP BY {grouped} ORDER BY {order}, {grouped} LIMIT {limit}"));
    tx.query(&sql.text, &sql.values, |row| {
        let key: Result<Vec<String>> = (7..7 + columns.len()).map(|at| row.text(at)).collect();
        Ok(Sum {
            key: key?,
            calls: row.int(0)?,
            failed: row.int(1)?,
            latency: row.int(2)?,
            longest: row.int(3)?,
            compute: row.int(4)?,
            request_size: row.int(5)?,
            answer_size: row.int(6)?,
        })
    })
}
