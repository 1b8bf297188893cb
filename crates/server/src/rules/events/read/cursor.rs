//! Scroll ids. Whoever asks gets back where he was as opaque text, so that any server can go on and
//! none has to remember. It gives no access: the task or model it continues with is looked up
//! through the caller's eyes again, and must be the one it was made for.

use crate::registry::Context;
use arno_store::Result;
use arno_wire::error::{Code, Error};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// Which endpoints a scroll id belongs to; part of the text, so that it cannot be mixed up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
    Log,
    Events,
    Raw,
    Plots,
    Samples,
    LatestSamples,
    PlotFrames,
    SampleHistory,
    PlotHistory,
}

/// The scroll id for a state.
pub(super) fn write(kind: Kind, state: &impl Serialize) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(json!([kind, state]).to_string())
}

/// The state of a scroll id; none when the request carries none.
///
/// # Errors
/// 400/1104 for a text that is no scroll id of this kind.
pub(super) fn read<S: DeserializeOwned>(kind: Kind, scroll_id: Option<&str>) -> Result<Option<S>> {
    let Some(text) = scroll_id.filter(|text| !text.is_empty()) else { return Ok(None) };
    let state = BASE64_URL_SAFE_NO_PAD.decode(text).ok().and_then(|bytes| {
        let (found, state): (Kind, S) = serde_json::from_slice(&bytes).ok()?;
        (found == kind).then_some(state)
    });
    match state {
        Some(state) => Ok(Some(state)),
        None => Err(invalid(text).into()),
    }
}

/// The refusal of a scroll id.
pub(super) fn invalid(scroll_id: &str) -> Error {
    Error::new(Code::InvalidScrollId)
        .extra("leave scroll_id out to start again")
        .with("scroll_id", scroll_id)
}

/// `events.clear_scroll`: nothing is kept for a scroll, so there is nothing to drop.
pub(super) fn clear(_: &Context<'_>, _: Map<String, Value>) -> Result<Value> {
    Ok(json!({}))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back_and_nothing_else_does() {
        let id = write(Kind::Events, &(7_i64, Some(i64::MIN)));
        assert_eq!(read(Kind::Events, Some(&id)).unwrap(), Some((7_i64, Some(i64::MIN))));
        assert_eq!(read::<(i64, Option<i64>)>(Kind::Events, None).unwrap(), None);
        assert_eq!(read::<(i64, Option<i64>)>(Kind::Events, Some("")).unwrap(), None);
        for bad in [&id[1..], "FFFF", "é", &write(Kind::Raw, &(7_i64, Some(1_i64)))] {
            assert!(read::<(i64, Option<i64>)>(Kind::Events, Some(bad)).is_err(), "{bad}");
        }
        assert!(read::<String>(Kind::Events, Some(&id)).is_err());
    }
}
