//! `arno agent list`: every registered worker.

use super::{Outcome, block_on, client};
use crate::settings::Settings;
use serde_json::{Value, json};
use std::process::ExitCode;

/// Prints the workers as the official agent does: one block each.
pub(super) fn list(settings: Settings) -> Outcome {
    let client = client(&settings, "")?;
    let answer = block_on(client.call("workers.get_all", &json!({"last_seen": 0})))??;
    println!("workers:");
    for worker in answer["workers"].as_array().into_iter().flatten() {
        print!("{}", block(worker));
    }
    Ok(ExitCode::SUCCESS)
}

fn block(worker: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let queues = worker["queues"].as_array().into_iter().flatten();
    let queues: Vec<String> = queues.map(|queue| text(&queue["name"])).collect();
    let rows = [
        ("id", text(&worker["id"])),
        ("ip", text(&worker["ip"])),
        ("user", text(&worker["user"]["name"])),
        ("task", text(&worker["task"]["id"])),
        ("task name", text(&worker["task"]["name"])),
        ("queues", queues.join(", ")),
        ("last activity", text(&worker["last_activity_time"])),
        ("last report", text(&worker["last_report_time"])),
    ];
    let mut block = String::new();
    for (number, (name, value)) in rows.iter().enumerate() {
        let mark = if number == 0 { "- " } else { "  " };
        block.push_str(&format!("{mark}{name}: {value}\n"));
    }
    block
}
