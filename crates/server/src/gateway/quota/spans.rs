//! The spans of a plan: minutes of the clock, days and months of the site's time zone.

use arno_store::Millis;
use arno_store::gateway::counters::Counter;
use arno_store::gateway::model::Plan;
use chrono::{DateTime, Datelike, Days, Months, NaiveDate, TimeZone};
use chrono_tz::Tz;

/// A span of a plan.
#[derive(Clone)]
pub(super) struct Span {
    pub(super) counter: Counter,
    pub(super) limit: i64,
    /// When it ends.
    pub(super) end: Millis,
}

pub(super) fn counter(grant: &str, caller: &str, span: &'static str, at: Millis) -> Counter {
    Counter { grant: grant.to_owned(), caller: caller.to_owned(), span, at }
}

/// The spans in which the plan limits this caller's calls.
pub(super) fn spans(plan: &Plan, grant: &str, caller: &str, now: Millis, zone: Tz) -> Vec<Span> {
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
fn day(now: Millis, zone: Tz) -> (Millis, Millis) {
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
