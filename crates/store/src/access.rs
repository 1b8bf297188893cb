//! What every kind of object shares about being found and changed.

use crate::db::{Sql, Tx};
use crate::error::Result;
use crate::schema::Entity;
use crate::scope::{push_visible, push_writable};
use arno_wire::error::{Code, Error as Refusal};

/// Refuses an object that may be seen but not changed.
///
/// # Errors
/// 403/21 naming the object.
pub(crate) fn require_writable(tx: &Tx<'_>, entity: &Entity, pk: i64, id: &str) -> Result<()> {
    let mut sql = Sql::new(format!("SELECT t.pk FROM {} t WHERE t.pk = ", entity.table));
    sql.bind(pk).push(" AND ");
    push_writable(&mut sql, tx.scope(), entity, "t");
    match tx.first(&sql.text, &sql.values, |row| row.int(0))? {
        Some(_) => Ok(()),
        None => Err(Refusal::new(Code::NoWritePermission).with(entity.name, id).into()),
    }
}

/// The key of the object with this id, if the scope may see it.
pub fn visible_pk(tx: &Tx<'_>, entity: &Entity, id: &str, public: bool) -> Result<Option<i64>> {
    let mut sql = Sql::new(format!("SELECT t.pk FROM {} t WHERE t.id = ", entity.table));
    sql.bind(id).push(" AND ");
    push_visible(&mut sql, tx.scope(), entity, "t", public);
    tx.first(&sql.text, &sql.values, |row| row.int(0))
}
