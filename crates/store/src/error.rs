//! The store's errors. A refusal of the caller's request is a wire error and passes through
//! unchanged; everything else is the store's own trouble and says what to do about it.

/// What can go wrong below the rules.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The request was refused: the wire's code, object and reason.
    #[error(transparent)]
    Rejected(#[from] arno_wire::error::Error),
    /// SQLite reported an error.
    #[error("SQLite: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// SQLite could not begin or commit the group of writes this one was in.
    #[error("the change was not stored: {0}")]
    Commit(std::sync::Arc<rusqlite::Error>),
    /// PostgreSQL reported an error.
    #[error("PostgreSQL: {}", postgres_text(.0))]
    Postgres(#[from] postgres::Error),
    /// No database connection could be had in time.
    #[error("no database connection became free: {0}")]
    Pool(#[from] r2d2::Error),
    /// A file of the store could not be used.
    #[error("{path}: {source}")]
    Io {
        /// The file or folder.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// The object store (folder, S3, GCS, Azure) failed.
    #[error("file storage: {0}")]
    Objects(#[from] object_store::Error),
    /// The data was written by a newer version of Arno.
    #[error(
        "the {part} database has schema version {found}, this program knows versions up to {known}; \
         start the newer program, or restore a backup made with this one"
    )]
    Newer {
        /// Which database: `metadata` or `events`.
        part: &'static str,
        /// The version found in the data.
        found: i64,
        /// The newest version this program knows.
        known: i64,
    },
    /// A database file that SQLite cannot work with.
    #[error(
        "{path} cannot be used as a database: {why}; restore it from a backup, or choose another \
         data directory"
    )]
    Unusable {
        /// The file.
        path: String,
        /// What SQLite said.
        why: String,
    },
    /// Another process uses the data directory.
    #[error(
        "{path} is in use by another Arno; stop that one first or choose another data directory"
    )]
    Locked {
        /// The data directory.
        path: String,
    },
    /// Something stored does not decode.
    #[error("stored {what} cannot be read: {why}")]
    Corrupt {
        /// Which record.
        what: String,
        /// What is wrong with it.
        why: String,
    },
    /// A setting of the store makes no sense.
    #[error("{0}")]
    Config(String),
    /// The store is shutting down.
    #[error("the store is shutting down")]
    Closed,
    /// A closure panicked; its transaction was rolled back.
    #[error("internal error: {0}")]
    Panicked(String),
}

/// The store's result.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// Whether the disk is full or read-only, which the wire tells apart (500/4).
    pub fn is_disk_full(&self) -> bool {
        match self {
            Error::Sqlite(error) => sqlite_disk_full(error),
            Error::Commit(error) => sqlite_disk_full(error),
            Error::Io { source, .. } => matches!(
                source.kind(),
                std::io::ErrorKind::StorageFull | std::io::ErrorKind::ReadOnlyFilesystem
            ),
            _ => false,
        }
    }

    /// Wraps what the system said about `path`.
    pub fn io(path: impl AsRef<std::path::Path>, source: std::io::Error) -> Error {
        Error::Io { path: path.as_ref().display().to_string(), source }
    }

    /// A record that does not decode.
    pub fn corrupt(what: impl Into<String>, why: impl std::fmt::Display) -> Error {
        Error::Corrupt { what: what.into(), why: why.to_string() }
    }
}

fn sqlite_disk_full(error: &rusqlite::Error) -> bool {
    use rusqlite::ErrorCode::{DiskFull, ReadOnly};
    matches!(error.sqlite_error_code(), Some(DiskFull | ReadOnly))
}

/// `postgres::Error` prints only "db error"; the server's own words are in its source.
pub(crate) fn postgres_text(error: &postgres::Error) -> String {
    match error.as_db_error() {
        Some(db) => format!("{} ({})", db.message(), db.code().code()),
        None => match std::error::Error::source(error) {
            Some(source) => format!("{error}: {source}"),
            None => error.to_string(),
        },
    }
}

/// What was found; `None` when the request for it was refused. Faults of the store stay errors.
pub fn unless_refused<T>(found: Result<T>) -> Result<Option<T>> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(Error::Rejected(_)) => Ok(None),
        Err(error) => Err(error),
    }
}
