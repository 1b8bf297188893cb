//! What a token claims: whether it may be believed now, and whom it stands for.

use super::{Failure, Outcome, trimmed};
use arno_store::gateway::model::Issuer;
use serde::Deserialize;
use serde_json::{Map, Value};

/// Groups and roles that count; a token that names more has the first ones.
const MAX_GROUPS: usize = 500;

/// Whom a token stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::gateway) struct Identity {
    /// The issuer's URL.
    pub(in crate::gateway) issuer: String,
    /// The user's name, in small letters.
    pub(in crate::gateway) name: String,
    /// Roles and groups.
    pub(in crate::gateway) groups: Vec<String>,
    /// Organisation.
    pub(in crate::gateway) organisation: Option<String>,
}

/// The claims of a token whose signature is good.
#[derive(Debug, Deserialize)]
pub(super) struct Claims(Map<String, Value>);

impl Claims {
    /// Whether they hold for this issuer at this moment (seconds).
    ///
    /// # Errors
    /// 401 saying which does not.
    pub(super) fn check(&self, issuer: &Issuer, now: i64) -> Outcome<()> {
        let refused = |why: &str| Err(Failure::unauthorised(why));
        if self.text("iss").map(trimmed) != Some(&issuer.url) {
            return refused("of another issuer");
        }
        let time = |name: &str| self.0.get(name).and_then(Value::as_f64);
        let (now, skew) = (now as f64, issuer.skew.max(0) as f64);
        match time("exp") {
            None => return refused("without an expiry"),
            Some(expires) if expires + skew <= now => return refused("expired"),
            Some(_) => {}
        }
        if [time("nbf"), time("iat")].into_iter().flatten().any(|from| from - skew > now) {
            return refused("not valid yet");
        }
        let audiences = self.list("aud");
        if !issuer.audiences.is_empty() && !issuer.audiences.iter().any(|a| audiences.contains(a)) {
            return refused("for another audience");
        }
        let party = self.text("azp").or_else(|| self.text("client_id")).unwrap_or_default();
        if !issuer.parties.is_empty() && !issuer.parties.iter().any(|known| known == party) {
            return refused("of another client");
        }
        Ok(())
    }

    /// Whom they stand for.
    ///
    /// # Errors
    /// 401 when they name nobody.
    pub(super) fn identity(&self, issuer: &Issuer) -> Outcome<Identity> {
        let name = match issuer.user_claim.as_str() {
            "" => self.text("preferred_username").or_else(|| self.text("username")),
            claim => self.text(claim),
        };
        let name = name.map(|name| name.trim().to_lowercase()).filter(|name| !name.is_empty());
        let name = name.ok_or_else(|| Failure::unauthorised("without a user's name"))?;
        let mut groups = self.list(&issuer.roles_claim);
        // Keycloak writes groups as paths.
        let plain = |group: String| group.trim_start_matches('/').to_owned();
        groups.extend(self.list(&issuer.groups_claim).into_iter().map(plain));
        groups.truncate(MAX_GROUPS);
        let organisation = self.list(&issuer.organisation_claim).into_iter().next();
        Ok(Identity { issuer: issuer.url.clone(), name, groups, organisation })
    }

    /// The value at a dotted path.
    fn at(&self, path: &str) -> Option<&Value> {
        if let Some(whole) = self.0.get(path) {
            return Some(whole);
        }
        let mut names = path.split('.');
        let first = self.0.get(names.next()?)?;
        names.try_fold(first, |value, name| value.get(name))
    }

    fn text(&self, path: &str) -> Option<&str> {
        self.at(path)?.as_str()
    }

    /// A list of texts, or one text.
    fn list(&self, path: &str) -> Vec<String> {
        match self.at(path) {
            Some(Value::String(text)) => vec![text.clone()],
            Some(Value::Array(items)) => {
                items.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect()
            }
            _ => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn claims(value: Value) -> Claims {
        serde_json::from_value(value).expect("claims")
    }

    #[test]
    fn claims_are_checked_one_by_one() {
        let issuer = Issuer {
            url: "https://i".to_owned(),
            audiences: vec!["gateway".to_owned()],
            parties: vec!["nodered".to_owned()],
            ..Issuer::default()
        };
        let good = json!({"iss": "https://i/", "exp": 1000, "aud": ["x", "gateway"],
            "azp": "nodered", "iat": 900});
        assert_eq!(claims(good.clone()).check(&issuer, 1059), Ok(()), "within the skew");
        for (changed, now, why) in [
            (json!({}), 1060, "expired"),
            (json!({"exp": null}), 950, "without an expiry"),
            (json!({"exp": "1000"}), 950, "without an expiry"),
            (json!({"iss": "https://other"}), 950, "of another issuer"),
            (json!({"iss": null}), 950, "of another issuer"),
            (json!({"nbf": 1100}), 1000, "not valid yet"),
            (json!({"iat": 2000}), 950, "not valid yet"),
            (json!({"aud": "x"}), 950, "for another audience"),
            (json!({"aud": null}), 950, "for another audience"),
            (json!({"azp": "other"}), 950, "of another client"),
            (json!({"azp": null}), 950, "of another client"),
        ] {
            let mut token = good.clone();
            token
                .as_object_mut()
                .expect("a map")
                .extend(changed.as_object().cloned().expect("a map"));
            let failure = claims(token).check(&issuer, now).expect_err(why);
            assert_eq!(
                (failure.status, failure.text),
                (401, format!("Error: Access token is {why}"))
            );
        }
    }

    #[test]
    fn claims_name_a_user_his_groups_and_organisation() {
        let issuer = Issuer { url: "https://i".to_owned(), ..Issuer::default() };
        let token = claims(json!({"preferred_username": " Anna ", "organisation": "city",
            "realm_access": {"roles": ["AreaManager"]}, "groups": ["/ops", 5]}));
        let identity = token.identity(&issuer).expect("somebody");
        assert_eq!(identity.name, "anna");
        assert_eq!(identity.groups, ["AreaManager", "ops"]);
        assert_eq!(identity.organisation.as_deref(), Some("city"));
        let named = |value| claims(value).identity(&issuer).map(|identity| identity.name);
        assert_eq!(named(json!({"username": "Bob"})), Ok("bob".to_owned()));
        for nobody in [json!({}), json!({"username": ""}), json!({"preferred_username": 5})] {
            assert_eq!(named(nobody).expect_err("nobody").status, 401);
        }
    }
}
