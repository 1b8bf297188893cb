//! `server.*`: what this server is.

mod config;
mod statistics;

use crate::access::SERVER_VERSION;
use crate::registry::{Context, Registry};
use arno_store::Result;
use arno_wire::endpoints::table;
use arno_wire::version::Version;
use serde_json::{Map, Value, json};

/// The endpoints of this folder.
pub fn register(r: &mut Registry) {
    r.read("server.info", info);
    r.read("server.info", info_with_uid).since(2, 8);
    r.read("server.info", info_with_api_version).since(2, 12);
    r.read("server.config", config::config);
    r.read("server.endpoints", endpoints);
    r.read("server.get_stats", statistics::counts);
    r.write("server.report_stats_option", statistics::option);
}

fn info(ctx: &Context<'_>, _: Map<String, Value>) -> Result<Value> {
    Ok(json!({
        "version": SERVER_VERSION, "build": ctx.site.settings.version, "commit": "",
    }))
}

fn info_with_uid(ctx: &Context<'_>, request: Map<String, Value>) -> Result<Value> {
    let mut answer = info(ctx, request)?;
    answer["uid"] = ctx.site.settings.server_uuid.clone().into();
    Ok(answer)
}

fn info_with_api_version(ctx: &Context<'_>, request: Map<String, Value>) -> Result<Value> {
    let mut answer = info_with_uid(ctx, request)?;
    answer["api_version"] = Version::MAX.to_string().into();
    Ok(answer)
}

/// Every endpoint of the protocol with the versions it is served from.
fn endpoints(_: &Context<'_>, _: Map<String, Value>) -> Result<Value> {
    let mut services: Map<String, Value> = Map::new();
    for endpoint in table().iter() {
        let service = endpoint.name.split('.').next().unwrap_or_default();
        let lines = endpoint.handlers.iter().map(|handler| {
            json!({
                "min_version": handler.min_version.to_string(),
                "name": endpoint.name,
                "internal": endpoint.internal,
                "allow_roles": endpoint.allow_roles,
            })
        });
        let list = services.entry(service).or_insert_with(|| json!([]));
        if let Value::Array(list) = list {
            list.extend(lines);
        }
    }
    Ok(services.into())
}
