//! Which entries of a map a reader asks for, so that the others are not read.

use crate::db::Sql;
use crate::schema::Field;
use arno_wire::keys;

/// More entries than this are not named one by one; all are read.
const MAX_ENTRIES: usize = 64;

/// Entries of one field by their keys from the outside in; `None`: all of them.
pub(crate) struct Narrow(Option<Vec<Vec<String>>>);

impl Narrow {
    /// What the paths ask of a field.
    pub(super) fn of(field: &Field, include: Option<&[String]>) -> Narrow {
        Narrow(include.and_then(|paths| below(field.path, paths)))
    }

    /// Appends ` AND` that the columns hold the keys of an entry asked for.
    pub(crate) fn push(&self, sql: &mut Sql, columns: &[&str]) {
        let Some(entries) = &self.0 else { return };
        for (at, entry) in entries.iter().enumerate() {
            sql.push(if at == 0 { " AND ((" } else { ") OR (" });
            for (place, (column, key)) in columns.iter().zip(entry).enumerate() {
                sql.push(if place == 0 { "" } else { " AND " });
                sql.push(&format!("{column} = ")).bind(key);
            }
        }
        sql.push("))");
    }

    /// Whether everything is asked for.
    pub(crate) fn is_all(&self) -> bool {
        self.0.is_none()
    }
}

/// The keys below the field, or None when some path asks for all of it.
fn below(field: &str, paths: &[String]) -> Option<Vec<Vec<String>>> {
    let mut entries: Vec<Vec<String>> = Vec::new();
    for path in paths {
        let inside = path.strip_prefix(field).map(|rest| rest.strip_prefix('.'));
        match inside {
            Some(Some(rest)) => entries.push(keys::split_path(rest)),
            // The field itself, or what lies above it.
            Some(None) if path == field => return None,
            _ if field.strip_prefix(path.as_str()).is_some_and(|rest| rest.starts_with('.')) => {
                return None;
            }
            _ => {}
        }
    }
    (!entries.is_empty() && entries.len() <= MAX_ENTRIES).then_some(entries)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::TASK;

    #[test]
    fn entries_are_named_unless_all_are_asked_for() {
        let sql = |paths: &[&str]| {
            let paths: Vec<String> = paths.iter().map(|path| (*path).to_owned()).collect();
            let field = TASK.field("hyperparams").expect("a field");
            let mut sql = Sql::new("");
            Narrow::of(field, Some(&paths)).push(&mut sql, &["section", "name"]);
            format!("{} {:?}", sql.text, sql.values)
        };
        assert_eq!(
            sql(&["name", "hyperparams.a%2Eb.c.value", "hyperparams.d"]),
            " AND ((section = $1 AND name = $2) OR (section = $3)) \
             [Text(\"a.b\"), Text(\"c\"), Text(\"d\")]"
        );
        for all in [&["hyperparams"][..], &["hyperparams.a.b", "hyperparams"], &["hyperparamsx"]] {
            assert_eq!(sql(all), " []");
        }
        let models = TASK.field("models.input").expect("a field");
        assert!(Narrow::of(models, Some(&["models".to_owned()])).is_all());
    }
}
