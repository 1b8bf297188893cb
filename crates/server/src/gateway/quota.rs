//! Plans' limits. Calls are taken from the store's counters in blocks and handed out from memory, so
//! that most calls cost no transaction; small limits are taken one by one, so that nothing of them is
//! left lying at a server.

use super::{Caller, Failure, Outcome, Pass};
use crate::site::Site;
use arno_store::gateway::calls;
use arno_store::gateway::counters::{self, Counter, Slot};
use arno_store::gateway::model::Plan;
use arno_store::{Millis, Result, Scope, Tx};
use chrono::{DateTime, Datelike, Days, Months, NaiveDate, TimeZone};
use chrono_tz::Tz;
use rustc_hash::FxHashMap;
use std::sync::Mutex;

/// A block is this part of the limit, and at most so many calls.
const PART: i64 = 100;
const MAX_BLOCK: i64 = 200;
/// Counters remembered before those of past spans are forgotten.
const MANY: usize = 10_000;
/// How long a call keeps its place when nobody gives it back, ms.
const PLACE: Millis = 660_000;

/// What this server took and has not handed out.
#[derive(Default)]
pub(super) struct Quotas {
    blocks: Mutex<FxHashMap<Counter, Block>>,
}

#[derive(Clone, Copy, Default)]
struct Block {
    /// Taken and not handed out.
    left: i64,
    /// Not taken by anybody when this server last asked.
    beyond: i64,
}

/// A span of a plan.
struct Span {
    counter: Counter,
    limit: i64,
    /// When it ends.
    end: Millis,
}

/// What a permitted call says of its plan, and the place it has to give back.
#[derive(Debug, Default)]
pub(crate) struct Allowance {
    /// `RateLimit` headers of the span with the least left.
    pub(crate) headers: Vec<(&'static str, String)>,
    /// The call whose place must be given back.
    pub(crate) place: Option<String>,
}

/// Takes one call from the plan.
///
/// # Errors
/// 429 with the time of reset when nothing is left.
pub(crate) async fn take(
    site: &Site,
    pass: &Pass,
    caller: &Caller,
    call: &str,
) -> Outcome<Allowance> {
    let (Some(grant), Some(plan)) = (&pass.grant, &pass.plan) else {
        return Ok(Allowance::default());
    };
    let now = site.db.clock().now();
    let spans = spans(plan, &grant.id, &caller.key, now, site.settings.timezone);
    let mut tightest: Option<(i64, &Span)> = None;
    for (position, span) in spans.iter().enumerate() {
        match take_one(site, span).await? {
            Some(left) if tightest.is_none_or(|(least, _)| left < least) => {
                tightest = Some((left, span));
            }
            Some(_) => {}
            None => {
                give_back(site, &spans[..position]);
                return Err(exhausted(span, "calls", now));
            }
        }
    }
    let mut allowance = Allowance::default();
    if let Some((left, span)) = tightest {
        allowance.headers = headers(span, left, now);
    }
    if let Some(seconds) = plan.compute_seconds {
        let (begin, end) = month(now, site.settings.timezone);
        let counter = counter(&grant.id, &caller.key, "month", begin);
        let asked = counter.clone();
        let computed = move |tx: &Tx<'_>| calls::computed(tx, &asked.grant, &asked.caller, begin);
        if site.db.read(scope(site), computed).await? >= seconds.saturating_mul(1000) {
            give_back(site, &spans);
            let span = Span { counter, limit: seconds, end };
            return Err(exhausted(&span, "seconds of computing", now));
        }
    }
    if let Some(limit) = plan.concurrent {
        let slot = Slot {
            call: call.to_owned(),
            grant: grant.id.clone(),
            caller: caller.key.clone(),
            expires: now + PLACE,
        };
        let enter = move |tx: &Tx<'_>| counters::enter(tx, &slot, limit);
        if !site.db.derive(scope(site), enter).await? {
            give_back(site, &spans);
            let text = format!("Error: The plan permits {limit} calls at a time; try again later");
            return Err(Failure { retry_after: Some(1), ..Failure::new(429, text) });
        }
        allowance.place = Some(call.to_owned());
    }
    Ok(allowance)
}

impl Allowance {
    /// Gives the place back.
    pub(crate) async fn done(self, site: &Site) -> Result<()> {
        let Some(call) = self.place else { return Ok(()) };
        site.db.derive(scope(site), move |tx: &Tx<'_>| counters::leave(tx, &call)).await
    }
}

/// One call of the span; how many are left, or `None`.
async fn take_one(site: &Site, span: &Span) -> Outcome<Option<i64>> {
    if let Some(left) = from_memory(site, span) {
        return Ok(Some(left));
    }
    let wanted = (span.limit / PART).clamp(1, MAX_BLOCK);
    let (counter, limit) = (span.counter.clone(), span.limit);
    let lease = move |tx: &Tx<'_>| counters::take(tx, &counter, wanted, limit);
    let (got, beyond) = site.db.write(scope(site), lease).await?;
    let mut blocks = lock(site);
    if blocks.len() >= MANY {
        let now = site.db.clock().now();
        blocks.retain(|counter, _| now - counter.at < 90_000_000 && counter.span != "minute");
    }
    let block = blocks.entry(span.counter.clone()).or_default();
    block.beyond = beyond;
    block.left += got;
    if block.left == 0 {
        return Ok(None);
    }
    block.left -= 1;
    Ok(Some(block.left + block.beyond))
}

fn from_memory(site: &Site, span: &Span) -> Option<i64> {
    let mut blocks = lock(site);
    let block = blocks.get_mut(&span.counter).filter(|block| block.left > 0)?;
    block.left -= 1;
    Some(block.left + block.beyond)
}

fn give_back(site: &Site, spans: &[Span]) {
    let mut blocks = lock(site);
    for span in spans {
        blocks.entry(span.counter.clone()).or_default().left += 1;
    }
}

fn lock(site: &Site) -> std::sync::MutexGuard<'_, FxHashMap<Counter, Block>> {
    site.gateway.quotas.blocks.lock().unwrap_or_else(|broken| broken.into_inner())
}

fn scope(site: &Site) -> Scope {
    Scope::system(&site.settings.company)
}

fn exhausted(span: &Span, what: &str, now: Millis) -> Failure {
    let reset = seconds_until(span.end, now);
    let text = format!(
        "Error: The plan permits {} {what} a {}; it starts anew in {reset} seconds",
        span.limit, span.counter.span
    );
    let headers = headers(span, 0, now);
    Failure { retry_after: Some(reset), headers, ..Failure::new(429, text) }
}

fn headers(span: &Span, left: i64, now: Millis) -> Vec<(&'static str, String)> {
    let window = (span.end - span.counter.at) / 1000;
    vec![
        ("ratelimit-limit", span.limit.to_string()),
        ("ratelimit-remaining", left.to_string()),
        ("ratelimit-reset", seconds_until(span.end, now).to_string()),
        ("ratelimit-policy", format!("{};w={window}", span.limit)),
    ]
}

fn seconds_until(end: Millis, now: Millis) -> i64 {
    (end - now + 999) / 1000
}

fn counter(grant: &str, caller: &str, span: &'static str, at: Millis) -> Counter {
    Counter { grant: grant.to_owned(), caller: caller.to_owned(), span, at }
}

fn spans(plan: &Plan, grant: &str, caller: &str, now: Millis, zone: Tz) -> Vec<Span> {
    let minute = now.div_euclid(60_000) * 60_000;
    let limits = [
        ("minute", plan.per_minute, (minute, minute + 60_000)),
        ("day", plan.per_day, day(now, zone)),
        ("month", plan.per_month, month(now, zone)),
    ];
    limits
        .into_iter()
        .filter_map(|(span, limit, (at, end))| {
            Some(Span { counter: counter(grant, caller, span, at), limit: limit?, end })
        })
        .collect()
}

/// Begin and end of the day that it is in the zone.
pub(super) fn day(now: Millis, zone: Tz) -> (Millis, Millis) {
    let date = date(now, zone);
    (start(date, zone), start(date + Days::new(1), zone))
}

/// Begin and end of the month that it is in the zone.
pub(super) fn month(now: Millis, zone: Tz) -> (Millis, Millis) {
    let date = date(now, zone);
    let first = date.with_day(1).unwrap_or(date);
    (start(first, zone), start(first + Months::new(1), zone))
}

fn date(now: Millis, zone: Tz) -> NaiveDate {
    let utc = DateTime::from_timestamp_millis(now).unwrap_or_default();
    utc.with_timezone(&zone).date_naive()
}

/// The moment a day begins: the first there is, where clocks skip midnight.
fn start(date: NaiveDate, zone: Tz) -> Millis {
    let hours = (0..24).filter_map(|hour| date.and_hms_opt(hour, 0, 0));
    let mut moments = hours.filter_map(|time| zone.from_local_datetime(&time).earliest());
    moments.next().map_or(0, |moment| moment.timestamp_millis())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_months_are_those_of_the_zone() {
        let at =
            |text: &str| text.parse::<DateTime<chrono::Utc>>().expect("a time").timestamp_millis();
        for (now, zone, (begin, end)) in [
            ("2026-03-29T12:00:00Z", Tz::UTC, ("2026-03-29T00:00:00Z", "2026-03-30T00:00:00Z")),
            // 23 hours long: clocks go forward.
            (
                "2026-03-29T12:00:00Z",
                Tz::Europe__Rome,
                ("2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"),
            ),
            // Midnight does not exist: the day begins at one.
            (
                "2018-11-04T12:00:00Z",
                Tz::America__Sao_Paulo,
                ("2018-11-04T03:00:00Z", "2018-11-05T02:00:00Z"),
            ),
        ] {
            assert_eq!(day(at(now), zone), (at(begin), at(end)), "{now} {zone}");
        }
        assert_eq!(
            month(at("2026-12-31T23:30:00Z"), Tz::Europe__Rome),
            (at("2026-12-31T23:00:00Z"), at("2027-01-31T23:00:00Z"))
        );
    }
}
