//! Which part of the answer is wanted: pages, offsets or scrolling (api.md §5.4).

use crate::clock::Millis;
use crate::document::Document;
use arno_wire::error::{Code, Error, Result};
use serde_json::Value as Json;

/// Most records of a page, and what is sent when nothing is asked for.
const MAX_PAGE: usize = 500;
/// How long a scroll is remembered after its last use, in milliseconds.
const SCROLL_LIFE: Millis = 600_000;

/// Which part of the answer is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Paging {
    /// So many records from this one on.
    Window {
        /// How many to skip.
        offset: usize,
        /// How many to return.
        limit: usize,
    },
    /// The next records of a scroll.
    Scroll {
        /// The id the caller got last, or none to begin.
        id: Option<String>,
        /// How many to return.
        size: usize,
        /// Everything up to the current position once more.
        refresh: bool,
    },
}

impl Paging {
    /// Everything.
    pub fn all() -> Paging {
        Paging::Window { offset: 0, limit: usize::MAX }
    }

    /// Reads `page` and `page_size`, `start` and `size`, or `scroll_id` and `size`.
    ///
    /// # Errors
    /// 400/12 for numbers that make no sense, 400/11 for a page of null size.
    pub fn parse(call: &Document) -> Result<Paging> {
        if let Some(id) = call.get("scroll_id") {
            let id = id.as_str().filter(|id| !id.is_empty()).map(str::to_owned);
            let size = number(call, "size", 1)?.unwrap_or(MAX_PAGE);
            let refresh = call.get("refresh_scroll").is_some_and(|on| on == &Json::Bool(true));
            return Ok(Paging::Scroll { id, size, refresh });
        }
        let start = number(call, "start", 0)?;
        let size = number(call, "size", 1)?;
        if start.is_some() || size.is_some() {
            let limit = size.ok_or_else(|| refused("size", "it must be given with start"))?;
            return Ok(Paging::Window { offset: start.unwrap_or(0), limit });
        }
        let page = number(call, "page", 0)?;
        if page.is_some() && call.get("page_size").is_some_and(Json::is_null) {
            return Err(Error::new(Code::MissingRequiredFields).with("field", "page_size"));
        }
        let limit = number(call, "page_size", 1)?.unwrap_or(MAX_PAGE).min(MAX_PAGE);
        Ok(Paging::Window { offset: page.unwrap_or(0).saturating_mul(limit), limit })
    }

    /// Offset and limit of this call.
    pub fn window(&self, now: Millis) -> (usize, usize) {
        match self {
            Paging::Window { offset, limit } => (*offset, *limit),
            Paging::Scroll { id, size, refresh } => {
                let position = id.as_deref().and_then(|id| position(id, now)).unwrap_or(0);
                if *refresh { (0, position.max(*size)) } else { (position, *size) }
            }
        }
    }

    /// The id under which the scroll goes on after `found` records.
    pub fn next(&self, found: usize, now: Millis) -> Option<String> {
        match self {
            Paging::Window { .. } => None,
            Paging::Scroll { .. } => Some(scroll_id(self.window(now).0 + found, now)),
        }
    }
}

/// A whole number of at least `least`; digits in a text count, null is nothing.
fn number(call: &Document, name: &str, least: usize) -> Result<Option<usize>> {
    let number = match call.get(name) {
        None | Some(Json::Null) => return Ok(None),
        Some(Json::Number(number)) => number.as_u64().or_else(|| {
            number.as_f64().filter(|n| n.fract() == 0.0 && *n >= 0.0).map(|n| n as u64)
        }),
        Some(Json::String(text)) => text.trim().parse().ok(),
        Some(_) => None,
    };
    let number = number.and_then(|number| usize::try_from(number).ok()).filter(|n| *n >= least);
    let why = || refused(name, &format!("a whole number of at least {least} is expected"));
    number.map(Some).ok_or_else(why)
}

fn refused(field: &str, why: &str) -> Error {
    Error::new(Code::ValidationError).extra(why).with("field", field)
}

/// A scroll is its position and the time of its last use, so that any server can go on with it.
/// It grants nothing: whoever makes one up could as well ask for that offset.
fn scroll_id(position: usize, now: Millis) -> String {
    let text = format!("{position:012x}{now:012x}");
    format!("{text}{:08x}", checksum(&text))
}

/// The position of a scroll that is still remembered.
fn position(id: &str, now: Millis) -> Option<usize> {
    let (text, check) = id.split_at_checked(24)?;
    if u32::from_str_radix(check, 16).ok()? != checksum(text) {
        return None;
    }
    let position = usize::from_str_radix(text.get(..12)?, 16).ok()?;
    let used = Millis::from_str_radix(text.get(12..)?, 16).ok()?;
    (now - used <= SCROLL_LIFE).then_some(position)
}

/// FNV-1a: tells an id of ours from anything else, no more.
fn checksum(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn window(call: Json) -> Result<(usize, usize)> {
        Ok(Paging::parse(call.as_object().expect("an object"))?.window(0))
    }

    #[test]
    fn windows() {
        for (call, expected) in [
            (json!({}), (0, 500)),
            (json!({"page": 2, "page_size": 10}), (20, 10)),
            (json!({"page": "1", "page_size": 5000}), (500, 500)),
            (json!({"page": 3}), (1500, 500)),
            (json!({"page_size": 7}), (0, 7)),
            (json!({"start": 3, "size": 5000}), (3, 5000)),
            (json!({"scroll_id": null, "size": 4}), (0, 4)),
            (json!({"scroll_id": "nonsense", "size": 4}), (0, 4)),
        ] {
            assert_eq!(window(call.clone()).expect("a window"), expected, "{call}");
        }
        for (call, code) in [
            (json!({"page": -1}), Code::ValidationError),
            (json!({"page": 0, "page_size": 0}), Code::ValidationError),
            (json!({"page": 0, "page_size": null}), Code::MissingRequiredFields),
            (json!({"page": 1.5}), Code::ValidationError),
            (json!({"start": 0}), Code::ValidationError),
            (json!({"start": 0, "size": 0}), Code::ValidationError),
            (json!({"scroll_id": null, "size": 0}), Code::ValidationError),
        ] {
            assert_eq!(window(call.clone()).expect_err("refused").code, code, "{call}");
        }
        let far = window(json!({"page": u64::MAX, "page_size": 500})).expect("a window");
        assert_eq!(far, (usize::MAX, 500));
    }

    #[test]
    fn a_scroll_goes_on_until_it_is_forgotten() {
        let scroll = |id: Option<&str>, refresh| Paging::Scroll {
            id: id.map(str::to_owned),
            size: 10,
            refresh,
        };
        let id = scroll(None, false).next(10, 1_000).expect("an id");
        assert_eq!(id.len(), 32);
        assert_eq!(scroll(Some(&id), false).window(601_000), (10, 10));
        assert_eq!(scroll(Some(&id), false).window(601_001), (0, 10));
        let third = scroll(Some(&id), false).next(7, 2_000).expect("an id");
        assert_eq!(scroll(Some(&third), false).window(2_000), (17, 10));
        assert_eq!(scroll(Some(&third), true).window(2_000), (0, 17));
        for forged in ["", "é", &id[1..], &format!("1{}", &id[1..]), &"f".repeat(40)] {
            assert_eq!(scroll(Some(forged), false).window(2_000), (0, 10), "{forged}");
        }
    }
}
