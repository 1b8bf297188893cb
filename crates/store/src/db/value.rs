//! Values and rows as both engines understand them: 64-bit integers, doubles, text, bytes.

use crate::error::{Error, Result};
use bytes::BytesMut;
use postgres::types::{FromSql, IsNull, ToSql, Type, accepts, to_sql_checked};
use std::error::Error as StdError;

/// A bound parameter.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// SQL NULL.
    Null,
    /// Integers, booleans (0 and 1) and times (milliseconds).
    Int(i64),
    /// Doubles.
    Real(f64),
    /// Text, compared by code point.
    Text(String),
    /// Bytes.
    Blob(Vec<u8>),
}

macro_rules! from {
    ($($kind:ty => |$v:ident| $make:expr),* $(,)?) => {
        $(impl From<$kind> for Value { fn from($v: $kind) -> Value { $make } })*
    };
}

from! {
    i64 => |v| Value::Int(v),
    i32 => |v| Value::Int(v.into()),
    u32 => |v| Value::Int(v.into()),
    bool => |v| Value::Int(v.into()),
    f64 => |v| Value::Real(v),
    String => |v| Value::Text(v),
    &str => |v| Value::Text(v.to_owned()),
    &String => |v| Value::Text(v.clone()),
    Vec<u8> => |v| Value::Blob(v),
    &[u8] => |v| Value::Blob(v.to_vec()),
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Value {
        value.map_or(Value::Null, Into::into)
    }
}

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        use rusqlite::types::{ToSqlOutput, ValueRef};
        Ok(ToSqlOutput::Borrowed(match self {
            Value::Null => ValueRef::Null,
            Value::Int(v) => ValueRef::Integer(*v),
            Value::Real(v) => ValueRef::Real(*v),
            Value::Text(v) => ValueRef::Text(v.as_bytes()),
            Value::Blob(v) => ValueRef::Blob(v),
        }))
    }
}

impl ToSql for Value {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> std::result::Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Value::Null => Ok(IsNull::Yes),
            Value::Int(v) if *ty == Type::FLOAT8 => (*v as f64).to_sql(ty, out),
            Value::Int(v) if *ty == Type::INT4 => i32::try_from(*v)?.to_sql(ty, out),
            Value::Int(v) => v.to_sql(ty, out),
            Value::Real(v) => v.to_sql(ty, out),
            Value::Text(v) => v.as_str().to_sql(ty, out),
            Value::Blob(v) => v.as_slice().to_sql(ty, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// One row of an answer; columns by position.
pub enum Row<'a> {
    /// From SQLite.
    Sqlite(&'a rusqlite::Row<'a>),
    /// From PostgreSQL.
    Postgres(&'a postgres::Row),
}

macro_rules! column {
    ($(#[$doc:meta] $name:ident, $opt:ident -> $kind:ty;)*) => {$(
        #[$doc]
        pub fn $opt(&self, at: usize) -> Result<Option<$kind>> {
            match self {
                Row::Sqlite(row) => Ok(row.get(at)?),
                Row::Postgres(row) => Ok(row.try_get(at)?),
            }
        }
        #[$doc]
        /// NULL is an error.
        pub fn $name(&self, at: usize) -> Result<$kind> {
            self.$opt(at)?.ok_or_else(|| unexpected_null(at))
        }
    )*};
}

impl<'a> Row<'a> {
    /// An integer (or boolean, or time); NULL is an error.
    pub fn int(&self, at: usize) -> Result<i64> {
        self.opt_int(at)?.ok_or_else(|| unexpected_null(at))
    }

    /// An integer (or boolean, or time); NULL is `None`.
    pub fn opt_int(&self, at: usize) -> Result<Option<i64>> {
        match self {
            Row::Sqlite(row) => Ok(row.get(at)?),
            Row::Postgres(row) => Ok(row.try_get::<_, Option<Whole>>(at)?.map(|whole| whole.0)),
        }
    }

    column! {
        /// A double.
        real, opt_real -> f64;
        /// Text.
        text, opt_text -> String;
        /// Bytes.
        blob, opt_blob -> Vec<u8>;
    }

    /// An integer column that holds 0 or 1.
    pub fn bool(&self, at: usize) -> Result<bool> {
        Ok(self.int(at)? != 0)
    }

    /// Text without a copy; NULL is `None`.
    pub fn str(&self, at: usize) -> Result<Option<&str>> {
        match self {
            Row::Sqlite(row) => {
                row.get_ref(at)?.as_str_or_null().map_err(|e| Error::corrupt("text column", e))
            }
            Row::Postgres(row) => Ok(row.try_get(at)?),
        }
    }

    /// Bytes without a copy; NULL is `None`.
    pub fn bytes(&self, at: usize) -> Result<Option<&[u8]>> {
        match self {
            Row::Sqlite(row) => {
                row.get_ref(at)?.as_blob_or_null().map_err(|e| Error::corrupt("bytes column", e))
            }
            Row::Postgres(row) => Ok(row.try_get(at)?),
        }
    }
}

/// An integer of any width: a column is a BIGINT, but a literal such as `SELECT 1` is not.
struct Whole(i64);

impl<'a> FromSql<'a> for Whole {
    fn from_sql(
        kind: &Type,
        raw: &'a [u8],
    ) -> std::result::Result<Self, Box<dyn StdError + Sync + Send>> {
        match *kind {
            Type::INT2 => i16::from_sql(kind, raw).map(|whole| Whole(whole.into())),
            Type::INT4 => i32::from_sql(kind, raw).map(|whole| Whole(whole.into())),
            _ => i64::from_sql(kind, raw).map(Whole),
        }
    }

    accepts!(INT2, INT4, INT8);
}

fn unexpected_null(at: usize) -> Error {
    Error::corrupt(format!("column {at}"), "it is NULL where a value is required")
}
