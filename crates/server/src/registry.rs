//! The table of what Arno answers: one line per endpoint, written by the folder of rules it
//! belongs to. Everything else of the protocol (who may call, versions, checked fields) is in the
//! wire's own table; `http` brings the two together.

use crate::access::{Caller, Role};
use crate::jobs::places;
use crate::site::Site;
use arno_store::blobs::Deletion;
use arno_store::events::Owner;
use arno_store::jobs::{self, Job, Work};
use arno_store::{Result, Scope, Tx};
use arno_wire::endpoints::Handler as Schema;
use arno_wire::error::{Code, Error};
use arno_wire::request::{self, Body};
use arno_wire::validate::validate;
use arno_wire::version::Version;
use bytes::Bytes;
use futures_util::future::BoxFuture;
use rustc_hash::FxHashMap;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::cell::RefCell;
use std::future::Future;
use std::sync::Arc;

/// What a rule works with: an open transaction, who is calling, and the site.
pub struct Context<'a> {
    /// The transaction; it looks through the caller's eyes.
    pub tx: &'a Tx<'a>,
    /// Who is calling.
    pub caller: &'a Caller,
    /// The site's parts and settings.
    pub site: &'a Site,
    /// The version the request asked for.
    pub version: Version,
    after: RefCell<Vec<After>>,
}

/// What is to be done once the transaction is committed. It is lost when the server dies in
/// between, so it must be something that is found and done later as well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum After {
    /// Somebody's access has changed: forget what is remembered of it.
    AccessChanged,
    /// Work for the background was written down.
    JobAdded,
    /// Work that was written down too and is to be done before the answer.
    Do(Job),
}

impl<'a> Context<'a> {
    /// The surroundings of a rule in this transaction.
    pub fn new(tx: &'a Tx<'a>, call: &'a Call) -> Context<'a> {
        Context {
            tx,
            caller: &call.caller,
            site: &call.site,
            version: call.version,
            after: RefCell::default(),
        }
    }

    /// The surroundings of rules that the gateway follows in somebody's name.
    pub(crate) fn of_gateway(tx: &'a Tx<'a>, caller: &'a Caller, site: &'a Site) -> Context<'a> {
        Context { tx, caller, site, version: Version::MAX, after: RefCell::default() }
    }

    /// Asks for something to be done once the transaction is committed.
    pub fn later(&self, what: After) {
        self.after.borrow_mut().push(what);
    }

    /// Has work done in the background, by this server or another.
    pub(crate) fn in_background(&self, work: Work) -> Result<()> {
        jobs::add(self.tx, work)?;
        self.later(After::JobAdded);
        Ok(())
    }

    /// The caller's deletion of what a task or its outputs own.
    pub(crate) fn deletion(&self, task: Option<&str>) -> Deletion {
        let scope = self.tx.scope();
        Deletion {
            company: scope.company.clone(),
            user: scope.user.clone(),
            restricted: scope.restricted,
            admin: self.caller.role == Role::Admin,
            task: task.map(str::to_owned),
            owner: None,
            before: self.tx.now(),
        }
    }

    /// Has the files of these URLs deleted in the background, and with `folder` all in the task's own;
    /// returns the URLs that nobody here can do anything about.
    pub(crate) fn delete_files(
        &self,
        urls: &[String],
        folder: bool,
        deletion: &Deletion,
    ) -> Result<Vec<String>> {
        let ours = |url: &&String| places::is_ours(&self.site.settings, url);
        let (ours, others): (Vec<&String>, Vec<&String>) = urls.iter().partition(ours);
        let ours: Vec<String> = ours.into_iter().cloned().collect();
        if folder || !ours.is_empty() {
            let deletion = deletion.clone();
            self.in_background(Work::DeleteFiles { urls: ours, folder, deletion })?;
        }
        Ok(others.into_iter().cloned().collect())
    }

    /// Has everything deleted that was reported for an owner who is gone, with the files it shows
    /// when a deletion of files is given.
    pub(crate) fn forget_events(&self, owner: Owner, files: Option<Deletion>) -> Result<()> {
        self.in_background(Work::DeleteEvents { owner: owner.key(), forget: true, files })
    }

    /// Deletes everything reported for an owner before the call is answered; files go later.
    pub(crate) fn delete_events(&self, owner: Owner, files: Option<Deletion>) -> Result<()> {
        let work = Work::DeleteEvents { owner: owner.key(), forget: false, files };
        self.do_now(jobs::add(self.tx, work)?)
    }

    /// Finishes a deletion that a failure cut off, so that what is reported from now on stays.
    pub(crate) fn finish_deletion(&self, owner: Owner) -> Result<()> {
        for job in jobs::of_owner(self.tx, owner.key())? {
            self.do_now(job)?;
        }
        Ok(())
    }

    fn do_now(&self, job: Job) -> Result<()> {
        jobs::take(self.tx, &job, &self.site.jobs.holder)?;
        self.later(After::Do(job));
        Ok(())
    }

    /// How many things are to be done so far.
    pub(crate) fn pending(&self) -> usize {
        self.after.borrow().len()
    }

    /// Forgets what was asked for since there were `pending` things, because it was undone.
    pub(crate) fn forget_later(&self, pending: usize) {
        self.after.borrow_mut().truncate(pending);
    }

    /// What is to be done once the transaction is committed.
    pub fn into_after(self) -> Vec<After> {
        self.after.into_inner()
    }
}

/// A request that passed the door, with its body unread.
#[derive(Clone)]
pub struct Call {
    /// The site's parts and settings.
    pub site: Arc<Site>,
    /// Who is calling.
    pub caller: Caller,
    /// The version the request asked for.
    pub version: Version,
    /// The header `Content-Type`.
    pub content_type: Option<String>,
    /// The query string.
    pub query: Option<String>,
    /// The body.
    pub body: Bytes,
    pub(crate) schema: &'static Schema,
}

impl Call {
    /// What of the store the caller sees.
    pub fn scope(&self) -> Scope {
        self.caller.scope(self.site.settings.visibility)
    }

    /// The request's fields, checked and completed by the wire's table.
    ///
    /// # Errors
    /// 400 for a body that is no JSON object, and for fields that are missing or wrong.
    pub fn fields(&self) -> Result<Map<String, Value>> {
        match self.read()? {
            Body::Object(fields) => Ok(validate(self.schema, fields)?),
            Body::Batch(_) => {
                let reason = "this endpoint takes one JSON object, not JSON lines";
                Err(Error::new(Code::Plain400).extra(reason).into())
            }
        }
    }

    /// The fields as a typed request.
    ///
    /// # Errors
    /// As [`Call::fields`].
    pub fn request<Q: DeserializeOwned>(&self) -> Result<Q> {
        typed(&self.fields()?)
    }

    /// The items of a batch; one object is a batch of one.
    ///
    /// # Errors
    /// 400/17 without items, 400/18 for a line that is no object.
    pub fn items(&self) -> Result<Vec<Map<String, Value>>> {
        let items = match self.read()? {
            Body::Batch(items) => items,
            Body::Object(fields) if fields.is_empty() => Vec::new(),
            Body::Object(fields) => vec![fields],
        };
        if items.is_empty() {
            return Err(Error::new(Code::BatchContainsNoItems).into());
        }
        Ok(items)
    }

    fn read(&self) -> Result<Body> {
        let mut body = request::body(self.content_type.as_deref(), &self.body)?;
        if let (Body::Object(fields), Some(query)) = (&mut body, &self.query) {
            request::merge_query(fields, query)?;
        }
        Ok(body)
    }
}

fn typed<Q: DeserializeOwned>(fields: &Map<String, Value>) -> Result<Q> {
    Q::deserialize(fields)
        .map_err(|error| Error::new(Code::ValidationError).extra(error.to_string()).into())
}

/// What an endpoint answers.
#[derive(Debug)]
pub enum Reply {
    /// The `data` of the envelope.
    Data(Value),
    /// The same, and the browser is to keep this token.
    SignedIn(Value, String),
    /// The same, and the browser is to forget its token.
    SignedOut(Value),
    /// A file instead of an envelope.
    Download {
        /// Suggested name of the file.
        name: String,
        /// MIME type.
        content_type: &'static str,
        /// Content.
        content: Bytes,
    },
}

/// What an endpoint does to the store, which decides who may call it and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Reads.
    Read,
    /// Changes only what is the caller's own (preferences, his session): open to viewers.
    Own,
    /// Changes.
    Write,
}

/// How an endpoint is answered.
#[derive(Clone)]
pub(crate) enum Handler {
    /// Inside one transaction, from the request's fields.
    Rule(Rule),
    /// Inside one transaction, from the items of a batch.
    Batch(BatchRule),
    /// By itself.
    Own(OwnRule),
}

type Rule = Arc<dyn Fn(&Context<'_>, &Map<String, Value>) -> Result<Value> + Send + Sync>;
type BatchRule = Arc<dyn Fn(&Context<'_>, &[Map<String, Value>]) -> Result<Value> + Send + Sync>;
type OwnRule = Arc<dyn Fn(Call) -> BoxFuture<'static, Result<Reply>> + Send + Sync>;

/// A line of the table.
pub struct Entry {
    pub(crate) since: Version,
    pub(crate) effect: Effect,
    pub(crate) handler: Handler,
}

impl Entry {
    /// The first version this line answers; 1.0 unless said.
    pub fn since(&mut self, major: u32, minor: u32) -> &mut Entry {
        self.since = Version::new(major, minor);
        self
    }
}

/// The table.
#[derive(Default)]
pub struct Registry {
    entries: FxHashMap<&'static str, Vec<Entry>>,
}

impl Registry {
    /// An endpoint that reads.
    pub fn read<Q: DeserializeOwned>(
        &mut self,
        name: &'static str,
        rule: impl Fn(&Context<'_>, Q) -> Result<Value> + Send + Sync + 'static,
    ) -> &mut Entry {
        self.rule(name, Effect::Read, rule)
    }

    /// An endpoint that changes the store.
    pub fn write<Q: DeserializeOwned>(
        &mut self,
        name: &'static str,
        rule: impl Fn(&Context<'_>, Q) -> Result<Value> + Send + Sync + 'static,
    ) -> &mut Entry {
        self.rule(name, Effect::Write, rule)
    }

    /// An endpoint that changes only what is the caller's own; open to viewers.
    pub fn own<Q: DeserializeOwned>(
        &mut self,
        name: &'static str,
        rule: impl Fn(&Context<'_>, Q) -> Result<Value> + Send + Sync + 'static,
    ) -> &mut Entry {
        self.rule(name, Effect::Own, rule)
    }

    /// An endpoint that changes the store by a batch of items.
    pub fn write_batch<Q: DeserializeOwned>(
        &mut self,
        name: &'static str,
        rule: impl Fn(&Context<'_>, Vec<Q>) -> Result<Value> + Send + Sync + 'static,
    ) -> &mut Entry {
        let rule: BatchRule = Arc::new(move |context, items| {
            let typed: Result<Vec<Q>> = items.iter().map(typed).collect();
            rule(context, typed?)
        });
        self.add(name, Effect::Write, Handler::Batch(rule))
    }

    /// An endpoint that opens its own transactions, sets cookies or answers with a file.
    pub fn asynchronous<F>(
        &mut self,
        name: &'static str,
        effect: Effect,
        rule: impl Fn(Call) -> F + Send + Sync + 'static,
    ) -> &mut Entry
    where
        F: Future<Output = Result<Reply>> + Send + 'static,
    {
        let rule: OwnRule = Arc::new(move |call| Box::pin(rule(call)));
        self.add(name, effect, Handler::Own(rule))
    }

    /// The line that answers an endpoint in the version its schema starts at.
    pub(crate) fn find(&self, name: &str, since: Version) -> Option<&Entry> {
        self.entries.get(name)?.iter().find(|entry| entry.since == since)
    }

    /// Every name with the versions it is answered from.
    pub fn names(&self) -> impl Iterator<Item = (&'static str, Version)> + '_ {
        self.entries
            .iter()
            .flat_map(|(name, entries)| entries.iter().map(move |entry| (*name, entry.since)))
    }

    fn rule<Q: DeserializeOwned>(
        &mut self,
        name: &'static str,
        effect: Effect,
        rule: impl Fn(&Context<'_>, Q) -> Result<Value> + Send + Sync + 'static,
    ) -> &mut Entry {
        let rule: Rule = Arc::new(move |context, fields| rule(context, typed(fields)?));
        self.add(name, effect, Handler::Rule(rule))
    }

    fn add(&mut self, name: &'static str, effect: Effect, handler: Handler) -> &mut Entry {
        let entries = self.entries.entry(name).or_default();
        entries.push(Entry { since: Version::new(1, 0), effect, handler });
        let last = entries.len() - 1;
        &mut entries[last]
    }
}
