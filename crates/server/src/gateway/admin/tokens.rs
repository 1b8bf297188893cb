//! Callers' tokens: making one, which is the only moment its text is known.

use super::{Actor, get, wrong};
use crate::gateway::tokens::make;
use arno_store::gateway::entries;
use arno_store::gateway::model::{Api, Token};
use arno_store::users::User;
use arno_store::{Millis, Result, Tx};
use serde_json::Value;

/// What a token is to be.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Id of the user it stands for; the actor himself when absent.
    pub user: Option<String>,
    /// What it is for.
    pub label: String,
    /// Ids or paths of the only APIs it may call.
    pub apis: Vec<String>,
    /// When it expires.
    pub expires: Option<Millis>,
}

/// Makes a token; the entry as JSON, with the token's text in `token`.
///
/// # Errors
/// 400 for an unknown user or API, 403 when it is for somebody else.
pub fn create(tx: &Tx<'_>, actor: &Actor, wanted: &Wanted) -> Result<Value> {
    let user = wanted.user.as_deref().unwrap_or(&actor.user);
    if user != actor.user && !actor.manager {
        return Err(wrong("user", "must be yourself"));
    }
    User::get(tx, user)?;
    if wanted.label.len() > super::MAX_TEXT {
        return Err(wrong("label", "is too long"));
    }
    if wanted.expires.is_some_and(|expires| expires <= tx.now()) {
        return Err(wrong("expires", "must be in the future"));
    }
    let mut apis = Vec::new();
    for named in &wanted.apis {
        let found = match entries::find::<Api>(tx, named)? {
            None => entries::by_name::<Api>(tx, named)?,
            found => found,
        };
        apis.push(found.ok_or_else(|| wrong("apis", "must be ids or paths of APIs"))?.id);
    }
    let (entry, text) = make(tx, user, &wanted.label, apis, wanted.expires)?;
    let mut shown = get::<Token>(tx, actor, &entry.id)?;
    shown["token"] = text.into();
    Ok(shown)
}
