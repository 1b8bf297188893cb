//! `auth.*`: tokens, key pairs and who has which role (api.md §3.3).

mod credentials;
mod tokens;
mod users;

use crate::registry::{Effect, Registry};

/// The endpoints of this folder.
pub fn register(r: &mut Registry) {
    r.asynchronous("auth.login", Effect::Read, tokens::login);
    r.asynchronous("auth.logout", Effect::Own, tokens::logout).since(2, 2);
    r.asynchronous("auth.validate_token", Effect::Read, tokens::validate);
    r.read("auth.get_token_for_user", tokens::for_user);
    r.write("auth.create_credentials", credentials::create);
    r.read("auth.get_credentials", credentials::list);
    r.write("auth.edit_credentials", credentials::edit);
    r.write("auth.revoke_credentials", credentials::revoke);
    r.write("auth.create_user", users::create);
    r.write("auth.edit_user", users::edit);
    r.read("auth.fixed_users_mode", users::fixed_users_mode);
}

pub(super) use tokens::logout;
pub(super) use users::require_administrator;
