//! SQL text and its values, built side by side.

use super::value::Value as Bound;

/// SQL text that grows together with its values, so that `$n` are always numbered in order.
#[derive(Clone, Debug, Default)]
pub struct Sql {
    /// The text so far.
    pub text: String,
    /// The values of `$1`, `$2` ….
    pub values: Vec<Bound>,
}

impl Sql {
    /// Starts with `text`.
    pub fn new(text: impl Into<String>) -> Sql {
        Sql { text: text.into(), values: Vec::new() }
    }

    /// Appends text.
    pub fn push(&mut self, text: &str) -> &mut Sql {
        self.text.push_str(text);
        self
    }

    /// Appends the placeholder of one more value.
    pub fn bind(&mut self, value: impl Into<Bound>) -> &mut Sql {
        self.values.push(value.into());
        let number = self.values.len().to_string();
        self.text.push('$');
        self.text.push_str(&number);
        self
    }

    /// Appends `(…, …)` with a placeholder for each value; `(NULL)` when there is none.
    pub fn bind_list<V: Into<Bound>>(&mut self, values: impl IntoIterator<Item = V>) -> &mut Sql {
        self.push("(");
        let before = self.values.len();
        for value in values {
            if self.values.len() > before {
                self.push(", ");
            }
            self.bind(value);
        }
        if self.values.len() == before {
            self.push("NULL");
        }
        self.push(")")
    }
}
