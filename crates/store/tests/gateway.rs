//! What the gateway keeps: entries, calls, counters, places and secrets, on every engine.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use arno_store::gateway::calls::{self, Call};
use arno_store::gateway::counters::{self, Counter, Slot};
use arno_store::gateway::entries::{self, Entry};
use arno_store::gateway::model::{Machine, Plan};
use arno_store::gateway::search::{self, By, Filter};
use arno_store::gateway::secrets;
use arno_store::{Error, Scope};
use common::{NOW, stores};
use serde_json::json;

fn machine(task: &str) -> Machine {
    Machine { task: task.to_owned(), ..Machine::default() }
}

#[test]
fn entries_have_names_of_their_own_and_change_the_revision() {
    for store in stores() {
        let (scope, other) = (Scope::system("c"), Scope::system("other"));
        let before = store.read(&scope, entries::revision).unwrap();
        let first = store.write(&scope, |tx| entries::add(tx, machine("a"))).unwrap();
        let after = store.read(&scope, entries::revision).unwrap();
        assert_ne!(before, after);
        let twice = store.write(&scope, |tx| entries::add(tx, machine("a")));
        assert!(matches!(twice, Err(Error::Rejected(_))));
        store
            .write(&scope, |tx| entries::add(tx, Plan { title: "a".into(), ..Plan::default() }))
            .unwrap();
        store.write(&other, |tx| entries::add(tx, machine("a"))).unwrap();
        let second = store.write(&scope, |tx| entries::add(tx, machine("b"))).unwrap();
        let id = second.id.clone();
        let taken = store.write(&scope, move |tx| entries::save(tx, &id, &machine("a")));
        assert!(matches!(taken, Err(Error::Rejected(_))));
        let id = second.id.clone();
        store.write(&scope, move |tx| entries::save(tx, &id, &machine("c"))).unwrap();
        let gone = store.write(&scope, |tx| entries::save(tx, "none", &machine("d")));
        assert!(matches!(gone, Err(Error::Rejected(_))));
        let found = store.read(&scope, entries::all::<Machine>).unwrap();
        let names: Vec<&str> = found.iter().map(|entry| entry.value.task.as_str()).collect();
        assert_eq!(names, ["a", "c"]);
        let kept: Option<Entry<Machine>> =
            store.read(&scope, |tx| entries::by_name(tx, "a")).unwrap();
        assert_eq!(kept, Some(first.clone()));
        let id = first.id.clone();
        assert!(store.write(&scope, move |tx| entries::remove::<Machine>(tx, &id)).unwrap());
        let id = first.id.clone();
        assert!(!store.write(&scope, move |tx| entries::remove::<Machine>(tx, &id)).unwrap());
        assert_eq!(store.read(&other, entries::all::<Machine>).unwrap().len(), 1);
    }
}

#[test]
fn counters_never_go_beyond_their_limit() {
    for store in stores() {
        let scope = Scope::system("c");
        let counter = |at| Counter { grant: "g".into(), caller: "u".into(), span: "minute", at };
        let take = |at, wanted, limit| {
            let counter = counter(at);
            store.write(&scope, move |tx| counters::take(tx, &counter, wanted, limit)).unwrap()
        };
        assert_eq!(take(0, 4, 10), (4, 6));
        assert_eq!(take(0, 4, 10), (4, 2));
        assert_eq!(take(0, 4, 10), (2, 0), "what is left");
        assert_eq!(take(0, 1, 10), (0, 0));
        assert_eq!(take(0, 1, 5), (0, 0), "a limit that was lowered");
        assert_eq!(take(60_000, 1, 10), (1, 9), "another minute");
        assert_eq!(store.read(&scope, move |tx| counters::used(tx, &counter(0))).unwrap(), 10);
        let forgotten = store.write(&scope, |tx| counters::forget_before(tx, 60_000)).unwrap();
        assert_eq!(forgotten, 1);

        // Many at once, each a transaction of its own.
        let takes = (0..40).map(|_| {
            let counter = counter(120_000);
            store.db.write(scope.clone(), move |tx| counters::take(tx, &counter, 3, 50))
        });
        let got = store.run(futures_util::future::join_all(takes));
        let total: i64 = got.into_iter().map(|taken| taken.unwrap().0).sum();
        assert_eq!(total, 50);
    }
}

#[test]
fn places_are_as_many_as_the_plan_has() {
    for store in stores() {
        let scope = Scope::system("c");
        let slot = |call: &str| Slot {
            call: call.to_owned(),
            grant: "g".into(),
            caller: "u".into(),
            expires: NOW + 1000,
        };
        let enter = |call: &str| {
            let slot = slot(call);
            store.write(&scope, move |tx| counters::enter(tx, &slot, 2)).unwrap()
        };
        assert!(enter("1") && enter("2") && !enter("3"));
        store.write(&scope, |tx| counters::leave(tx, "1")).unwrap();
        assert!(enter("4") && !enter("5"));
        store.db.clock().set(NOW + 1000);
        assert!(enter("6"), "those of a server that is gone count no more");
        // A clone that is gone holds nothing.
        store.write(&scope, |tx| counters::hold_for(tx, "6", "no task")).unwrap();
        assert_eq!(store.write(&scope, counters::forget_slots).unwrap(), 3);
    }
}

fn call(id: &str, at: i64, status: i64) -> Call {
    Call {
        id: id.to_owned(),
        at,
        mode: "stable".to_owned(),
        caller: "u".to_owned(),
        caller_name: "anna".to_owned(),
        target: "t".to_owned(),
        grant: Some("g".to_owned()),
        status,
        latency: 1500,
        compute: 10,
        ..Call::default()
    }
}

#[test]
fn calls_are_written_once_summed_erased_and_forgotten() {
    for store in stores() {
        let scope = Scope::system("c");
        let whole = Call { request: Some(json!({"a": "x".repeat(500)})), ..call("1", NOW, 200) };
        let kept = whole.clone();
        assert!(store.write(&scope, move |tx| calls::add(tx, &whole)).unwrap());
        let again = kept.clone();
        assert!(!store.write(&scope, move |tx| calls::add(tx, &again)).unwrap(), "sent twice");
        assert_eq!(store.read(&scope, |tx| calls::find(tx, "1")).unwrap(), Some(kept));
        assert_eq!(store.read(&Scope::system("other"), |tx| calls::find(tx, "1")).unwrap(), None);
        for n in 2..=5 {
            let more = call(&n.to_string(), NOW + n * 3_600_000, if n == 3 { 502 } else { 200 });
            store.write(&scope, move |tx| calls::add(tx, &more)).unwrap();
        }
        let sums =
            |by| store.read(&scope, move |tx| search::sums(tx, &Filter::default(), by, 9)).unwrap();
        let by_hour = sums(By::Time(3_600_000));
        assert_eq!(by_hour.len(), 5);
        assert_eq!(
            by_hour[0].key,
            [(NOW / 3_600_000 * 3_600_000).to_string(), "stable".to_owned()]
        );
        for by in [By::CallerAndApi, By::Grant, By::Target, By::Caller] {
            let found = sums(by);
            assert_eq!((found.len(), found[0].calls, found[0].failed), (1, 5, 1), "{by:?}");
            assert_eq!((found[0].latency, found[0].longest, found[0].compute), (7500, 1500, 50));
        }
        let computed =
            |from| store.read(&scope, move |tx| calls::computed(tx, "g", "u", from)).unwrap();
        assert_eq!((computed(0), computed(NOW + 1), computed(i64::MAX)), (50, 40, 0));
        let failed = Filter { ok: Some(false), ..Filter::default() };
        let (page, total) = store.read(&scope, move |tx| search::page(tx, &failed, 0, 10)).unwrap();
        assert_eq!((page[0].id.as_str(), total), ("3", 1));
        let mut seen = Vec::new();
        let mut before = None;
        loop {
            let page = store
                .read(&scope, move |tx| search::older(tx, &Filter::default(), before, 2))
                .unwrap();
            let Some((pk, last)) = page.last() else { break };
            before = Some((last.at, *pk));
            seen.extend(page.into_iter().map(|(_, call)| call.id));
        }
        assert_eq!(seen, ["5", "4", "3", "2", "1"]);

        assert_eq!(store.write(&scope, |tx| calls::erase_caller(tx, "u")).unwrap(), 5);
        let erased = store.read(&scope, |tx| calls::find(tx, "1")).unwrap().unwrap();
        assert_eq!(
            (erased.caller.as_str(), erased.caller_name.as_str(), erased.request),
            ("", "", None)
        );
        assert!(store.write(&scope, |tx| calls::erase_caller(tx, "")).is_err(), "nobody");
        let forget = |limit| {
            store
                .write(&scope, move |tx| calls::forget_before(tx, NOW + 4 * 3_600_000, limit))
                .unwrap()
        };
        assert_eq!((forget(2), forget(2), forget(2)), (2, 1, 0));
    }
}

#[test]
fn calls_of_a_caller_with_the_same_key_are_one() {
    for store in stores() {
        let scope = Scope::system("c");
        let keyed = |id: &str, caller: &str| Call {
            caller: caller.to_owned(),
            idempotency: Some("k".to_owned()),
            ..call(id, NOW, 200)
        };
        let add = |call: Call| store.write(&scope, move |tx| calls::add(tx, &call)).unwrap();
        assert!(add(keyed("1", "u")) && !add(keyed("2", "u")) && add(keyed("3", "v")));
        let found = store.read(&scope, |tx| calls::of_idempotency(tx, "u", "k")).unwrap();
        assert_eq!(found.map(|call| call.id), Some("1".to_owned()));
    }
}

#[test]
fn secrets_end() {
    for store in stores() {
        let scope = Scope::system("c");
        store.write(&scope, |tx| secrets::put(tx, "t", "hush", NOW + 10)).unwrap();
        let get = || store.read(&scope, |tx| secrets::get(tx, "t")).unwrap();
        assert_eq!(get().as_deref(), Some("hush"));
        store.db.clock().set(NOW + 10);
        assert_eq!(get(), None);
        assert_eq!(store.write(&scope, secrets::forget_expired).unwrap(), 1);
    }
}
