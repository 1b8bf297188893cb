//! Working for another: `Impersonate-As` takes on the other's role, `Act-As` keeps one's own.

use super::caller::{Caller, Role};
use super::{Access, caller_of};
use arno_store::users::{Company, User};
use arno_store::{Result, Scope, Tx};
use arno_wire::error::{Code, Error as Refusal};

/// What the headers ask for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Impersonation {
    /// User to become, role included.
    pub as_user: Option<String>,
    /// User to act for.
    pub act_as: Option<String>,
}

impl Impersonation {
    /// Whether nothing is asked for.
    pub fn is_none(&self) -> bool {
        self.as_user.is_none() && self.act_as.is_none()
    }
}

impl Access {
    /// The caller in another's place. Only administrators may; they are our root, so that they
    /// also reach other companies.
    ///
    /// # Errors
    /// 400/5 when both kinds are asked for, 400/6 for a caller who may not, or an unknown user.
    pub async fn impersonate(&self, caller: Caller, wanted: &Impersonation) -> Result<Caller> {
        let (id, keep_role) = match (&wanted.as_user, &wanted.act_as) {
            (Some(_), Some(_)) => {
                let reason = "send either Impersonate-As or Act-As, not both";
                return Err(Refusal::new(Code::InvalidHeaders).extra(reason).into());
            }
            (Some(id), None) => (id.clone(), false),
            (None, Some(id)) => (id.clone(), true),
            (None, None) => return Ok(caller),
        };
        if caller.role != Role::Admin {
            let reason = "only administrators may work in another's place";
            return Err(Refusal::new(Code::ImpersonationError).extra(reason).into());
        }
        let find = move |tx: &Tx<'_>| {
            let unknown = || Refusal::new(Code::ImpersonationError).extra("no such user");
            let user = User::find(tx, &id)?.filter(|user| !user.blocked);
            let user = user.ok_or_else(|| unknown().with("user", &id))?;
            let company = Company::find(tx, &user.company)?.ok_or_else(unknown)?;
            Ok((user, company))
        };
        let (user, company) = self.db.read(Scope::system(""), find).await?;
        let mut other = caller_of(user, company.name, caller.credential, caller.from);
        other.session = caller.session;
        if keep_role {
            other.role = caller.role;
        }
        Ok(other)
    }
}
