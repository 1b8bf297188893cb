//! When a worker works (agent.md §2.2): `"<hours> <days>"`, as in `17-20 MON-FRI`.

use chrono::{Datelike, NaiveDateTime, Timelike};

const DAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/// A window that cannot be read.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is no schedule; write hours and days, as in \"17-20 MON-FRI\" or \"8,20-23 SAT,SUN\""
)]
pub(crate) struct ScheduleError(String);

/// Hours of days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Window {
    hours: [bool; 24],
    /// From Sunday.
    days: [bool; 7],
}

impl Window {
    /// Reads one.
    pub(crate) fn parse(text: &str) -> Result<Window, ScheduleError> {
        let wrong = || ScheduleError(text.to_owned());
        let mut words = text.split_whitespace();
        let (hours, days) = (words.next().ok_or_else(wrong)?, words.next().ok_or_else(wrong)?);
        if words.next().is_some() {
            return Err(wrong());
        }
        let mut window = Window { hours: [false; 24], days: [false; 7] };
        for part in hours.split(',') {
            // A single hour goes on to midnight, and so does an end of 0.
            let (from, to) = part.split_once('-').unwrap_or((part, "0"));
            let from: usize = from.parse().map_err(|_| wrong())?;
            let to = match to.parse::<usize>().map_err(|_| wrong())? {
                0 => 24,
                hour => hour,
            };
            if from > 23 || to > 24 || from >= to {
                return Err(wrong());
            }
            window.hours[from..to].fill(true);
        }
        for part in days.split(',') {
            let (from, to) = part.split_once('-').unwrap_or((part, part));
            let (from, to) = day(from).zip(day(to)).ok_or_else(wrong)?;
            let mut at = from;
            window.days[at] = true;
            while at != to {
                at = (at + 1) % DAYS.len();
                window.days[at] = true;
            }
        }
        Ok(window)
    }

    fn holds(&self, at: NaiveDateTime) -> bool {
        self.hours[at.hour() as usize] && self.days[at.weekday().num_days_from_sunday() as usize]
    }
}

fn day(name: &str) -> Option<usize> {
    let name = name.to_uppercase();
    DAYS.iter().position(|day| *day == name)
}

/// What decides whether a worker works, the strongest first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Schedule {
    pub(crate) uptime: Option<Window>,
    pub(crate) downtime: Option<Window>,
}

impl Schedule {
    /// Both together say nothing (agent.md §1.1).
    pub(crate) fn new(
        uptime: Option<&str>,
        downtime: Option<&str>,
    ) -> Result<Schedule, ScheduleError> {
        if let (Some(_), Some(_)) = (uptime, downtime) {
            return Ok(Schedule::default());
        }
        Ok(Schedule {
            uptime: uptime.map(Window::parse).transpose()?,
            downtime: downtime.map(Window::parse).transpose()?,
        })
    }

    /// Whether to work at this local time. `queue` is what a tag of the queue says, `worker` what the
    /// worker's own property says.
    pub(crate) fn works(
        &self,
        at: NaiveDateTime,
        queue: Option<bool>,
        worker: Option<bool>,
    ) -> bool {
        if let Some(forced) = queue.or(worker) {
            return forced;
        }
        match (&self.uptime, &self.downtime) {
            (Some(up), _) => up.holds(at),
            (None, Some(down)) => !down.holds(at),
            (None, None) => true,
        }
    }
}

/// What a queue's tags force.
pub(crate) fn forced_by_tags<'a>(tags: impl Iterator<Item = &'a str>) -> Option<bool> {
    let mut forced = None;
    for tag in tags {
        match tag {
            "force_workers:off" => return Some(false),
            "force_workers:on" => forced = Some(true),
            _ => {}
        }
    }
    forced
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A Sunday and the days after it.
    fn at(day: u32, hour: u32) -> NaiveDateTime {
        chrono::NaiveDate::from_ymd_opt(2026, 11, 1 + day)
            .unwrap()
            .and_hms_opt(hour, 30, 0)
            .unwrap()
    }

    #[test]
    fn windows_hold_their_hours_and_days() {
        let table = [
            ("17-20 MON-FRI", at(1, 17), true),
            ("17-20 MON-FRI", at(1, 20), false),
            ("17-20 MON-FRI", at(0, 18), false),
            ("17 SUN", at(0, 23), true),
            ("17 SUN", at(0, 16), false),
            ("22-0 sat", at(6, 23), true),
            ("8,20-23 SAT,SUN", at(0, 9), true),
            ("0-24 FRI-MON", at(0, 0), true),
            ("0-24 FRI-MON", at(2, 0), false),
        ];
        for (text, time, expected) in table {
            assert_eq!(Window::parse(text).unwrap().holds(time), expected, "{text} {time}");
        }
        for wrong in ["", "17", "25 MON", "20-17 MON", "17 MONDAY", "17 MON x", "a-b MON"] {
            assert!(Window::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn queue_tags_come_before_the_worker_and_both_before_time() {
        let up = Schedule::new(Some("8-12 SUN-SAT"), None).unwrap();
        assert!(up.works(at(0, 9), None, None));
        assert!(!up.works(at(0, 13), None, None));
        assert!(up.works(at(0, 13), None, Some(true)));
        assert!(!up.works(at(0, 9), Some(false), Some(true)));
        let down = Schedule::new(None, Some("8-12 SUN-SAT")).unwrap();
        assert!(!down.works(at(0, 9), None, None));
        let both = Schedule::new(Some("8-9 SUN"), Some("8-9 SUN")).unwrap();
        assert!(both.works(at(3, 3), None, None) && both.works(at(0, 8), None, None));
        let tags = ["x", "force_workers:on", "force_workers:off"];
        assert_eq!(forced_by_tags(tags.into_iter()), Some(false));
        assert_eq!(forced_by_tags(tags[..2].iter().copied()), Some(true));
        assert_eq!(forced_by_tags(tags[..1].iter().copied()), None);
    }
}
