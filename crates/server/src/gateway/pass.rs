//! Whether a caller may call something, and under which grant and plan (gateway.md §10). What no API
//! offers is open to everybody who says who he is, as in the first gateway.

use super::{Caller, Directory, Failure, Outcome};
use arno_store::Millis;
use arno_store::gateway::entries::Entry;
use arno_store::gateway::model::{Api, Grant, GrantState, Plan, Subject};
use std::sync::Arc;

/// What a call may do.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pass {
    /// The API it calls.
    pub(crate) api: Option<Arc<Entry<Api>>>,
    /// The grant that permits it.
    pub(crate) grant: Option<Arc<Entry<Grant>>>,
    /// That grant's plan.
    pub(crate) plan: Option<Arc<Entry<Plan>>>,
}

impl Pass {
    /// Whether request and answer are kept with the call.
    pub(crate) fn keeps_payloads(&self) -> bool {
        self.api.as_ref().is_none_or(|api| api.value.keep_payloads)
    }

    /// Whether the analytic gets the caller's token.
    pub(crate) fn forwards_token(&self) -> bool {
        self.api.as_ref().is_some_and(|api| api.value.forward_token)
    }

    /// Whether identical calls share a run.
    pub(super) fn shares(&self) -> bool {
        self.api.as_ref().is_some_and(|api| api.value.share)
    }
}

/// The permission of this caller for a template or endpoint, by its entry id.
///
/// # Errors
/// 401 for somebody unknown, 403 without a grant, or when the token is for other APIs.
pub(crate) fn pass(
    directory: &Directory,
    caller: &Caller,
    target: &str,
    now: Millis,
) -> Outcome<Pass> {
    let Some(api) = directory.api_of(target) else {
        if !caller.is_known() {
            return Err(Failure::unauthorised("missing"));
        }
        if !caller.apis.is_empty() {
            return Err(Failure::forbidden("The access token is for other APIs"));
        }
        return Ok(Pass::default());
    };
    if !api.value.enabled {
        return Err(Failure::forbidden("The API is switched off"));
    }
    if !caller.apis.is_empty() && !caller.apis.contains(&api.id) {
        return Err(Failure::forbidden("The access token is for other APIs"));
    }
    let mut pass = Pass { api: Some(api.clone()), ..Pass::default() };
    let own = caller.user.as_ref().is_some_and(|user| *user == api.value.owner);
    let holds = |grant: &&Arc<Entry<Grant>>| holds(&grant.value, caller, now);
    let best = directory.grants_of(&api.id).iter().filter(holds);
    if let Some(grant) = best.min_by_key(|grant| rank(&grant.value.subject)) {
        let plan = grant.value.plan.as_ref();
        pass.plan = plan.and_then(|id| directory.plans.get(id)).cloned();
        pass.grant = Some(grant.clone());
        return Ok(pass);
    }
    match caller.is_known() {
        true if own || caller.is_manager() || api.value.open => Ok(pass),
        true => Err(Failure::forbidden("No grant permits this call; ask for one")),
        false => Err(Failure::unauthorised("missing")),
    }
}

fn holds(grant: &Grant, caller: &Caller, now: Millis) -> bool {
    let meant = match &grant.subject {
        Subject::User(name) => caller.is_known() && name.to_lowercase() == caller.name,
        Subject::Group(name) => caller.is_known() && caller.groups.contains(name),
        Subject::Organisation(name) => {
            caller.is_known() && caller.organisation.as_ref() == Some(name)
        }
        Subject::Anonymous => true,
    };
    meant
        && grant.state == GrantState::Active
        && grant.from.is_none_or(|from| from <= now)
        && grant.to.is_none_or(|to| now < to)
}

/// The most personal grant counts.
fn rank(subject: &Subject) -> u8 {
    match subject {
        Subject::User(_) => 0,
        Subject::Group(_) => 1,
        Subject::Organisation(_) => 2,
        Subject::Anonymous => 3,
    }
}
