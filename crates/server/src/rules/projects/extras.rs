//! `projects.get_all_ex`: the query, and what is told of the found projects beside their fields
//! (api.md §5.6).

use crate::registry::Context;
use crate::rules::listing::{self, in_projects};
use crate::rules::tasks::statuses;
use arno_store::document::Document;
use arno_store::projects::contents;
use arno_store::projects::stats::{self, Below, TaskStats};
use arno_store::query::{self, Cond, Path, Selection};
use arno_store::schema::{Entity, MODEL, PROJECT, TASK};
use arno_store::{Result, Tx};
use arno_wire::date;
use arno_wire::error::{Code, Error};
use rustc_hash::FxHashMap;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// What is asked for beside the query.
#[derive(Debug, Deserialize)]
struct Extras {
    include_stats: Option<bool>,
    include_stats_filter: Option<Document>,
    stats_with_children: Option<bool>,
    check_own_contents: Option<bool>,
    include_dataset_stats: Option<bool>,
    active_users: Option<Vec<String>>,
    children_type: Option<Children>,
    children_tags: Option<Vec<String>>,
    children_tags_filter: Option<Document>,
    search_hidden: Option<bool>,
}

/// Which kind of children the projects are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Children {
    Pipeline,
    Report,
    Dataset,
}

pub(super) fn get_all_ex(ctx: &Context<'_>, call: Document) -> Result<Value> {
    let extras = Extras::deserialize(&call)
        .map_err(|e| Error::new(Code::ValidationError).extra(e.to_string()))?;
    let mut answer = listing::list_where(ctx, &PROJECT, call, true, extras.condition(ctx.tx)?)?;
    let Some(projects) = answer["projects"].as_array_mut() else { return Ok(answer) };
    let ids: Vec<String> =
        projects.iter().filter_map(|project| Some(project["id"].as_str()?.to_owned())).collect();
    if ids.is_empty() {
        return Ok(answer);
    }
    if extras.include_stats == Some(true) {
        extras.tell_stats(ctx.tx, projects, &ids)?;
    }
    if extras.check_own_contents == Some(true) {
        extras.tell_own_contents(ctx.tx, projects, &ids)?;
    }
    if extras.include_dataset_stats == Some(true) {
        for (project, id) in projects.iter_mut().zip(&ids) {
            let stats = stats::dataset(ctx.tx, id)?;
            project["dataset_stats"] = stats.map_or(
                Value::Null,
                |(files, size)| json!({"file_count": files, "total_size": size}),
            );
        }
    }
    if extras.search_hidden == Some(true) {
        let hidden = Cond::has(Path::of(["system_tags"]), ["hidden"]);
        let hidden = hidden.and(Cond::has(Path::of(["id"]), ids.iter().cloned()));
        let hidden = contents::ids(ctx.tx, &query::select(ctx.tx, &PROJECT, true, hidden)?)?;
        for (project, id) in projects.iter_mut().zip(&ids) {
            if hidden.contains(id) {
                project["hidden"] = true.into();
            }
        }
    }
    Ok(answer)
}

impl Extras {
    /// What the extras ask of the projects themselves.
    fn condition(&self, tx: &Tx<'_>) -> Result<Cond> {
        let mut cond = Cond::always();
        let one_of = |ids: Vec<String>| Cond::has(Path::of(["id"]), ids);
        if let Some(users) = self.active() {
            cond = cond.and(one_of(stats::active(tx, users)?));
        }
        match self.children_type {
            None => {}
            Some(Children::Report) => {
                let reports = query::select(tx, &TASK, true, self.children(Children::Report)?)?;
                cond = cond.and(one_of(stats::holding_tasks(tx, &reports)?));
            }
            Some(kind) => {
                let children = query::select(tx, &PROJECT, true, self.children(kind)?)?;
                cond = cond.and(one_of(stats::holding_projects(tx, &children)?));
            }
        }
        Ok(cond)
    }

    fn active(&self) -> Option<&[String]> {
        self.active_users.as_deref().filter(|users| !users.is_empty())
    }

    /// Which projects or reports count as children.
    fn children(&self, kind: Children) -> Result<Cond> {
        let (entity, tag) = match kind {
            Children::Pipeline => (&PROJECT, "pipeline"),
            Children::Dataset => (&PROJECT, "dataset"),
            Children::Report => (&TASK, "reports"),
        };
        let mut call = Document::new();
        call.insert("search_hidden".to_owned(), true.into());
        call.insert("tags".to_owned(), json!(self.children_tags));
        if let Some(filter) = &self.children_tags_filter {
            call.insert("filters".to_owned(), json!({"tags": filter}));
        }
        Ok(query::condition(entity, &call)?.and(Cond::has(Path::of(["system_tags"]), [tag])))
    }

    /// Adds `stats` and `sub_projects`.
    fn tell_stats(&self, tx: &Tx<'_>, projects: &mut [Value], ids: &[String]) -> Result<()> {
        let below = self.below(tx, ids)?;
        let numbers = match self.children_type {
            Some(Children::Dataset) => self.dataset_stats(tx, ids)?,
            _ => self.task_stats(tx, ids, &below)?,
        };
        let mut subs: FxHashMap<&str, Vec<Value>> = FxHashMap::default();
        for project in &below {
            let shown = json!({"id": project.id, "name": project.name});
            subs.entry(&project.ancestor).or_default().push(shown);
        }
        for ((project, id), stats) in projects.iter_mut().zip(ids).zip(numbers) {
            project["stats"] = stats;
            project["sub_projects"] = subs.remove(id.as_str()).unwrap_or_default().into();
        }
        Ok(())
    }

    /// The projects below, hidden ones where hidden ones are looked for.
    fn below(&self, tx: &Tx<'_>, ids: &[String]) -> Result<Vec<Below>> {
        let cond = match self.shows_hidden() {
            true => Cond::always(),
            false => Cond::has(Path::of(["system_tags"]), ["hidden"]).negate(),
        };
        stats::below(tx, &query::select(tx, &PROJECT, true, cond)?, ids)
    }

    fn shows_hidden(&self) -> bool {
        self.search_hidden == Some(true) || self.children_type.is_some()
    }

    fn task_stats(&self, tx: &Tx<'_>, ids: &[String], below: &[Below]) -> Result<Vec<Value>> {
        let with_children = self.stats_with_children.unwrap_or(true);
        let below: &[Below] = if with_children { below } else { &[] };
        let all: BTreeSet<&String> = ids.iter().chain(below.iter().map(|p| &p.id)).collect();
        let within = Cond::has(Path::of(["project"]), all.into_iter().cloned());
        let tasks = query::select(tx, &TASK, true, within.and(self.counted()?))?;
        let by_project = stats::task_stats(tx, &tasks)?;
        let mut sums: FxHashMap<&str, TaskStats> = FxHashMap::default();
        let own = ids.iter().map(|id| (id, id));
        for (of, project) in own.chain(below.iter().map(|below| (&below.ancestor, &below.id))) {
            if let Some(stats) = by_project.get(project) {
                sums.entry(of).or_default().add(stats);
            }
        }
        Ok(ids.iter().map(|id| active(&sums.remove(id.as_str()).unwrap_or_default())).collect())
    }

    /// Which tasks are counted.
    fn counted(&self) -> Result<Cond> {
        let mut call = Document::new();
        call.insert("search_hidden".to_owned(), self.shows_hidden().into());
        let mut filters = Document::new();
        for (field, filter) in self.include_stats_filter.iter().flatten() {
            let into = if filter.is_object() { &mut filters } else { &mut call };
            into.insert(field.clone(), filter.clone());
        }
        call.insert("filters".to_owned(), filters.into());
        let mut cond = query::condition(&TASK, &call)?.and(not_archived());
        if let Some(users) = self.active() {
            cond = cond.and(Cond::has(Path::of(["user"]), users.iter().cloned()));
        }
        let (kind, tag) = match self.children_type {
            Some(Children::Pipeline) => ("controller", "pipeline"),
            Some(Children::Report) => ("report", "reports"),
            Some(Children::Dataset) | None => return Ok(cond),
        };
        let of_kind = Cond::has(Path::of(["type"]), [kind]);
        Ok(cond.and(of_kind).and(Cond::has(Path::of(["system_tags"]), [tag])))
    }

    fn dataset_stats(&self, tx: &Tx<'_>, ids: &[String]) -> Result<Vec<Value>> {
        let datasets = query::select(tx, &PROJECT, true, self.children(Children::Dataset)?)?;
        let found = stats::below(tx, &datasets, ids)?;
        let pks: Vec<i64> = found.iter().map(|dataset| dataset.pk).collect();
        let tags = stats::tags_of(tx, &pks)?;
        let mut sums: FxHashMap<&str, (usize, BTreeSet<&String>)> = FxHashMap::default();
        for dataset in &found {
            let (count, in_use) = sums.entry(&dataset.ancestor).or_default();
            *count += 1;
            in_use.extend(tags.get(&dataset.pk).into_iter().flatten());
        }
        let shown = ids.iter().map(|id| {
            let (count, tags) = sums.remove(id.as_str()).unwrap_or_default();
            json!({"datasets": {"count": count, "tags": tags}})
        });
        Ok(shown.collect())
    }

    fn tell_own_contents(&self, tx: &Tx<'_>, projects: &mut [Value], ids: &[String]) -> Result<()> {
        let mut told = vec![
            ("own_tasks", stats::own_contents(tx, &directly_in(tx, &TASK, ids)?)?),
            ("own_models", stats::own_contents(tx, &directly_in(tx, &MODEL, ids)?)?),
        ];
        if self.children_type == Some(Children::Dataset) {
            let datasets = query::select(tx, &PROJECT, true, self.children(Children::Dataset)?)?;
            told.push(("own_datasets", stats::own_datasets(tx, &datasets)?));
        }
        for (project, id) in projects.iter_mut().zip(ids) {
            for (name, counts) in &told {
                project[*name] = counts.get(id).copied().unwrap_or(0).into();
            }
        }
        Ok(())
    }
}

/// What lies directly in these projects and is not archived.
fn directly_in<'a>(
    tx: &'a Tx<'a>,
    entity: &'static Entity,
    projects: &[String],
) -> Result<Selection<'a>> {
    let projects: Vec<Option<String>> = projects.iter().cloned().map(Some).collect();
    query::select(tx, entity, true, in_projects(entity, &projects, false).and(not_archived()))
}

fn not_archived() -> Cond {
    Cond::has(Path::of(["system_tags"]), ["archived"]).negate()
}

/// Statistics of tasks as answers show them.
fn active(stats: &TaskStats) -> Value {
    let count = |status: &str| stats.by_status.get(status).copied().unwrap_or(0);
    let by_status: Map<String, Value> =
        statuses().map(|status| (status.to_owned(), count(status).into())).collect();
    json!({"active": {
        "status_count": by_status,
        "total_tasks": stats.by_status.values().sum::<i64>(),
        "total_runtime": stats.runtime,
        "completed_tasks_24h": stats.completed_lately,
        "last_task_run": stats.last_started.map(date::format),
    }})
}
