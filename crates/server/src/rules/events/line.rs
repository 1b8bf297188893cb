//! One reported event as it comes over the wire. This is the hottest path of the server: texts
//! are borrowed from the request's body where JSON allows it.

use arno_wire::json;
use serde::de::{Deserializer, Error as _, Visitor};
use serde::{Deserialize, de};
use serde_json::Value;
use std::borrow::Cow;
use std::fmt;

/// Text that is borrowed unless it holds escapes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Text<'a>(pub(super) Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Text<'a>, D::Error> {
        struct Texts;
        impl<'de> Visitor<'de> for Texts {
            type Value = Text<'de>;
            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("text")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Borrowed(text)))
            }
            fn visit_str<E>(self, text: &str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(Texts)
    }
}

/// An event of any type (api.md §8.1).
#[derive(Debug, Default, Deserialize)]
pub(super) struct Line<'a> {
    #[serde(borrow, rename = "type")]
    pub(super) kind: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) task: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) model: Option<Text<'a>>,
    pub(super) model_event: Option<bool>,
    pub(super) allow_locked: Option<bool>,
    #[serde(borrow)]
    pub(super) metric: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) variant: Option<Text<'a>>,
    pub(super) iter: Option<Iteration>,
    #[serde(alias = "ts")]
    pub(super) timestamp: Option<Time>,
    #[serde(borrow)]
    pub(super) worker: Option<Text<'a>>,
    pub(super) value: Option<Number>,
    pub(super) values: Option<Vec<Number>>,
    #[serde(borrow)]
    pub(super) x_axis_label: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) level: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) msg: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) key: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) url: Option<Text<'a>>,
    #[serde(borrow)]
    pub(super) plot_str: Option<Text<'a>>,
}

/// A number, also one that is not finite.
#[derive(Clone, Copy, Debug)]
pub(super) struct Number(pub(super) f64);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Number, D::Error> {
        json::de_f64(deserializer).map(Number)
    }
}

/// A time in milliseconds; a fraction is cut off.
#[derive(Clone, Copy, Debug)]
pub(super) struct Time(pub(super) i64);

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Time, D::Error> {
        Whole::deserialize(deserializer).and_then(|whole| match whole {
            Whole::Fits(value) => Ok(Time(value)),
            Whole::TooLarge => Err(D::Error::custom("timestamp is outside 64 bits")),
        })
    }
}

/// An iteration, or the fact that it does not fit 64 bits, which is counted and not refused
/// (api.md §8.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Iteration {
    /// The iteration.
    Is(i64),
    /// Outside the signed 64 bits.
    TooLarge,
}

impl<'de> Deserialize<'de> for Iteration {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Iteration, D::Error> {
        Whole::deserialize(deserializer).map(|whole| match whole {
            Whole::Fits(value) => Iteration::Is(value),
            Whole::TooLarge => Iteration::TooLarge,
        })
    }
}

/// A whole number, however JSON spells it.
enum Whole {
    Fits(i64),
    TooLarge,
}

impl<'de> Deserialize<'de> for Whole {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Whole, D::Error> {
        struct Wholes;
        impl Visitor<'_> for Wholes {
            type Value = Whole;
            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("a whole number")
            }
            fn visit_i64<E: de::Error>(self, value: i64) -> Result<Whole, E> {
                Ok(Whole::Fits(value))
            }
            fn visit_u64<E: de::Error>(self, value: u64) -> Result<Whole, E> {
                Ok(i64::try_from(value).map_or(Whole::TooLarge, Whole::Fits))
            }
            fn visit_f64<E: de::Error>(self, value: f64) -> Result<Whole, E> {
                // 2^63 as a double; what is below fits.
                const LIMIT: f64 = 9_223_372_036_854_775_808.0;
                match value {
                    value if !value.is_finite() => Err(E::custom("a whole number is needed")),
                    value if !(-LIMIT..LIMIT).contains(&value) => Ok(Whole::TooLarge),
                    value => Ok(Whole::Fits(value as i64)),
                }
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Whole, E> {
                match text.trim().parse::<i128>() {
                    Ok(value) => Ok(i64::try_from(value).map_or(Whole::TooLarge, Whole::Fits)),
                    Err(_) => Err(E::custom("a whole number is needed")),
                }
            }
        }
        deserializer.deserialize_any(Wholes)
    }
}

impl Line<'_> {
    /// The event of a JSON value, for what the fast path cannot read.
    pub(super) fn from_value(value: &Value) -> Result<Line<'_>, serde_json::Error> {
        Line::deserialize(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_texts_are_borrowed_and_escaped_ones_are_read() {
        let line: Line<'_> =
            serde_json::from_str(r#"{"metric":"loss","variant":"a\"b","iter":3,"value":1}"#)
                .unwrap();
        assert!(matches!(line.metric, Some(Text(Cow::Borrowed("loss")))));
        assert_eq!(line.variant.unwrap().0, "a\"b");
        assert_eq!(line.iter, Some(Iteration::Is(3)));
        assert!((line.value.unwrap().0 - 1.0).abs() < f64::EPSILON);
    }

    #[test]
    fn iterations_beyond_64_bits_are_told_apart() {
        for (text, expected) in [
            ("9223372036854775807", Iteration::Is(i64::MAX)),
            ("9223372036854775808", Iteration::TooLarge),
            ("-1e300", Iteration::TooLarge),
            ("2.9", Iteration::Is(2)),
            ("\"12\"", Iteration::Is(12)),
        ] {
            assert_eq!(serde_json::from_str::<Iteration>(text).unwrap(), expected, "{text}");
        }
    }
}
