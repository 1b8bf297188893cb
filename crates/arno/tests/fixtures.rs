//! Today's program reads what every earlier one wrote: the data directories of tests/fixtures, one
//! for each version of the databases' schema, made by tests/fixtures/make.py with the program of
//! that time.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use arno_store::db::Versions;
use serde_json::Value;
use std::path::{Path, PathBuf};
use support::{Place, Up};

const PASSWORD: &str = "fixture-password";

fn fixtures() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/databases");
    let mut found: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    found.sort();
    found
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &target),
            false => drop(std::fs::copy(entry.path(), target).unwrap()),
        }
    }
}

/// Whether `found` has all that `expected` has; an answer may say more than it once did.
fn contains(found: &Value, expected: &Value) -> bool {
    match (found, expected) {
        (Value::Object(found), Value::Object(expected)) => expected
            .iter()
            .all(|(key, value)| found.get(key).is_some_and(|found| contains(found, value))),
        (Value::Array(found), Value::Array(expected)) => {
            found.len() == expected.len()
                && found.iter().zip(expected).all(|(found, expected)| contains(found, expected))
        }
        (found, expected) => found == expected,
    }
}

fn ask(up: &Up, token: &str, call: &Value) {
    let endpoint = call["endpoint"].as_str().unwrap();
    let body = call["body"].to_string();
    let answer = up.call("API", &format!("POST /v2.23/{endpoint}"), token, body.as_bytes());
    let found = &serde_json::from_str::<Value>(&answer).unwrap()["data"];
    let expected = &call["data"];
    assert!(contains(found, expected), "{endpoint} {body}\nnow:  {found}\nthen: {expected}");
}

#[test]
fn every_earlier_database_is_read() {
    let known = Versions::known();
    let newest = format!("meta-{}-events-{}", known.meta, known.events);
    let fixtures = fixtures();
    assert!(
        fixtures.iter().any(|fixture| fixture.ends_with(&newest)),
        "there is no fixture {newest}: run tests/fixtures/make.py with this program"
    );
    for fixture in fixtures {
        let place = Place::new();
        copy(&fixture, &place.path().join("arno-data"));
        let up = place.up();
        let token = up.token("admin", PASSWORD);
        let text = std::fs::read_to_string(fixture.join("calls.json")).unwrap();
        let told: Value = serde_json::from_str(&text).unwrap();
        for call in told["calls"].as_array().unwrap() {
            ask(&up, &token, call);
        }
        for file in told["files"].as_array().unwrap() {
            let path = file["path"].as_str().unwrap();
            let content = up.fetch("Files", &format!("GET {path}"), &token, b"");
            assert_eq!(content.len() as u64, file["bytes"].as_u64().unwrap(), "{path}");
        }
        assert_eq!(up.end("TERM"), 0, "{}", fixture.display());
    }
}
