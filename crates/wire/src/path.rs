//! Request paths: `/v2.23/tasks.get_all`, `/tasks.get_all`, either below `/api`.

use crate::error::{Code, Error, Result};
use crate::version::Version;

/// What a path asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RpcPath {
    /// The version in the path; None when it names none ([`Version::MAX`] is then meant).
    pub version: Option<Version>,
    /// `service.action`.
    pub endpoint: String,
}

impl RpcPath {
    /// The version to serve.
    pub fn requested(&self) -> Version {
        self.version.unwrap_or(Version::MAX)
    }
}

/// Reads the path of a request, without its query. A trailing slash and an `/api` prefix are
/// allowed.
///
/// # Errors
/// 400/0 when the path has another form, 400/2 when its version is a number no version can have.
pub fn parse(path: &str) -> Result<RpcPath> {
    let bad_path = || Error::new(Code::Plain400).extra("invalid request path").with("path", path);
    let below_root = path.strip_prefix('/').ok_or_else(bad_path)?;
    let below_api = below_root.strip_prefix("api/").unwrap_or(below_root);
    let call = below_api.strip_suffix('/').unwrap_or(below_api);

    let (version, endpoint) = match call.split_once('/') {
        Some((version, endpoint)) => (Some(version), endpoint),
        None => (None, call),
    };
    if !is_endpoint_name(endpoint) {
        return Err(bad_path());
    }
    let version = match version {
        None => None,
        Some(part) => {
            let text = part.strip_prefix('v').ok_or_else(bad_path)?;
            if !Version::has_shape(text) {
                return Err(bad_path());
            }
            let unusable = || Error::new(Code::RequestPathHasInvalidVersion).with("version", text);
            Some(Version::parse(text).ok_or_else(unusable)?)
        }
    };
    Ok(RpcPath { version, endpoint: endpoint.to_owned() })
}

fn is_endpoint_name(name: &str) -> bool {
    let is_name = |part: &str| {
        let mut letters = part.chars();
        letters.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
            && part.chars().count() > 1
            && letters.all(|c| c.is_alphanumeric() || c == '_')
    };
    name.split_once('.').is_some_and(|(service, action)| is_name(service) && is_name(action))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_form() {
        let v = |major, minor| Some(Version::new(major, minor));
        for (path, version, endpoint) in [
            ("/v2.23/tasks.get_all", v(2, 23), "tasks.get_all"),
            ("/v2.23/tasks.get_all/", v(2, 23), "tasks.get_all"),
            ("/tasks.get_all", None, "tasks.get_all"),
            ("/api/v20/debug.ping", v(20, 0), "debug.ping"),
            ("/api/auth.login/", None, "auth.login"),
            ("/_x._y", None, "_x._y"),
        ] {
            let parsed = parse(path).expect(path);
            assert_eq!((parsed.version, parsed.endpoint.as_str()), (version, endpoint), "{path}");
        }
        assert_eq!(parse("/debug.ping").expect("a path").requested(), Version::MAX);
    }

    #[test]
    fn refuses_the_rest() {
        for path in [
            "",
            "/",
            "tasks.get_all",
            "/tasks",
            "/v2/tasks.get_all",
            "/v2.1/",
            "/v2.1/tasks",
            "/x/tasks.get_all",
            "/v2.1/a/tasks.get_all",
            "/v2.1//tasks.get_all",
            "/t.get_all",
            "/tasks.1get",
            "/tasks.get-all",
            "/tasks.get.all",
            "/api",
            "/api/api/tasks.get_all",
        ] {
            assert_eq!(parse(path).expect_err(path).code, Code::Plain400, "{path}");
        }
        let huge = parse("/v99999999999.1/tasks.get_all").expect_err("a huge version");
        assert_eq!(huge.code, Code::RequestPathHasInvalidVersion);
    }
}
