//! Jobs as servers share them: leases, take-over, tries. Time is told, never waited for.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use arno_store::jobs::{self, Failed, Job, LEASE, PAUSE, TRIES, Work};
use arno_store::{Scope, expiry, presences};
use common::{NOW, Store, stores};
use serde_json::json;

fn work(owner: i64) -> Work {
    Work::DeleteEvents { owner, forget: true, files: None }
}

fn add(store: &Store, owner: i64) -> Job {
    store.write(&Scope::system(""), move |tx| jobs::add(tx, work(owner))).unwrap()
}

fn claim(store: &Store, holder: &'static str) -> Option<Job> {
    store.write(&Scope::system(""), move |tx| jobs::claim(tx, holder)).unwrap()
}

fn undone(store: &Store, job: &Job, reason: &'static str, holder: &'static str) -> bool {
    let job = job.clone();
    store.write(&Scope::system(""), move |tx| jobs::undone(tx, &job, reason, holder)).unwrap()
}

#[test]
fn a_job_is_held_by_one_server_until_its_lease_runs_out() {
    for store in stores() {
        let scope = Scope::system("");
        let (first, second) = (add(&store, 1), add(&store, 2));
        assert_eq!(claim(&store, "a"), Some(first.clone()));
        assert_eq!(claim(&store, "b"), Some(second.clone()));
        assert_eq!(claim(&store, "c"), None);

        let clock = store.db.clock();
        clock.set(NOW + LEASE - 1);
        let pk = first.pk;
        store.write(&scope, move |tx| jobs::renew(tx, pk, "a")).unwrap();
        clock.set(NOW + LEASE);
        assert_eq!(claim(&store, "c"), Some(second.clone()), "b never renewed");
        assert_eq!(claim(&store, "c"), None, "a did");

        let pk = second.pk;
        store.write(&scope, move |tx| jobs::done(tx, pk)).unwrap();
        clock.set(NOW + 10 * LEASE);
        assert_eq!(claim(&store, "c"), Some(first));
        assert_eq!(claim(&store, "c"), None);
    }
}

#[test]
fn a_job_that_fails_is_tried_again_later_and_kept_in_the_end() {
    for store in stores() {
        let scope = Scope::system("");
        add(&store, 1);
        let other = add(&store, 2);
        let mut now = NOW;
        for attempt in 1..=TRIES {
            let job = claim(&store, "a").unwrap();
            assert_eq!(job.work, work(1));
            assert!(!undone(&store, &job, "not mine", "b"), "only its holder may say so");
            assert_eq!(undone(&store, &job, "no way", "a"), attempt == TRIES);
            if attempt == 1 {
                assert_eq!(claim(&store, "a"), Some(other.clone()), "others do not wait for it");
                let pk = other.pk;
                store.write(&scope, move |tx| jobs::done(tx, pk)).unwrap();
            }
            assert_eq!(claim(&store, "a"), None, "it pauses");
            now += PAUSE;
            store.db.clock().set(now);
        }
        assert_eq!(claim(&store, "a"), None);
        let failed = store.read(&scope, jobs::failed).unwrap();
        let since = now - PAUSE;
        assert_eq!(failed, [Failed { work: work(1), reason: "no way".to_owned(), since }]);
    }
}

#[test]
fn an_owners_jobs_are_found_and_taken() {
    for store in stores() {
        let scope = Scope::system("");
        let (one, two) = (add(&store, 1), add(&store, 2));
        assert_eq!(claim(&store, "a"), Some(one.clone()));
        let found = store.read(&scope, |tx| jobs::of_owner(tx, 1)).unwrap();
        assert_eq!(found, std::slice::from_ref(&one));
        let taken = one.clone();
        store.write(&scope, move |tx| jobs::take(tx, &taken, "b")).unwrap();
        assert!(!undone(&store, &one, "too late", "a"));
        assert_eq!(claim(&store, "c"), Some(two));
    }
}

#[test]
fn recurring_work_is_done_by_one_server_and_then_rests() {
    for store in stores() {
        let scope = Scope::system("");
        let claim = |holder: &'static str| {
            store.write(&scope, move |tx| jobs::claim_recurring(tx, "sweep", holder)).unwrap()
        };
        let any_due = || store.read(&scope, |tx| jobs::any_due(tx, &["sweep"])).unwrap();
        let rest = |holder: &'static str| {
            store.write(&scope, move |tx| jobs::rest(tx, "sweep", holder, 1_000_000)).unwrap();
        };
        assert!(any_due());
        assert!(claim("a"));
        assert!(!claim("b"));
        assert!(!any_due());
        let clock = store.db.clock();
        clock.set(NOW + LEASE - 1);
        store.write(&scope, |tx| jobs::renew_recurring(tx, "sweep", "a")).unwrap();
        clock.set(NOW + LEASE);
        assert!(!claim("b"), "a is alive");
        clock.set(NOW + 2 * LEASE);
        assert!(any_due());
        assert!(claim("b"), "a is not");
        rest("a");
        assert!(!claim("a"), "it is b's");
        rest("b");
        clock.set(NOW + 2 * LEASE + 999_999);
        assert!(!any_due());
        assert!(!claim("a"));
        clock.set(NOW + 2 * LEASE + 1_000_000);
        assert!(any_due());
        assert!(claim("a"));
    }
}

#[test]
fn a_server_alone_on_its_folder_goes_on_at_once_after_a_crash() {
    for store in stores() {
        let scope = Scope::system("");
        let job = add(&store, 1);
        claim(&store, "dead");
        let recurring = |tx: &arno_store::Tx<'_>| jobs::claim_recurring(tx, "sweep", "dead");
        assert!(store.write(&scope, recurring).unwrap());
        store.write(&scope, jobs::release_all).unwrap();
        assert_eq!(claim(&store, "new"), Some(job));
        assert!(store.write(&scope, recurring).unwrap());
    }
}

#[test]
fn what_has_expired_is_removed() {
    for store in stores() {
        let scope = Scope::system("c");
        let put = |name: &'static str, expires| {
            let put = move |tx: &arno_store::Tx<'_>| {
                presences::put(tx, presences::Kind::Worker, name, &json!({"id": name}), expires)
            };
            store.write(&scope, put).unwrap();
        };
        put("old", NOW);
        put("alive", NOW + 1);
        assert_eq!(store.write(&scope, expiry::remove_expired).unwrap(), 1);
        assert_eq!(store.write(&scope, expiry::remove_expired).unwrap(), 0);
        let there = |tx: &arno_store::Tx<'_>| presences::all(tx, presences::Kind::Worker);
        assert_eq!(store.read(&scope, there).unwrap(), [json!({"id": "alive"})]);
    }
}
