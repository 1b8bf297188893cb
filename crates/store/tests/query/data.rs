//! Random records with hostile texts, and what a test knows about them.

use crate::common::Store;
use arno_store::document::{self, Document};
use arno_store::events::hash;
use arno_store::schema::{Entity, MODEL, PROJECT, QUEUE, TASK};
use arno_store::{Scope, Tx};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Map, Value as Json, json};

/// The caller's company.
pub const COMPANY: &str = "c0";

/// Texts that have broken other systems.
pub const TEXTS: &[&str] = &[
    "",
    "a",
    "A",
    "b",
    "9",
    "10",
    "010",
    "a2",
    "a10",
    "ab",
    "abc",
    "a.b",
    "a/b",
    "$where",
    "50%",
    "_x",
    "__y",
    "%a_b%",
    "x'; DROP TABLE tasks;--",
    "\"quoted\"",
    "back\\slash",
    "$.a[0]",
    "line\nbreak",
    " padded ",
    "тест",
    "ТЕСТ",
    "😀 ok",
    "‏עברית",
    "\u{212A}",
    "k",
    "null",
    "{\"a\": 1}",
    "-a",
    "[a]",
    "\u{D7FF}",
    "\u{E000}",
    "\u{FFFD}",
    "1e5",
    "-5",
];

/// Names of sections, parameters and entries.
pub const KEYS: &[&str] = &["a", "b.c", "_x", "$d", "50%", "value", "тест"];

pub const STATUSES: &[&str] = &["created", "in_progress", "completed"];
pub const USERS: &[&str] = &["u0", "u1"];
pub const PROJECTS: &[&str] = &["p0", "p1", "p2", "p3", "p4"];
/// The parent of each project.
const PARENTS: &[Option<usize>] = &[None, Some(0), Some(1), None, Some(3)];

/// A record's key and its whole document.
type Record = (i64, Document);

/// Everything that is stored.
pub struct World {
    tasks: Vec<Record>,
    models: Vec<Record>,
    projects: Vec<Record>,
    queues: Vec<Record>,
}

impl World {
    /// Makes up records and stores them.
    pub fn fill(store: &Store, runner: &mut TestRunner) -> World {
        let mut make = |strategy: BoxedStrategy<Json>| {
            let tree = strategy.new_tree(runner).expect("a value");
            tree.current().as_object().expect("an object").clone()
        };
        let tasks: Vec<Document> = (0..30).map(|at| make(task(at))).collect();
        let models: Vec<Document> = (0..20).map(|at| make(model(at))).collect();
        let queues: Vec<Document> = (0..6).map(|at| make(queue(at))).collect();
        let projects: Vec<Document> = (0..PROJECTS.len()).map(|at| make(project(at))).collect();
        let scope = Scope::system(COMPANY);
        store
            .write(&scope, move |tx| {
                let all = [(&TASK, &tasks), (&MODEL, &models), (&QUEUE, &queues), (&PROJECT, &projects)];
                for (entity, documents) in all {
                    for document in documents {
                        document::insert(tx, entity, document.clone())?;
                    }
                }
                // One project (with all below it) is shared with the caller.
                let share = "INSERT INTO project_shares (project, user_id, may_write) VALUES ('p1', 'u0', 0)";
                tx.execute(share, &[])?;
                Ok(())
            })
            .expect("records are stored");
        let series: Vec<Vec<Series>> =
            (0..30).map(|_| all_series().new_tree(runner).expect("series").current()).collect();
        store
            .write_events(&scope, move |tx| insert_series(tx, &series))
            .expect("events are stored");
        let load = |entity: &'static Entity| {
            let paths: Vec<String> =
                entity.fields.iter().map(|field| field.path.to_owned()).collect();
            let read = store.read(&scope, move |tx| {
                let sql = format!("SELECT pk FROM {} ORDER BY pk", entity.table);
                let pks = tx.query(&sql, &[], |row| row.int(0))?;
                document::load(tx, entity, &pks, Some(&paths))
            });
            read.expect("records are read")
        };
        World {
            tasks: load(&TASK),
            models: load(&MODEL),
            projects: load(&PROJECT),
            queues: load(&QUEUE),
        }
    }

    /// All records of a kind.
    pub fn records(&self, entity: &Entity) -> &[Record] {
        match entity.name {
            "task" => &self.tasks,
            "model" => &self.models,
            "project" => &self.projects,
            _ => &self.queues,
        }
    }

    /// The ids of the projects below these.
    pub fn projects_below(&self, ids: &[String]) -> Vec<String> {
        let is_below = |document: &Document| {
            let path = document.get("path").and_then(Json::as_array).cloned().unwrap_or_default();
            path.iter().any(|ancestor| ids.iter().any(|id| ancestor == id.as_str()))
        };
        let below = self.projects.iter().filter(|(_, document)| is_below(document));
        below.filter_map(|(_, document)| Some(document.get("id")?.as_str()?.to_owned())).collect()
    }

    /// Whether the scope sees a record, told from the rules alone.
    pub fn sees(&self, scope: &Scope, entity: &Entity, document: &Document, public: bool) -> bool {
        let text = |name: &str| document.get(name).and_then(Json::as_str).unwrap_or_default();
        if text("company").is_empty() {
            return public;
        }
        if text("company") != scope.company {
            return false;
        }
        let project = match entity.name {
            "task" | "model" => text("project"),
            "project" => text("id"),
            _ => return true,
        };
        let shared = ["p1".to_owned()];
        let is_shared =
            project == "p1" || self.projects_below(&shared).iter().any(|id| id == project);
        !scope.restricted || text("user") == scope.user || is_shared
    }
}

/// Metrics that some records report: the numbers of their names, and names.
const METRICS: &[(i64, &str, &str)] = &[(1, "a", "b"), (2, "b", "a"), (3, "a", "a")];

/// Last, least and greatest value of a metric; None where it is no number.
#[derive(Clone, Debug)]
struct Series {
    metric: i64,
    value: Option<f64>,
    extremes: Option<(f64, f64, i64)>,
}

fn all_series() -> BoxedStrategy<Vec<Series>> {
    let number = || select(&[0.0, 0.5, -2.0, 1e10, f64::INFINITY][..]);
    let extremes = prop::option::of((number(), number(), 0..5i64));
    let one = (prop::option::of(number()), extremes).boxed();
    subsequence(METRICS, 0..3)
        .prop_flat_map(move |metrics| {
            let values = prop::collection::vec(one.clone(), metrics.len());
            values.prop_map(move |values| {
                let series = metrics.iter().zip(values).map(|((metric, ..), (value, extremes))| {
                    Series { metric: *metric, value, extremes }
                });
                series.collect()
            })
        })
        .boxed()
}

/// Stores the n-th series with the n-th task and with the n-th model.
fn insert_series(tx: &Tx<'_>, series: &[Vec<Series>]) -> arno_store::Result<()> {
    for (id, metric, variant) in METRICS {
        let sql = "INSERT INTO ev.metric (id, metric, variant, metric_hash, variant_hash) \
                   VALUES ($1, $2, $3, $4, $5)";
        let values = [
            (*id).into(),
            (*metric).into(),
            (*variant).into(),
            hash(metric).into(),
            hash(variant).into(),
        ];
        tx.execute(sql, &values)?;
    }
    let sql = "INSERT INTO ev.series (owner, metric_id, shown, plain, count, finite, sum, value, \
               min_value, max_value, min_iter, max_iter) VALUES ($1, $2, 1, 1, 3, 2, 5.0, $3, $4, $5, $6, $7)";
    for (pk, list) in (1i64..).zip(series) {
        for Series { metric, value, extremes } in list {
            let min = extremes.map(|(min, ..)| min);
            let max = extremes.map(|(_, max, _)| max);
            let iter = extremes.map(|(.., iter)| iter);
            for owner in [pk, -pk] {
                let values = [
                    owner.into(),
                    (*metric).into(),
                    (*value).into(),
                    min.into(),
                    max.into(),
                    iter.into(),
                    iter.into(),
                ];
                tx.execute(sql, &values)?;
            }
        }
    }
    Ok(())
}

fn text() -> BoxedStrategy<String> {
    select(TEXTS).prop_map(str::to_owned).boxed()
}

fn maybe(strategy: impl Strategy<Value = Json> + 'static) -> BoxedStrategy<Json> {
    prop_oneof![1 => Just(Json::Null), 3 => strategy].boxed()
}

fn texts() -> BoxedStrategy<Json> {
    subsequence(TEXTS, 0..4).prop_map(Json::from).boxed()
}

fn moment() -> BoxedStrategy<Json> {
    maybe((0..5i64).prop_map(|n| json!(1_000 * n)))
}

fn one_of(values: &'static [&'static str]) -> BoxedStrategy<Json> {
    select(values).prop_map(Json::from).boxed()
}

fn company() -> BoxedStrategy<Json> {
    prop_oneof![6 => Just(json!(COMPANY)), 1 => Just(json!("")), 1 => Just(json!("c1"))].boxed()
}

/// A value as a free-form map may hold it.
fn value() -> BoxedStrategy<Json> {
    prop_oneof![
        4 => text().prop_map(Json::from),
        1 => (-3..12i64).prop_map(Json::from),
        1 => Just(json!(2.5)),
        1 => Just(json!(2.0)),
        1 => any::<bool>().prop_map(Json::from),
        1 => Just(Json::Null),
        1 => texts(),
        1 => text().prop_map(|text| json!({"value": text, "a": [1, text]})),
    ]
    .boxed()
}

fn map(value: BoxedStrategy<Json>) -> BoxedStrategy<Json> {
    let entry = (select(KEYS), value);
    prop::collection::vec(entry, 0..4)
        .prop_map(|entries| {
            Json::Object(entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
        })
        .boxed()
}

fn object(fields: Vec<(&'static str, BoxedStrategy<Json>)>) -> BoxedStrategy<Json> {
    let (names, strategies): (Vec<_>, Vec<_>) = fields.into_iter().unzip();
    strategies
        .prop_map(move |values| {
            let fields = names.iter().map(|name| (*name).to_owned()).zip(values);
            Json::Object(fields.filter(|(_, value)| !value.is_null()).collect())
        })
        .boxed()
}

fn system_tags() -> BoxedStrategy<Json> {
    subsequence(&["archived", "hidden", "a", "k8s-glue"][..], 0..3).prop_map(Json::from).boxed()
}

fn models() -> BoxedStrategy<Json> {
    let item = (text(), maybe(text().prop_map(Json::from))).prop_map(|(name, model)| {
        if model.is_null() { json!({"name": name}) } else { json!({"name": name, "model": model}) }
    });
    prop::collection::vec(item, 0..3).prop_map(Json::from).boxed()
}

fn hyperparams() -> BoxedStrategy<Json> {
    let item = (select(KEYS), select(KEYS), text(), any::<bool>());
    prop::collection::vec(item, 0..5)
        .prop_map(|items| {
            let mut sections = Map::new();
            for (section, name, value, typed) in items {
                let mut item = json!({"section": section, "name": name, "value": value});
                if typed {
                    item["type"] = json!("float");
                }
                sections.entry(section).or_insert_with(|| json!({}))[name] = item;
            }
            Json::Object(sections)
        })
        .boxed()
}

fn task(at: usize) -> BoxedStrategy<Json> {
    object(vec![
        ("id", Just(json!(format!("t{at}"))).boxed()),
        ("company", company()),
        ("user", one_of(USERS)),
        ("name", text().prop_map(Json::from).boxed()),
        ("type", one_of(&["training", "testing"])),
        ("status", one_of(STATUSES)),
        ("project", maybe(one_of(PROJECTS))),
        ("parent", maybe(one_of(&["t0", "t1", "__DELETED__t9"]))),
        ("comment", maybe(text().prop_map(Json::from))),
        ("report", maybe(text().prop_map(Json::from))),
        ("created", moment()),
        ("started", moment()),
        ("status_changed", moment()),
        ("last_update", moment()),
        ("last_change", moment()),
        ("active_duration", maybe((0..3i64).prop_map(Json::from))),
        ("last_iteration", (0..4i64).prop_map(Json::from).boxed()),
        ("tags", texts()),
        ("system_tags", system_tags()),
        ("hyperparams", hyperparams()),
        ("runtime", map(value())),
        (
            "execution",
            object(vec![
                ("queue", maybe(text().prop_map(Json::from))),
                ("framework", maybe(text().prop_map(Json::from))),
            ]),
        ),
        ("script", object(vec![("repository", maybe(text().prop_map(Json::from)))])),
        ("models", object(vec![("input", models()), ("output", models())])),
    ])
}

fn model(at: usize) -> BoxedStrategy<Json> {
    let item = (select(KEYS), text());
    let metadata = prop::collection::vec(item, 0..4).prop_map(|items| {
        let entry = |(key, value): (&str, String)| {
            (key.to_owned(), json!({"key": key, "type": "t", "value": value}))
        };
        Json::Object(items.into_iter().map(entry).collect())
    });
    object(vec![
        ("id", Just(json!(format!("m{at}"))).boxed()),
        ("company", company()),
        ("user", one_of(USERS)),
        ("name", text().prop_map(Json::from).boxed()),
        ("project", maybe(one_of(PROJECTS))),
        ("task", maybe(one_of(&["t0", "t1"]))),
        ("uri", maybe(text().prop_map(Json::from))),
        ("framework", maybe(text().prop_map(Json::from))),
        ("comment", maybe(text().prop_map(Json::from))),
        ("ready", any::<bool>().prop_map(Json::from).boxed()),
        ("created", moment()),
        ("last_update", moment()),
        ("last_iteration", (0..4i64).prop_map(Json::from).boxed()),
        ("tags", texts()),
        ("system_tags", system_tags()),
        ("metadata", metadata.boxed()),
    ])
}

fn project(at: usize) -> BoxedStrategy<Json> {
    let parent = PARENTS[at].map(|parent| PROJECTS[parent]);
    let mut path: Vec<&str> = Vec::new();
    let mut above = PARENTS[at];
    while let Some(ancestor) = above {
        path.insert(0, PROJECTS[ancestor]);
        above = PARENTS[ancestor];
    }
    object(vec![
        ("id", Just(json!(PROJECTS[at])).boxed()),
        ("company", company()),
        ("user", one_of(USERS)),
        ("name", text().prop_map(move |text| json!(format!("{text}{at}"))).boxed()),
        ("basename", text().prop_map(Json::from).boxed()),
        ("description", maybe(text().prop_map(Json::from))),
        ("parent", Just(json!(parent)).boxed()),
        ("path", Just(json!(path)).boxed()),
        ("last_update", moment()),
        ("tags", texts()),
        ("system_tags", system_tags()),
    ])
}

fn queue(at: usize) -> BoxedStrategy<Json> {
    object(vec![
        ("id", Just(json!(format!("q{at}"))).boxed()),
        ("company", Just(json!(COMPANY)).boxed()),
        ("name", text().prop_map(move |text| json!(format!("{text}{at}"))).boxed()),
        ("display_name", maybe(text().prop_map(Json::from))),
        ("created", moment()),
        ("tags", texts()),
        ("system_tags", system_tags()),
        ("metadata", Just(json!({})).boxed()),
    ])
}
