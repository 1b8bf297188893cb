//! The settings for people: the table of `arno config` and the reference page.

use super::Loaded;
use super::declared::DECLARED;
use std::fmt::Write;

const MASK: &str = "********";

/// Setting, value and source in columns; secrets masked.
pub fn table(loaded: &Loaded) -> String {
    let rows: Vec<[String; 3]> = loaded
        .layers
        .iter()
        .map(|layer| {
            let value = match layer.text.as_str() {
                "" => "-",
                _ if layer.declaration.secret => MASK,
                text => text,
            };
            [layer.declaration.key.to_owned(), value.to_owned(), layer.source.to_string()]
        })
        .collect();
    let mut text = crate::output::columns(["SETTING", "VALUE", "FROM"], &rows);
    if !loaded.strangers.is_empty() {
        let _ = writeln!(text, "\nNot settings, ignored: {}", loaded.strangers.join(", "));
    }
    text
}

/// The reference page, `docs/settings.md`.
pub fn reference() -> String {
    let mut page = String::from(REFERENCE_HEAD);
    for declared in DECLARED {
        let default = match declared.default {
            "" => "none".to_owned(),
            default => format!("`{default}`"),
        };
        let flag = match declared.secret {
            true => "no flag: it would be visible to others".to_owned(),
            false => format!("`--{}`", declared.flag()),
        };
        let _ = write!(
            page,
            "\n## `{}`\n\n{}\n\n- environment: `{}`\n- flag: {flag}\n- default: {default}\n",
            declared.key,
            declared.doc,
            declared.environment(),
        );
    }
    page
}

const REFERENCE_HEAD: &str = "\
# Settings

<!-- Made by `arno config --reference`; change crates/arno/src/settings/declared.rs instead. -->

Arno reads `arno.toml` in the current folder (or the file named by `--config` or `ARNO_CONFIG`), then
environment variables, then flags; the later one wins. `arno config` shows what is in force and where
it comes from, with secrets masked. A setting `web.port` is written in the file as

```toml
[web]
port = 8080
```

A file that cannot be read, an unknown key or a value that makes no sense stops the start with the
line and the remedy. Variables that begin with `ARNO_` and are no settings are ignored with a warning.
";
