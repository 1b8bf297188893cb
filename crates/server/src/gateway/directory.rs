//! Everything that is registered, in memory, found by what calls name. It is read again when its
//! revision has changed: looked at every moment while calls come, and at once when a call names
//! something unknown, so that what was registered a moment ago is found.

use super::Origins;
use super::caller::known_name;
use arno_store::gateway::entries::{self, Entry, Raw, Revision};
use arno_store::gateway::model::{Api, Endpoint, Grant, Issuer, Machine, Plan, Template, Token};
use arno_store::users::User;
use arno_store::{Db, Result, Scope, Tx};
use rustc_hash::FxHashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// After so long it is looked whether another server or command changed something, while calls go on
/// with what is known; after twice as long they wait for it.
const AGE: Duration = Duration::from_millis(200);

/// What is registered, and the users there are.
#[derive(Default)]
pub(crate) struct Directory {
    revision: Revision,
    /// By task id.
    pub(crate) machines: FxHashMap<String, Entry<Machine>>,
    /// By hash and endpoint.
    pub(crate) endpoints: FxHashMap<(String, String), Entry<Endpoint>>,
    /// By hash.
    pub(crate) templates: FxHashMap<String, Entry<Template>>,
    /// By path.
    pub(crate) apis: FxHashMap<String, Arc<Entry<Api>>>,
    /// Paths by the entry id of what the API offers.
    offered: FxHashMap<String, String>,
    /// Origins that any API registers.
    pub(crate) origins: Origins,
    /// By id.
    pub(crate) plans: FxHashMap<String, Arc<Entry<Plan>>>,
    /// By the API's id.
    grants: FxHashMap<String, Vec<Arc<Entry<Grant>>>>,
    /// By id.
    pub(crate) tokens: FxHashMap<String, Entry<Token>>,
    /// By URL.
    pub(crate) issuers: FxHashMap<String, Entry<Issuer>>,
    /// By id.
    users: FxHashMap<String, User>,
    /// Ids by the name callers have.
    names: FxHashMap<String, String>,
}

impl Directory {
    /// The API that offers a template or endpoint.
    pub(crate) fn api_of(&self, target: &str) -> Option<&Arc<Entry<Api>>> {
        self.apis.get(self.offered.get(target)?)
    }

    /// The grants of an API.
    pub(crate) fn grants_of(&self, api: &str) -> &[Arc<Entry<Grant>>] {
        self.grants.get(api).map_or(&[], Vec::as_slice)
    }

    /// The user of this id.
    pub(crate) fn user(&self, id: &str) -> Option<&User> {
        self.users.get(id)
    }

    /// The user whom callers know by this name, however it is spelled.
    pub(crate) fn user_named(&self, name: &str) -> Option<&User> {
        self.users.get(self.names.get(&name.to_lowercase())?)
    }

    fn load(tx: &Tx<'_>, revision: Revision) -> Result<Directory> {
        let mut directory = Directory { revision, ..Directory::default() };
        for raw in entries::everything(tx)? {
            directory.take(raw)?;
        }
        for user in User::all(tx)? {
            directory.names.insert(known_name(&user), user.id.clone());
            directory.users.insert(user.id.clone(), user);
        }
        Ok(directory)
    }

    fn take(&mut self, raw: Raw) -> Result<()> {
        match raw.kind.as_str() {
            "machine" => {
                let entry: Entry<Machine> = raw.typed()?;
                self.machines.insert(entry.value.task.clone(), entry);
            }
            "endpoint" => {
                let entry: Entry<Endpoint> = raw.typed()?;
                let key = (entry.value.hash.clone(), entry.value.endpoint.clone());
                self.endpoints.insert(key, entry);
            }
            "task" => {
                let entry: Entry<Template> = raw.typed()?;
                self.templates.insert(entry.value.hash.clone(), entry);
            }
            "api" => {
                let entry: Entry<Api> = raw.typed()?;
                self.origins.add(&entry.value.origins);
                self.offered.insert(entry.value.target.clone(), entry.value.path.clone());
                self.apis.insert(entry.value.path.clone(), Arc::new(entry));
            }
            "plan" => {
                let entry: Entry<Plan> = raw.typed()?;
                self.plans.insert(entry.id.clone(), Arc::new(entry));
            }
            "grant" => {
                let entry: Entry<Grant> = raw.typed()?;
                self.grants.entry(entry.value.api.clone()).or_default().push(Arc::new(entry));
            }
            "token" => {
                let entry: Entry<Token> = raw.typed()?;
                self.tokens.insert(entry.id.clone(), entry);
            }
            "issuer" => {
                let entry: Entry<Issuer> = raw.typed()?;
                self.issuers.insert(entry.value.url.clone(), entry);
            }
            // Of a newer server on the same database.
            _ => {}
        }
        Ok(())
    }
}

/// The directory as it was read last.
#[derive(Default)]
pub(super) struct Cache {
    current: Mutex<Option<(Instant, Arc<Directory>)>>,
    /// One looks; the others wait for what it finds.
    looking: Arc<tokio::sync::Mutex<()>>,
}

impl Cache {
    pub(super) async fn recent(self: &Arc<Self>, db: &Db, company: &str) -> Result<Arc<Directory>> {
        if let Some(current) = self.younger_than(AGE) {
            return Ok(current);
        }
        if let Some(current) = self.younger_than(2 * AGE) {
            self.look_beside(db, company);
            return Ok(current);
        }
        let _one = self.looking.lock().await;
        match self.younger_than(AGE) {
            Some(current) => Ok(current),
            None => self.look(db, company).await,
        }
    }

    /// Looks in the background, unless somebody does already.
    fn look_beside(self: &Arc<Self>, db: &Db, company: &str) {
        let Ok(one) = self.looking.clone().try_lock_owned() else { return };
        let (cache, db, company) = (self.clone(), db.clone(), company.to_owned());
        tokio::spawn(async move {
            let _one = one;
            if let Err(error) = cache.look(&db, &company).await {
                // Soon a call waits for it, and is told.
                tracing::warn!(%error, "what is registered at the gateway could not be read");
            }
        });
    }

    pub(super) async fn present(&self, db: &Db, company: &str) -> Result<Arc<Directory>> {
        let _one = self.looking.lock().await;
        self.look(db, company).await
    }

    fn younger_than(&self, age: Duration) -> Option<Arc<Directory>> {
        let current = self.current.lock().unwrap_or_else(|broken| broken.into_inner());
        current.as_ref().filter(|(at, _)| at.elapsed() < age).map(|(_, found)| found.clone())
    }

    async fn look(&self, db: &Db, company: &str) -> Result<Arc<Directory>> {
        let at = Instant::now();
        let known = self.younger_than(Duration::MAX);
        let revision = known.as_ref().map(|known| known.revision.clone());
        let read = move |tx: &Tx<'_>| {
            let present = entries::revision(tx)?;
            match revision.as_ref() == Some(&present) {
                true => Ok(None),
                false => Directory::load(tx, present).map(Some),
            }
        };
        let found = db.read(Scope::system(company), read).await?;
        let found = found.map(Arc::new).or(known).unwrap_or_default();
        let mut current = self.current.lock().unwrap_or_else(|broken| broken.into_inner());
        *current = Some((at, found.clone()));
        Ok(found)
    }
}
