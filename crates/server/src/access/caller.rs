//! Who is calling: the user behind a request, his role and where he calls from.

use arno_store::{Scope, Visibility};
use std::net::IpAddr;

/// What a user may do. The wire knows roles by other names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Everything, everyone's; also what the reference keeps for its system and root roles.
    Admin,
    /// Issues credentials for others; shared projects, queues, gateway entries.
    Manager,
    /// Own work and what is shared with him; own credentials.
    User,
    /// Reads what is shared with him.
    Viewer,
    /// An agent or a serving container.
    Service,
}

impl Role {
    /// Every role with its own name and the wire's.
    const NAMES: [(Role, &str, &str); 5] = [
        (Role::Admin, "admin", "admin"),
        (Role::Manager, "manager", "superuser"),
        (Role::User, "user", "user"),
        (Role::Viewer, "viewer", "guest"),
        (Role::Service, "service", "user"),
    ];

    /// Arno's name, as stored.
    pub fn name(self) -> &'static str {
        self.names().1
    }

    /// The wire's name, as tokens and answers carry it.
    pub fn wire_name(self) -> &'static str {
        self.names().2
    }

    /// The role of one of Arno's names.
    pub fn parse(name: &str) -> Option<Role> {
        Role::NAMES.iter().find(|(_, own, _)| *own == name).map(|(role, ..)| *role)
    }

    /// The role a name of the wire (or Arno's own) stands for.
    pub fn from_wire(name: &str) -> Option<Role> {
        match name {
            "system" | "root" => Some(Role::Admin),
            // The reference's role for people who label data.
            "annotator" => Some(Role::User),
            _ => Role::NAMES
                .iter()
                .find(|(_, own, wire)| *own == name || *wire == name)
                .map(|(role, ..)| *role),
        }
    }

    /// Whether an endpoint open to these roles of the wire is open to this one.
    pub fn is_among(self, allowed: &[String]) -> bool {
        allowed.iter().any(|name| match name.as_str() {
            "*" => true,
            "system" | "root" => self == Role::Admin,
            name => name == self.wire_name(),
        })
    }

    fn names(self) -> (Role, &'static str, &'static str) {
        let found = Role::NAMES.into_iter().find(|(role, ..)| *role == self);
        found.unwrap_or(Role::NAMES[2])
    }
}

/// The caller of a request.
#[derive(Clone, Debug)]
pub struct Caller {
    /// User id; empty for somebody who did not say who he is.
    pub user: String,
    /// User name.
    pub name: String,
    /// Company id.
    pub company: String,
    /// Company name.
    pub company_name: String,
    /// What he may do.
    pub role: Role,
    /// The access key he, or his token, came in with.
    pub credential: Option<String>,
    /// The session of his token.
    pub session: Option<Session>,
    /// Where he calls from.
    pub from: From,
}

/// A token's session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Its id: 32 hexadecimal digits.
    pub id: String,
    /// When its token expires, in seconds since the epoch; `None` for never.
    pub expires: Option<i64>,
}

/// Where a call comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct From {
    /// The caller's address, behind proxies that are trusted.
    pub address: IpAddr,
    /// The worker's name he gave; `<unknown>` if none.
    pub worker: Option<String>,
}

impl From {
    /// The worker's name, as stored with what it reports.
    pub fn worker_name(&self) -> &str {
        self.worker.as_deref().unwrap_or("<unknown>")
    }

    /// The worker's name if given, else the address.
    pub fn name(&self) -> String {
        self.worker.clone().unwrap_or_else(|| self.address.to_string())
    }
}

impl Caller {
    /// Somebody who did not say who he is: sees nothing that belongs to anybody.
    pub fn anonymous(from: From) -> Caller {
        Caller {
            user: String::new(),
            name: String::new(),
            company: String::new(),
            company_name: String::new(),
            role: Role::Viewer,
            credential: None,
            session: None,
            from,
        }
    }

    /// Whether the caller said who he is.
    pub fn is_authenticated(&self) -> bool {
        !self.user.is_empty()
    }

    /// What of the store he sees.
    pub fn scope(&self, visibility: Visibility) -> Scope {
        Scope::user(&self.company, &self.user, visibility, self.role == Role::Admin)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_have_two_names() {
        for (role, own, wire) in Role::NAMES {
            assert_eq!((role.name(), role.wire_name()), (own, wire));
            assert_eq!(Role::parse(own), Some(role));
            assert_eq!(Role::from_wire(own), Some(role));
        }
        assert_eq!(Role::from_wire("superuser"), Some(Role::Manager));
        assert_eq!(Role::from_wire("guest"), Some(Role::Viewer));
        assert_eq!(Role::from_wire("root"), Some(Role::Admin));
        assert_eq!(Role::parse("superuser"), None);
        assert_eq!(Role::from_wire("nobody"), None);
    }

    #[test]
    fn the_reference_s_highest_roles_are_the_administrators() {
        let allowed = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>();
        assert!(Role::Admin.is_among(&allowed(&["system", "root"])));
        assert!(!Role::Manager.is_among(&allowed(&["system", "root", "admin"])));
        assert!(Role::Viewer.is_among(&allowed(&["*"])));
        assert!(Role::Service.is_among(&allowed(&["user"])));
    }
}
