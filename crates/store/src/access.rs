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

/// Shows an object to every company; its own is kept. Returns how many objects changed.
pub fn make_public(tx: &Tx<'_>, entity: &Entity, id: &str) -> Result<usize> {
    let mut sql = Sql::new(format!(
        "UPDATE {} AS t SET company_origin = company, company = '' WHERE id = ",
        entity.table
    ));
    sql.bind(id).push(" AND ");
    push_writable(&mut sql, tx.scope(), entity, "t");
    tx.execute(&sql.text, &sql.values)
}

/// Takes back an object that the caller's company made public.
///
/// # Errors
/// 403/21 when another company did, or the caller could not change it if it were private.
pub fn make_private(tx: &Tx<'_>, entity: &Entity, id: &str) -> Result<usize> {
    let sql = format!(
        "UPDATE {} SET company = company_origin, company_origin = NULL \
         WHERE id = $1 AND company = '' AND company_origin = $2 RETURNING pk",
        entity.table
    );
    let values = [id.into(), (&tx.scope().company).into()];
    match tx.first(&sql, &values, |row| row.int(0))? {
        Some(pk) => require_writable(tx, entity, pk, id).map(|()| 1),
        None => Err(Refusal::new(Code::NoWritePermission).with(entity.name, id).into()),
    }
}
