//! What is registered at the gateway. One table holds all kinds; each is a type of `model` that
//! says its kind and what no two of it share.

use crate::clock::Millis;
use crate::db::{Row, Tx};
use crate::document::new_id;
use crate::error::{Error, Result};
use crate::users::Setting;
use arno_wire::error::{Code, Error as Refusal};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The setting that changes with every change of an entry.
const REVISION: &str = "gateway_revision";

/// A kind of entry.
pub trait Kind: Serialize + DeserializeOwned {
    /// The kind's name in the database.
    const KIND: &'static str;

    /// What no two entries of this kind share.
    fn name(&self) -> String;
}

/// An entry as stored.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry<T> {
    /// Its id: 32 hexadecimal digits, or a number when it was imported.
    pub id: String,
    /// When it was registered.
    pub created: Millis,
    /// When it was last changed.
    pub updated: Millis,
    /// What is registered.
    pub value: T,
}

/// An entry of any kind, unread.
pub struct Raw {
    /// Its kind.
    pub kind: String,
    id: String,
    created: Millis,
    updated: Millis,
    doc: Vec<u8>,
}

impl Raw {
    /// Reads it as an entry of this kind.
    ///
    /// # Errors
    /// [`Error::Corrupt`] when it is none.
    pub fn typed<T: Kind>(self) -> Result<Entry<T>> {
        let value = serde_json::from_slice(&self.doc)
            .map_err(|error| Error::corrupt(format!("gateway {} {}", T::KIND, self.id), error))?;
        Ok(Entry { id: self.id, created: self.created, updated: self.updated, value })
    }
}

const COLUMNS: &str = "kind, id, created, updated, doc";

fn raw(row: &Row<'_>) -> Result<Raw> {
    Ok(Raw {
        kind: row.text(0)?,
        id: row.text(1)?,
        created: row.int(2)?,
        updated: row.int(3)?,
        doc: row.blob(4)?,
    })
}

/// All entries of the company, in the order of their making.
pub fn everything(tx: &Tx<'_>) -> Result<Vec<Raw>> {
    let sql = format!("SELECT {COLUMNS} FROM gateway_entries WHERE company = $1 ORDER BY pk");
    tx.query(&sql, &[(&tx.scope().company).into()], raw)
}

/// All entries of a kind, in the order of their making.
pub fn all<T: Kind>(tx: &Tx<'_>) -> Result<Vec<Entry<T>>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM gateway_entries WHERE company = $1 AND kind = $2 ORDER BY pk"
    );
    let found = tx.query(&sql, &[(&tx.scope().company).into(), T::KIND.into()], raw)?;
    found.into_iter().map(Raw::typed).collect()
}

/// The entry of this id.
pub fn find<T: Kind>(tx: &Tx<'_>, id: &str) -> Result<Option<Entry<T>>> {
    first(tx, "id", id)
}

/// The entry of this name.
pub fn by_name<T: Kind>(tx: &Tx<'_>, name: &str) -> Result<Option<Entry<T>>> {
    first(tx, "name", name)
}

fn first<T: Kind>(tx: &Tx<'_>, column: &str, value: &str) -> Result<Option<Entry<T>>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM gateway_entries WHERE company = $1 AND kind = $2 AND {column} = $3"
    );
    let values = [(&tx.scope().company).into(), T::KIND.into(), value.into()];
    tx.first(&sql, &values, raw)?.map(Raw::typed).transpose()
}

/// Registers an entry.
///
/// # Errors
/// 400/801 when one of its kind has this name already.
pub fn add<T: Kind>(tx: &Tx<'_>, value: T) -> Result<Entry<T>> {
    let now = tx.now();
    insert(tx, Entry { id: new_id(), created: now, updated: now, value })
}

/// Registers an entry with an id and times of its own.
///
/// # Errors
/// As [`add`]; also when the id is taken.
pub fn insert<T: Kind>(tx: &Tx<'_>, entry: Entry<T>) -> Result<Entry<T>> {
    let sql = "INSERT INTO gateway_entries (company, kind, id, name, created, updated, doc) \
               VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING";
    let name = entry.value.name();
    let values = [
        (&tx.scope().company).into(),
        T::KIND.into(),
        (&entry.id).into(),
        (&name).into(),
        entry.created.into(),
        entry.updated.into(),
        encoded(&entry.value)?.into(),
    ];
    if tx.execute(sql, &values)? == 0 {
        return Err(taken::<T>(&name));
    }
    changed(tx)?;
    Ok(entry)
}

/// Stores an entry in place of the earlier one of its id.
///
/// # Errors
/// 400/801 when another one of its kind has this name; 400/12 when there is none of this id.
pub fn save<T: Kind>(tx: &Tx<'_>, id: &str, value: &T) -> Result<()> {
    let name = value.name();
    if by_name::<T>(tx, &name)?.is_some_and(|other| other.id != id) {
        return Err(taken::<T>(&name));
    }
    let sql = "UPDATE gateway_entries SET name = $1, updated = $2, doc = $3 \
               WHERE company = $4 AND kind = $5 AND id = $6";
    let values = [
        name.into(),
        tx.now().into(),
        encoded(value)?.into(),
        (&tx.scope().company).into(),
        T::KIND.into(),
        id.into(),
    ];
    if tx.execute(sql, &values)? == 0 {
        let gone = Refusal::new(Code::ValidationError).extra(format!("there is no {}", T::KIND));
        return Err(gone.with("id", id).into());
    }
    changed(tx)
}

/// Removes an entry; whether there was one.
pub fn remove<T: Kind>(tx: &Tx<'_>, id: &str) -> Result<bool> {
    let sql = "DELETE FROM gateway_entries WHERE company = $1 AND kind = $2 AND id = $3";
    let removed = tx.execute(sql, &[(&tx.scope().company).into(), T::KIND.into(), id.into()])?;
    if removed > 0 {
        changed(tx)?;
    }
    Ok(removed > 0)
}

/// What changes with every change of an entry, or of who may come in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Revision {
    entries: Vec<u8>,
    users: (i64, i64, i64),
}

/// The present revision.
pub fn revision(tx: &Tx<'_>) -> Result<Revision> {
    let entries = Setting::get(tx, REVISION)?.unwrap_or_default();
    let sql = "SELECT count(*), coalesce(max(pk), 0), CAST(coalesce(sum(epoch), 0) AS BIGINT) \
               FROM users";
    let users = tx.first(sql, &[], |row| Ok((row.int(0)?, row.int(1)?, row.int(2)?)))?;
    Ok(Revision { entries, users: users.unwrap_or_default() })
}

fn changed(tx: &Tx<'_>) -> Result<()> {
    Setting::put(tx, REVISION, new_id().as_bytes())
}

fn encoded<T: Kind>(value: &T) -> Result<Vec<u8>> {
    serde_json::to_vec(value).map_err(|error| Error::corrupt(format!("gateway {}", T::KIND), error))
}

fn taken<T: Kind>(name: &str) -> Error {
    let words = format!("there is a gateway {} like this already", T::KIND);
    Refusal::new(Code::ExpectedUniqueData).extra(words).with("name", name).into()
}
