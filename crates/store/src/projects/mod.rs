//! Projects: a tree by slash names, every ancestor of a project stored beside it. [`place`] moves and
//! merges them, [`contents`] says what occurs in them, [`stats`] how much.

pub mod contents;
pub mod place;
pub mod stats;
pub mod usage;

pub mod removal;

use crate::access::{require_writable, visible_pk};
use crate::db::{Dialect, Sql, Tx};
use crate::document::{self, Changes, Document, new_id};
use crate::error::{Result, unless_refused};
use crate::schema::PROJECT;
use crate::scope::{Visible, Writable};
use arno_wire::error::{Code, Error as Refusal};
use serde_json::json;

/// Components a name may have.
const MAX_DEPTH: usize = 10;
/// Characters the last component needs.
const MIN_NAME: usize = 3;

/// What the rules need to know of a project to decide.
#[derive(Clone, Debug)]
pub struct Head {
    /// Key of the row.
    pub pk: i64,
    /// Id on the wire.
    pub id: String,
    /// Empty for a public project.
    pub company: String,
    /// Full name.
    pub name: String,
    /// Direct parent.
    pub parent: Option<String>,
}

impl Head {
    /// The last component of the name.
    pub fn basename(&self) -> &str {
        self.name.rsplit('/').next().unwrap_or(&self.name)
    }
}

/// The project, if the scope may see it.
///
/// # Errors
/// 400/401 when there is none.
pub fn visible(tx: &Tx<'_>, id: &str) -> Result<Visible<Head>> {
    Ok(Visible::new(find(tx, id)?))
}

/// The project, if the scope may change it.
///
/// # Errors
/// 400/401 when there is none to be seen, 403/21 when it may not be changed.
pub fn writable(tx: &Tx<'_>, id: &str) -> Result<Writable<Head>> {
    let project = find(tx, id)?;
    require_writable(tx, &PROJECT, project.pk, id)?;
    Ok(Writable::new(project))
}

fn find(tx: &Tx<'_>, id: &str) -> Result<Head> {
    let pk = visible_pk(tx, &PROJECT, id, true)?
        .ok_or_else(|| Refusal::new(Code::InvalidProjectId).with("id", id))?;
    let sql = "SELECT company, name, parent FROM projects WHERE pk = $1";
    let found = tx.first(sql, &[pk.into()], |row| {
        let (company, name, parent) = (row.text(0)?, row.text(1)?, row.opt_text(2)?);
        Ok(Head { pk, id: id.to_owned(), company, name, parent })
    })?;
    Ok(found.ok_or_else(|| Refusal::new(Code::InvalidProjectId).with("id", id))?)
}

/// The id of the project with exactly this name in the caller's company, whoever owns it: names
/// are unique in a company.
pub fn id_by_name(tx: &Tx<'_>, name: &str) -> Result<Option<String>> {
    let sql = "SELECT id FROM projects WHERE company = $1 AND name = $2";
    tx.first(sql, &[(&tx.scope().company).into(), name.into()], |row| row.text(0))
}

/// A name as it is stored: components trimmed, empty ones dropped.
///
/// # Errors
/// 400/407 when nothing remains, 400/12 when the last component is too short, 400/409 when it is
/// nested too deeply.
pub fn clean_name(name: &str) -> Result<String> {
    let parts: Vec<&str> = name.split('/').map(str::trim).filter(|part| !part.is_empty()).collect();
    let Some(last) = parts.last() else {
        return Err(Refusal::new(Code::InvalidProjectName).with("name", name).into());
    };
    if last.chars().count() < MIN_NAME {
        return Err(Refusal::new(Code::ValidationError)
            .extra(format!(
                "the last part of a project's name needs at least {MIN_NAME} characters"
            ))
            .with("name", name)
            .into());
    }
    if parts.len() > MAX_DEPTH {
        return Err(Refusal::new(Code::ProjectPathExceedsMax).with("max_depth", MAX_DEPTH).into());
    }
    Ok(parts.join("/"))
}

/// Creates a project, its missing ancestors first; `extra` holds further fields of the wire.
/// The name must be clean and free.
pub fn create(tx: &Tx<'_>, name: &str, extra: Document) -> Result<String> {
    let parent = match name.rsplit_once('/') {
        Some((location, _)) => Some(ensure(tx, location, Document::new())?),
        None => None,
    };
    let path = match &parent {
        Some(parent) => path_below(tx, parent)?,
        None => Vec::new(),
    };
    let id = new_id();
    let mut document = Document::new();
    document.insert("description".into(), "".into());
    document.insert("featured".into(), 9999.into());
    document.extend(extra);
    let basename = name.rsplit('/').next().unwrap_or(name);
    let own = json!({
        "id": id, "company": tx.scope().company, "user": tx.scope().user, "name": name,
        "basename": basename, "parent": parent, "path": path,
        "created": tx.now(), "last_update": tx.now(),
    });
    if let serde_json::Value::Object(own) = own {
        document.extend(own);
    }
    document::insert(tx, &PROJECT, document)?;
    Ok(id)
}

/// The project of this clean name, created with `extra` when there is none yet. What is put into
/// it must be allowed there, and so must a project be below it.
///
/// # Errors
/// 400/801 when the name is taken by a project the scope does not see, 403/21 when it sees it but
/// may not change it.
pub fn ensure(tx: &Tx<'_>, name: &str, extra: Document) -> Result<String> {
    let Some(id) = id_by_name(tx, name)? else { return create(tx, name, extra) };
    match unless_refused(find(tx, &id))? {
        Some(project) => require_writable(tx, &PROJECT, project.pk, &id)?,
        None => return Err(taken(name).into()),
    }
    Ok(id)
}

/// The project of this name as a caller wrote it, created when there is none yet: its id and clean
/// name.
///
/// # Errors
/// Those of [`clean_name`] and [`ensure`].
pub fn ensure_named(tx: &Tx<'_>, name: &str) -> Result<(String, String)> {
    let name = clean_name(name)?;
    hold_names(tx)?;
    Ok((ensure(tx, &name, Document::new())?, name))
}

/// Where something is to be moved to: the project of this id, or of this name, created when there
/// is none yet; the root when neither is given.
///
/// # Errors
/// 400/401 for an unknown id, 403/21 for a project that may not be changed, and those of
/// [`ensure_named`].
pub fn destination(tx: &Tx<'_>, id: Option<&str>, name: Option<&str>) -> Result<Option<String>> {
    match (id, name) {
        (Some(id), _) => Ok(Some(writable(tx, id)?.id.clone())),
        (None, Some(name)) => Ok(Some(ensure_named(tx, name)?.0)),
        (None, None) => Ok(None),
    }
}

/// The refusal of a name that another project has.
pub fn taken(name: &str) -> Refusal {
    Refusal::new(Code::ExpectedUniqueData)
        .extra("a project of this name exists; choose another name")
        .with("name", name)
}

/// The ancestors of a project's children: its own, then itself.
fn path_below(tx: &Tx<'_>, id: &str) -> Result<Vec<String>> {
    let sql = "SELECT a.ancestor FROM project_ancestors a JOIN projects p ON p.pk = a.owner \
               WHERE p.id = $1 ORDER BY a.depth";
    let mut path = tx.query(sql, &[id.into()], |row| row.text(0))?;
    path.push(id.to_owned());
    Ok(path)
}

/// The given projects and all below them, each once.
pub fn with_descendants(tx: &Tx<'_>, ids: &[String]) -> Result<Vec<String>> {
    let mut sql = Sql::new("SELECT id FROM projects WHERE id IN ");
    sql.bind_list(ids).push(
        " UNION SELECT p.id FROM project_ancestors a JOIN projects p ON p.pk = a.owner \
         WHERE a.ancestor IN ",
    );
    sql.bind_list(ids);
    tx.query(&sql.text, &sql.values, |row| row.text(0))
}

/// Notes that something in the project changed.
pub fn touch(tx: &Tx<'_>, id: Option<&str>) -> Result<()> {
    let Some(id) = id else { return Ok(()) };
    let sql = "UPDATE projects SET last_update = $1 WHERE id = $2";
    tx.execute(sql, &[tx.now().into(), id.into()])?;
    Ok(())
}

/// Gives a project another name (and place, when `parent` changes) and renames all below it; the
/// name must be free. Returns how many projects that were.
pub fn relocate(
    tx: &Tx<'_>,
    project: &Writable<Head>,
    name: &str,
    parent: Option<&str>,
) -> Result<usize> {
    let path = match parent {
        Some(parent) => path_below(tx, parent)?,
        None => Vec::new(),
    };
    let basename = name.rsplit('/').next().unwrap_or(name);
    let changes = Changes::new()
        .set("name", name)
        .set("basename", basename)
        .set("parent", parent)
        .set("path", path)
        .set("last_update", tx.now());
    document::update(tx, &PROJECT, project.pk, &changes)?;
    let mut renamed = 1;
    for child in children(tx, project)? {
        renamed +=
            relocate(tx, &child, &format!("{name}/{}", child.basename()), Some(&project.id))?;
    }
    Ok(renamed)
}

/// The projects directly below one. Who may change a project may move and rename all below it.
pub fn children(tx: &Tx<'_>, project: &Writable<Head>) -> Result<Vec<Writable<Head>>> {
    let sql = "SELECT pk, id, company, name FROM projects WHERE parent = $1 ORDER BY pk";
    tx.query(sql, &[(&project.id).into()], |row| {
        let (pk, id, company, name) = (row.int(0)?, row.text(1)?, row.text(2)?, row.text(3)?);
        Ok(Writable::new(Head { pk, id, company, name, parent: Some(project.id.clone()) }))
    })
}

/// Serialises the creation of projects between servers until the transaction ends, so that two
/// that create the same name at once do not both fail.
pub fn hold_names(tx: &Tx<'_>) -> Result<()> {
    match tx.dialect() {
        Dialect::Sqlite => Ok(()),
        Dialect::Postgres => tx.execute_batch("SELECT pg_advisory_xact_lock(4712)"),
    }
}

/// Notes a change on everything above a project.
pub fn touch_ancestors(tx: &Tx<'_>, id: &str) -> Result<()> {
    let sql = "UPDATE projects SET last_update = $1 WHERE id IN (SELECT a.ancestor FROM \
               project_ancestors a JOIN projects p ON p.pk = a.owner WHERE p.id = $2)";
    tx.execute(sql, &[tx.now().into(), id.into()])?;
    Ok(())
}

/// Refuses a name that a project of the company or a public one has.
///
/// # Errors
/// 400/801 and 400/414.
pub fn require_free(tx: &Tx<'_>, name: &str) -> Result<()> {
    match id_by_name(tx, name)? {
        Some(_) => Err(taken(name).into()),
        None => require_not_public(tx, name),
    }
}

/// Refuses a name that a public project has.
///
/// # Errors
/// 400/414.
pub fn require_not_public(tx: &Tx<'_>, name: &str) -> Result<()> {
    let sql = "SELECT pk FROM projects WHERE company = '' AND name = $1";
    match tx.first(sql, &[name.into()], |row| row.int(0))? {
        Some(_) => Err(Refusal::new(Code::PublicProjectExists).with("name", name).into()),
        None => Ok(()),
    }
}
