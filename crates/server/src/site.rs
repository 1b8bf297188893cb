//! The site: its store, its door and its settings, as rules and `http` share them.

use crate::access::Access;
use crate::gateway::Gateway;
use crate::jobs::{self, Jobs};
use crate::live::Live;
use crate::registry::After;
use arno_store::blobs::Blobs;
use arno_store::events::EventStore;
use arno_store::{Db, Visibility};
use chrono_tz::Tz;

/// The parts of a running server.
pub struct Site {
    /// Metadata and events.
    pub db: Db,
    /// What tasks and models reported.
    pub events: EventStore,
    /// Files.
    pub blobs: Blobs,
    /// Who may come in.
    pub access: Access,
    /// Work beside the requests.
    pub jobs: Jobs,
    /// Who listens to changes.
    pub live: Live,
    /// Applications' calls of analytics.
    pub gateway: Gateway,
    /// What was decided at the start.
    pub settings: Settings,
}

/// Settings that rules and answers depend on.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The company new users belong to.
    pub company: String,
    /// This installation's id: 32 hexadecimal digits.
    pub server_uuid: String,
    /// Who sees what of the others' work.
    pub visibility: Visibility,
    /// Arno's version.
    pub version: String,
    /// Public URL of the pages, without a slash at the end.
    pub web_url: String,
    /// Public URL of the API, without a slash at the end.
    pub api_url: String,
    /// Public URL of the file server, without a slash at the end.
    pub files_url: String,
    /// Time zone of quota days, reports and schedules.
    pub timezone: Tz,
}

impl Site {
    /// Does what a rule asked for once its transaction was committed.
    pub(crate) async fn after(&self, list: Vec<After>) {
        for what in list {
            match what {
                After::AccessChanged => self.access.forget(),
                After::JobAdded => self.jobs.wake(),
                After::Do(job) => jobs::run(self, job).await,
            }
        }
    }
}
