//! The gateway: applications call analytics by a public hash and their own token (gateway.md).
//!
//! A call goes one way: who is it (`caller`, `tokens`, `oidc`), what does it mean (`directory`), may
//! it (`pass`, `quota`), do it (`sporadic`, `stable`), write it down (`record`). What is registered
//! is changed by `admin`. Nothing here knows HTTP's server side, which is `http::gateway`.

pub mod admin;
mod callback;
mod caller;
mod directory;
mod failure;
mod oidc;
mod origins;
mod params;
mod pass;
mod quota;
mod record;
mod run;
mod sporadic;
mod stable;
pub mod tokens;
mod upkeep;
mod upstream;

pub(crate) use callback::{prepare, tell};
pub(crate) use caller::{Caller, Presented, identify};
pub(crate) use directory::Directory;
pub(crate) use failure::{Failure, Outcome};
pub(crate) use params::read as read_params;
pub(crate) use pass::{Pass, pass};
pub(crate) use quota::{Allowance, take};
pub(crate) use record::Draft;
pub(crate) use run::{CancelOutcome, Follow, MAX_WAIT, artifact_url, is_end, run_ended};
pub(crate) use sporadic::{Order, Started, start};
pub(crate) use stable::{Answer, Asked, call};
pub(crate) use upkeep::{forget_old, watch_machines};

use arno_store::gateway::model::Api;
use arno_store::{Db, Result, Trust};
use callback::Callbacks;
use directory::Cache;
use oidc::Providers;
use quota::Leases;
use record::Log;
use sha2::{Digest, Sha256};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use upstream::Upstream;

pub use callback::Networks;
pub use origins::Origins;

/// Sockets that are open at a time.
const SOCKETS: usize = 2_000;

/// What the site decides about its gateway.
#[derive(Clone)]
pub struct GatewayOptions {
    /// Whether errors are answered 200 with a JSON text, as the first gateway did (gateway.md §3).
    pub legacy_errors: bool,
    /// Internal addresses that callbacks may go to all the same.
    pub callback_networks: Networks,
    /// Origins whose pages may call whatever their token permits.
    pub origins: Origins,
    /// Path below which the dashboards' own token route answers; none switches it off.
    pub token_route: Option<String>,
    /// How long calls are kept, days.
    pub retention_days: i64,
    /// How long an analytic may take to connect, and be silent.
    pub idle: Duration,
    /// How long an answer may take in all.
    pub total: Duration,
    /// An unknown key is asked for at its issuer at most this often, so that made-up ones cost nothing.
    pub key_pause: Duration,
    /// Whom to believe that a service is who it is.
    pub trust: Trust,
}

impl Default for GatewayOptions {
    fn default() -> GatewayOptions {
        GatewayOptions {
            legacy_errors: false,
            callback_networks: Networks::default(),
            origins: Origins::default(),
            token_route: None,
            retention_days: 400,
            idle: Duration::from_secs(60),
            total: Duration::from_secs(600),
            key_pause: Duration::from_secs(5),
            trust: Trust::default(),
        }
    }
}

/// The gateway's parts.
pub struct Gateway {
    pub(crate) options: GatewayOptions,
    cache: Arc<Cache>,
    pub(crate) log: Log,
    leases: Leases,
    providers: Providers,
    upstream: Upstream,
    callbacks: Callbacks,
    /// Sockets over which runs are followed.
    pub(crate) sockets: Arc<Semaphore>,
}

impl Gateway {
    /// Opens it.
    ///
    /// # Errors
    /// When the trusted authorities make no client.
    pub(crate) fn open(options: GatewayOptions) -> Result<Gateway> {
        Ok(Gateway {
            cache: Arc::default(),
            log: Log::default(),
            leases: Leases::default(),
            providers: Providers::open(&options)?,
            upstream: Upstream::open(&options)?,
            callbacks: Callbacks::open(&options)?,
            sockets: Arc::new(Semaphore::new(SOCKETS)),
            options,
        })
    }

    /// What is registered, as it was at most a moment ago.
    pub(crate) async fn directory(&self, db: &Db, company: &str) -> Result<Arc<Directory>> {
        self.cache.recent(db, company).await
    }

    /// Whether pages of this origin may call an API, or what no API offers.
    pub(crate) fn permits(&self, origin: &str, api: Option<&Api>) -> bool {
        self.options.origins.contain(origin)
            || api.is_some_and(|api| api.origins.iter().any(|own| own == "*" || own == origin))
    }

    /// What is registered now.
    pub(crate) async fn directory_now(&self, db: &Db, company: &str) -> Result<Arc<Directory>> {
        self.cache.present(db, company).await
    }
}

/// The public handle of a task's id (gateway.md §2.1).
pub fn hash_of(task: &str) -> String {
    hex(&Sha256::digest(task))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::hash_of;

    #[test]
    fn handles_are_those_of_the_contract() {
        let hash = hash_of("2655bb0a64fa4c57be93637bd6441b9e");
        assert!(hash.starts_with("fcff29a163839aa8ce74f7cdb210bc"), "{hash}");
        assert_eq!(
            hash_of("b746714516a7409bbaa68a8402a5c1a2"),
            "05425cc1f3729b542b6538e34187dcec836890352edaa42b8531194e705ebb07"
        );
    }
}
