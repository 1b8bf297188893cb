//! A look at a database from outside: which schema it has and whether it is sound. Changes nothing
//! and may run beside a server.

use super::migrate::Versions;
use super::tls::Connector;
use super::{Location, sqlite};
use crate::error::{Error, Result};
use crate::trust::Trust;
use rusqlite::OpenFlags;
use std::path::Path;
use std::time::Duration;

/// How many kinds of damage are told at most.
const MAX_DAMAGE: usize = 5;

/// What a look at the database shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inspection {
    /// The schema found.
    pub versions: Versions,
    /// What the engine's own check complains about; nothing when all is well.
    pub damage: Vec<String>,
}

/// Looks at the database; `None` when there is none yet.
///
/// # Errors
/// When it cannot be opened or read.
pub fn inspect(location: &Location) -> Result<Option<Inspection>> {
    match location {
        Location::Folder(folder) => inspect_sqlite(folder),
        Location::Postgres { url, trust } => inspect_postgres(url, trust),
    }
}

fn inspect_sqlite(folder: &Path) -> Result<Option<Inspection>> {
    let files = sqlite::Files::of(folder);
    if !files.meta.exists() || !files.events.exists() {
        return Ok(None);
    }
    let (meta, mut damage) = inspect_file(&files.meta)?;
    let (events, of_events) = inspect_file(&files.events)?;
    damage.extend(of_events);
    Ok(Some(Inspection { versions: Versions { meta, events }, damage }))
}

fn inspect_file(path: &Path) -> Result<(i64, Vec<String>)> {
    let connection = rusqlite::Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    connection.busy_timeout(Duration::from_secs(10))?;
    let tables = "SELECT count(*) FROM sqlite_schema WHERE name = 'migration'";
    let migrated: i64 = connection.query_row(tables, [], |row| row.get(0))?;
    let version = match migrated {
        0 => 0,
        _ => {
            connection.query_row("SELECT coalesce(max(version), 0) FROM migration", [], |row| {
                row.get(0)
            })?
        }
    };
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let mut check = connection.prepare(&format!("PRAGMA quick_check({MAX_DAMAGE})"))?;
    let lines = check.query_map([], |row| row.get::<_, String>(0))?;
    let mut damage = Vec::new();
    for line in lines {
        let line = line?;
        if line != "ok" {
            damage.push(format!("{name}: {line}"));
        }
    }
    Ok((version, damage))
}

fn inspect_postgres(url: &str, trust: &Trust) -> Result<Option<Inspection>> {
    let mut config: postgres::Config =
        url.parse().map_err(|e| Error::Config(format!("the database URL is wrong: {e}")))?;
    config.connect_timeout(Duration::from_secs(10)).application_name("arno");
    let mut client = Connector::of(&config, trust)?.connect(&config)?;
    let mut version = |table: &str| -> Result<Option<i64>> {
        let exists = client.query_one("SELECT to_regclass($1) IS NOT NULL", &[&table])?;
        if !exists.get::<_, bool>(0) {
            return Ok(None);
        }
        let sql = format!("SELECT coalesce(max(version), 0) FROM {table}");
        Ok(Some(client.query_one(&sql, &[])?.get(0)))
    };
    let (Some(meta), Some(events)) = (version("migration")?, version("ev.migration")?) else {
        return Ok(None);
    };
    Ok(Some(Inspection { versions: Versions { meta, events }, damage: Vec::new() }))
}

#[cfg(test)]
mod tests {
    use super::super::Db;
    use super::*;
    use crate::clock::Clock;

    #[test]
    fn a_look_changes_nothing_and_sees_the_schema() {
        let folder = tempfile::tempdir().unwrap();
        let location = Location::Folder(folder.path().to_owned());
        assert_eq!(inspect(&location).unwrap(), None);
        assert_eq!(folder.path().read_dir().unwrap().count(), 0);

        let open = Db::open(&location, Clock::system()).unwrap();
        let sound = Inspection { versions: Versions::known(), damage: Vec::new() };
        assert_eq!(inspect(&location).unwrap(), Some(sound.clone()));
        drop(open);
        assert_eq!(inspect(&location).unwrap(), Some(sound));
    }

    #[test]
    fn damage_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let location = Location::Folder(folder.path().to_owned());
        drop(Db::open(&location, Clock::system()).unwrap());
        let meta = folder.path().join("meta.db");
        let mut bytes = std::fs::read(&meta).unwrap();
        let end = bytes.len();
        bytes[4096..end].fill(0xAA);
        std::fs::write(&meta, bytes).unwrap();
        let outcome = inspect(&location);
        assert!(
            outcome.as_ref().is_err()
                || outcome.as_ref().is_ok_and(|seen| !seen.as_ref().unwrap().damage.is_empty()),
            "{outcome:?}"
        );
    }
}
