//! The URLs that an owner's samples and plots show, page by page, for deleting the files with them.

use crate::db::Tx;
use crate::error::{Error, Result};
use crate::events::{EventStore, Owner};

/// Where the next page of URLs begins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UrlsFrom {
    metric: i64,
    iter: i64,
    name: String,
    plots: bool,
}

impl UrlsFrom {
    /// At the beginning.
    pub fn start() -> UrlsFrom {
        UrlsFrom { metric: i64::MIN, ..UrlsFrom::default() }
    }
}

impl EventStore {
    /// The URLs of up to `limit` samples or plots of an owner, and where to go on; `None` at the end.
    ///
    /// # Errors
    /// What the engine reports, and [`crate::Error::Corrupt`].
    pub fn urls(
        &self,
        tx: &Tx<'_>,
        owner: Owner,
        from: &UrlsFrom,
        limit: usize,
    ) -> Result<(Vec<String>, Option<UrlsFrom>)> {
        let (mut urls, last, count) = if from.plots {
            of_plots(tx, owner, from, limit)?
        } else {
            of_samples(tx, owner, from, limit)?
        };
        urls.sort_unstable();
        urls.dedup();
        let next = match last {
            Some(last) if count == limit => Some(last),
            _ if from.plots => None,
            _ => Some(UrlsFrom { plots: true, ..UrlsFrom::start() }),
        };
        Ok((urls, next))
    }
}

/// URLs, the place of the last row read, and the number of rows.
type Page = (Vec<String>, Option<UrlsFrom>, usize);

fn of_samples(tx: &Tx<'_>, owner: Owner, from: &UrlsFrom, limit: usize) -> Result<Page> {
    let sql = format!(
        "SELECT metric_id, iter, name, url FROM ev.sample \
         WHERE owner = $1 AND (metric_id, iter, name) > ($2, $3, $4) \
         ORDER BY metric_id, iter, name LIMIT {limit}"
    );
    let values = [owner.key().into(), from.metric.into(), from.iter.into(), (&from.name).into()];
    let rows = tx.query(&sql, &values, |row| {
        let place =
            UrlsFrom { metric: row.int(0)?, iter: row.int(1)?, name: row.text(2)?, plots: false };
        Ok((place, row.opt_text(3)?))
    })?;
    let last = rows.last().map(|(place, _)| place.clone());
    let count = rows.len();
    Ok((rows.into_iter().filter_map(|(_, url)| url).collect(), last, count))
}

fn of_plots(tx: &Tx<'_>, owner: Owner, from: &UrlsFrom, limit: usize) -> Result<Page> {
    let sql = format!(
        "SELECT metric_id, iter, source_urls FROM ev.plot \
         WHERE owner = $1 AND (metric_id, iter) > ($2, $3) ORDER BY metric_id, iter LIMIT {limit}"
    );
    let rows =
        tx.query(&sql, &[owner.key().into(), from.metric.into(), from.iter.into()], |row| {
            let place = UrlsFrom {
                metric: row.int(0)?,
                iter: row.int(1)?,
                plots: true,
                ..UrlsFrom::default()
            };
            let urls: Vec<String> = serde_json::from_str(row.str(2)?.unwrap_or("[]"))
                .map_err(|error| Error::corrupt("a plot's URLs", error))?;
            Ok((place, urls))
        })?;
    let last = rows.last().map(|(place, _)| place.clone());
    let count = rows.len();
    Ok((rows.into_iter().flat_map(|(_, urls)| urls).collect(), last, count))
}
