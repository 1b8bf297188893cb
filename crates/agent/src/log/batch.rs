//! Lines to events. The times of a task's events rise strictly, which makes each event known by its
//! time: that is how a batch whose fate is unknown is found again, or sent again.

use super::spool::Record;
use crate::clock::Millis;
use arno_client::LogEvent;

/// The text of one event (agent.md §4.2).
const MAX_EVENT: usize = 64 * 1024;

/// Who reports.
pub(crate) struct Reporter<'a> {
    pub(crate) task: &'a str,
    pub(crate) worker: &'a str,
}

/// The events of these lines: lines of the same moment and level are one. Every time is later than
/// `after`. The same arguments give the same events.
pub(crate) fn events(records: &[Record], reporter: &Reporter<'_>, after: Millis) -> Vec<LogEvent> {
    let mut events: Vec<LogEvent> = Vec::new();
    let mut seen = None;
    let mut last = after;
    for record in records {
        match events.last_mut() {
            Some(event)
                if seen == Some(record.at)
                    && event.level == record.level
                    && event.msg.len() + record.text.len() < MAX_EVENT =>
            {
                event.msg.push('\n');
                event.msg.push_str(&record.text);
            }
            _ => {
                last = record.at.max(last + 1);
                events.push(LogEvent {
                    kind: "log",
                    task: reporter.task.to_owned(),
                    worker: reporter.worker.to_owned(),
                    level: record.level.clone(),
                    msg: record.text.clone(),
                    timestamp: last,
                });
            }
        }
        seen = Some(record.at);
    }
    events
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_rise_and_lines_of_a_moment_are_one_event() {
        let record = |at, level: &str, text: &str| Record {
            at,
            level: level.to_owned(),
            text: text.to_owned(),
        };
        let records = [
            record(5, "INFO", "start"),
            record(5, "DEBUG", "a"),
            record(5, "DEBUG", "b"),
            record(4, "DEBUG", "the clock went back"),
            record(90, "DEBUG", "later"),
        ];
        let reporter = Reporter { task: "t", worker: "w" };
        let told: Vec<(Millis, String)> = events(&records, &reporter, 10)
            .into_iter()
            .map(|event| (event.timestamp, event.msg))
            .collect();
        let expected = [(11, "start"), (12, "a\nb"), (13, "the clock went back"), (90, "later")];
        assert_eq!(told, expected.map(|(at, text)| (at, text.to_owned())));
    }

    #[test]
    fn events_are_bounded() {
        let big = Record { at: 1, level: "DEBUG".to_owned(), text: "x".repeat(40_000) };
        let reporter = Reporter { task: "t", worker: "w" };
        let told = events(&[big.clone(), big], &reporter, 0);
        assert_eq!(told.iter().map(|event| event.timestamp).collect::<Vec<_>>(), [1, 2]);
    }
}
