//! What decides whether a token issued earlier still opens the door.

use crate::clock::Millis;
use crate::db::Tx;
use crate::error::Result;

/// The present state behind a token's user, credential and session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The user's role and epoch; `None` when the user is gone or blocked.
    pub user: Option<(String, i64)>,
    /// The credential's epoch; `None` when it is gone, or when the token came from a sign-in.
    pub credential_epoch: Option<i64>,
    /// Whether the session was signed out.
    pub revoked: bool,
}

impl Session {
    /// Reads the state behind a token.
    pub fn load(
        tx: &Tx<'_>,
        user: &str,
        credential: Option<&str>,
        session: &str,
    ) -> Result<Session> {
        let sql = "SELECT role, epoch FROM users WHERE id = $1 AND blocked = 0";
        let user = tx.first(sql, &[user.into()], |row| Ok((row.text(0)?, row.int(1)?)))?;
        let sql = "SELECT epoch FROM credentials WHERE access_key = $1";
        let credential_epoch = match credential {
            Some(key) => tx.first(sql, &[key.into()], |row| row.int(0))?,
            None => None,
        };
        let sql = "SELECT expires FROM revoked_sessions WHERE session = $1";
        let revoked = tx.first(sql, &[session.into()], |_| Ok(()))?.is_some();
        Ok(Session { user, credential_epoch, revoked })
    }

    /// Signs a session out; the note is kept until its token would have expired by itself.
    pub fn revoke(tx: &Tx<'_>, session: &str, expires: Millis) -> Result<()> {
        let sql = "INSERT INTO revoked_sessions (session, expires) VALUES ($1, $2) \
                   ON CONFLICT DO NOTHING";
        tx.execute(sql, &[session.into(), expires.into()])?;
        Ok(())
    }
}
