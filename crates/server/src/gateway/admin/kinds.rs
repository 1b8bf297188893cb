//! The rules of each kind of entry (gateway.md §2, §7, §10).

use super::{Actor, MASK, MAX_TEXT, Managed, wrong};
use crate::gateway::{hash_of, origins};
use arno_store::document::new_id;
use arno_store::gateway::entries::{self, Entry};
use arno_store::gateway::model::{
    Api, Endpoint, Grant, GrantState, Issuer, Machine, Mode, Plan, Subject, Template, Token,
};
use arno_store::{Result, Tx, queues, tasks};
use serde_json::{Map, Value};

/// Longest name or URL.
const MAX_NAME: usize = 1_000;
/// Clocks may not differ by more, seconds.
const MAX_SKEW: i64 = 600;

impl Managed for Machine {
    const FIXED: &'static [&'static str] = &["hash", "owner", "health"];
    const ONCE: &'static [&'static str] = &["task", "service"];

    fn check(&mut self, _: &Tx<'_>, actor: &Actor, id: Option<&str>) -> Result<()> {
        if id.is_none() {
            // A service has no serving task; its handle is made here.
            if self.service && self.task.is_empty() {
                self.task = new_id();
            }
            self.task = task_id("task", &self.task)?;
            self.hash = hash_of(&self.task);
            self.owner = actor.user.clone();
        }
        self.url = url("url", &self.url)?;
        for (name, value) in &self.headers {
            let is_name = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
            if name.is_empty() || !name.chars().all(is_name) || value.chars().any(char::is_control)
            {
                return Err(wrong("headers", "must be names and texts of HTTP headers"));
            }
        }
        text("description", &self.description)
    }

    fn owner(&self) -> &str {
        &self.owner
    }

    fn mask(fields: &mut Map<String, Value>) {
        if let Some(Value::Object(headers)) = fields.get_mut("headers") {
            headers.values_mut().for_each(|value| *value = MASK.into());
        }
    }
}

impl Managed for Endpoint {
    const FIXED: &'static [&'static str] = &["hash", "owner"];
    const ONCE: &'static [&'static str] = &["machine", "endpoint"];

    fn check(&mut self, tx: &Tx<'_>, actor: &Actor, id: Option<&str>) -> Result<()> {
        if id.is_none() {
            self.machine = self.machine.trim().to_owned();
            if entries::by_name::<Machine>(tx, &self.machine)?.is_none() {
                return Err(wrong("machine", "is not registered; register the machine first"));
            }
            self.endpoint = self.endpoint.trim().trim_matches('/').to_owned();
            if !is_path(&self.endpoint) {
                return Err(wrong("endpoint", "must be a name such as digits or digits/2"));
            }
            self.hash = hash_of(&self.machine);
            self.owner = actor.user.clone();
        }
        text("description", &self.description)
    }

    fn owner(&self) -> &str {
        &self.owner
    }

    fn before_removal(tx: &Tx<'_>, entry: &Entry<Endpoint>) -> Result<()> {
        not_offered(tx, &entry.id)
    }
}

impl Managed for Template {
    const FIXED: &'static [&'static str] = &["hash", "owner"];
    const ONCE: &'static [&'static str] = &["task"];

    fn check(&mut self, tx: &Tx<'_>, actor: &Actor, id: Option<&str>) -> Result<()> {
        if id.is_none() {
            self.task = task_id("task", &self.task)?;
            tasks::visible(tx, &self.task)?;
            self.hash = hash_of(&self.task);
            self.owner = actor.user.clone();
        }
        self.queue = self.queue.trim().to_owned();
        if queues::id_by_name(tx, &self.queue)?.is_none() {
            return Err(wrong("queue", "must be the name of a queue"));
        }
        if self.image.as_ref().is_some_and(|image| image.len() > MAX_NAME) {
            return Err(wrong("image", "is too long"));
        }
        text("description", &self.description)
    }

    fn owner(&self) -> &str {
        &self.owner
    }

    fn before_removal(tx: &Tx<'_>, entry: &Entry<Template>) -> Result<()> {
        not_offered(tx, &entry.id)
    }
}

impl Managed for Api {
    const FIXED: &'static [&'static str] = &["owner"];

    fn check(&mut self, tx: &Tx<'_>, actor: &Actor, id: Option<&str>) -> Result<()> {
        if id.is_none() {
            self.owner = actor.user.clone();
        }
        self.path = self.path.trim().trim_matches('/').to_owned();
        if !is_path(&self.path) {
            return Err(wrong("path", "must be a path such as mobility/heatmap"));
        }
        let target_owner = match self.mode {
            Mode::Sporadic => entries::find::<Template>(tx, &self.target)?.map(|t| t.value.owner),
            Mode::Stable => entries::find::<Endpoint>(tx, &self.target)?.map(|e| e.value.owner),
        };
        let Some(target_owner) = target_owner else {
            return Err(wrong("target", "must be the id of a task template or endpoint"));
        };
        if !actor.manager && target_owner != actor.user {
            return Err(wrong("target", "must be registered by you"));
        }
        let offers =
            |other: &Entry<Api>| other.value.target == self.target && Some(other.id.as_str()) != id;
        if entries::all::<Api>(tx)?.iter().any(offers) {
            return Err(wrong("target", "is offered by another API already"));
        }
        let before = id.map(|id| entries::find::<Api>(tx, id)).transpose()?.flatten();
        let was_open = before.is_some_and(|api| api.value.origins.iter().any(|one| one == "*"));
        for origin in &mut self.origins {
            *origin = origins::origin(origin).map_err(|problem| wrong("origins", &problem))?;
            if origin == "*" && !actor.admin && !was_open {
                return Err(wrong("origins", "may be * only when an administrator says so"));
            }
        }
        text("description", &self.description)
    }

    fn owner(&self) -> &str {
        &self.owner
    }

    fn before_removal(tx: &Tx<'_>, entry: &Entry<Api>) -> Result<()> {
        for grant in entries::all::<Grant>(tx)? {
            if grant.value.api == entry.id {
                entries::remove::<Grant>(tx, &grant.id)?;
            }
        }
        Ok(())
    }
}

impl Managed for Plan {
    fn check(&mut self, _: &Tx<'_>, _: &Actor, _: Option<&str>) -> Result<()> {
        self.title = named("title", &self.title)?;
        let limits = [
            ("per_minute", self.per_minute),
            ("per_day", self.per_day),
            ("per_month", self.per_month),
            ("concurrent", self.concurrent),
            ("compute_seconds", self.compute_seconds),
            ("days", self.days),
        ];
        for (field, limit) in limits {
            if limit.is_some_and(|limit| !(0..=1_000_000_000_000).contains(&limit)) {
                return Err(wrong(field, "must be a number from 0 on"));
            }
        }
        for (field, price) in [("price", self.price), ("price_per_call", self.price_per_call)] {
            if !(0.0..=1e12).contains(&price) {
                return Err(wrong(field, "must be a number from 0 on"));
            }
        }
        text("description", &self.description)
    }

    fn before_removal(tx: &Tx<'_>, entry: &Entry<Plan>) -> Result<()> {
        let grants = entries::all::<Grant>(tx)?;
        match grants.iter().any(|grant| grant.value.plan.as_deref() == Some(&entry.id)) {
            true => Err(wrong("plan", "is in force; end its grants first")),
            false => Ok(()),
        }
    }
}

impl Managed for Grant {
    const ONCE: &'static [&'static str] = &["api", "subject"];

    fn check(&mut self, tx: &Tx<'_>, actor: &Actor, id: Option<&str>) -> Result<()> {
        if entries::find::<Api>(tx, &self.api)?.is_none() {
            return Err(wrong("api", "must be the id of an API"));
        }
        let plan = match &self.plan {
            Some(plan) => match entries::find::<Plan>(tx, plan)? {
                Some(plan) => Some(plan.value),
                None => return Err(wrong("plan", "must be the id of a plan")),
            },
            None => None,
        };
        match &mut self.subject {
            Subject::User(name) | Subject::Group(name) | Subject::Organisation(name) => {
                *name = named("subject", name)?;
            }
            Subject::Anonymous => {}
        }
        if !actor.manager {
            // Anybody may ask, for himself and where the plan is open to that.
            self.subject = Subject::User(actor.name.clone());
            self.state = GrantState::Requested;
            (self.from, self.to) = (None, None);
            if !plan.as_ref().is_some_and(|plan| plan.requestable) {
                return Err(wrong("plan", "must be one that can be asked for"));
            }
        }
        if let (Some(from), Some(to)) = (self.from, self.to)
            && to <= from
        {
            return Err(wrong("to", "must be after from"));
        }
        if self.state == GrantState::Active && (id.is_none() || self.from.is_none()) {
            let from = *self.from.get_or_insert(tx.now());
            let days = plan.and_then(|plan| plan.days);
            self.to = self.to.or(days.map(|days| from + days * 86_400_000));
        }
        text("note", &self.note)
    }

    fn is_visible(&self, actor: &Actor) -> bool {
        actor.manager || self.is_for(actor)
    }

    fn is_changeable(&self, actor: &Actor) -> bool {
        actor.manager || (self.is_for(actor) && self.state == GrantState::Requested)
    }
}

/// Whether a grant is a user's own.
trait Own {
    fn is_for(&self, actor: &Actor) -> bool;
}

impl Own for Grant {
    fn is_for(&self, actor: &Actor) -> bool {
        matches!(&self.subject, Subject::User(name) if name.to_lowercase() == actor.name)
    }
}

impl Managed for Token {
    const FIXED: &'static [&'static str] = &["secret_hash", "user"];

    fn check(&mut self, tx: &Tx<'_>, _: &Actor, _: Option<&str>) -> Result<()> {
        for api in &self.apis {
            if entries::find::<Api>(tx, api)?.is_none() {
                return Err(wrong("apis", "must be ids of APIs"));
            }
        }
        text("label", &self.label)
    }

    fn owner(&self) -> &str {
        &self.user
    }

    fn is_visible(&self, actor: &Actor) -> bool {
        actor.manager || self.user == actor.user
    }

    fn mask(fields: &mut Map<String, Value>) {
        fields.remove("secret_hash");
    }
}

impl Managed for Issuer {
    fn check(&mut self, _: &Tx<'_>, _: &Actor, _: Option<&str>) -> Result<()> {
        self.url = url("url", &self.url)?;
        if !(0..=MAX_SKEW).contains(&self.skew) {
            return Err(wrong("skew", "must be 0 to 600 seconds"));
        }
        if self.introspect && self.client_id.is_empty() {
            return Err(wrong("client_id", "is needed for introspection"));
        }
        Ok(())
    }

    fn is_visible(&self, actor: &Actor) -> bool {
        actor.admin
    }

    fn is_changeable(&self, actor: &Actor) -> bool {
        actor.admin
    }

    fn mask(fields: &mut Map<String, Value>) {
        if fields.get("client_secret").is_some_and(|secret| secret != "") {
            fields.insert("client_secret".to_owned(), MASK.into());
        }
    }
}

/// Refuses to remove what an API offers.
fn not_offered(tx: &Tx<'_>, id: &str) -> Result<()> {
    match entries::all::<Api>(tx)?.iter().find(|api| api.value.target == id) {
        Some(api) => {
            let problem = format!("is offered by the API {}; remove that first", api.value.path);
            Err(wrong("target", &problem))
        }
        None => Ok(()),
    }
}

/// An id of a task: 32 hexadecimal digits.
fn task_id(field: &str, given: &str) -> Result<String> {
    let id = given.trim().to_lowercase();
    match id.len() == 32 && id.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        true => Ok(id),
        false => Err(wrong(field, "must be a task's id: 32 hexadecimal digits")),
    }
}

fn url(field: &str, given: &str) -> Result<String> {
    let problem = "must be a URL such as http://host:8080/serve";
    let text = given.trim().trim_end_matches('/');
    let parsed = reqwest::Url::parse(text).map_err(|_| wrong(field, problem))?;
    let plain = matches!(parsed.scheme(), "http" | "https")
        && parsed.has_host()
        && parsed.query().is_none()
        && parsed.fragment().is_none()
        && parsed.username().is_empty()
        && parsed.password().is_none();
    match plain && text.len() <= MAX_NAME {
        true => Ok(text.to_owned()),
        false => Err(wrong(field, problem)),
    }
}

/// Parts of letters, digits, `-`, `_` and `.`, none of which leads elsewhere.
fn is_path(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let is_part = |part: &str| part.chars().all(plain) && part.chars().any(|c| c != '.');
    text.len() <= MAX_NAME && text.split('/').all(is_part)
}

fn named(field: &str, given: &str) -> Result<String> {
    match given.trim() {
        "" => Err(wrong(field, "must not be empty")),
        name if name.len() > MAX_NAME => Err(wrong(field, "is too long")),
        name => Ok(name.to_owned()),
    }
}

fn text(field: &str, given: &str) -> Result<()> {
    match given.len() <= MAX_TEXT {
        true => Ok(()),
        false => Err(wrong(field, "is too long")),
    }
}
