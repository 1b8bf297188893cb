//! Reading `arno.toml`: tables become dotted keys, values become text, each with its line.

use super::SettingsError;
use std::path::Path;
use toml::de::{DeTable, DeValue};

/// One line of the file: `web.port`, `8080`, 12.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) key: String,
    pub(super) text: String,
    pub(super) number: usize,
}

/// Reads the file at `path`.
pub(super) fn read(path: &Path) -> Result<Vec<Line>, SettingsError> {
    let shown = path.display();
    let content = std::fs::read_to_string(path).map_err(|error| {
        SettingsError::new(&shown, format!("{error}; make it readable or start without it"))
    })?;
    lines(&content).map_err(|(line, what)| SettingsError::new(format!("{shown}:{line}"), what))
}

type Broken = (usize, String);

fn lines(content: &str) -> Result<Vec<Line>, Broken> {
    let line_of = |offset: usize| content[..offset].matches('\n').count() + 1;
    let table = DeTable::parse(content).map_err(|error| {
        let line = line_of(error.span().map_or(0, |span| span.start));
        (line, format!("{}; correct this line or comment it out with #", error.message()))
    })?;
    let mut found = Vec::new();
    collect(table.get_ref(), "", &line_of, &mut found)?;
    Ok(found)
}

fn collect(
    table: &DeTable<'_>,
    section: &str,
    line_of: &dyn Fn(usize) -> usize,
    found: &mut Vec<Line>,
) -> Result<(), Broken> {
    for (name, value) in table {
        let key = match section {
            "" => name.get_ref().to_string(),
            _ => format!("{section}.{}", name.get_ref()),
        };
        let number = line_of(name.span().start);
        match value.get_ref() {
            DeValue::Table(inner) => collect(inner, &key, line_of, found)?,
            value => {
                let text = text(value).ok_or_else(|| {
                    (number, format!("{key} must be a text, a number or a list of texts"))
                })?;
                found.push(Line { key, text, number });
            }
        }
    }
    Ok(())
}

/// A value as it would be written in the environment.
fn text(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) => Some(number.to_string()),
        DeValue::Boolean(flag) => Some(flag.to_string()),
        DeValue::Array(items) => {
            let items: Option<Vec<_>> = items.iter().map(|item| text(item.get_ref())).collect();
            Some(items?.join(","))
        }
        DeValue::Float(_) | DeValue::Datetime(_) | DeValue::Table(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_become_dotted_keys_with_their_lines() {
        let content = "listen = \"::\"\n\n[web]\n# the pages\nport = 9090\n";
        let mut found = lines(content).unwrap();
        found.sort_by_key(|line| line.number);
        let expected = [("listen", "::", 1), ("web.port", "9090", 5)];
        let expected =
            expected.map(|(key, text, number)| Line { key: key.into(), text: text.into(), number });
        assert_eq!(found, expected);
    }

    #[test]
    fn lists_are_joined() {
        let found = lines("trusted_proxies = [\"10.0.0.1\", \"10.1.0.0/16\"]").unwrap();
        assert_eq!(found[0].text, "10.0.0.1,10.1.0.0/16");
    }

    #[test]
    fn a_broken_file_names_the_line() {
        let (line, what) = lines("listen = \"::\"\nweb = = 1\n").unwrap_err();
        assert_eq!(line, 2);
        assert!(what.contains("comment it out"), "{what}");
    }

    #[test]
    fn a_value_of_another_kind_names_the_line() {
        let (line, what) = lines("\n[web]\nport = 1.5").unwrap_err();
        assert_eq!((line, what.starts_with("web.port must be")), (3, true));
    }
}
