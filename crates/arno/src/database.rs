//! Where data and files are, as the settings say, and how administrative commands reach them.

use crate::data_dir::{self, DataDir};
use crate::settings::{Loaded, Secret, Settings};
use arno_server::COMPANY;
use arno_store::blobs::FilesLocation;
use arno_store::db::{Location, Versions, inspect};
use arno_store::{Clock, Db, Result as StoreResult, Scope, Trust, Tx};
use std::path::PathBuf;

/// A command's failure, told in one line.
pub type CommandResult<T> = Result<T, Box<dyn std::error::Error>>;

/// The database of these settings.
///
/// # Errors
/// When the authorities that are trusted cannot be read.
pub fn location(settings: &Settings) -> CommandResult<Location> {
    Ok(match &settings.database_url {
        Some(url) => {
            Location::Postgres { url: Secret::reveal(url).to_owned(), trust: trust(settings)? }
        }
        None => Location::Folder(settings.data_dir.clone()),
    })
}

/// Where uploaded files lie.
///
/// # Errors
/// As [`location`].
pub fn files(loaded: &Loaded) -> CommandResult<FilesLocation> {
    let trust = trust(&loaded.settings)?;
    Ok(match &loaded.settings.files_url {
        None => FilesLocation::Folder(loaded.settings.data_dir.join("files")),
        Some(url) if url.contains("://") => {
            let options = loaded.files_options.clone();
            FilesLocation::Remote { url: url.clone(), options, trust }
        }
        Some(folder) => FilesLocation::Folder(PathBuf::from(folder)),
    })
}

/// Whom outgoing connections believe.
///
/// # Errors
/// When the authorities that are trusted cannot be read.
pub fn trust(settings: &Settings) -> CommandResult<Trust> {
    Ok(settings.ca_bundle.as_deref().map(Trust::read).transpose()?.unwrap_or_default())
}

/// The database as an administrative command has it.
pub struct Administration {
    db: Db,
    runtime: tokio::runtime::Runtime,
    /// Keeps a server from starting meanwhile; absent when one runs.
    _lock: Option<DataDir>,
}

/// Opens the database for an administrative command. This function alone decides how: with the
/// data directory's lock when it is free, and beside the server when one holds it
/// (docs/decisions/0002). It never makes or migrates a database.
///
/// # Errors
/// When no server has made the database yet, its schema is another program's, or it cannot be
/// opened.
pub fn administration(settings: &Settings) -> CommandResult<Administration> {
    let location = location(settings)?;
    let Some(found) = inspect_versions(&location)? else {
        let shown = settings.data_dir.display();
        return Err(format!("there is nothing in {shown} yet; run `arno up` once first").into());
    };
    if found != Versions::known() {
        let known = Versions::known();
        return Err(format!(
            "the database has {found} and this program knows {known}; start the server with this \
             program once, or use the program that runs it"
        )
        .into());
    }
    let lock = match data_dir::holder(&settings.data_dir)? {
        Some(_) => None,
        None => Some(DataDir::take(&settings.data_dir)?),
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    Ok(Administration { db: Db::open(&location, Clock::system())?, runtime, _lock: lock })
}

fn inspect_versions(location: &Location) -> CommandResult<Option<Versions>> {
    Ok(inspect(location)?.map(|found| found.versions))
}

impl Administration {
    /// Reads in one transaction.
    pub fn read<T: Send + 'static>(
        &self,
        work: impl Fn(&Tx<'_>) -> StoreResult<T> + Send + 'static,
    ) -> CommandResult<T> {
        Ok(self.runtime.block_on(self.db.read(Scope::system(COMPANY), work))?)
    }

    /// Changes in one transaction.
    pub fn write<T: Send + 'static>(
        &self,
        work: impl Fn(&Tx<'_>) -> StoreResult<T> + Send + 'static,
    ) -> CommandResult<T> {
        Ok(self.runtime.block_on(self.db.write(Scope::system(COMPANY), work))?)
    }

    /// The time now, in milliseconds.
    pub fn now(&self) -> i64 {
        self.db.clock().now()
    }
}
