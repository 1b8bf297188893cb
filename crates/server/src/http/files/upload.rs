//! `POST /`: stores every file part of a multipart form under the part's own name.

use super::{bad_request, not_found};
use crate::http::{App, reply};
use arno_store::{Result, Scope};
use arno_wire::file_name;
use axum::body::Body;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::response::Response;
use multer::{Field, Multipart};
use serde_json::Value;

const CUT_OFF: &str =
    "The upload was cut off or is not multipart/form-data; nothing of it was kept";

/// Stores the files of a form as they stream in; answers with their names.
pub(super) async fn store(app: &App, scope: Scope, parts: &Parts, body: Body) -> Result<Response> {
    let content_type = parts.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let Some(boundary) = content_type.and_then(|kind| multer::parse_boundary(kind).ok()) else {
        return Ok(bad_request("Files are sent as multipart/form-data"));
    };
    let mut form = Multipart::new(body.into_data_stream(), boundary);
    let mut stored = Vec::new();
    loop {
        let field = match form.next_field().await {
            Ok(Some(field)) => field,
            Ok(None) => return Ok(reply::json(StatusCode::OK, &Value::Array(stored))),
            Err(_) => return Ok(bad_request(CUT_OFF)),
        };
        if field.file_name().is_none() {
            continue;
        }
        let given = field.name().unwrap_or_default().trim_start_matches('/').to_owned();
        let Some(name) = file_name::clean(&given) else { return Ok(not_found()) };
        if !store_field(app, scope.clone(), &name, field).await? {
            return Ok(bad_request(CUT_OFF));
        }
        stored.push(Value::from(given));
    }
}

/// Stores one part; whether it came whole.
async fn store_field(app: &App, scope: Scope, name: &str, mut field: Field<'_>) -> Result<bool> {
    let mut upload = app.site.blobs.upload();
    loop {
        match field.chunk().await {
            Ok(Some(bytes)) => upload.write(bytes).await?,
            Ok(None) => break,
            Err(_) => return Ok(false),
        }
    }
    upload.finish(scope, name).await?;
    Ok(true)
}
