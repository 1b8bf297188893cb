//! `server.config`: the effective settings, without secrets.

use crate::registry::Context;
use arno_store::{Result, Visibility};
use arno_wire::error::{Code, Error as Refusal};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
pub(super) struct Config {
    path: Option<String>,
}

/// All settings, or those below a dotted path.
pub(super) fn config(ctx: &Context<'_>, request: Config) -> Result<Value> {
    let settings = &ctx.site.settings;
    let all = json!({
        "version": settings.version,
        "server_uuid": settings.server_uuid,
        "company": settings.company,
        "urls": {
            "web": settings.web_url, "api": settings.api_url, "files": settings.files_url,
        },
        "visibility": match settings.visibility {
            Visibility::Shared => "shared",
            Visibility::Private => "private",
        },
        "timezone": settings.timezone.name(),
    });
    let Some(path) = request.path.filter(|path| !path.is_empty()) else { return Ok(all) };
    let found = path.split('.').try_fold(&all, |value, part| value.get(part));
    match found {
        Some(Value::Object(fields)) => Ok(fields.clone().into()),
        Some(value) => Ok(json!({"value": value})),
        None => {
            let unknown = Refusal::new(Code::ValidationError).extra("no such setting");
            Err(unknown.with("path", path).into())
        }
    }
}
