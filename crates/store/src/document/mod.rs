//! Objects of the wire as JSON documents over rows: [`load`] assembles them from columns, the
//! stored document and side tables, [`insert`] and [`update`] take them apart again. Which field
//! goes where is said by `crate::schema` alone.

mod load;
mod narrow;
mod packed;
mod save;
mod side;

pub use load::load;
pub(crate) use narrow::Narrow;
pub use packed::{pack, unpack};
pub(crate) use save::fits;
pub use save::{Changes, insert, remove, update};
pub(crate) use side::{put_artifact, put_config, put_map_entry, put_param, put_task_model};

use serde_json::Value;

/// An object of the wire, whole or in part.
pub type Document = serde_json::Map<String, Value>;

/// A new id: 32 hexadecimal digits.
pub fn new_id() -> String {
    uuid::Uuid::new_v4().simple().to_string()
}

/// The value at a dotted path of plain names.
pub fn get<'a>(document: &'a Document, path: &str) -> Option<&'a Value> {
    match path.split_once('.') {
        None => document.get(path),
        Some((first, rest)) => get(document.get(first)?.as_object()?, rest),
    }
}

/// Puts a value at a dotted path, making the objects on the way.
pub fn put(document: &mut Document, path: &str, value: Value) {
    match path.split_once('.') {
        None => {
            document.insert(path.to_owned(), value);
        }
        Some((first, rest)) => {
            let inner = document.entry(first).or_insert_with(|| Value::Object(Document::new()));
            if !inner.is_object() {
                *inner = Value::Object(Document::new());
            }
            if let Value::Object(inner) = inner {
                put(inner, rest, value);
            }
        }
    }
}

/// Removes and returns the value at a dotted path.
pub fn take(document: &mut Document, path: &str) -> Option<Value> {
    match path.split_once('.') {
        None => document.remove(path),
        Some((first, rest)) => take(document.get_mut(first)?.as_object_mut()?, rest),
    }
}
