//! Who calls: from what a request presents to a caller with a key, a name and groups. Identity comes
//! from the token only, never from another field (gateway.md §5).

use super::oidc::Identity;
use super::{Directory, Failure, Outcome, tokens};
use crate::access::{self, From, Role};
use crate::site::Site;
use arno_store::Error;
use arno_store::users::User;

/// Longest token that is looked at, bytes.
const MAX_TOKEN: usize = 16 * 1024;

/// What a request presents.
#[derive(Clone, Debug)]
pub(crate) enum Presented {
    /// Nothing.
    Nothing,
    /// A token of any kind.
    Token(String),
    /// An account of this site, by key pair or by the browser's cookie.
    Account(Box<access::Caller>),
}

/// Who calls.
#[derive(Clone, Debug, Default)]
pub(crate) struct Caller {
    /// What tells callers apart: a user's id, `<issuer>#<name>`, or empty for nobody.
    pub(crate) key: String,
    /// Name, in small letters.
    pub(crate) name: String,
    /// Id of the user here.
    pub(crate) user: Option<String>,
    /// The user's role here.
    pub(crate) role: Option<Role>,
    /// Groups and roles the token names, and the role here.
    pub(crate) groups: Vec<String>,
    /// The organisation the token names.
    pub(crate) organisation: Option<String>,
    /// Entry id of the token, if it was made here.
    pub(crate) token: Option<String>,
    /// The only APIs that token may call; all when empty.
    pub(crate) apis: Vec<String>,
    /// The token as presented, for analytics that get it handed on.
    pub(crate) presented: Option<Presentable>,
}

/// A token that no log shows.
#[derive(Clone)]
pub(crate) struct Presentable(pub(crate) String);

impl std::fmt::Debug for Presentable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("(a token)")
    }
}

impl Caller {
    /// Whether it said who it is.
    pub(crate) fn is_known(&self) -> bool {
        !self.key.is_empty()
    }

    /// Whether it looks after the gateway.
    pub(crate) fn is_manager(&self) -> bool {
        matches!(self.role, Some(Role::Admin | Role::Manager)) && self.apis.is_empty()
    }

    fn of_user(user: &User) -> Caller {
        Caller {
            key: user.id.clone(),
            name: known_name(user),
            user: Some(user.id.clone()),
            role: Role::parse(&user.role),
            groups: vec![user.role.clone()],
            organisation: Some(user.company.clone()),
            ..Caller::default()
        }
    }
}

/// The name by which callers and grants know a user, in small letters.
pub(super) fn known_name(user: &User) -> String {
    user.login.as_deref().unwrap_or(&user.name).to_lowercase()
}

/// The caller behind what a request presents.
///
/// # Errors
/// 401 for a token that does not hold; 503 when that cannot be told.
pub(crate) async fn identify(site: &Site, presented: Presented, from: From) -> Outcome<Caller> {
    let company = &site.settings.company;
    let token = match presented {
        Presented::Nothing => return Ok(Caller::default()),
        Presented::Account(account) => return of_account(site, &account).await,
        Presented::Token(token) => token,
    };
    if token.len() > MAX_TOKEN {
        return Err(Failure::unauthorised("too long"));
    }
    let mut caller = if let Some((id, secret)) = tokens::parts(&token) {
        let directory = site.gateway.directory(&site.db, company).await?;
        match of_own_token(&directory, id, secret, site.db.clock().now()) {
            Some(outcome) => outcome?,
            None => {
                let directory = site.gateway.directory_now(&site.db, company).await?;
                of_own_token(&directory, id, secret, site.db.clock().now())
                    .unwrap_or_else(|| Err(Failure::unauthorised("invalid")))?
            }
        }
    } else if let Some(issuer) = super::oidc::issuer_of(&token) {
        let directory = site.gateway.directory_now_and_then(site, &issuer).await?;
        let Some(issuer) = directory.issuers.get(&issuer) else {
            return Err(Failure::unauthorised("of an unknown issuer"));
        };
        let now = site.db.clock().now();
        let identity = site.gateway.providers.validate(&issuer.value, &token, now).await?;
        of_identity(&directory, issuer.value.local_users, identity)?
    } else {
        let refused = |error| match error {
            Error::Rejected(refusal) => {
                Failure::unauthorised("invalid").with_detail(refusal.to_string())
            }
            error => error.into(),
        };
        let account = site.access.by_token(&token, from).await.map_err(refused)?;
        of_account(site, &account).await?
    };
    caller.presented = Some(Presentable(token));
    Ok(caller)
}

impl super::Gateway {
    /// What is registered; read anew when this issuer is not among it.
    async fn directory_now_and_then(
        &self,
        site: &Site,
        issuer: &str,
    ) -> arno_store::Result<std::sync::Arc<Directory>> {
        let company = &site.settings.company;
        let directory = self.directory(&site.db, company).await?;
        match directory.issuers.contains_key(issuer) {
            true => Ok(directory),
            false => self.directory_now(&site.db, company).await,
        }
    }
}

/// `None` when no such token is known.
fn of_own_token(
    directory: &Directory,
    id: &str,
    secret: &str,
    now: i64,
) -> Option<Outcome<Caller>> {
    let token = directory.tokens.get(id)?;
    if !tokens::matches(&token.value, secret) {
        return Some(Err(Failure::unauthorised("invalid")));
    }
    if token.value.expires.is_some_and(|expires| expires <= now) {
        return Some(Err(Failure::unauthorised("expired")));
    }
    let user = directory.user(&token.value.user).filter(|user| !user.blocked);
    let Some(user) = user else {
        return Some(Err(Failure::unauthorised("of a user who may not come in")));
    };
    let mut caller = Caller::of_user(user);
    caller.token = Some(token.id.clone());
    caller.apis = token.value.apis.clone();
    Some(Ok(caller))
}

fn of_identity(directory: &Directory, local: bool, identity: Identity) -> Outcome<Caller> {
    let mut caller = match directory.user_named(&identity.name).filter(|_| local) {
        Some(user) if user.blocked => {
            return Err(Failure::unauthorised("of a user who may not come in"));
        }
        Some(user) => Caller::of_user(user),
        None => Caller {
            key: format!("{}#{}", identity.issuer, identity.name),
            name: identity.name,
            ..Caller::default()
        },
    };
    caller.groups.extend(identity.groups);
    caller.organisation = identity.organisation.or(caller.organisation);
    Ok(caller)
}

async fn of_account(site: &Site, account: &access::Caller) -> Outcome<Caller> {
    let directory = site.gateway.directory(&site.db, &site.settings.company).await?;
    Ok(match directory.user(&account.user) {
        Some(user) => Caller { role: Some(account.role), ..Caller::of_user(user) },
        None => Caller {
            key: account.user.clone(),
            name: account.name.to_lowercase(),
            user: Some(account.user.clone()),
            role: Some(account.role),
            groups: vec![account.role.name().to_owned()],
            organisation: Some(account.company.clone()),
            ..Caller::default()
        },
    })
}
