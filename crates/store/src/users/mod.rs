//! People and their keys: users, API credentials, signed-out sessions, the company and the site's
//! settings. Everything here is about *who may come in*; what a user may see of the others' work
//! is decided by [`crate::Scope`]. Secrets are stored only as hashes.

mod company;
mod credentials;
mod sessions;
mod settings;

pub use company::Company;
pub use credentials::Credential;
pub use sessions::Session;
pub use settings::Setting;

use crate::clock::Millis;
use crate::db::{Row, Sql, Tx, Value};
use crate::error::{Error, Result};
use crate::projects;
use crate::schema::{MODEL, PROJECT, TASK};
use crate::scope::push_visible;
use arno_wire::error::{Code, Error as WireError};
use serde_json::{Map, Value as Json};

/// A user: who he is, how he signs in and what role he has.
#[derive(Clone, Debug, PartialEq)]
pub struct User {
    /// Id, 32 hexadecimal digits for users made here.
    pub id: String,
    /// The company he belongs to.
    pub company: String,
    /// Name shown to others.
    pub name: String,
    /// Role, by Arno's own name (`admin`, `manager`, `user`, `viewer`, `service`).
    pub role: String,
    /// E-mail address, unique.
    pub email: Option<String>,
    /// Name typed at sign-in, unique; users without one have only API credentials.
    pub login: Option<String>,
    /// Argon2id hash of the password.
    pub password: Option<String>,
    /// Raised by every change of access; tokens of an older epoch are dead.
    pub epoch: i64,
    /// Whether the user may not come in at all.
    pub blocked: bool,
    /// When the user was made.
    pub created: Millis,
    /// `family_name`, `given_name`, `avatar`, `created_in_version`, `preferences`.
    pub profile: Map<String, Json>,
}

const COLUMNS: &str =
    "id, company, name, role, email, login, password, epoch, blocked, created, doc";

impl User {
    /// A user of this name and role with nothing else set.
    pub fn new(id: &str, company: &str, name: &str, role: &str, created: Millis) -> User {
        User {
            id: id.to_owned(),
            company: company.to_owned(),
            name: name.to_owned(),
            role: role.to_owned(),
            email: None,
            login: None,
            password: None,
            epoch: 0,
            blocked: false,
            created,
            profile: Map::new(),
        }
    }

    /// Stores a new user.
    ///
    /// # Errors
    /// 400/801 when the id, the e-mail address or the sign-in name is taken.
    pub fn insert(&self, tx: &Tx<'_>) -> Result<()> {
        let sql = format!(
            "INSERT INTO users ({COLUMNS}) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING"
        );
        let values = [
            (&self.id).into(),
            (&self.company).into(),
            (&self.name).into(),
            (&self.role).into(),
            self.email.as_deref().into(),
            self.login.as_deref().into(),
            self.password.as_deref().into(),
            self.epoch.into(),
            self.blocked.into(),
            self.created.into(),
            encode(&self.profile)?,
        ];
        if tx.execute(&sql, &values)? == 1 {
            return Ok(());
        }
        let taken = WireError::new(Code::ExpectedUniqueData)
            .extra("the id, the e-mail address or the sign-in name is taken");
        Err(taken.with("name", &self.name).into())
    }

    /// The user of this id, whatever his company.
    pub fn find(tx: &Tx<'_>, id: &str) -> Result<Option<User>> {
        User::first(tx, "id = $1", id)
    }

    /// The user who signs in by this name.
    pub fn by_login(tx: &Tx<'_>, login: &str) -> Result<Option<User>> {
        User::first(tx, "login = $1", login)
    }

    /// The user of this id in the caller's company.
    ///
    /// # Errors
    /// 400/301 when there is none.
    pub fn get(tx: &Tx<'_>, id: &str) -> Result<User> {
        User::find(tx, id)?
            .filter(|user| user.company == tx.scope().company)
            .ok_or_else(|| WireError::new(Code::InvalidUserId).with("id", id).into())
    }

    /// All users of the caller's company, oldest first.
    pub fn all(tx: &Tx<'_>) -> Result<Vec<User>> {
        let sql = format!("SELECT {COLUMNS} FROM users WHERE company = $1 ORDER BY pk");
        tx.query(&sql, &[(&tx.scope().company).into()], read)
    }

    /// The ids of the users who own something in these projects or below them (anywhere, when
    /// none are named) that the caller sees.
    pub fn active_in(tx: &Tx<'_>, projects: &[String]) -> Result<Vec<String>> {
        let projects = match projects {
            [] => None,
            named => Some(projects::with_descendants(tx, named)?),
        };
        let mut sql = Sql::default();
        for (entity, project) in [(&TASK, "project"), (&MODEL, "project"), (&PROJECT, "id")] {
            if !sql.text.is_empty() {
                sql.push(" UNION ");
            }
            sql.push(&format!("SELECT t.user_id FROM {} t WHERE ", entity.table));
            push_visible(&mut sql, tx.scope(), entity, "t", false);
            if let Some(projects) = &projects {
                sql.push(&format!(" AND t.{project} IN ")).bind_list(projects);
            }
        }
        let owners = tx.query(&sql.text, &sql.values, |row| row.opt_text(0))?;
        Ok(owners.into_iter().flatten().collect())
    }

    /// Stores name and profile; access is untouched.
    pub fn save_profile(&self, tx: &Tx<'_>) -> Result<()> {
        let values = [(&self.name).into(), encode(&self.profile)?, (&self.id).into()];
        tx.execute("UPDATE users SET name = $1, doc = $2 WHERE id = $3", &values)?;
        Ok(())
    }

    /// Stores role, sign-in, password and whether he is blocked, and ends all his sessions.
    pub fn save_access(&self, tx: &Tx<'_>) -> Result<()> {
        let sql = "UPDATE users SET role = $1, email = $2, login = $3, password = $4, \
                   blocked = $5, epoch = epoch + 1 WHERE id = $6";
        let values = [
            (&self.role).into(),
            self.email.as_deref().into(),
            self.login.as_deref().into(),
            self.password.as_deref().into(),
            self.blocked.into(),
            (&self.id).into(),
        ];
        tx.execute(sql, &values)?;
        Ok(())
    }

    /// Removes the user with his credentials. His work stays.
    pub fn remove(&self, tx: &Tx<'_>) -> Result<()> {
        tx.execute("DELETE FROM credentials WHERE user_id = $1", &[(&self.id).into()])?;
        tx.execute("DELETE FROM users WHERE id = $1", &[(&self.id).into()])?;
        Ok(())
    }

    fn first(tx: &Tx<'_>, condition: &str, value: &str) -> Result<Option<User>> {
        tx.first(&format!("SELECT {COLUMNS} FROM users WHERE {condition}"), &[value.into()], read)
    }
}

fn read(row: &Row<'_>) -> Result<User> {
    let profile = row.bytes(10)?.unwrap_or_default();
    Ok(User {
        id: row.text(0)?,
        company: row.text(1)?,
        name: row.text(2)?,
        role: row.text(3)?,
        email: row.opt_text(4)?,
        login: row.opt_text(5)?,
        password: row.opt_text(6)?,
        epoch: row.int(7)?,
        blocked: row.bool(8)?,
        created: row.int(9)?,
        profile: serde_json::from_slice(profile).map_err(|e| Error::corrupt("user", e))?,
    })
}

fn encode(profile: &Map<String, Json>) -> Result<Value> {
    serde_json::to_vec(profile).map(Value::Blob).map_err(|e| Error::corrupt("user", e))
}
