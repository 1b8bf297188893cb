//! Who may come in: turns a token, a key pair or a password into a [`Caller`]. It calls the store
//! and knows nothing of HTTP; `http` tells it what was presented and from where.

mod caller;
mod cookie;
mod impersonate;
mod keys;
mod networks;
mod password;
mod states;
mod token;

pub use caller::{Caller, From, Role, Session};
pub use cookie::{CookieCall, may_use_cookie};
pub use impersonate::Impersonation;
pub(crate) use keys::is_published;
pub use keys::{KeyPair, new_key_pair, new_password, secret_hash};
pub use networks::Networks;
pub use password::hash_password;
pub use token::{Claims, Epochs, SERVER_VERSION, Tokens};

use arno_store::users::{Company, Credential, Session as StoredSession, Setting, User};
use arno_store::{Db, Error, Result, Scope, Tx};
use arno_wire::error::{Code, Error as Refusal};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use password::Passwords;
use states::States;

/// Milliseconds between two notes of an access key's use.
const NOTE_USE_EVERY: i64 = 60_000;
/// Name of the signing key among the site's settings.
const SIGNING_KEY: &str = "signing_key";

/// The door.
pub struct Access {
    db: Db,
    tokens: Tokens,
    passwords: Passwords,
    states: States,
}

impl Access {
    /// Opens the door; `build` is Arno's version. The signing key is in the database, made by the
    /// first server that starts.
    pub async fn open(db: Db, build: &str) -> Result<Access> {
        let fresh: [u8; 32] = rand::random();
        let make = move |tx: &Tx<'_>| Setting::get_or_put(tx, SIGNING_KEY, &fresh);
        let key = db.write(Scope::system(""), make).await?;
        Ok(Access {
            tokens: Tokens::new(&key, build),
            passwords: Passwords::default(),
            states: States::default(),
            db,
        })
    }

    /// The caller behind an `Authorization` header.
    ///
    /// # Errors
    /// 401/10 for a scheme that is neither Basic nor Bearer, else the 401 of what was presented.
    pub async fn by_header(&self, header: &str, from: From) -> Result<Caller> {
        let (scheme, rest) = header.split_once(' ').unwrap_or((header, ""));
        match scheme.to_ascii_lowercase().as_str() {
            "bearer" => self.by_token(rest.trim(), from).await,
            "basic" => self.by_basic(rest.trim(), from).await,
            _ => Err(Refusal::new(Code::BadAuthType).extra("use Basic or Bearer").into()),
        }
    }

    /// The caller behind a token.
    ///
    /// # Errors
    /// 401/30 when it is not ours, expired, signed out, or older than a change of his access.
    pub async fn by_token(&self, token: &str, from: From) -> Result<Caller> {
        let claims = self.tokens.read(token, self.seconds())?;
        let state = self.states.get(&self.db, &claims).await?;
        let role = is_alive(&claims, &state)?;
        Ok(Caller {
            user: claims.identity.user,
            name: claims.identity.user_name,
            company: claims.identity.company,
            company_name: claims.identity.company_name,
            role,
            credential: claims.credential,
            session: Some(Session { id: claims.session_id, expires: claims.exp }),
            from,
        })
    }

    async fn by_basic(&self, encoded: &str, from: From) -> Result<Caller> {
        let (name, secret) = decode_basic(encoded)?;
        if keys::is_published(&name) {
            let reason = "this key pair is printed in public sources and never accepted";
            return Err(Refusal::new(Code::InvalidCredentials).extra(reason).into());
        }
        let asked = name.clone();
        let find = move |tx: &Tx<'_>| {
            let credential = Credential::find(tx, &asked)?;
            let user = match &credential {
                Some(credential) => User::find(tx, &credential.user)?,
                None => User::by_login(tx, &asked)?,
            };
            let company = match &user {
                Some(user) => Company::find(tx, &user.company)?,
                None => None,
            };
            Ok((credential, user, company))
        };
        let (credential, user, company) = self.db.read(Scope::system(""), find).await?;
        let matches = match (&credential, &user) {
            (Some(credential), _) => keys::matches(&secret, &credential.secret_hash),
            (None, user) => {
                let hash = user.as_ref().and_then(|user| user.password.as_deref());
                // Agents that kept a revoked key try it for ever; only names of people are worth
                // hiding whether they exist.
                let hide = !keys::looks_like_access_key(&name);
                self.passwords.matches(&secret, hash, hide).await?
            }
        };
        let refused = || Refusal::new(Code::InvalidCredentials);
        let user = user.filter(|user| matches && !user.blocked).ok_or_else(refused)?;
        if let Some(credential) = &credential {
            self.note_use(credential, &from).await;
        }
        let company_name = company.map(|company| company.name).unwrap_or_default();
        Ok(caller_of(user, company_name, credential.map(|c| c.access_key), from))
    }

    /// A token for the caller, valid for `lifetime` seconds.
    ///
    /// # Errors
    /// 400/12 for an impossible lifetime, 400/301 when the user is gone.
    pub fn issue(&self, tx: &Tx<'_>, caller: &Caller, lifetime: Option<i64>) -> Result<String> {
        let user = User::get(tx, &caller.user)?;
        let credential = match &caller.credential {
            Some(key) => Credential::find(tx, key)?.map(|found| (found.access_key, found.epoch)),
            None => None,
        };
        let epochs = Epochs { user: user.epoch, credential };
        Ok(self.tokens.issue(caller, epochs, tx.now() / 1000, lifetime)?)
    }

    /// The claims of a token that opens the door.
    pub async fn check(&self, token: &str) -> Result<Claims> {
        let claims = self.tokens.read(token, self.seconds())?;
        is_alive(&claims, &self.states.get(&self.db, &claims).await?)?;
        Ok(claims)
    }

    /// Forgets what is remembered of everybody's access. To be called after any change of it.
    pub fn forget(&self) {
        self.states.forget();
    }

    fn seconds(&self) -> i64 {
        self.db.clock().now() / 1000
    }

    /// Notes the use of an access key, so that a list of keys asked for next shows it.
    async fn note_use(&self, credential: &Credential, from: &From) {
        let now = self.db.clock().now();
        if credential.last_used.is_some_and(|last| now - last < NOTE_USE_EVERY) {
            return;
        }
        let (key, from) = (credential.access_key.clone(), from.name());
        let note = move |tx: &Tx<'_>| Credential::used(tx, &key, &from);
        if let Err(error) = self.db.derive(Scope::system(""), note).await {
            tracing::warn!(%error, "the use of an access key could not be noted");
        }
    }
}

/// A user as a caller.
fn caller_of(user: User, company_name: String, credential: Option<String>, from: From) -> Caller {
    Caller {
        role: Role::parse(&user.role).unwrap_or(Role::Viewer),
        user: user.id,
        name: user.name,
        company: user.company,
        company_name,
        credential,
        session: None,
        from,
    }
}

/// The present role behind a token, unless something ended it.
fn is_alive(claims: &Claims, state: &StoredSession) -> Result<Role> {
    let refused = |reason: &str| Err(Refusal::new(Code::InvalidToken).extra(reason).into());
    let Some((role, epoch)) = &state.user else { return refused("the user may not come in") };
    if state.revoked {
        return refused("signed out");
    }
    if *epoch != claims.user_epoch {
        return refused("the user's access has changed; sign in again");
    }
    if claims.credential.is_some() && state.credential_epoch != claims.credential_epoch {
        return refused("its credentials were revoked");
    }
    Role::parse(role).ok_or_else(|| Error::corrupt("role", role))
}

fn decode_basic(encoded: &str) -> Result<(String, String), Refusal> {
    let malformed = || Refusal::new(Code::BadCredentials).extra("expected base64 of key:secret");
    let bytes = BASE64_STANDARD.decode(encoded).map_err(|_| malformed())?;
    let text = String::from_utf8(bytes).map_err(|_| malformed())?;
    let (name, secret) = text.split_once(':').ok_or_else(malformed)?;
    Ok((name.to_owned(), secret.to_owned()))
}
