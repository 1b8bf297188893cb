//! Whose eyes the store looks through. Every read and write happens inside a [`Scope`]; queries
//! add its condition by themselves, so that forgetting it is not possible.

use crate::db::Sql;
use crate::schema::Entity;

/// Who may see what of the others' work (a site's setting).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Visibility {
    /// ClearML's habit: everyone of the company sees and changes everything in it.
    #[default]
    Shared,
    /// One's own work, public objects, and what is in a project shared with one.
    Private,
}

/// The caller as the store sees him.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// Company (tenant) id; rows of other companies do not exist for this scope.
    pub company: String,
    /// User id; the owner of what is created.
    pub user: String,
    /// Whether only own and shared objects are visible.
    pub restricted: bool,
}

impl Scope {
    /// The scope of a user; administrators (`sees_all`) are never restricted.
    pub fn user(company: &str, user: &str, visibility: Visibility, sees_all: bool) -> Scope {
        Scope {
            company: company.to_owned(),
            user: user.to_owned(),
            restricted: visibility == Visibility::Private && !sees_all,
        }
    }

    /// The scope of background jobs and start-up: sees everything of the company.
    pub fn system(company: &str) -> Scope {
        Scope { company: company.to_owned(), user: "__apiserver__".to_owned(), restricted: false }
    }
}

/// Something the scope may see. Only this crate makes one, so that holding it proves the check.
#[derive(Clone, Debug)]
pub struct Visible<T>(T);

/// Something the scope may change.
#[derive(Clone, Debug)]
pub struct Writable<T>(T);

impl<T> Visible<T> {
    pub(crate) fn new(inner: T) -> Visible<T> {
        Visible(inner)
    }
}

impl<T> Writable<T> {
    pub(crate) fn new(inner: T) -> Writable<T> {
        Writable(inner)
    }

    /// What may be changed may be seen.
    pub fn visible(self) -> Visible<T> {
        Visible(self.0)
    }
}

impl<T> std::ops::Deref for Visible<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> std::ops::Deref for Writable<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}

/// Appends the condition that rows of `entity`, named `alias`, are visible to the scope.
pub fn push_visible(sql: &mut Sql, scope: &Scope, entity: &Entity, alias: &str, public: bool) {
    sql.push(&format!("({alias}.company = ")).bind(&scope.company);
    if scope.restricted {
        push_own_or_shared(sql, scope, entity, alias, "");
    }
    if public {
        sql.push(&format!(" OR {alias}.company = ''"));
    }
    sql.push(")");
}

/// Appends the condition that rows of `entity`, named `alias`, may be changed by the scope.
pub fn push_writable(sql: &mut Sql, scope: &Scope, entity: &Entity, alias: &str) {
    sql.push(&format!("({alias}.company = ")).bind(&scope.company);
    if scope.restricted {
        push_own_or_shared(sql, scope, entity, alias, " AND may_write = 1");
    }
    sql.push(")");
}

fn push_own_or_shared(sql: &mut Sql, scope: &Scope, entity: &Entity, alias: &str, grant: &str) {
    let project = match entity.name {
        "task" | "model" => "project",
        "project" => "id",
        // Queues and users' names are the site's, not anybody's.
        _ => return,
    };
    let shared = "SELECT project FROM project_shares WHERE user_id = ";
    sql.push(&format!(" AND ({alias}.user_id = ")).bind(&scope.user);
    sql.push(&format!(" OR {alias}.{project} IN ({shared}")).bind(&scope.user);
    sql.push(&format!(
        "{grant}) OR {alias}.{project} IN (SELECT p.id FROM project_ancestors a \
         JOIN projects p ON p.pk = a.owner WHERE a.ancestor IN ({shared}"
    ));
    sql.bind(&scope.user).push(grant).push(")))");
}
