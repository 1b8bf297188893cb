//! Plans' limits: of calls in spans of time (`spans`, counted by `leases`), of calls at a time, and of
//! computing.

mod leases;
mod spans;

use super::{Caller, Failure, Outcome, Pass};
use crate::site::Site;
use arno_store::gateway::calls;
use arno_store::gateway::counters::{self, Slot};
use arno_store::{Millis, Result, Scope, Tx};
use leases::give_back;
use spans::{Span, counter, month, spans};
use std::sync::Arc;

pub(super) use leases::Leases;

/// How long a call keeps its place when nobody gives it back, ms.
const PLACE: Millis = 660_000;

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
    site: &Arc<Site>,
    pass: &Pass,
    caller: &Caller,
    call: &str,
) -> Outcome<Allowance> {
    let (Some(grant), Some(plan)) = (&pass.grant, &pass.plan) else {
        return Ok(Allowance::default());
    };
    let now = site.db.clock().now();
    let plan = &plan.value;
    let spans = spans(plan, &grant.id, &caller.key, now, site.settings.timezone);
    let mut tightest: Option<(i64, &Span)> = None;
    for (position, span) in spans.iter().enumerate() {
        match leases::take(site, span).await? {
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
