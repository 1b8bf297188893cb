//! Storage settings (api.md §12.5): credentials by which files in object stores are deleted with
//! the tasks that put them there. Secrets go in and never come out again.

mod secrets;

use crate::access::Role;
use crate::registry::{Context, Registry};
use arno_store::Result;
use arno_store::external::{Aws, Azure, Google, StorageSettings};
use arno_wire::date;
use arno_wire::error::{Code, Error};
use serde::Deserialize;
use serde_json::{Value, json};

/// The endpoints of `storage.*`.
pub(crate) fn register(registry: &mut Registry) {
    registry.read("storage.get_settings", get_settings);
    registry.write("storage.set_settings", set_settings);
    registry.write("storage.reset_settings", reset_settings);
}

#[derive(Deserialize)]
struct Nothing {}

fn get_settings(ctx: &Context<'_>, _: Nothing) -> Result<Value> {
    let mut settings = StorageSettings::load(ctx.tx)?;
    let changed = settings.last_update.take().map(date::format);
    secrets::mask(&mut settings);
    let mut shown = json!(settings);
    drop_nulls(&mut shown);
    if let Some(changed) = changed {
        shown["last_update"] = changed.into();
    }
    Ok(json!({"settings": shown}))
}

/// What is not set is left out.
fn drop_nulls(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|_, field| !field.is_null());
            fields.values_mut().for_each(drop_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(drop_nulls),
        _ => {}
    }
}

#[derive(Deserialize)]
struct SetRequest {
    aws: Option<Aws>,
    google: Option<Google>,
    azure: Option<Azure>,
}

fn set_settings(ctx: &Context<'_>, request: SetRequest) -> Result<Value> {
    require_admin(ctx, "storage.set_settings")?;
    let SetRequest { aws, google, azure } = request;
    if aws.is_none() && google.is_none() && azure.is_none() {
        return Err(invalid("give aws, google or azure").into());
    }
    if let Some(google) = &google {
        check_keys(google)?;
    }
    let mut settings = StorageSettings::load(ctx.tx)?;
    let old = settings.clone();
    settings.aws = aws.or(settings.aws);
    settings.google = google.or(settings.google);
    settings.azure = azure.or(settings.azure);
    secrets::restore(&mut settings, &old);
    settings.last_update = Some(ctx.tx.now());
    settings.save(ctx.tx)?;
    Ok(json!({"updated": 1}))
}

/// Google's keys are JSON objects as text.
fn check_keys(google: &Google) -> Result<()> {
    let own = google.buckets.iter().flatten().filter_map(|bucket| bucket.credentials_json.as_ref());
    for key in google.credentials_json.iter().chain(own).filter(|key| !key.is_empty()) {
        let is_object = serde_json::from_str::<Value>(key).is_ok_and(|key| key.is_object());
        if !is_object && key != secrets::MASK {
            return Err(invalid("credentials_json must be the text of a JSON object").into());
        }
    }
    Ok(())
}

#[derive(Deserialize)]
struct ResetRequest {
    #[serde(default)]
    keys: Option<Vec<String>>,
}

fn reset_settings(ctx: &Context<'_>, request: ResetRequest) -> Result<Value> {
    require_admin(ctx, "storage.reset_settings")?;
    let mut settings = StorageSettings::load(ctx.tx)?;
    let mut changed = false;
    for key in request.keys.unwrap_or_default() {
        changed |= match key.as_str() {
            "aws" => settings.aws.take().is_some(),
            "google" => settings.google.take().is_some(),
            "azure" => settings.azure.take().is_some(),
            _ => return Err(invalid("keys are aws, google and azure").with("key", key).into()),
        };
    }
    if changed {
        settings.last_update = Some(ctx.tx.now());
        settings.save(ctx.tx)?;
    }
    Ok(json!({"updated": i64::from(changed)}))
}

/// The credentials are the site's.
fn require_admin(ctx: &Context<'_>, endpoint: &str) -> Result<()> {
    if ctx.caller.role == Role::Admin {
        return Ok(());
    }
    Err(Error::new(Code::RoleNotAllowed)
        .with("endpoint", endpoint)
        .with("role", ctx.caller.role.wire_name())
        .into())
}

fn invalid(problem: &str) -> Error {
    Error::new(Code::ValidationError).extra(problem)
}
