//! The engines the store is tested on: SQLite in a folder of its own always, PostgreSQL when
//! `ARNO_TEST_POSTGRES` holds the URL of a database in which databases may be created. Each store
//! is new and goes away with its handle.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

use arno_store::db::{Db, Location};
use arno_store::{Clock, Millis, Result, Scope, Tx};
use std::sync::atomic::{AtomicU32, Ordering};

/// The time in all tests.
pub const NOW: Millis = 1_800_000_000_000;

/// A new, empty store.
pub struct Store {
    /// Its handle.
    pub db: Db,
    runtime: tokio::runtime::Runtime,
    location: Location,
    place: Place,
}

enum Place {
    /// Held until the store is dropped.
    Folder(#[allow(dead_code)] tempfile::TempDir),
    Postgres {
        admin: String,
        name: String,
    },
}

/// A store on every engine there is.
///
/// # Panics
/// When PostgreSQL is required (`ARNO_TEST_REQUIRE_POSTGRES=1`) and not given.
pub fn stores() -> Vec<Store> {
    let mut stores = vec![sqlite()];
    match setting("ARNO_TEST_POSTGRES") {
        Some(admin) => stores.push(postgres(&admin)),
        None => assert_ne!(
            setting("ARNO_TEST_REQUIRE_POSTGRES").as_deref(),
            Some("1"),
            "ARNO_TEST_POSTGRES must name a PostgreSQL server"
        ),
    }
    stores
}

/// A store on SQLite.
pub fn sqlite() -> Store {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let location = Location::Folder(folder.path().to_owned());
    open(&location, Place::Folder(folder))
}

fn postgres(admin: &str) -> Store {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let name = format!("arno_test_{}_{number}", std::process::id());
    administer(admin, &format!("CREATE DATABASE {name}"));
    let (server, _) = admin.rsplit_once('/').expect("a URL with a database");
    let location =
        Location::Postgres { url: format!("{server}/{name}"), trust: Default::default() };
    open(&location, Place::Postgres { admin: admin.to_owned(), name })
}

fn open(location: &Location, place: Place) -> Store {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime");
    let db = Db::open(location, Clock::fixed(NOW)).expect("a store");
    Store { db, runtime, location: location.clone(), place }
}

fn administer(admin: &str, sql: &str) {
    let mut client =
        postgres::Client::connect(admin, postgres::NoTls).expect("a PostgreSQL server");
    client.batch_execute(sql).expect(sql);
}

#[allow(clippy::disallowed_methods)] // tests have no settings; the engine comes from outside
fn setting(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

impl Store {
    /// Runs what is asynchronous.
    #[allow(dead_code)] // not every suite is
    pub fn run<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }

    /// Writes through a transaction.
    #[allow(dead_code)] // not every suite writes metadata
    pub fn write<T: Send + 'static>(
        &self,
        scope: &Scope,
        work: impl Fn(&Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.runtime.block_on(self.db.write(scope.clone(), work))
    }

    /// Writes events through a transaction.
    #[allow(dead_code)] // nor events
    pub fn write_events<T: Send + 'static>(
        &self,
        scope: &Scope,
        work: impl Fn(&Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.runtime.block_on(self.db.write_events(scope.clone(), work))
    }

    /// Closes the store and opens it again.
    #[allow(dead_code)] // nor starts anew
    pub fn reopen(&mut self) {
        self.db = Db::open(&self.location, Clock::fixed(NOW)).expect("the store again");
    }

    /// Reads through a transaction.
    #[allow(dead_code)] // nor reads any
    pub fn read<T: Send + 'static>(
        &self,
        scope: &Scope,
        work: impl Fn(&Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.runtime.block_on(self.db.read(scope.clone(), work))
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        match &self.place {
            Place::Folder(_) => {}
            Place::Postgres { admin, name } => {
                administer(admin, &format!("DROP DATABASE {name} WITH (FORCE)"));
            }
        }
    }
}
