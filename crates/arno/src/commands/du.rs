//! `arno du`: what uses the space. Every byte of the data directory, of the folder of files and of
//! the database is counted once: as content of a task or model, of a file, or as one of the rests.

use crate::database::{CommandResult, administration, files};
use crate::output::columns;
use crate::settings::Loaded;
use arno_store::blobs::FilesLocation;
use arno_store::jobs;
use arno_store::usage::{self, Bytes, Usage};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

/// Rows of each list that people see.
const SHOWN: usize = 10;

/// Everything that is told.
struct Report {
    places: Vec<String>,
    content: Bytes,
    /// What the database needs beside the content.
    overhead: i64,
    /// Contents that are being removed or written.
    passing: i64,
    /// Other files of the data directory.
    other: i64,
    usages: Vec<Usage>,
    names: HashMap<String, String>,
    failed: usize,
}

/// Prints what uses the space, as text or as JSON.
pub fn run(loaded: &Loaded, as_json: bool) -> CommandResult<()> {
    let report = Report::of(loaded)?;
    match as_json {
        true => println!("{:#}", report.json()),
        false => print!("{}", report.text()),
    }
    Ok(())
}

impl Report {
    fn of(loaded: &Loaded) -> CommandResult<Report> {
        let data = &loaded.settings.data_dir;
        let administration = administration(&loaded.settings)?;
        let (usages, names, database, failed) = administration.read(|tx| {
            let failed = jobs::failed(tx)?.len();
            Ok((usage::all(tx)?, usage::names(tx)?, usage::database_size(tx)?, failed))
        })?;
        // Closed, so that the database's temporary files are not counted.
        drop(administration);
        let content = usages.iter().fold(Bytes::default(), |sum, usage| sum + usage.bytes);
        let mut places = vec![data.display().to_string()];
        let everything = size(data)?;
        let (database, of_database) = match database {
            Some(bytes) => {
                places.push("the PostgreSQL database".to_owned());
                (bytes, 0)
            }
            None => sqlite_size(data)?,
        };
        let own = |folder: &Path| folder.starts_with(data);
        let (stored, of_files) = match files(loaded)? {
            FilesLocation::Folder(folder) => {
                let stored = size(&folder)?;
                if !own(&folder) {
                    places.push(folder.display().to_string());
                }
                (stored, if own(&folder) { stored } else { 0 })
            }
            FilesLocation::Remote { url, .. } => {
                places.push(url);
                (content.files, 0)
            }
        };
        Ok(Report {
            places,
            content,
            overhead: signed(database) - signed(content.in_database()),
            passing: signed(stored) - signed(content.files),
            other: signed(everything) - signed(of_database) - signed(of_files),
            usages,
            names: names.into_iter().collect(),
            failed,
        })
    }

    fn total(&self) -> i64 {
        signed(self.content.total()) + self.overhead + self.passing + self.other
    }

    /// The sums by what `key` says, largest first.
    fn sums(&self, key: impl Fn(&Usage) -> Option<&String>) -> Vec<(Option<&String>, Bytes)> {
        let mut sums: BTreeMap<Option<&String>, Bytes> = BTreeMap::new();
        for usage in &self.usages {
            *sums.entry(key(usage)).or_default() += usage.bytes;
        }
        let mut sums: Vec<_> = sums.into_iter().collect();
        sums.sort_by_key(|(_, bytes)| std::cmp::Reverse(bytes.total()));
        sums
    }

    /// The tasks, largest first.
    fn tasks(&self) -> Vec<&Usage> {
        let mut tasks: Vec<&Usage> =
            self.usages.iter().filter(|usage| usage.task.is_some()).collect();
        tasks.sort_by_key(|usage| std::cmp::Reverse(usage.bytes.total()));
        tasks
    }

    fn name(&self, id: Option<&String>) -> &str {
        id.and_then(|id| self.names.get(id)).map_or("-", String::as_str)
    }

    fn json(&self) -> Value {
        let listed = |sums: Vec<(Option<&String>, Bytes)>| -> Vec<Value> {
            sums.into_iter()
                .map(|(id, bytes)| {
                    let mut item = counted(bytes);
                    item["id"] = json!(id);
                    item["name"] = self.name(id).into();
                    item
                })
                .collect()
        };
        let tasks: Vec<Value> = self
            .tasks()
            .into_iter()
            .map(|usage| {
                let mut item = counted(usage.bytes);
                item["id"] = json!(usage.task);
                item["name"] = json!(usage.name);
                item["project"] = json!(usage.project);
                item["user"] = json!(usage.user);
                item
            })
            .collect();
        json!({
            "places": self.places,
            "total": self.total(),
            "content": counted(self.content),
            "database_overhead": self.overhead,
            "files_in_passing": self.passing,
            "other": self.other,
            "projects": listed(self.sums(|usage| usage.project.as_ref())),
            "users": listed(self.sums(|usage| usage.user.as_ref())),
            "tasks": tasks,
            "failed_jobs": self.failed,
        })
    }

    fn text(&self) -> String {
        let content = self.content;
        let kinds = [
            ("reported by tasks: points, console, plots, samples", signed(content.events)),
            ("records of tasks and models", signed(content.database)),
            ("uploaded files", signed(content.files + content.small_files)),
            ("the database's own: indexes, free pages, other records", self.overhead),
            ("files being written or removed", self.passing),
            ("other files: configuration, lock", self.other),
            ("together", self.total()),
        ]
        .map(|(what, bytes)| [human(bytes), what.to_owned()]);
        let mut text = format!("{}\n\n", self.places.join("\n"));
        text += &columns(["BYTES", "WHAT"], &kinds);
        let listed = |sums: Vec<(Option<&String>, Bytes)>| -> Vec<[String; 4]> {
            let row = |(id, bytes)| cells(bytes, self.name(id));
            sums.into_iter().take(SHOWN).map(row).collect()
        };
        let heading = |name| ["BYTES", "EVENTS", "FILES", name];
        let projects = listed(self.sums(|usage| usage.project.as_ref()));
        text += &format!("\n{}", columns(heading("PROJECT"), &projects));
        let users = listed(self.sums(|usage| usage.user.as_ref()));
        text += &format!("\n{}", columns(heading("USER"), &users));
        let task = |usage: &&Usage| {
            let (id, name) = (usage.task.as_deref(), usage.name.as_deref());
            cells(usage.bytes, &format!("{}  {}", id.unwrap_or("-"), name.unwrap_or("-")))
        };
        let tasks: Vec<_> = self.tasks().iter().take(SHOWN).map(task).collect();
        text += &format!("\n{}", columns(heading("TASK"), &tasks));
        if self.failed > 0 {
            text += &format!(
                "\n{} deletions failed and still use space; `arno doctor` says why.\n",
                self.failed
            );
        }
        text
    }
}

fn cells(bytes: Bytes, name: &str) -> [String; 4] {
    let [total, events, files] = [bytes.total(), bytes.events, bytes.files + bytes.small_files];
    [human(signed(total)), human(signed(events)), human(signed(files)), name.to_owned()]
}

fn counted(bytes: Bytes) -> Value {
    json!({
        "events": bytes.events,
        "database": bytes.database,
        "files": bytes.files + bytes.small_files,
        "total": bytes.total(),
    })
}

fn signed(bytes: u64) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}

/// The size of the SQLite files, which all lie in the data directory.
fn sqlite_size(data: &Path) -> std::io::Result<(u64, u64)> {
    let mut sum = 0;
    for entry in std::fs::read_dir(data)? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with("meta.db") || name.starts_with("events.db") {
            sum += entry.metadata()?.len();
        }
    }
    Ok((sum, sum))
}

/// Bytes of all files below a folder; what goes away meanwhile does not count.
fn size(folder: &Path) -> std::io::Result<u64> {
    let missing = |error: &std::io::Error| error.kind() == std::io::ErrorKind::NotFound;
    let entries = match std::fs::read_dir(folder) {
        Err(error) if missing(&error) => return Ok(0),
        entries => entries?,
    };
    let mut sum = 0;
    for entry in entries {
        let entry = entry?;
        sum += match entry.metadata() {
            Ok(found) if found.is_dir() => size(&entry.path())?,
            Ok(found) => found.len(),
            Err(error) if missing(&error) => 0,
            Err(error) => return Err(error),
        };
    }
    Ok(sum)
}

/// A number of bytes in the largest unit that leaves at least one.
fn human(bytes: i64) -> String {
    const UNITS: [(i64, &str); 4] =
        [(1_000_000_000_000, "TB"), (1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")];
    match UNITS.iter().find(|(size, _)| bytes.abs() >= *size) {
        Some((size, unit)) => format!("{:.1} {unit}", bytes as f64 / *size as f64),
        None => format!("{bytes} B"),
    }
}

#[cfg(test)]
mod tests {
    use super::human;

    #[test]
    fn bytes_are_told_in_their_largest_unit() {
        let told = [0, 999, 1_000, 1_550_000, 2_000_000_000, 3_000_000_000_000].map(human);
        assert_eq!(told, ["0 B", "999 B", "1.0 kB", "1.6 MB", "2.0 GB", "3.0 TB"]);
    }
}
