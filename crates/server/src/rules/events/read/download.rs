//! `events.download_task_log`: the whole log as a file.

use super::subject::Subject;
use crate::registry::{Call, Reply};
use arno_store::events::{EventStore, LogLine, LogQuery, MetricFilter};
use arno_store::{Result, Tx};
use arno_wire::error::{Code, Error};
use arno_wire::{date, json};
use serde::Deserialize;
use serde_json::{Value, json as value};

/// Lines read at once.
const LINES: usize = 10_000;
const DEFAULT_FORMAT: &str = "{asctime} {worker} {level} {msg}";

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum LineType {
    #[default]
    Json,
    Text,
}

#[derive(Deserialize)]
struct Request {
    task: String,
    line_type: Option<LineType>,
    line_format: Option<String>,
}

/// The console log of a task, oldest line first.
pub(super) async fn task_log(call: Call) -> Result<Reply> {
    let request: Request = call.request()?;
    let format = match request.line_type.unwrap_or_default() {
        LineType::Json => None,
        LineType::Text => {
            Some(Format::parse(request.line_format.as_deref().unwrap_or(DEFAULT_FORMAT))?)
        }
    };
    let name = format!("task_{}.log", request.task);
    let events = call.site.events.clone();
    let write = move |tx: &Tx<'_>| {
        let subject = Subject::find(tx, &request.task, None)?;
        content(tx, &events, &subject, format.as_ref())
    };
    let content = call.site.db.read(call.scope(), write).await?;
    Ok(Reply::Download { name, content_type: "text/plain", content: content.into() })
}

fn content(
    tx: &Tx<'_>,
    events: &EventStore,
    subject: &Subject,
    format: Option<&Format>,
) -> Result<Vec<u8>> {
    let filter = MetricFilter::all();
    let mut query = LogQuery { earlier: false, from: None, limit: LINES, filter };
    let mut out = Vec::new();
    loop {
        let page = events.log(tx, subject.owner, &query)?;
        let Some(last) = page.lines.last() else { return Ok(out) };
        query.from = Some(last.ts);
        for line in &page.lines {
            match format {
                Some(format) => format.write(line, &mut out),
                None => json::write(&as_json(line), &mut out),
            }
            out.push(b'\n');
        }
    }
}

fn as_json(line: &LogLine) -> Value {
    let mut fields = value!({
        "asctime": date::format_z(line.ts),
        "level": line.level,
        "worker": line.worker,
        "msg": line.msg,
        "metric": line.metric,
        "variant": line.variant,
    });
    if let Some(iter) = line.iter {
        fields["iter"] = iter.into();
    }
    fields
}

/// A `line_format`: text and the fields between its pieces, as Python's `str.format` reads it.
#[derive(Debug, PartialEq)]
struct Format(Vec<Piece>);

#[derive(Debug, PartialEq)]
enum Piece {
    Text(String),
    Time,
    Timestamp,
    Level,
    Worker,
    Msg,
}

impl Format {
    /// # Errors
    /// 400/16 for a field that lines do not have, or a brace without its partner.
    fn parse(format: &str) -> Result<Format> {
        let refuse = |why: &str| {
            Error::new(Code::FieldsValueError)
                .extra(format!(
                    "{why}; a line has {{asctime}}, {{timestamp}}, {{level}}, {{worker}} and {{msg}}"
                ))
                .with("line_format", format)
        };
        let mut pieces = Vec::new();
        let mut text = String::new();
        let mut letters = format.trim_end_matches('\n').chars().peekable();
        while let Some(letter) = letters.next() {
            if !matches!(letter, '{' | '}') || letters.next_if_eq(&letter).is_some() {
                text.push(letter);
                continue;
            }
            if letter == '}' {
                return Err(refuse("a closing brace without an opening one").into());
            }
            let mut name = String::new();
            loop {
                match letters.next() {
                    Some('}') => break,
                    Some(letter) => name.push(letter),
                    None => return Err(refuse("an opening brace without a closing one").into()),
                }
            }
            let field = Piece::named(&name)
                .ok_or_else(|| refuse(&format!("unknown placeholder {{{name}}}")))?;
            pieces.push(Piece::Text(std::mem::take(&mut text)));
            pieces.push(field);
        }
        pieces.push(Piece::Text(text));
        Ok(Format(pieces))
    }

    fn write(&self, line: &LogLine, out: &mut Vec<u8>) {
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => out.extend_from_slice(text.as_bytes()),
                Piece::Time => out.extend_from_slice(date::format_z(line.ts).as_bytes()),
                Piece::Timestamp => out.extend_from_slice(line.ts.to_string().as_bytes()),
                Piece::Level => out.extend_from_slice(line.level.as_bytes()),
                Piece::Worker => out.extend_from_slice(line.worker.as_bytes()),
                Piece::Msg => out.extend_from_slice(line.msg.as_bytes()),
            }
        }
    }
}

impl Piece {
    fn named(name: &str) -> Option<Piece> {
        Some(match name {
            "asctime" => Piece::Time,
            "timestamp" => Piece::Timestamp,
            "level" => Piece::Level,
            "worker" => Piece::Worker,
            "msg" => Piece::Msg,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(format: &str) -> String {
        let line = LogLine {
            ts: 1_767_323_045_123,
            level: "INFO".to_owned(),
            msg: "{msg} é".to_owned(),
            worker: "w".to_owned(),
            ..LogLine::default()
        };
        let mut out = Vec::new();
        Format::parse(format).expect(format).write(&line, &mut out);
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn lines_follow_the_format() {
        assert_eq!(written(DEFAULT_FORMAT), "2026-01-02T03:04:05.123Z w INFO {msg} é");
        assert_eq!(written("{{{level}}} {timestamp}|\n"), "{INFO} 1767323045123|");
        assert_eq!(written(""), "");
        for bad in ["{", "}", "{name}", "{msg", "{}", "{msg!r}", "{msg.x}"] {
            assert!(Format::parse(bad).is_err(), "{bad}");
        }
    }
}
