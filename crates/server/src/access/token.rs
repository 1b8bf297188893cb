//! Tokens: HS256 JWTs with the payload the SDK reads, and with the epochs of the user and the
//! credential they were issued for.

use super::caller::Caller;
use arno_wire::error::{Code, Error};
use arno_wire::version::Version;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};

/// Lifetime of a token when none is asked for: 30 days, in seconds.
pub const LIFETIME: i64 = 30 * 24 * 3600;
/// Longest lifetime that can be asked for: one year, in seconds.
pub const MAX_LIFETIME: i64 = 365 * 24 * 3600;
/// The reference server's version we are compatible with, from which the SDK derives features.
pub const SERVER_VERSION: &str = "2.3.0";

/// What a token says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Claims {
    auth_type: String,
    /// Whose token it is.
    pub identity: Identity,
    /// When it was issued, seconds.
    pub iat: i64,
    /// When it expires, seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exp: Option<i64>,
    env: String,
    /// The session that a sign-out ends.
    pub session_id: String,
    api_version: String,
    server_version: String,
    server_build: String,
    feature_set: String,
    /// The access key it was issued for; absent for a sign-in by password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential: Option<String>,
    /// Epoch of that credential.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential_epoch: Option<i64>,
    /// Epoch of the user.
    pub user_epoch: i64,
}

/// The user in a token.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Identity {
    /// User id.
    pub user: String,
    /// Company id.
    pub company: String,
    /// Role, by the wire's name.
    pub role: String,
    /// User name.
    pub user_name: String,
    /// Company name.
    pub company_name: String,
}

/// The epochs a token is bound to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Epochs {
    /// Of the user.
    pub user: i64,
    /// Of the access key, with it.
    pub credential: Option<(String, i64)>,
}

/// Signs and reads tokens.
pub struct Tokens {
    encoding: EncodingKey,
    decoding: DecodingKey,
    validation: Validation,
    build: String,
}

impl Tokens {
    /// Tokens signed by `key`; `build` is Arno's own version.
    pub fn new(key: &[u8], build: &str) -> Tokens {
        let mut validation = Validation::new(Algorithm::HS256);
        // Expiry is checked by the injected clock.
        validation.validate_exp = false;
        validation.validate_aud = false;
        validation.required_spec_claims.clear();
        Tokens {
            encoding: EncodingKey::from_secret(key),
            decoding: DecodingKey::from_secret(key),
            validation,
            build: build.to_owned(),
        }
    }

    /// A token for the caller, valid for `lifetime` seconds from `now` (seconds).
    ///
    /// # Errors
    /// 400/12 for a lifetime that is not between a second and a year.
    pub fn issue(
        &self,
        caller: &Caller,
        epochs: Epochs,
        now: i64,
        lifetime: Option<i64>,
    ) -> Result<String, Error> {
        let lifetime = lifetime.unwrap_or(LIFETIME);
        if !(1..=MAX_LIFETIME).contains(&lifetime) {
            let reason = format!("expiration_sec must be between 1 and {MAX_LIFETIME}");
            return Err(Error::new(Code::ValidationError).extra(reason));
        }
        let (credential, credential_epoch) = epochs.credential.unzip();
        let claims = Claims {
            auth_type: "Bearer".to_owned(),
            identity: Identity {
                user: caller.user.clone(),
                company: caller.company.clone(),
                role: caller.role.wire_name().to_owned(),
                user_name: caller.name.clone(),
                company_name: caller.company_name.clone(),
            },
            iat: now,
            exp: Some(now + lifetime),
            env: "<unknown>".to_owned(),
            session_id: uuid::Uuid::new_v4().simple().to_string(),
            api_version: Version::MAX.to_string(),
            server_version: SERVER_VERSION.to_owned(),
            server_build: self.build.clone(),
            feature_set: "basic".to_owned(),
            credential,
            credential_epoch,
            user_epoch: epochs.user,
        };
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &self.encoding)
            .map_err(|error| Error::new(Code::InternalError).extra(error.to_string()))
    }

    /// What a token says, if we signed it and it has not expired.
    ///
    /// # Errors
    /// 401/30 saying what is wrong with it.
    pub fn read(&self, token: &str, now: i64) -> Result<Claims, Error> {
        let refused = |reason: &str| Error::new(Code::InvalidToken).extra(reason);
        let claims = jsonwebtoken::decode::<Claims>(token, &self.decoding, &self.validation)
            .map_err(|_| refused("the token is malformed or not ours"))?
            .claims;
        if claims.exp.is_some_and(|expires| expires <= now) {
            return Err(refused("the token has expired"));
        }
        Ok(claims)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::caller::{From, Role};
    use std::net::Ipv4Addr;

    fn caller() -> Caller {
        let from = From { address: Ipv4Addr::LOCALHOST.into(), worker: None };
        Caller {
            user: "u".into(),
            name: "name".into(),
            company: "c".into(),
            company_name: "clearml".into(),
            role: Role::Manager,
            ..Caller::anonymous(from)
        }
    }

    fn epochs() -> Epochs {
        Epochs { user: 3, credential: Some(("KEY".into(), 1)) }
    }

    #[test]
    fn a_token_says_what_the_sdk_reads() {
        let tokens = Tokens::new(b"key", "0.1.0");
        let token = tokens.issue(&caller(), epochs(), 1000, Some(60)).expect("a token");
        let claims = tokens.read(&token, 1059).expect("valid");
        assert_eq!(claims.identity.role, "superuser");
        assert_eq!((claims.iat, claims.exp), (1000, Some(1060)));
        assert_eq!(claims.session_id.len(), 32);
        assert_eq!((claims.credential.as_deref(), claims.credential_epoch), (Some("KEY"), Some(1)));
        let value = serde_json::to_value(&claims).expect("JSON");
        assert_eq!(value["api_version"], "2.34");
        assert_eq!(value["feature_set"], "basic");
        assert_eq!(value["auth_type"], "Bearer");
        assert_eq!(value["server_build"], "0.1.0");
    }

    #[test]
    fn expired_forged_and_unsigned_tokens_are_refused() {
        let tokens = Tokens::new(b"key", "0.1.0");
        let token = tokens.issue(&caller(), epochs(), 1000, Some(60)).expect("a token");
        let code = |token: &str, now| tokens.read(token, now).expect_err("refused").code;
        assert_eq!(code(&token, 1060), Code::InvalidToken);
        let forged = Tokens::new(b"other", "0.1.0").issue(&caller(), epochs(), 1000, None);
        assert_eq!(code(&forged.expect("a token"), 1001), Code::InvalidToken);
        let (_, rest) = token.split_once('.').expect("parts");
        let (payload, _) = rest.split_once('.').expect("parts");
        // {"alg":"none","typ":"JWT"}
        let unsigned = format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{payload}.");
        assert_eq!(code(&unsigned, 1001), Code::InvalidToken);
        assert_eq!(code("", 1001), Code::InvalidToken);
    }

    #[test]
    fn lifetimes_are_limited() {
        let tokens = Tokens::new(b"key", "0.1.0");
        for lifetime in [0, -1, MAX_LIFETIME + 1] {
            let refused = tokens.issue(&caller(), epochs(), 1000, Some(lifetime));
            assert_eq!(refused.expect_err("refused").code, Code::ValidationError);
        }
    }
}
