//! `DELETE /<path>` and `POST /delete_many`.

use super::{bad_request, is_refusal, not_found};
use crate::http::{App, reply};
use arno_store::{Result, Scope};
use arno_wire::file_name;
use axum::body::Body;
use axum::http::StatusCode;
use axum::response::Response;
use http_body_util::{BodyExt, Limited};
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// Largest list of files to delete, in bytes.
const MAX_BODY: usize = 16 * 1024 * 1024;

/// Deletes the first file there is of these names.
pub(super) async fn one(
    app: &App,
    scope: Scope,
    names: impl Iterator<Item = String>,
) -> Result<Response> {
    for name in names {
        if app.site.blobs.delete(scope.clone(), &name).await? {
            return Ok(reply::json(StatusCode::OK, &Value::from(name)));
        }
    }
    Ok(not_found())
}

#[derive(Deserialize)]
struct Request {
    files: Vec<String>,
}

/// Deletes files and folders; says of each what became of it.
pub(super) async fn many(app: &App, scope: Scope, body: Body) -> Result<Response> {
    let Ok(body) = Limited::new(body, MAX_BODY).collect().await else {
        return Ok(bad_request("The list was cut off or has more than 16 MiB"));
    };
    let Ok(request) = arno_wire::json::from_slice::<Request>(&body.to_bytes()) else {
        return Ok(bad_request("Send {\"files\": [paths]}"));
    };
    let mut deleted = Map::new();
    let mut errors: Map<String, Value> = Map::new();
    for given in request.files {
        match delete(app, scope.clone(), &given).await? {
            Ok(name) => {
                deleted.insert(given, name.into());
            }
            Err(reason) => {
                let list = errors.entry(reason).or_insert_with(|| json!([]));
                if let Value::Array(list) = list {
                    list.push(given.into());
                }
            }
        }
    }
    Ok(reply::json(StatusCode::OK, &json!({"deleted": deleted, "errors": errors})))
}

/// Deletes a file or a folder; its name, or why not.
async fn delete(
    app: &App,
    scope: Scope,
    given: &str,
) -> Result<std::result::Result<String, String>> {
    if given.trim_matches('/').is_empty() {
        return Ok(Err("Empty path not allowed".to_owned()));
    }
    let Some(name) = file_name::unquote(given) else {
        return Ok(Err("Path not allowed".to_owned()));
    };
    let blobs = &app.site.blobs;
    let found = match blobs.delete(scope.clone(), &name).await {
        Ok(true) => Ok(true),
        Ok(false) => blobs.delete_folder(scope, &name).await.map(|count| count > 0),
        Err(error) => Err(error),
    };
    match found {
        Ok(true) => Ok(Ok(name)),
        Ok(false) => Ok(Err("Not found".to_owned())),
        Err(error) if is_refusal(&error) => Ok(Err(error.to_string())),
        Err(error) => Err(error),
    }
}
