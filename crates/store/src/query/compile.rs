//! Conditions as SQL over the entity's table, named `e`. Only what SQL decides exactly as `eval`
//! does is written; [`is_sql`] tells.

use super::ast::{Bound as Limit, Cond, Test};
use super::pattern::Shape;
use super::place::{Holds, Side, Spot, spot};
use super::range::whole;
use crate::db::{Dialect, Sql, Value as Bound};
use crate::schema::{Entity, Kind};
use arno_wire::{json, natural};
use serde_json::Value as Json;

/// Most keys of rows that are worth a place in a statement.
pub(super) const MAX_ROWS: usize = 5_000;
/// Lists up to this length are bound value by value, longer ones as one JSON text.
const MAX_BOUND: usize = 64;

/// Whether SQL decides the whole condition.
pub(super) fn is_sql(entity: &Entity, cond: &Cond) -> bool {
    match cond {
        Cond::All(parts) | Cond::Any(parts) => parts.iter().all(|part| is_sql(entity, part)),
        Cond::Not(part) => is_sql(entity, part),
        Cond::Text(_) => false,
        Cond::Rows(rows) => rows.len() <= MAX_ROWS,
        Cond::Field(path, test) => match spot(entity, path) {
            Spot::Column(..) | Spot::Side(_) => is_sql_test(test),
            Spot::Entry(..) | Spot::Document => false,
        },
    }
}

fn is_sql_test(test: &Test) -> bool {
    match test {
        Test::Matches(pattern) => pattern.shape().is_exact(),
        Test::Is(value) => !value.is_object() && !value.is_array(),
        // Resolved to the ids before anything is compiled.
        Test::Under(_) => false,
        _ => true,
    }
}

/// How the statement is to be found out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// The conditions choose the rows: indexes on them are welcome.
    Drive,
    /// As [`Mode::Drive`], and all rows are gone through: what a condition excludes by a side table
    /// is gathered once, not looked up row by row.
    Whole,
    /// The rows come in the order of some index and the conditions only test them: SQLite, which
    /// keeps no statistics, is kept from driving by them.
    Probe,
}

/// Writes conditions.
#[derive(Clone, Copy)]
pub(super) struct Writer {
    pub(super) entity: &'static Entity,
    pub(super) dialect: Dialect,
    pub(super) mode: Mode,
}

impl Writer {
    /// The name by which columns of the entity's table are to be used.
    pub(super) fn alias(&self) -> &'static str {
        match (self.dialect, self.mode) {
            // A unary plus changes no value and hides the column from the choice of index.
            (Dialect::Sqlite, Mode::Probe) => "+e",
            _ => "e",
        }
    }

    /// Appends ` AND` and the condition.
    pub(super) fn and(&self, sql: &mut Sql, cond: &Cond) {
        sql.push(" AND ");
        self.write(sql, cond, false);
    }

    /// Appends the condition. Under a negation every part must be true or false, never NULL.
    fn write(&self, sql: &mut Sql, cond: &Cond, negated: bool) {
        match cond {
            Cond::All(parts) => self.join(sql, parts, " AND ", "1 = 1", negated),
            Cond::Any(parts) => self.join(sql, parts, " OR ", "1 = 0", negated),
            Cond::Not(part) => {
                sql.push("NOT (");
                self.write(sql, part, true);
                sql.push(")");
            }
            Cond::Rows(rows) => self.rows(sql, rows.iter().copied()),
            Cond::Field(path, test) => match spot(self.entity, path) {
                Spot::Column(field, name) => self.column(sql, field.kind, name, test, negated),
                Spot::Side(side) => self.side(sql, &side, test, negated),
                Spot::Entry(..) | Spot::Document => {
                    sql.push("1 = 0");
                }
            },
            Cond::Text(_) => {
                sql.push("1 = 0");
            }
        }
    }

    fn join(&self, sql: &mut Sql, parts: &[Cond], word: &str, none: &str, negated: bool) {
        if parts.is_empty() {
            sql.push(none);
            return;
        }
        sql.push("(");
        for (at, part) in parts.iter().enumerate() {
            if at > 0 {
                sql.push(word);
            }
            self.write(sql, part, negated);
        }
        sql.push(")");
    }

    /// Appends that the row's key is one of these.
    pub(super) fn rows(&self, sql: &mut Sql, rows: impl Iterator<Item = i64>) {
        let list: Vec<String> = rows.map(|pk| pk.to_string()).collect();
        let list = list.join(",");
        match self.dialect {
            Dialect::Sqlite => sql
                .push(&format!("{}.pk IN (SELECT value FROM json_each(", self.alias()))
                .bind(format!("[{list}]"))
                .push("))"),
            Dialect::Postgres => sql
                .push("e.pk = ANY (CAST(CAST(")
                .bind(format!("{{{list}}}"))
                .push(" AS TEXT) AS BIGINT[]))"),
        };
    }

    fn column(&self, sql: &mut Sql, kind: Kind, name: &str, test: &Test, negated: bool) {
        let column = format!("{}.{name}", self.alias());
        if let Test::Empty = test {
            sql.push(&format!("{column} IS NULL"));
            return;
        }
        if negated {
            sql.push("coalesce(");
        }
        match kind {
            Kind::Text => self.text(sql, &column, false, test),
            Kind::Int => number(sql, &column, test),
            Kind::Date => match test {
                Test::Time(bound, at) => {
                    sql.push(&format!("{column} {} ", bound.sql())).bind(*at);
                }
                _ => {
                    sql.push("1 = 0");
                }
            },
            Kind::Bool => match test {
                Test::Is(Json::Bool(wanted)) => {
                    sql.push(&format!("{column} = ")).bind(*wanted);
                }
                _ => {
                    sql.push("1 = 0");
                }
            },
            Kind::List | Kind::Object => {
                sql.push("1 = 0");
            }
        }
        if negated {
            sql.push(", FALSE)");
        }
    }

    fn side(&self, sql: &mut Sql, side: &Side, test: &Test, negated: bool) {
        let drives = match self.mode {
            Mode::Drive => !negated,
            Mode::Whole => true,
            Mode::Probe => false,
        };
        if let Test::Empty = test {
            sql.push("NOT EXISTS (SELECT 1 ");
            self.push_side(sql, side, true);
            sql.push(&format!(" AND s.{} IS NOT NULL)", side.column));
            return;
        }
        let driving = format!("e.pk IN (SELECT {} ", side.pk());
        sql.push(if drives { &driving } else { "EXISTS (SELECT 1 " });
        self.push_side(sql, side, !drives);
        sql.push(" AND ");
        let column = format!("s.{}", side.column);
        match side.holds {
            Holds::Text => self.text(sql, &column, side.keyed, test),
            Holds::Int => number(sql, &column, test),
            Holds::Real => real(sql, &column, test),
        }
        sql.push(")");
    }

    /// Appends `FROM … s WHERE …` for the rows of a side table, of one owner or of all.
    pub(super) fn push_side(&self, sql: &mut Sql, side: &Side, of_owner: bool) {
        sql.push(&format!("FROM {} s WHERE ", side.table));
        sql.push(match (of_owner, side.minus) {
            (true, false) => "s.owner = e.pk",
            (true, true) => "s.owner = -e.pk",
            (false, _) => "1 = 1",
        });
        side.keys.push(sql);
    }

    /// Appends a test on a text column. With `keyed`, `s.sort_key` stands in for equality.
    pub(super) fn text(&self, sql: &mut Sql, column: &str, keyed: bool, test: &Test) {
        match test {
            Test::Has(values) => self.one_of(sql, column, keyed, values),
            Test::Is(value) => match json::as_str(value) {
                Some(text) => self.one_of(sql, column, keyed, &[text.to_owned()]),
                None => {
                    sql.push("1 = 0");
                }
            },
            Test::Matches(pattern) => self.shape(sql, column, keyed, pattern.shape()),
            _ => {
                sql.push("1 = 0");
            }
        }
    }

    fn one_of(&self, sql: &mut Sql, column: &str, keyed: bool, values: &[String]) {
        if keyed && values.len() <= MAX_BOUND {
            sql.push("s.sort_key IN ");
            sql.bind_list(values.iter().map(|value| natural::sort_key(value)));
            return;
        }
        match values {
            [value] => {
                sql.push(&format!("{column} = ")).bind(value);
            }
            _ if values.len() <= MAX_BOUND => {
                sql.push(&format!("{column} IN ")).bind_list(values);
            }
            _ => {
                let list = Json::from(values).to_string();
                match self.dialect {
                    Dialect::Sqlite => {
                        sql.push(&format!("{column} IN (SELECT value FROM json_each("));
                        sql.bind(list).push("))");
                    }
                    Dialect::Postgres => {
                        sql.push(&format!(
                            "{column} = ANY (ARRAY(SELECT json_array_elements_text(CAST(CAST("
                        ));
                        sql.bind(list).push(" AS TEXT) AS JSON))))");
                    }
                }
            }
        }
    }

    /// Appends what the shape of a pattern says; true when it says nothing.
    pub(super) fn shape(&self, sql: &mut Sql, column: &str, keyed: bool, shape: &Shape) {
        match shape {
            Shape::Equals(literal) => {
                self.one_of(sql, column, keyed, std::slice::from_ref(literal));
            }
            // Both engines' lower() touches A to Z only: PostgreSQL's columns have collation "C".
            Shape::EqualsIgnoringCase(literal) => {
                sql.push(&format!("lower({column}) = ")).bind(literal.to_ascii_lowercase());
            }
            Shape::Prefix(literal, _) if !literal.is_empty() => {
                sql.push(&format!("({column} >= ")).bind(literal);
                if let Some(after) = after_prefix(literal) {
                    sql.push(&format!(" AND {column} < ")).bind(after);
                }
                sql.push(")");
            }
            Shape::Part(literal, _) if !literal.is_empty() => {
                let position = match self.dialect {
                    Dialect::Sqlite => "instr",
                    Dialect::Postgres => "strpos",
                };
                sql.push(&format!("{position}({column}, ")).bind(literal).push(") > 0");
            }
            Shape::Prefix(..) | Shape::Part(..) => {
                sql.push(&format!("{column} IS NOT NULL"));
            }
            Shape::Anything => {
                sql.push("1 = 1");
            }
        }
    }
}

fn number(sql: &mut Sql, column: &str, test: &Test) {
    let (bound, limit) = match test {
        Test::Number(bound, limit) => match whole(*bound, *limit) {
            Ok(limit) => limit,
            Err(true) => {
                sql.push(&format!("{column} IS NOT NULL"));
                return;
            }
            Err(false) => {
                sql.push("1 = 0");
                return;
            }
        },
        Test::Is(Json::Number(number)) if number.as_i64().is_some() => {
            (Limit::Equal, number.as_i64().unwrap_or_default())
        }
        _ => {
            sql.push("1 = 0");
            return;
        }
    };
    sql.push(&format!("{column} {} ", bound.sql())).bind(limit);
}

fn real(sql: &mut Sql, column: &str, test: &Test) {
    match test {
        Test::Number(bound, limit) => {
            sql.push(&format!("{column} {} ", bound.sql())).bind(Bound::Real(*limit));
        }
        _ => {
            sql.push("1 = 0");
        }
    }
}

/// The least text, by code point, that is greater than all that begin with `prefix`.
fn after_prefix(prefix: &str) -> Option<String> {
    let mut chars: Vec<char> = prefix.chars().collect();
    while let Some(last) = chars.pop() {
        let next = match last {
            '\u{D7FF}' => Some('\u{E000}'),
            _ => char::from_u32(last as u32 + 1),
        };
        if let Some(next) = next {
            chars.push(next);
            return Some(chars.into_iter().collect());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_prefix() {
        for (prefix, expected) in [
            ("ab", Some("ac")),
            ("a\u{D7FF}", Some("a\u{E000}")),
            ("a\u{10FFFF}", Some("b")),
            ("\u{10FFFF}", None),
        ] {
            assert_eq!(after_prefix(prefix).as_deref(), expected);
        }
    }
}
