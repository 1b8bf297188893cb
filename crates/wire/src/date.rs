//! Dates as clients send and read them. Inside Arno a date is milliseconds since 1970-01-01 UTC.

use chrono::{DateTime, Datelike, NaiveDate, Timelike};

/// First and last millisecond of the years 1 to 9999, which is all that clients can represent.
const RANGE: std::ops::RangeInclusive<i64> = -62_135_596_800_000..=253_402_300_799_999;

/// Reads an ISO-8601 date: with a `T`, a `t` or a space before the time, with or without seconds,
/// fraction (cut to milliseconds) and offset (`Z`, `+hh`, `+hhmm`, `+hh:mm`; none means UTC), or
/// without time (midnight). None for anything else and for years outside 1 to 9999.
pub fn parse(text: &str) -> Option<i64> {
    let mut reader = Reader { rest: text.trim() };
    let (year, month, day) = reader.date()?;
    let date = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?;
    let mut time = (0, 0, 0, 0);
    let mut offset_minutes = 0;
    if !reader.rest.is_empty() {
        if !reader.skip(&['T', 't', ' ']) {
            return None;
        }
        time = reader.time()?;
        offset_minutes = reader.offset()?;
    }
    let (hour, minute, second, milli) = time;
    let local = date.and_hms_milli_opt(hour, minute, second, milli)?.and_utc().timestamp_millis();
    Some(local - offset_minutes * 60_000).filter(|ms| RANGE.contains(ms))
}

/// `2026-01-02T03:04:05.123000+00:00`, without a fraction when it is zero: dates of stored
/// entities.
pub fn format(ms: i64) -> String {
    let mut text = format_naive(ms);
    text.push_str("+00:00");
    text
}

/// `2026-01-02T03:04:05.123000`, without a fraction when it is zero: the few dates written naive.
pub fn format_naive(ms: i64) -> String {
    let (mut text, milli) = seconds_text(ms);
    if milli > 0 {
        text.push('.');
        push_padded(milli, 3, &mut text);
        text.push_str("000");
    }
    text
}

/// `2026-01-02T03:04:05.123Z`: `iso_time` axes and `@timestamp` of events.
pub fn format_z(ms: i64) -> String {
    let (mut text, milli) = seconds_text(ms);
    text.push('.');
    push_padded(milli, 3, &mut text);
    text.push('Z');
    text
}

/// The date to the second and the milliseconds left; what lies outside [`RANGE`] is its nearest
/// end.
fn seconds_text(ms: i64) -> (String, u32) {
    let within = ms.clamp(*RANGE.start(), *RANGE.end());
    let date = DateTime::from_timestamp_millis(within).unwrap_or_default();
    let mut text = String::with_capacity(32);
    push_padded(date.year().unsigned_abs(), 4, &mut text);
    for (separator, part) in [
        ('-', date.month()),
        ('-', date.day()),
        ('T', date.hour()),
        (':', date.minute()),
        (':', date.second()),
    ] {
        text.push(separator);
        push_padded(part, 2, &mut text);
    }
    (text, date.timestamp_subsec_millis())
}

/// The last `width` decimal digits, zeros in front.
fn push_padded(number: u32, width: u32, text: &mut String) {
    for place in (0..width).rev() {
        let digit = number / 10_u32.pow(place) % 10;
        text.extend(char::from_digit(digit, 10));
    }
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn skip(&mut self, any_of: &[char]) -> bool {
        match self.rest.strip_prefix(any_of) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// A number of exactly `count` digits.
    fn digits(&mut self, count: usize) -> Option<u32> {
        let digits = self.rest.get(..count)?;
        if !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        self.rest = &self.rest[count..];
        digits.parse().ok()
    }

    fn date(&mut self) -> Option<(u32, u32, u32)> {
        let year = self.digits(4)?;
        let is_extended = self.skip(&['-']);
        let month = self.digits(2)?;
        if is_extended && !self.skip(&['-']) {
            return None;
        }
        Some((year, month, self.digits(2)?))
    }

    /// Hour, minute, second, millisecond.
    fn time(&mut self) -> Option<(u32, u32, u32, u32)> {
        let hour = self.digits(2)?;
        let is_extended = self.skip(&[':']);
        let minute = self.digits(2)?;
        let starts_with_digit = self.rest.starts_with(|c: char| c.is_ascii_digit());
        let has_seconds = if is_extended { self.skip(&[':']) } else { starts_with_digit };
        if !has_seconds {
            return Some((hour, minute, 0, 0));
        }
        let second = self.digits(2)?;
        let milli = if self.skip(&['.', ',']) { self.fraction()? } else { 0 };
        Some((hour, minute, second, milli))
    }

    /// Any number of digits after the decimal point, cut to milliseconds.
    fn fraction(&mut self) -> Option<u32> {
        let count = self.rest.bytes().take_while(u8::is_ascii_digit).count();
        let (digits, rest) = self.rest.split_at(count);
        self.rest = rest;
        if digits.is_empty() {
            return None;
        }
        let padded: String = digits.chars().chain("00".chars()).take(3).collect();
        padded.parse().ok()
    }

    /// Minutes east of UTC; the rest of the text must be an offset or nothing.
    fn offset(&mut self) -> Option<i64> {
        self.rest = self.rest.trim_start();
        if self.rest.is_empty() || matches!(self.rest, "Z" | "z" | "UTC" | "GMT") {
            return Some(0);
        }
        let sign = match (self.skip(&['+']), self.skip(&['-'])) {
            (true, false) => 1,
            (false, true) => -1,
            _ => return None,
        };
        let hours = self.digits(2)?;
        let minutes = match (self.skip(&[':']), self.rest.is_empty()) {
            (false, true) => 0,
            _ => self.digits(2)?,
        };
        let is_complete = self.rest.is_empty() && hours < 24 && minutes < 60;
        is_complete.then(|| sign * i64::from(hours * 60 + minutes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const INSTANT: i64 = 1_767_323_045_123; // 2026-01-02T03:04:05.123Z

    #[test]
    fn reads_every_spelling() {
        for text in [
            "2026-01-02T03:04:05.123000+00:00",
            "2026-01-02T03:04:05.123Z",
            "2026-01-02t03:04:05.123z",
            "2026-01-02 03:04:05.123",
            "2026-01-02 03:04:05,123999",
            "2026-01-02T03:04:05.123456789",
            " 2026-01-02 03:04:05.123 UTC ",
            "2026-01-02T05:34:05.123+02:30",
            "2026-01-02T05:34:05.123+0230",
            "2026-01-01T22:04:05.123-05",
            "20260102T030405.123Z",
        ] {
            assert_eq!(parse(text), Some(INSTANT), "{text}");
        }
        for (text, expected) in [
            ("2026-01-02T03:04:05.1", INSTANT - 23),
            ("2026-01-02T03:04:05", INSTANT - 123),
            ("2026-01-02T03:04", INSTANT - 5_123),
            ("2026-01-02", INSTANT - 11_045_123),
            ("1969-12-31T23:59:59.999Z", -1),
            ("0001-01-01T00:00:00", *RANGE.start()),
            ("9999-12-31T23:59:59.999", *RANGE.end()),
        ] {
            assert_eq!(parse(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn refuses_what_is_no_date() {
        for text in [
            "",
            "now",
            "2026",
            "2026-01",
            "2026-13-01",
            "2026-02-30",
            "2026-01-02T",
            "2026-01-02T3",
            "2026-01-02T24:00:00",
            "2026-01-02T03:04:60",
            "2026-01-02T03:04:05.",
            "2026-01-02X03:04",
            "2026-01-02T03:04:05+2",
            "2026-01-02T03:04:05+25:00",
            "2026-01-02T03:04:05 and more",
            "2026-0102",
            "1767323045",
            "0000-01-01",
            "0001-01-01T00:00:00+01:00",
            "２０26-01-02",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn writes_the_three_forms() {
        assert_eq!(format(INSTANT), "2026-01-02T03:04:05.123000+00:00");
        assert_eq!(format(INSTANT - 123), "2026-01-02T03:04:05+00:00");
        assert_eq!(format_naive(INSTANT), "2026-01-02T03:04:05.123000");
        assert_eq!(format_naive(INSTANT - 123), "2026-01-02T03:04:05");
        assert_eq!(format_z(INSTANT), "2026-01-02T03:04:05.123Z");
        assert_eq!(format_z(INSTANT - 123), "2026-01-02T03:04:05.000Z");
        assert_eq!(format_z(-1), "1969-12-31T23:59:59.999Z");
        assert_eq!(format(i64::MIN), "0001-01-01T00:00:00+00:00");
        assert_eq!(format_z(i64::MAX), "9999-12-31T23:59:59.999Z");
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(ms in RANGE) {
            prop_assert_eq!(parse(&format(ms)), Some(ms));
            prop_assert_eq!(parse(&format_naive(ms)), Some(ms));
            prop_assert_eq!(parse(&format_z(ms)), Some(ms));
        }

        #[test]
        fn arbitrary_text_never_panics(text in "[0-9T:.Z+ \\-é]{0,40}") {
            let _ = parse(&text);
        }
    }
}
