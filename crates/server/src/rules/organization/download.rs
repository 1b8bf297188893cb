//! `organization.prepare_download_for_get_all` and `download_for_get_all`: a query's rows as a CSV
//! file. What was prepared lies in the database, so that any server can answer the download.

use super::csv;
use crate::registry::{Call, Context, Reply};
use arno_store::cursors;
use arno_store::document::Document;
use arno_store::query::{self, Paging, Path, Request};
use arno_store::schema::{Entity, MODEL, TASK};
use arno_store::{Millis, Result, Tx, projects};
use arno_wire::error::{Code, Error};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// How long a download stays prepared, ms.
const LIFE: Millis = 300_000;
/// Most rows of a file.
const MAX_ROWS: usize = 50_000;
/// Rows read at a time.
const BATCH: usize = 500;
/// Characters of a project's name in the file's.
const MAX_NAME: usize = 60;

/// What is to be downloaded, and by whom.
#[derive(Debug, Serialize, Deserialize)]
struct Prepared {
    user: String,
    call: Document,
}

#[derive(Debug, Deserialize)]
struct Table {
    entity_type: String,
    field_mappings: Vec<Column>,
}

/// A column of the file: where its values come from, and what is written in place of some.
#[derive(Debug, Deserialize)]
struct Column {
    field: String,
    name: Option<String>,
    values: Option<Vec<Replacement>>,
}

#[derive(Debug, Deserialize)]
struct Replacement {
    #[serde(default)]
    key: Value,
    #[serde(default)]
    value: Value,
}

impl Table {
    fn read(call: &Document) -> Result<Table> {
        let read = serde_json::from_value(Value::Object(call.clone()));
        read.map_err(|e| Error::new(Code::ValidationError).extra(e.to_string()).into())
    }

    fn entity(&self) -> &'static Entity {
        if self.entity_type == "model" { &MODEL } else { &TASK }
    }

    /// The query, from its first row to the last that fits a file.
    fn request(&self, call: &Document) -> Result<Request> {
        let mut request = Request::parse(self.entity(), call, true)?;
        request.paging = Paging::Window { offset: 0, limit: MAX_ROWS };
        Ok(request)
    }
}

/// Keeps a query until it is downloaded.
///
/// # Errors
/// Those of the query.
pub(super) fn prepare(ctx: &Context<'_>, call: Document) -> Result<Value> {
    Table::read(&call)?.request(&call)?;
    let prepared = Prepared { user: ctx.caller.user.clone(), call };
    Ok(json!({"prepare_id": cursors::put(ctx.tx, &prepared, LIFE)?}))
}

#[derive(Debug, Deserialize)]
struct DownloadRequest {
    prepare_id: String,
}

/// The rows of a prepared query as they are now.
///
/// # Errors
/// 400/10 when nothing is prepared under this id, or by somebody else.
pub(super) async fn download_for_get_all(call: Call) -> Result<Reply> {
    let request: DownloadRequest = call.request()?;
    let user = call.caller.user.clone();
    let write = move |tx: &Tx<'_>| -> Result<(String, Vec<u8>)> {
        let prepared: Option<Prepared> = cursors::get(tx, &request.prepare_id)?;
        let prepared = prepared.filter(|prepared| prepared.user == user).ok_or_else(|| {
            Error::new(Code::InvalidId)
                .extra("nothing is prepared under this id; prepare the download again")
                .with("prepare_id", &request.prepare_id)
        })?;
        let table = Table::read(&prepared.call)?;
        Ok((file_name(tx, &table, &prepared.call)?, content(tx, &table, &prepared.call)?))
    };
    let (name, content) = call.site.db.read(call.scope(), write).await?;
    Ok(Reply::Download { name, content_type: "text/csv", content: content.into() })
}

/// `clearml-<project>-<type>s.csv`; without the project when it is not a single one.
fn file_name(tx: &Tx<'_>, table: &Table, call: &Document) -> Result<String> {
    let only = match call.get("project") {
        Some(Value::Array(projects)) if projects.len() == 1 => projects.first(),
        Some(Value::Array(_)) | None => None,
        single => single,
    };
    let project = match only {
        Some(Value::String(id)) => arno_store::unless_refused(projects::visible(tx, id))?
            .map(|project| project.basename().chars().take(MAX_NAME).collect()),
        Some(Value::Null) if call["project"].is_array() => Some("root".to_owned()),
        _ => None,
    };
    let parts = ["clearml".to_owned()].into_iter().chain(project);
    let parts: Vec<String> = parts.chain([format!("{}s.csv", table.entity().name)]).collect();
    Ok(parts.join("-"))
}

fn content(tx: &Tx<'_>, table: &Table, call: &Document) -> Result<Vec<u8>> {
    let entity = table.entity();
    let request = table.request(call)?;
    let mut out = csv::BYTE_ORDER_MARK.to_owned();
    let header: Vec<Value> = table
        .field_mappings
        .iter()
        .map(|column| column.name.as_deref().unwrap_or(&column.field).into())
        .collect();
    csv::push_row(&mut out, &header);
    let paths: Vec<Path> =
        table.field_mappings.iter().map(|column| Path::parse(entity, &column.field)).collect();
    for rows in query::keys(tx, entity, &request)?.chunks(BATCH) {
        for document in query::documents(tx, entity, &request.projection, rows)? {
            let document = Value::Object(document);
            let cells: Vec<Value> = table
                .field_mappings
                .iter()
                .zip(&paths)
                .map(|(column, path)| column.shown(at(&document, path.keys())))
                .collect();
            csv::push_row(&mut out, &cells);
        }
    }
    Ok(out.into_bytes())
}

impl Column {
    /// The value as it is written.
    fn shown(&self, value: Value) -> Value {
        let replaced = self.values.iter().flatten().find(|replacement| replacement.key == value);
        replaced.map_or(value, |replacement| replacement.value.clone())
    }
}

/// The value at a path; of a list on the way the values of its items.
fn at(value: &Value, keys: &[String]) -> Value {
    match (value, keys.split_first()) {
        (value, None) => value.clone(),
        (Value::Object(object), Some((key, rest))) => {
            object.get(key).map_or(Value::Null, |inner| at(inner, rest))
        }
        (Value::Array(items), Some(_)) => items.iter().map(|item| at(item, keys)).collect(),
        (_, Some(_)) => Value::Null,
    }
}
