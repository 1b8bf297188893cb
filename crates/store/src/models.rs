//! Models: who may see or change one, and what the rules need to know of it to decide.

use crate::access::{require_writable, visible_pk};
use crate::changes::What;
use crate::db::{Sql, Tx};
use crate::error::Result;
use crate::schema::MODEL;
use crate::scope::{Visible, Writable, push_visible};
use arno_wire::error::{Code, Error as Refusal};

/// What decides over a model.
#[derive(Clone, Debug)]
pub struct Head {
    /// Key of the row.
    pub pk: i64,
    /// Id on the wire.
    pub id: String,
    /// Empty for a public model.
    pub company: String,
    /// Name.
    pub name: String,
    /// Project id.
    pub project: Option<String>,
    /// The task that made it.
    pub task: Option<String>,
    /// Where its bytes are.
    pub uri: Option<String>,
    /// Whether it is published.
    pub ready: bool,
    /// Highest iteration reported.
    pub last_iteration: i64,
}

/// The model, if the scope may see it; public ones everybody may.
///
/// # Errors
/// 400/201 when there is none.
pub fn visible(tx: &Tx<'_>, id: &str) -> Result<Visible<Head>> {
    Ok(Visible::new(find(tx, id)?))
}

/// The model, if the scope may change it.
///
/// # Errors
/// 400/201 when there is none in the company, 403/21 when it may be seen but not changed.
pub fn writable(tx: &Tx<'_>, id: &str) -> Result<Writable<Head>> {
    let model = find(tx, id)?;
    if model.company.is_empty() {
        return Err(unknown(id).into());
    }
    require_writable(tx, &MODEL, model.pk, id)?;
    Ok(Writable::new(model))
}

fn find(tx: &Tx<'_>, id: &str) -> Result<Head> {
    let pk = visible_pk(tx, &MODEL, id, true)?.ok_or_else(|| unknown(id))?;
    let sql =
        "SELECT company, name, project, task, uri, ready, last_iteration FROM models WHERE pk = $1";
    let found = tx.first(sql, &[pk.into()], |row| {
        Ok(Head {
            pk,
            id: id.to_owned(),
            company: row.text(0)?,
            name: row.text(1)?,
            project: row.opt_text(2)?,
            task: row.opt_text(3)?,
            uri: row.opt_text(4)?,
            ready: row.bool(5)?,
            last_iteration: row.int(6)?,
        })
    })?;
    Ok(found.ok_or_else(|| unknown(id))?)
}

fn unknown(id: &str) -> Refusal {
    Refusal::new(Code::InvalidModelId).with("id", id)
}

/// The task that made a model and is gone: what is left in its folder is the model's alone. Nothing
/// for a scope that sees only a part, which may not tell whose that was.
pub fn orphaned_by<'m>(tx: &Tx<'_>, model: &'m Head) -> Result<Option<&'m str>> {
    let maker = model.task.as_deref().and_then(|task| task.strip_prefix("__DELETED__"));
    match maker {
        Some(task) if !tx.scope().restricted && !crate::tasks::exists(tx, task)? => Ok(Some(task)),
        _ => Ok(None),
    }
}

/// The frameworks of the models the scope may see, of these projects or of all, sorted.
pub fn frameworks(tx: &Tx<'_>, projects: Option<&[String]>) -> Result<Vec<String>> {
    let mut sql =
        Sql::new("SELECT DISTINCT m.framework FROM models m WHERE m.framework <> '' AND ");
    push_visible(&mut sql, tx.scope(), &MODEL, "m", false);
    if let Some(projects) = projects {
        sql.push(" AND m.project IN ").bind_list(projects);
    }
    sql.push(" ORDER BY m.framework");
    tx.query(&sql.text, &sql.values, |row| row.text(0))
}

/// Shows on a model's row what its events say, unless they or later ones are shown already; tells
/// whether they were not.
pub fn show_events(
    tx: &Tx<'_>,
    pk: i64,
    seq: i64,
    updated: i64,
    iteration: Option<i64>,
) -> Result<bool> {
    let sql = "UPDATE models SET last_update = $1, events_seq = $2, \
               last_iteration = CASE WHEN last_iteration < $3 THEN $3 ELSE last_iteration END \
               WHERE pk = $4 AND events_seq < $2";
    let iteration = iteration.unwrap_or(0);
    tx.changed("model_events", pk, What::Reported);
    Ok(tx.execute(sql, &[updated.into(), seq.into(), iteration.into(), pk.into()])? > 0)
}
