//! API credentials: an access key with the SHA-256 of its secret. The secret itself is never
//! stored; it has enough entropy that a fast hash protects it.

use crate::clock::Millis;
use crate::db::{Row, Tx};
use crate::error::Result;
use arno_wire::error::{Code, Error as WireError};

/// A key pair as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credential {
    /// The public half.
    pub access_key: String,
    /// Whose it is.
    pub user: String,
    /// The owner's company.
    pub company: String,
    /// SHA-256 of the secret.
    pub secret_hash: Vec<u8>,
    /// What the owner calls it.
    pub label: Option<String>,
    /// Tokens issued for an older epoch are dead.
    pub epoch: i64,
    /// When it was made.
    pub created: Millis,
    /// When it last signed in.
    pub last_used: Option<Millis>,
    /// The worker or address it last signed in from.
    pub last_used_from: Option<String>,
}

const COLUMNS: &str = "access_key, user_id, company, secret_hash, label, epoch, created, \
                       last_used, last_used_from";

impl Credential {
    /// Stores a new key pair.
    ///
    /// # Errors
    /// 400/801 when the access key is taken.
    pub fn insert(&self, tx: &Tx<'_>) -> Result<()> {
        let sql = format!(
            "INSERT INTO credentials ({COLUMNS}) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING"
        );
        let values = [
            (&self.access_key).into(),
            (&self.user).into(),
            (&self.company).into(),
            self.secret_hash.as_slice().into(),
            self.label.as_deref().into(),
            self.epoch.into(),
            self.created.into(),
            self.last_used.into(),
            self.last_used_from.as_deref().into(),
        ];
        if tx.execute(&sql, &values)? == 1 {
            return Ok(());
        }
        let taken = WireError::new(Code::ExpectedUniqueData).extra("the access key is taken");
        Err(taken.with("access_key", &self.access_key).into())
    }

    /// The key pair of this access key.
    pub fn find(tx: &Tx<'_>, access_key: &str) -> Result<Option<Credential>> {
        let sql = format!("SELECT {COLUMNS} FROM credentials WHERE access_key = $1");
        tx.first(&sql, &[access_key.into()], read)
    }

    /// A user's key pairs, oldest first.
    pub fn of_user(tx: &Tx<'_>, user: &str) -> Result<Vec<Credential>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM credentials WHERE user_id = $1 ORDER BY created, access_key"
        );
        tx.query(&sql, &[user.into()], read)
    }

    /// Names a user's key pair anew; whether there is such a one.
    pub fn set_label(
        tx: &Tx<'_>,
        user: &str,
        access_key: &str,
        label: Option<&str>,
    ) -> Result<bool> {
        let sql = "UPDATE credentials SET label = $1 WHERE user_id = $2 AND access_key = $3";
        Ok(tx.execute(sql, &[label.into(), user.into(), access_key.into()])? == 1)
    }

    /// Removes a user's key pair, and with it every token it was ever given; whether there was
    /// such a one.
    pub fn revoke(tx: &Tx<'_>, user: &str, access_key: &str) -> Result<bool> {
        let sql = "DELETE FROM credentials WHERE user_id = $1 AND access_key = $2";
        Ok(tx.execute(sql, &[user.into(), access_key.into()])? == 1)
    }

    /// Notes that the key pair signed in now, from a worker or address.
    pub fn used(tx: &Tx<'_>, access_key: &str, from: &str) -> Result<()> {
        let sql = "UPDATE credentials SET last_used = $1, last_used_from = $2 \
                   WHERE access_key = $3";
        tx.execute(sql, &[tx.now().into(), from.into(), access_key.into()])?;
        Ok(())
    }
}

fn read(row: &Row<'_>) -> Result<Credential> {
    Ok(Credential {
        access_key: row.text(0)?,
        user: row.text(1)?,
        company: row.text(2)?,
        secret_hash: row.blob(3)?,
        label: row.opt_text(4)?,
        epoch: row.int(5)?,
        created: row.int(6)?,
        last_used: row.opt_int(7)?,
        last_used_from: row.opt_text(8)?,
    })
}
