//! The gateway's part of the API's description (`/api/v1/openapi.json`).

use serde_json::{Value, json};

/// A way to ask: method, path, summary, and the fields of its body.
struct Way {
    method: &'static str,
    path: &'static str,
    about: &'static str,
    fields: &'static [(&'static str, &'static str, &'static str)],
}

const fn way(
    method: &'static str,
    path: &'static str,
    about: &'static str,
    fields: &'static [(&'static str, &'static str, &'static str)],
) -> Way {
    Way { method, path, about, fields }
}

const CALL: &[(&str, &str, &str)] = &[
    ("access_token", "string", "The caller's token, unless a header carries it."),
    ("task_id", "string", "Hash of the task template."),
    ("queue", "string", "Name of the queue; the template's own when absent."),
    ("params", "object", "Parameters of the task."),
    ("wait", "integer", "Seconds to wait for the end of the run, at most 60."),
    ("callback_url", "string", "Told when the run has ended."),
    ("idempotency_key", "string", "Calls with the same key start one run."),
];
const STABLE: &[(&str, &str, &str)] = &[
    ("access_token", "string", "The caller's token, unless a header carries it."),
    ("machine_id", "string", "Hash of the serving task."),
    ("endpoint", "string", "Name of the endpoint, also with a version."),
    ("params", "object", "Body of the endpoint's request."),
];
const MACHINE: &[(&str, &str, &str)] = &[
    ("task", "string", "Id of the serving task."),
    ("service", "boolean", "A service beside the platform, without a serving task."),
    ("url", "string", "Base URL."),
    ("headers", "object", "Headers sent with each request; never shown again."),
    ("description", "string", "What it is."),
];
const ENDPOINT: &[(&str, &str, &str)] = &[
    ("machine", "string", "Task id of the machine."),
    ("endpoint", "string", "Name of the endpoint."),
    ("description", "string", "What it is."),
];
const TEMPLATE: &[(&str, &str, &str)] = &[
    ("task", "string", "Id of the task."),
    ("queue", "string", "Name of the queue."),
    ("image", "string", "Image of the clones instead of the template's own."),
    ("description", "string", "What it is."),
];
const API: &[(&str, &str, &str)] = &[
    ("path", "string", "Path below /clearml/serve/api/."),
    ("mode", "string", "sporadic or stable."),
    ("target", "string", "Id of the template or endpoint."),
    ("description", "string", "What it does."),
    ("enabled", "boolean", "Whether it can be called."),
    ("open", "boolean", "Whether every known caller may call it."),
    ("input_schema", "object", "JSON schema of the parameters."),
    ("output_schema", "object", "JSON schema of the answer."),
    ("forward_token", "boolean", "Whether the analytic gets the caller's token."),
    ("keep_payloads", "boolean", "Whether requests and answers are recorded."),
    ("share", "boolean", "Whether identical sporadic calls share a run."),
    ("origins", "array", "Origins whose pages may call it, besides the site's."),
];
const PLAN: &[(&str, &str, &str)] = &[
    ("title", "string", "Its name."),
    ("per_minute", "integer", "Calls a minute."),
    ("per_day", "integer", "Calls a day."),
    ("per_month", "integer", "Calls a month."),
    ("concurrent", "integer", "Calls at a time."),
    ("compute_seconds", "integer", "Seconds of computing a month."),
    ("price", "number", "Price of a month."),
    ("price_per_call", "number", "Price of a call."),
    ("currency", "string", "Currency of the prices."),
    ("days", "integer", "Days that a grant lasts."),
    ("requestable", "boolean", "Whether it can be asked for."),
];
const GRANT: &[(&str, &str, &str)] = &[
    ("api", "string", "Id of the API."),
    ("subject", "object", "{kind: user|group|organisation|anonymous, name}."),
    ("plan", "string", "Id of the plan."),
    ("state", "string", "requested, active or refused."),
    ("note", "string", "Why."),
];
const ISSUER: &[(&str, &str, &str)] = &[
    ("url", "string", "The issuer's URL."),
    ("audiences", "array", "Accepted audiences."),
    ("parties", "array", "Accepted clients (azp)."),
    ("local_users", "boolean", "Whether its users are those of this site."),
    ("skew", "integer", "Seconds by which clocks may differ."),
    ("introspect", "boolean", "Whether each token is asked about."),
    ("client_id", "string", "Who asks."),
    ("client_secret", "string", "Never shown again."),
];
const TOKEN: &[(&str, &str, &str)] = &[
    ("user", "string", "Id of the user it stands for."),
    ("label", "string", "What it is for."),
    ("apis", "array", "Ids or paths of the only APIs it may call."),
    ("expires", "string", "When it expires."),
];

const WAYS: &[Way] = &[
    way("post", "/clearml/serve/enqueue_task", "Start a sporadic analytic", CALL),
    way("post", "/clearml/serve/ondemand", "Call a stable analytic", STABLE),
    way("post", "/clearml/serve/api/{path}", "Call an API; the body is its parameters", &[]),
    way("get", "/clearml/serve/task/{id}", "See a run", &[]),
    way("delete", "/clearml/serve/task/{id}", "Stop a run", &[]),
    way("get", "/clearml/serve/task/{id}/events", "Follow a run as server-sent events", &[]),
    way("get", "/clearml/serve/task/{id}/socket", "Follow a run over a WebSocket", &[]),
    way("get", "/clearml/serve/task/{id}/artifacts/{key}", "Get a result of a run", &[]),
    way("get", "/api/v1/gateway/machines", "List machines and services", &[]),
    way("post", "/api/v1/gateway/machines", "Register a machine or service", MACHINE),
    way("get", "/api/v1/gateway/endpoints", "List endpoints", &[]),
    way("post", "/api/v1/gateway/endpoints", "Register an endpoint", ENDPOINT),
    way("get", "/api/v1/gateway/tasks", "List task templates", &[]),
    way("post", "/api/v1/gateway/tasks", "Register a task template", TEMPLATE),
    way("get", "/api/v1/gateway/apis", "List APIs", &[]),
    way("post", "/api/v1/gateway/apis", "Offer a template or endpoint as an API", API),
    way("get", "/api/v1/gateway/plans", "List plans", &[]),
    way("post", "/api/v1/gateway/plans", "Make a plan", PLAN),
    way("get", "/api/v1/gateway/grants", "List grants", &[]),
    way("post", "/api/v1/gateway/grants", "Grant an API, or ask for it", GRANT),
    way("get", "/api/v1/gateway/issuers", "List issuers of tokens", &[]),
    way("post", "/api/v1/gateway/issuers", "Accept an issuer's tokens", ISSUER),
    way("get", "/api/v1/gateway/tokens", "List callers' tokens", &[]),
    way("post", "/api/v1/gateway/tokens", "Make a caller's token", TOKEN),
    way("get", "/api/v1/gateway/{kind}/{id}", "See an entry of any kind", &[]),
    way("patch", "/api/v1/gateway/{kind}/{id}", "Change fields of an entry", &[]),
    way("delete", "/api/v1/gateway/{kind}/{id}", "Remove an entry", &[]),
    way("get", "/api/v1/gateway/calls", "Look through the record of calls", &[]),
    way("get", "/api/v1/gateway/calls/{id}", "See a call", &[]),
    way("get", "/api/v1/gateway/statistics", "See calls over time", &[]),
    way("get", "/api/v1/gateway/consumption", "See what callers used", &[]),
    way("get", "/api/v1/gateway/invoice", "See what callers owe", &[]),
    way("get", "/api/v1/gateway/persons/{caller}", "Export what is kept of a caller", &[]),
    way("delete", "/api/v1/gateway/persons/{caller}", "Take a caller out of the record", &[]),
];

/// Every path of the gateway with its description; they lie at the root of `api_url`.
pub(in crate::http) fn paths(api_url: &str) -> Vec<(String, Value)> {
    let mut paths: Vec<(String, Value)> = Vec::new();
    for way in WAYS {
        let operation = operation(way);
        match paths.iter_mut().find(|(path, _)| path == way.path) {
            Some((_, known)) => known[way.method] = operation,
            None => {
                let mut described = json!({"servers": [{"url": api_url}]});
                described[way.method] = operation;
                paths.push((way.path.to_owned(), described));
            }
        }
    }
    paths
}

fn operation(way: &Way) -> Value {
    let name: String =
        way.path.chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect();
    let mut operation = json!({
        "operationId": format!("{}{name}", way.method),
        "summary": way.about,
        "tags": ["gateway"],
        "responses": {
            "2XX": {"description": "What was asked for."},
            "default": {
                "description": "The call was refused or failed, and why.",
                "content": {"application/json": {"schema": {
                    "type": "object", "properties": {"error": {"type": "string"}},
                }}},
            },
        },
    });
    let names = way.path.split('{').skip(1).filter_map(|part| part.split('}').next());
    let parameters: Vec<Value> = names
        .map(|name| json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}}))
        .collect();
    if !parameters.is_empty() {
        operation["parameters"] = parameters.into();
    }
    if matches!(way.method, "post" | "patch") {
        let mut properties = json!({});
        for (name, kind, about) in way.fields {
            properties[*name] = json!({"type": kind, "description": about});
        }
        let schema = json!({"type": "object", "properties": properties});
        operation["requestBody"] = json!({"content": {"application/json": {"schema": schema}}});
    }
    operation
}
