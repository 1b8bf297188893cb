//! The kinds of what is registered at the gateway (gateway.md §2, §10).

use super::entries::Kind;
use crate::clock::Millis;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// Where stable analytics answer: a serving machine, or a service of any other kind.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Machine {
    /// Id of its serving task, which may be another server's; a service has one of its own.
    pub task: String,
    /// Hash of that id, the public handle.
    pub hash: String,
    /// Whether it is a service beside the MLOps platform (gateway.md §12, case A).
    pub service: bool,
    /// Base URL; endpoints are appended to it.
    pub url: String,
    /// Headers sent with every request, for services that ask for a key.
    pub headers: BTreeMap<String, String>,
    /// What it is.
    pub description: String,
    /// Who registered it.
    pub owner: String,
    /// Whether it answers.
    pub health: Health,
}

/// What is known of a machine's state; it never holds up a call.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Health {
    /// Whether it answered when it was last asked; `None` before.
    pub up: Option<bool>,
    /// Since when that is so.
    pub since: Millis,
    /// Why it is not up.
    pub reason: String,
}

/// An endpoint of a machine.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Endpoint {
    /// The machine's task id.
    pub machine: String,
    /// Hash of that id.
    pub hash: String,
    /// Its name at the machine, also with a version (`digits/2`).
    pub endpoint: String,
    /// What it is.
    pub description: String,
    /// Who registered it.
    pub owner: String,
}

/// A task that every sporadic call clones.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Template {
    /// The task's id.
    pub task: String,
    /// Hash of it, the public handle.
    pub hash: String,
    /// Name of the queue for calls that name none.
    pub queue: String,
    /// The clones' container image: the template's own without it, the agent's when empty.
    pub image: Option<String>,
    /// What it is.
    pub description: String,
    /// Who registered it.
    pub owner: String,
}

/// How an API is answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// By a clone of a task template.
    #[default]
    Sporadic,
    /// By an endpoint that is always there.
    Stable,
}

impl Mode {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Mode::Sporadic => "sporadic",
            Mode::Stable => "stable",
        }
    }
}

/// A template or endpoint offered under rules.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Api {
    /// Its path below `/clearml/serve/api/`.
    pub path: String,
    /// How it is answered.
    pub mode: Mode,
    /// Entry id of the template or endpoint; no two APIs offer the same.
    pub target: String,
    /// Who offers it.
    pub owner: String,
    /// What it does.
    pub description: String,
    /// Whether it can be called.
    pub enabled: bool,
    /// Whether every caller who says who he is may call it, without a grant.
    pub open: bool,
    /// JSON schema of the parameters, for people and consoles.
    pub input_schema: Option<Value>,
    /// JSON schema of the answer.
    pub output_schema: Option<Value>,
    /// Whether the analytic gets the caller's token, as a secret.
    pub forward_token: bool,
    /// Whether requests and answers are kept with the calls.
    pub keep_payloads: bool,
    /// Whether identical sporadic calls at the same time share one run.
    pub share: bool,
    /// Origins whose pages may call it, besides the site's; `*` is every one.
    pub origins: Vec<String>,
}

impl Default for Api {
    fn default() -> Api {
        Api {
            path: String::new(),
            mode: Mode::Sporadic,
            target: String::new(),
            owner: String::new(),
            description: String::new(),
            enabled: true,
            open: false,
            input_schema: None,
            output_schema: None,
            forward_token: false,
            keep_payloads: true,
            share: false,
            origins: Vec::new(),
        }
    }
}

/// How much may be used, and at what price. What is absent is not limited.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Plan {
    /// Its name.
    pub title: String,
    /// What it is for.
    pub description: String,
    /// Calls a minute.
    pub per_minute: Option<i64>,
    /// Calls a day of the site's time zone.
    pub per_day: Option<i64>,
    /// Calls a month.
    pub per_month: Option<i64>,
    /// Calls at a time.
    pub concurrent: Option<i64>,
    /// Seconds of computing a month.
    pub compute_seconds: Option<i64>,
    /// Price of a month.
    pub price: f64,
    /// Price of a call.
    pub price_per_call: f64,
    /// Currency of the prices.
    pub currency: String,
    /// How many days a grant lasts.
    pub days: Option<i64>,
    /// Whether people may ask for it themselves.
    pub requestable: bool,
}

/// To whom something is granted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "name", rename_all = "lowercase")]
pub enum Subject {
    /// A user, by the name callers have.
    User(String),
    /// Everybody whose token names this group or role.
    Group(String),
    /// Everybody of an organisation.
    Organisation(String),
    /// Everybody, also without a token.
    #[default]
    Anonymous,
}

/// Where a grant stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GrantState {
    /// Asked for.
    Requested,
    /// In force.
    #[default]
    Active,
    /// Refused or taken back.
    Refused,
}

/// Who may call an API, under which plan.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Grant {
    /// Entry id of the API.
    pub api: String,
    /// To whom.
    pub subject: Subject,
    /// Entry id of the plan; none leaves calls unlimited.
    pub plan: Option<String>,
    /// From when.
    pub from: Option<Millis>,
    /// Until when.
    pub to: Option<Millis>,
    /// Where it stands.
    pub state: GrantState,
    /// Why it was asked for, or what was said to it.
    pub note: String,
}

/// A caller's token made here.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Token {
    /// The user it stands for.
    pub user: String,
    /// What it is for.
    pub label: String,
    /// SHA-256 of the secret, in hexadecimal digits.
    pub secret_hash: String,
    /// Entry ids of the only APIs it may call; all when empty.
    pub apis: Vec<String>,
    /// When it expires.
    pub expires: Option<Millis>,
}

/// An OpenID Connect provider whose tokens are accepted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Issuer {
    /// The issuer's URL, as in the claim `iss`.
    pub url: String,
    /// Accepted audiences; any when empty.
    pub audiences: Vec<String>,
    /// Accepted parties (`azp`, `client_id`); any when empty.
    pub parties: Vec<String>,
    /// Claim of the user's name; when empty `preferred_username`, else `username`.
    pub user_claim: String,
    /// Claims of roles and groups, as dotted paths.
    pub roles_claim: String,
    /// Claim of the groups.
    pub groups_claim: String,
    /// Claim of the organisation.
    pub organisation_claim: String,
    /// Whether its users are those of this site with the same names. Without it they are known by the
    /// issuer's URL and their name.
    pub local_users: bool,
    /// Clocks may differ by so much, seconds.
    pub skew: i64,
    /// Whether each token is also asked about at the provider, so that revoked ones are found.
    pub introspect: bool,
    /// Who asks.
    pub client_id: String,
    /// And how it proves that.
    pub client_secret: String,
}

impl Default for Issuer {
    fn default() -> Issuer {
        Issuer {
            url: String::new(),
            audiences: Vec::new(),
            parties: Vec::new(),
            user_claim: String::new(),
            roles_claim: "realm_access.roles".to_owned(),
            groups_claim: "groups".to_owned(),
            organisation_claim: "organisation".to_owned(),
            local_users: true,
            skew: 60,
            introspect: false,
            client_id: String::new(),
            client_secret: String::new(),
        }
    }
}

macro_rules! kinds {
    ($($type:ty, $kind:literal, |$value:ident| $name:expr;)+) => {$(
        impl Kind for $type {
            const KIND: &'static str = $kind;
            fn name(&self) -> String {
                let $value = self;
                $name
            }
        }
    )+};
}

kinds! {
    Machine, "machine", |machine| machine.task.clone();
    Endpoint, "endpoint", |endpoint| format!("{} {}", endpoint.machine, endpoint.endpoint);
    Template, "task", |template| template.task.clone();
    Api, "api", |api| api.path.clone();
    Plan, "plan", |plan| plan.title.clone();
    Grant, "grant", |grant| grant_name(grant);
    Token, "token", |token| token.secret_hash.clone();
    Issuer, "issuer", |issuer| issuer.url.clone();
}

/// An API is granted to a subject once.
fn grant_name(grant: &Grant) -> String {
    let subject = match &grant.subject {
        Subject::User(name) => format!("user {name}"),
        Subject::Group(name) => format!("group {name}"),
        Subject::Organisation(name) => format!("organisation {name}"),
        Subject::Anonymous => "anonymous".to_owned(),
    };
    format!("{} {subject}", grant.api)
}
