//! Conditions with limits: `[min, max]` on numbers and dates, and comparisons of dates.

use super::ast::{Bound, Cond, Test};
use super::path::Path;
use crate::clock::Millis;
use crate::schema::Kind;
use arno_wire::error::{Code, Error, Result};
use arno_wire::{date, json};
use serde_json::Value as Json;

/// The condition of a range parameter: both limits inclusive, null for none; without a lower limit
/// records that lack the field match too.
///
/// # Errors
/// 400/12 unless it is a list of two, at least one not null, that suit the field.
pub fn range(path: &Path, field: &str, kind: Kind, value: &Json) -> Result<Cond> {
    let malformed = |why: &str| {
        Error::new(Code::ValidationError).extra(why).with("field", field).with("value", value)
    };
    let Some([min, max]) = value.as_array().map(Vec::as_slice) else {
        return Err(malformed("a range is [min, max]"));
    };
    if min.is_null() && max.is_null() {
        return Err(malformed("one limit of a range must be given"));
    }
    let limit = |value: &Json, bound| {
        if value.is_null() {
            return Ok(None);
        }
        let test = match kind {
            Kind::Date => value.as_str().and_then(date::parse).map(|at| Test::Time(bound, at)),
            _ => number(value).map(|number| Test::Number(bound, number)),
        };
        test.map(Some).ok_or_else(|| malformed("the limit does not suit the field"))
    };
    Ok(between(path, limit(min, Bound::AtLeast)?, limit(max, Bound::AtMost)?))
}

fn between(path: &Path, min: Option<Test>, max: Option<Test>) -> Cond {
    let test = |test| Cond::Field(path.clone(), test);
    match (min, max) {
        (Some(min), max) => test(min).and(max.map_or_else(Cond::always, test)),
        (None, Some(max)) => Cond::Any(vec![Cond::empty(path.clone()), test(max)]),
        (None, None) => Cond::always(),
    }
}

/// A number, or a text that is one.
fn number(value: &Json) -> Option<f64> {
    let number = match json::as_str(value) {
        Some(text) => text.trim().parse().ok()?,
        None => json::as_f64(value)?,
    };
    (!number.is_nan()).then_some(number)
}

/// The condition a date parameter stands for. What cannot be read as a date is skipped.
pub fn dates(path: &Path, value: &Json) -> Cond {
    let items = match value {
        Json::Array(items) => items.as_slice(),
        single => std::slice::from_ref(single),
    };
    if let [min, max] = items
        && is_plain(min)
        && is_plain(max)
    {
        let limit = |value: &Json, bound| Some(Test::Time(bound, date::parse(value.as_str()?)?));
        return between(path, limit(min, Bound::AtLeast), limit(max, Bound::AtMost));
    }
    let tests = items.iter().filter_map(Json::as_str).filter_map(comparison);
    Cond::All(tests.map(|(bound, at)| Cond::Field(path.clone(), Test::Time(bound, at))).collect())
}

/// Null, or a text without a comparison in front.
fn is_plain(value: &Json) -> bool {
    value.is_null() || value.as_str().is_some_and(|text| !text.trim_start().starts_with(['<', '>']))
}

fn comparison(text: &str) -> Option<(Bound, Millis)> {
    let text = text.trim();
    let (bound, moment) = [
        (">=", Bound::AtLeast),
        (">", Bound::Above),
        ("<=", Bound::AtMost),
        ("<", Bound::Below),
        ("", Bound::Equal),
    ]
    .into_iter()
    .find_map(|(sign, bound)| Some((bound, text.strip_prefix(sign)?)))?;
    Some((bound, date::parse(moment)?))
}

/// A limit on a number as a limit on whole numbers; `Err` is the answer for all of them.
pub fn whole(bound: Bound, limit: f64) -> std::result::Result<(Bound, i64), bool> {
    let keeps_lower = matches!(bound, Bound::Below | Bound::AtMost);
    if bound == Bound::Equal && limit.fract() != 0.0 {
        return Err(false);
    }
    // 2^63 is the first float no i64 reaches.
    if limit >= 9_223_372_036_854_775_808.0 {
        return Err(keeps_lower);
    }
    if limit < -9_223_372_036_854_775_808.0 {
        return Err(bound != Bound::Equal && !keeps_lower);
    }
    let rounded =
        if matches!(bound, Bound::Below | Bound::AtLeast) { limit.ceil() } else { limit.floor() };
    Ok((bound, rounded as i64))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn ranges() {
        let show = |kind, value: Json| {
            range(&Path::of(["f"]), "f", kind, &value).map(|cond| format!("{cond:?}"))
        };
        let number = |value| show(Kind::Int, value).expect("a range");
        assert!(number(json!([1, 2.5])).contains("AtLeast, 1.0"));
        assert!(number(json!(["1", null])).contains("AtLeast, 1.0"));
        assert!(number(json!([null, 3])).contains("Empty"));
        assert!(
            show(Kind::Date, json!(["1970-01-01", null])).expect("a range").contains("AtLeast, 0")
        );
        for value in [json!([null, null]), json!([1]), json!([1, 2, 3]), json!(1), json!(["x", 1])]
        {
            assert_eq!(show(Kind::Int, value).expect_err("refused").code, Code::ValidationError);
        }
    }

    #[test]
    fn dates_comparisons_and_what_is_skipped() {
        let show = |value| format!("{:?}", dates(&Path::of(["d"]), &value));
        assert!(show(json!(">=1970-01-02")).contains("AtLeast, 86400000"));
        assert!(show(json!([">1970-01-01", "<1970-01-02"])).contains("Below, 86400000"));
        assert!(show(json!("1970-01-02")).contains("Equal"));
        assert!(show(json!([null, "1970-01-02"])).contains("Empty"));
        assert!(show(json!(["1970-01-01", "1970-01-02"])).contains("AtMost, 86400000"));
        assert_eq!(show(json!("soon")), "All([])");
        assert_eq!(show(json!([">soon", 5])), "All([])");
    }

    #[test]
    fn limits_between_whole_numbers() {
        for (bound, limit, expected) in [
            (Bound::AtLeast, 1.5, Ok((Bound::AtLeast, 2))),
            (Bound::Above, 1.5, Ok((Bound::Above, 1))),
            (Bound::AtMost, -1.5, Ok((Bound::AtMost, -2))),
            (Bound::Below, 1.0, Ok((Bound::Below, 1))),
            (Bound::Equal, 1.5, Err(false)),
            (Bound::AtMost, f64::INFINITY, Err(true)),
            (Bound::AtLeast, f64::NEG_INFINITY, Err(true)),
            (Bound::AtLeast, 1e300, Err(false)),
        ] {
            assert_eq!(whole(bound, limit), expected, "{bound:?} {limit}");
        }
    }
}
