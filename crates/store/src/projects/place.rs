//! Moving a project to another place in the tree, and emptying one into another (api.md §11).

use super::{
    Head, MAX_DEPTH, children, ensure_named, hold_names, relocate, require_free, touch,
    touch_ancestors,
};
use crate::db::Tx;
use crate::document;
use crate::error::Result;
use crate::schema::{MODEL, PROJECT, TASK};
use crate::scope::Writable;
use arno_wire::error::{Code, Error as Refusal};

/// Moves a project with all below it under the project of the name `location`, created on demand,
/// or to the root when that is empty; returns how many projects were moved.
///
/// # Errors
/// 400/410 when it is there already, 400/411 when that lies within itself, 400/409 when a project
/// would lie too deep, 400/801 and 400/414 when the new name is taken, 403/21 when the caller may
/// not change the location.
pub fn move_under(tx: &Tx<'_>, project: &Writable<Head>, location: &str) -> Result<usize> {
    hold_names(tx)?;
    let is_root = location.split('/').all(|part| part.trim().is_empty());
    let target = if is_root { None } else { Some(super::clean_name(location)?) };
    let here = project.name.rsplit_once('/').map(|(location, _)| location);
    if target.as_deref() == here {
        return Err(Refusal::new(Code::ProjectSourceAndDestinationAreTheSame)
            .with("name", &project.name)
            .into());
    }
    if let Some(target) = &target {
        require_outside(project, target, Code::ProjectCannotBeMovedUnderItself)?;
    }
    let parent = match &target {
        Some(target) => Some(ensure_named(tx, target)?),
        None => None,
    };
    touch_ancestors(tx, &project.id)?;
    let moved = put_under(tx, project, parent.as_ref())?;
    touch_ancestors(tx, &project.id)?;
    Ok(moved)
}

/// What a merge moved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Merged {
    /// Tasks and models.
    pub entities: usize,
    /// Projects, those further below included.
    pub projects: usize,
}

/// Empties a project into another, or into the root, and removes it. Tasks and models that are not
/// archived and the projects below it move; archived ones are left without a project.
///
/// # Errors
/// 400/410 when both are the same, 400/412 when the destination lies within the source, and those
/// of a new place for the projects below it.
pub fn merge(
    tx: &Tx<'_>,
    source: &Writable<Head>,
    destination: Option<&Writable<Head>>,
) -> Result<Merged> {
    hold_names(tx)?;
    if let Some(destination) = destination {
        if destination.id == source.id {
            return Err(Refusal::new(Code::ProjectSourceAndDestinationAreTheSame)
                .with("source", &source.name)
                .into());
        }
        require_outside(source, &destination.name, Code::ProjectCannotBeMergedIntoItsChild)?;
    }
    let mut merged = Merged::default();
    let place = destination.map(|project| (project.id.clone(), project.name.clone()));
    for child in children(tx, source)? {
        merged.projects += put_under(tx, &child, place.as_ref())?;
    }
    let target = place.as_ref().map(|(id, _)| id.as_str());
    for entity in [&TASK, &MODEL] {
        let (table, tags) = (entity.table, format!("{}_tags", entity.prefix));
        let moving = format!(
            "UPDATE {table} SET project = $1, last_change = $2 WHERE project = $3 AND pk NOT IN \
             (SELECT owner FROM {tags} WHERE value = 'archived' AND system = 1)"
        );
        let values = [target.into(), tx.now().into(), (&source.id).into()];
        merged.entities += tx.execute(&moving, &values)?;
        let rest = format!("UPDATE {table} SET project = NULL WHERE project = $1");
        tx.execute(&rest, &[(&source.id).into()])?;
    }
    touch_ancestors(tx, &source.id)?;
    remove(tx, source)?;
    if let Some(target) = target {
        touch(tx, Some(target))?;
        touch_ancestors(tx, target)?;
    }
    Ok(merged)
}

/// Removes a project if nothing lies in it.
///
/// # Errors
/// Those of the engine.
pub fn remove_empty(tx: &Tx<'_>, project: &Writable<Head>) -> Result<()> {
    let sql = "SELECT id FROM tasks WHERE project = $1 UNION ALL \
               SELECT id FROM models WHERE project = $1 UNION ALL \
               SELECT id FROM projects WHERE parent = $1 LIMIT 1";
    match tx.first(sql, &[(&project.id).into()], |row| row.text(0))? {
        Some(_) => touch(tx, Some(&project.id)),
        None => remove(tx, project),
    }
}

/// Removes a project that nothing lies in any more.
fn remove(tx: &Tx<'_>, project: &Writable<Head>) -> Result<()> {
    tx.execute("DELETE FROM project_shares WHERE project = $1", &[(&project.id).into()])?;
    document::remove(tx, &PROJECT, project.pk)
}

/// Puts a project with all below it under a parent (id and name), or at the root.
fn put_under(
    tx: &Tx<'_>,
    project: &Writable<Head>,
    parent: Option<&(String, String)>,
) -> Result<usize> {
    let name = match parent {
        Some((_, parent)) => format!("{parent}/{}", project.basename()),
        None => project.basename().to_owned(),
    };
    require_depth(tx, project, &name)?;
    require_free(tx, &name)?;
    relocate(tx, project, &name, parent.map(|(id, _)| id.as_str()))
}

/// Refuses a new name under which a project further below would lie too deep.
fn require_depth(tx: &Tx<'_>, project: &Head, name: &str) -> Result<()> {
    let sql = "SELECT p.name FROM project_ancestors a JOIN projects p ON p.pk = a.owner \
               WHERE a.ancestor = $1";
    let names = tx.query(sql, &[(&project.id).into()], |row| row.text(0))?;
    let depth = |name: &str| name.split('/').count();
    let below = names.iter().map(|below| depth(below) - depth(&project.name)).max().unwrap_or(0);
    if depth(name) + below > MAX_DEPTH {
        return Err(Refusal::new(Code::ProjectPathExceedsMax).with("max_depth", MAX_DEPTH).into());
    }
    Ok(())
}

/// Refuses a project's own name, and those of projects below it.
fn require_outside(project: &Head, name: &str, refusal: Code) -> Result<()> {
    let rest = name.strip_prefix(project.name.as_str());
    if rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/')) {
        return Err(Refusal::new(refusal).with("project", &project.name).with("into", name).into());
    }
    Ok(())
}
