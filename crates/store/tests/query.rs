//! The query compiler against an evaluation in memory: random records, random requests of the
//! whole grammar, both engines, both visibilities.

#![allow(clippy::expect_used, clippy::panic)] // a test that cannot go on says so

mod common;
#[path = "query/data.rs"]
mod data;
#[path = "query/requests.rs"]
mod requests;

use arno_store::document::Document;
use arno_store::query::reference::{Ranked, Whole, holds, keys_gathering, rank};
use arno_store::query::{self, Cond, Request, Test};
use arno_store::schema::{Entity, MODEL, PROJECT, QUEUE, TASK};
use arno_store::{Scope, Visibility};
use data::{COMPANY, World};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::Value as Json;

/// Sets of records, and requests tried on each.
const WORLDS: u8 = 4;
const REQUESTS: u32 = 300;

#[test]
fn compiled_queries_find_what_evaluation_finds() {
    for seed in 0..WORLDS {
        for store in common::stores() {
            // A runner stops when it has counted its cases, so each engine gets its own; the same
            // seed gives both the same records and requests.
            let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
            let config = Config { cases: REQUESTS, failure_persistence: None, ..Config::default() };
            let mut runner = TestRunner::new_with_rng(config, rng);
            let world = World::fill(&store, &mut runner);
            let request =
                (requests::any(), any::<bool>(), prop_oneof![Just(0), Just(3), Just(2_000)]);
            let outcome = runner.run(&request, |((entity, call), restricted, gathered)| {
                let entity = entity_named(entity);
                compare(&store, &world, entity, &call, restricted, gathered)
            });
            outcome.unwrap_or_else(|failure| {
                panic!("{:?}, seed {seed}: {failure}", store.db.dialect())
            });
        }
    }
}

fn entity_named(name: &str) -> &'static Entity {
    match name {
        "task" => &TASK,
        "model" => &MODEL,
        "project" => &PROJECT,
        _ => &QUEUE,
    }
}

fn compare(
    store: &common::Store,
    world: &World,
    entity: &'static Entity,
    call: &Json,
    restricted: bool,
    gathered: usize,
) -> Result<(), TestCaseError> {
    let call = call.as_object().expect("a call").clone();
    let request = match Request::parse(entity, &call, true) {
        Ok(request) => request,
        Err(error) => return Err(TestCaseError::reject(error.to_string())),
    };
    let visibility = if restricted { Visibility::Private } else { Visibility::Shared };
    let scope = Scope::user(COMPANY, "u0", visibility, false);
    let expected = evaluate(world, entity, &request, &scope);
    let (found, count) = store
        .read(&scope, move |tx| {
            let found = keys_gathering(tx, entity, &request, gathered)?;
            Ok((found, query::count(tx, entity, &request)?))
        })
        .expect("an answer");
    prop_assert_eq!((found, count), expected, "keys in order, and how many there are in all");
    Ok(())
}

/// The keys of the page, and the number of all that match.
fn evaluate(
    world: &World,
    entity: &'static Entity,
    request: &Request,
    scope: &Scope,
) -> (Vec<i64>, usize) {
    let cond = world.name_projects(request.condition.clone());
    let mut matching: Vec<Ranked> = world
        .records(entity)
        .iter()
        .filter(|(_, document)| world.sees(scope, entity, document, request.public))
        .filter(|(pk, document)| holds(&cond, &Whole(*pk, document)).expect("an evaluation"))
        .map(|(pk, document)| ranked(request, *pk, document))
        .collect();
    matching.sort_by(|one, other| request.order.compare(one, other));
    let (offset, limit) = request.paging.window(common::NOW);
    let page = matching.iter().skip(offset).take(limit).map(|record| record.pk).collect();
    (page, matching.len())
}

fn ranked(request: &Request, pk: i64, document: &Document) -> Ranked {
    let values = request.order.0.iter().map(|key| rank(key, pk, document).expect("a rank"));
    Ranked { pk, values: values.collect() }
}

impl World {
    /// "This project or one below" by the ids of those projects.
    fn name_projects(&self, cond: Cond) -> Cond {
        let each =
            |parts: Vec<Cond>| parts.into_iter().map(|part| self.name_projects(part)).collect();
        match cond {
            Cond::All(parts) => Cond::All(each(parts)),
            Cond::Any(parts) => Cond::Any(each(parts)),
            Cond::Not(part) => self.name_projects(*part).negate(),
            Cond::Field(path, Test::Under(ids)) => {
                let below = self.projects_below(&ids);
                Cond::has(path, ids.into_iter().chain(below))
            }
            other => other,
        }
    }
}

#[test]
fn every_entity_is_compared() {
    let mut runner = TestRunner::deterministic();
    let mut seen: Vec<&str> = Vec::new();
    for _ in 0..200 {
        let tree = requests::any().new_tree(&mut runner).expect("a request");
        seen.push(tree.current().0);
    }
    for name in ["task", "model", "project", "queue"] {
        assert!(seen.contains(&name), "{name}");
    }
}
