//! Changing what is registered: the same few steps for every kind, whose own rules are in `kinds`.
//! It is asked by the pages' API and by the command line. Looking through the record of calls is
//! `calls`, callers' tokens are `tokens`.

pub mod calls;
mod kinds;
pub mod tokens;

use super::caller::known_name;
use crate::access::{Caller, Role};
use arno_store::gateway::entries::{self, Entry, Kind};
use arno_store::users::User;
use arno_store::{Result, Tx};
use arno_wire::date;
use arno_wire::error::{Code, Error as Refusal};
use serde_json::{Map, Value, json};

/// Entries of a page when none is asked for, and at most.
const PAGE: usize = 50;
const MAX_PAGE: usize = 500;
/// Longest description.
const MAX_TEXT: usize = 10_000;

/// Who registers.
#[derive(Clone, Debug)]
pub struct Actor {
    /// User id.
    pub user: String,
    /// Sign-in name, in small letters, as callers are known.
    pub name: String,
    /// Whether he looks after the gateway: everybody's entries, plans, grants, calls.
    pub manager: bool,
    /// Whether issuers of tokens are his, too.
    pub admin: bool,
}

impl Actor {
    /// The actor behind a caller of the API.
    pub fn of(tx: &Tx<'_>, caller: &Caller) -> Result<Actor> {
        let user = User::find(tx, &caller.user)?;
        Ok(Actor {
            user: caller.user.clone(),
            name: user.map(|user| known_name(&user)).unwrap_or_default(),
            manager: matches!(caller.role, Role::Admin | Role::Manager),
            admin: caller.role == Role::Admin,
        })
    }

    /// The site's own command line, for which a user stands.
    pub fn command_line(user: &str) -> Actor {
        Actor { user: user.to_owned(), name: String::new(), manager: true, admin: true }
    }
}

/// A kind of entry that people register.
pub trait Managed: Kind + Clone + Default {
    /// Fields that are worked out, and that nobody sets.
    const FIXED: &'static [&'static str] = &[];
    /// Fields that are decided when it is registered.
    const ONCE: &'static [&'static str] = &[];

    /// Brings a new or changed entry into order, or says what is wrong with it.
    ///
    /// # Errors
    /// 400 for what cannot be; 400/101 and others for what it names and is not there.
    fn check(&mut self, tx: &Tx<'_>, actor: &Actor, id: Option<&str>) -> Result<()>;

    /// Who registered it; empty for what belongs to the site.
    fn owner(&self) -> &str {
        ""
    }

    /// Whether he may see it.
    fn is_visible(&self, actor: &Actor) -> bool {
        let _ = actor;
        true
    }

    /// Whether he may register, change or remove it.
    fn is_changeable(&self, actor: &Actor) -> bool {
        actor.manager || (!self.owner().is_empty() && self.owner() == actor.user)
    }

    /// What people see instead of a secret.
    fn mask(fields: &mut Map<String, Value>) {
        let _ = fields;
    }

    /// What must not be left behind, or goes with it.
    ///
    /// # Errors
    /// 400 when something still needs it.
    fn before_removal(tx: &Tx<'_>, entry: &Entry<Self>) -> Result<()> {
        let _ = (tx, entry);
        Ok(())
    }
}

/// Which entries are asked for.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// Words that all occur in the entry.
    pub words: String,
    /// From the first page on.
    pub page: usize,
    /// Entries of a page.
    pub size: Option<usize>,
}

/// A page of entries as JSON: `{"items": […], "total": n}`.
pub fn list<T: Managed>(tx: &Tx<'_>, actor: &Actor, search: &Search) -> Result<Value> {
    let words: Vec<String> = search.words.split_whitespace().map(str::to_lowercase).collect();
    let visible = entries::all::<T>(tx)?.into_iter().filter(|entry| entry.value.is_visible(actor));
    let found: Vec<Value> = visible
        .map(|entry| shown(&entry))
        .filter(|entry| {
            let text = entry.to_string().to_lowercase();
            words.iter().all(|word| text.contains(word.as_str()))
        })
        .collect();
    let size = search.size.unwrap_or(PAGE).clamp(1, MAX_PAGE);
    let total = found.len();
    let items: Vec<Value> =
        found.into_iter().skip(search.page.saturating_mul(size)).take(size).collect();
    Ok(json!({"items": items, "total": total}))
}

/// One entry as JSON.
///
/// # Errors
/// 404 when there is none to be seen.
pub fn get<T: Managed>(tx: &Tx<'_>, actor: &Actor, id: &str) -> Result<Value> {
    Ok(shown(&visible::<T>(tx, actor, id)?))
}

/// Registers what these fields say; the entry as JSON.
///
/// # Errors
/// 403 when he may not, 400 for fields that cannot be.
pub fn create<T: Managed>(tx: &Tx<'_>, actor: &Actor, fields: Map<String, Value>) -> Result<Value> {
    let mut value: T = merged(&T::default(), fields, T::FIXED)?;
    value.check(tx, actor, None)?;
    require_changeable(&value, actor)?;
    Ok(shown(&entries::add(tx, value)?))
}

/// Changes these fields of an entry; the entry as JSON.
///
/// # Errors
/// As [`create`]; 404 when there is none to be seen.
pub fn edit<T: Managed>(
    tx: &Tx<'_>,
    actor: &Actor,
    id: &str,
    mut fields: Map<String, Value>,
) -> Result<Value> {
    let entry = visible::<T>(tx, actor, id)?;
    require_changeable(&entry.value, actor)?;
    // What a form shows masked and sends back is not changed.
    fields.retain(|_, value| !is_masked(value));
    let mut value: T = merged(&entry.value, fields, &[T::FIXED, T::ONCE].concat())?;
    value.check(tx, actor, Some(id))?;
    require_changeable(&value, actor)?;
    entries::save(tx, id, &value)?;
    get::<T>(tx, actor, id)
}

/// Removes an entry.
///
/// # Errors
/// 404 when there is none to be seen, 403 when he may not, 400 when something still needs it.
pub fn remove<T: Managed>(tx: &Tx<'_>, actor: &Actor, id: &str) -> Result<Value> {
    let entry = visible::<T>(tx, actor, id)?;
    require_changeable(&entry.value, actor)?;
    T::before_removal(tx, &entry)?;
    entries::remove::<T>(tx, id)?;
    Ok(json!({"removed": id}))
}

/// What stands for a secret.
const MASK: &str = "***";

fn is_masked(value: &Value) -> bool {
    match value {
        Value::String(text) => text == MASK,
        Value::Object(items) => !items.is_empty() && items.values().all(is_masked),
        _ => false,
    }
}

fn shown<T: Managed>(entry: &Entry<T>) -> Value {
    let mut fields = match serde_json::to_value(&entry.value) {
        Ok(Value::Object(fields)) => fields,
        _ => Map::new(),
    };
    T::mask(&mut fields);
    fields.insert("id".to_owned(), entry.id.as_str().into());
    fields.insert("created".to_owned(), date::format(entry.created).into());
    fields.insert("updated".to_owned(), date::format(entry.updated).into());
    fields.into()
}

fn visible<T: Managed>(tx: &Tx<'_>, actor: &Actor, id: &str) -> Result<Entry<T>> {
    let found = entries::find::<T>(tx, id)?.filter(|entry| entry.value.is_visible(actor));
    found.ok_or_else(|| not_found(T::KIND, id))
}

fn not_found(what: &str, id: &str) -> arno_store::Error {
    Refusal::new(Code::Plain404).extra(format!("there is no such {what}")).with("id", id).into()
}

fn require_changeable<T: Managed>(value: &T, actor: &Actor) -> Result<()> {
    if value.is_changeable(actor) {
        return Ok(());
    }
    let words = format!("this gateway {} is changed by its owner or a manager", T::KIND);
    Err(Refusal::new(Code::NoWritePermission).extra(words).into())
}

/// The entry with these fields in place of its own.
fn merged<T: Managed>(value: &T, fields: Map<String, Value>, fixed: &[&str]) -> Result<T> {
    let mut present = match serde_json::to_value(value) {
        Ok(Value::Object(present)) => present,
        _ => Map::new(),
    };
    for (name, given) in fields {
        if matches!(name.as_str(), "id" | "created" | "updated") {
            continue;
        }
        if fixed.contains(&name.as_str()) {
            // A form sends back what it was shown.
            if present.get(&name) != Some(&given) {
                return Err(wrong(&name, "cannot be changed"));
            }
            continue;
        }
        if !present.contains_key(&name) {
            return Err(wrong(&name, "is no field of it"));
        }
        present.insert(name, given);
    }
    serde_json::from_value(present.into())
        .map_err(|error| Refusal::new(Code::ValidationError).extra(error.to_string()).into())
}

/// A field that cannot be as it is.
fn wrong(field: &str, problem: &str) -> arno_store::Error {
    let words = format!("{field} {problem}");
    Refusal::new(Code::ValidationError).extra(words).with("field", field).into()
}
