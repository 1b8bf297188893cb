//! What a site needs before its first request: a company, an id, a queue, an administrator and
//! his first key pair. Everything is made once; a second server, or a second start, finds it.

use crate::access::secret_hash;
use crate::access::{KeyPair, Role, hash_password, is_published, new_key_pair, new_password};
use crate::error::StartError;
use arno_store::document;
use arno_store::schema::QUEUE;
use arno_store::users::{Company, Credential, Setting, User};
use arno_store::{Db, Result, Scope, Tx, queues};
use serde_json::{Value, json};

/// Id of the company every site starts with, the same as the reference's.
pub const COMPANY: &str = "d1bd92a3b039400cbafc60a7a5b1e52b";
const COMPANY_NAME: &str = "clearml";
const SERVER_UUID: &str = "server_uuid";
const DEFAULT_QUEUE: &str = "default";

/// What was made for the first administrator; the only moment his secrets are known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirstStart {
    /// Name to sign in with.
    pub admin_user: String,
    /// Password to sign in with.
    pub admin_password: String,
    /// Access key of the first credentials.
    pub access_key: String,
    /// Secret key of the first credentials.
    pub secret_key: String,
}

/// What the options say of the first administrator.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wanted {
    pub(crate) admin_user: String,
    pub(crate) admin_password: Option<String>,
    pub(crate) keys: Option<(String, String)>,
}

/// What every start finds or makes.
pub(crate) struct Prepared {
    pub(crate) server_uuid: String,
    pub(crate) first_start: Option<FirstStart>,
}

/// Makes what is missing.
///
/// # Errors
/// When a key pair is asked for that is public knowledge, and what the store reports.
pub(crate) async fn prepare(
    db: &Db,
    version: &str,
    wanted: Wanted,
) -> std::result::Result<Prepared, StartError> {
    if let Some((access_key, _)) = &wanted.keys
        && is_published(access_key)
    {
        return Err(StartError::Setting(format!(
            "the access key {access_key} is printed in public sources and never accepted; choose \
             another ARNO_ACCESS_KEY or leave it out"
        )));
    }
    let scope = Scope::system(COMPANY);
    let has_users = |tx: &Tx<'_>| Ok(!User::all(tx)?.is_empty());
    let first = if db.read(scope.clone(), has_users).await? { None } else { Some(plan(wanted)) };
    // Hashing costs on purpose: it is done once, and outside the transaction.
    let password_hash = match &first {
        Some(first) => Some(hash_password(&first.admin_password)?),
        None => None,
    };
    let version = version.to_owned();
    let uuid = document::new_id();
    let make = move |tx: &Tx<'_>| {
        Company::ensure(tx, COMPANY, COMPANY_NAME)?;
        let stored = Setting::get_or_put(tx, SERVER_UUID, uuid.as_bytes())?;
        ensure_queue(tx)?;
        let mut first_start = None;
        if let (Some(first), Some(hash)) = (&first, &password_hash)
            && User::all(tx)?.is_empty()
        {
            make_administrator(tx, first, hash, &version)?;
            first_start = Some(first.clone());
        }
        Ok(Prepared { server_uuid: String::from_utf8_lossy(&stored).into_owned(), first_start })
    };
    Ok(db.write(scope, make).await?)
}

fn plan(wanted: Wanted) -> FirstStart {
    let KeyPair { access_key, secret_key } = match wanted.keys {
        Some((access_key, secret_key)) => KeyPair { access_key, secret_key },
        None => new_key_pair(),
    };
    FirstStart {
        admin_user: wanted.admin_user,
        admin_password: wanted.admin_password.unwrap_or_else(new_password),
        access_key,
        secret_key,
    }
}

fn make_administrator(tx: &Tx<'_>, first: &FirstStart, hash: &str, version: &str) -> Result<()> {
    let id = document::new_id();
    let mut user = User::new(&id, COMPANY, &first.admin_user, Role::Admin.name(), tx.now());
    user.login = Some(first.admin_user.clone());
    user.password = Some(hash.to_owned());
    user.profile.insert("created_in_version".to_owned(), version.into());
    user.insert(tx)?;
    Credential {
        access_key: first.access_key.clone(),
        user: id,
        company: COMPANY.to_owned(),
        secret_hash: secret_hash(&first.secret_key),
        label: None,
        epoch: 0,
        created: tx.now(),
        last_used: None,
        last_used_from: None,
    }
    .insert(tx)
}

/// Agents and the pages expect a queue to send work to.
fn ensure_queue(tx: &Tx<'_>) -> Result<()> {
    if !queues::defaults(tx)?.is_empty() || queues::id_by_name(tx, DEFAULT_QUEUE)?.is_some() {
        return Ok(());
    }
    let queue = json!({
        "id": document::new_id(), "company": COMPANY, "name": DEFAULT_QUEUE,
        "created": tx.now(), "last_update": tx.now(), "system_tags": ["default"],
    });
    if let Value::Object(queue) = queue {
        document::insert(tx, &QUEUE, queue)?;
    }
    Ok(())
}
