//! Work beside the requests, by a clock the test sets.

use crate::lab::{Lab, START};
use crate::support::{Engine, on_both_engines};
use arno_store::Scope;
use arno_store::jobs::{self, LEASE};
use serde_json::json;

on_both_engines!(
    the_watchdog_stops_tasks_that_gave_no_sign_of_life,
    the_watchdog_waits_until_programs_could_come_back,
    a_reset_that_was_cut_off_is_finished_before_the_task_runs_again,
    work_of_a_server_that_is_gone_is_taken_over,
);

const QUARTER: i64 = 900_000;

async fn the_watchdog_stops_tasks_that_gave_no_sign_of_life(engine: Engine) {
    let lab = Lab::start(engine).await;
    let (silent, pinging) = (lab.running("silent").await, lab.running("pinging").await);
    let draft = &lab.draft("draft").await;
    lab.work_at(START + 7_200_000).await;
    assert_eq!(lab.task(&silent).await["status"], "in_progress", "not longer than two hours");
    lab.ok("tasks.ping", json!({"task": pinging})).await;

    lab.work_at(START + 7_200_000 + QUARTER - 1).await;
    assert_eq!(lab.task(&silent).await["status"], "in_progress", "the round is not due");
    let now = START + 7_200_000 + QUARTER;
    lab.work_at(now).await;
    let stopped = lab.task(&silent).await;
    assert_eq!(stopped["status"], "stopped");
    assert_eq!(stopped["status_reason"], "Forced stop (non-responsive)");
    assert_eq!(stopped["status_message"], "Forced stop (non-responsive)");
    assert_eq!(stopped["last_changed_by"], "__apiserver__");
    assert_eq!(stopped["status_changed"], stopped["last_update"]);
    assert!(stopped.get("completed").is_none(), "{stopped}");
    assert_eq!(lab.task(&pinging).await["status"], "in_progress");
    assert_eq!(lab.task(draft).await["status"], "created");
}

async fn the_watchdog_waits_until_programs_could_come_back(engine: Engine) {
    let lab = Lab::start(engine).await;
    let task = lab.running("task").await;
    // As if the server had been down for a day: the task's last sign of life is older than it.
    let last_update = START - 86_400_000;
    let age = move |tx: &arno_store::Tx<'_>| {
        tx.execute("UPDATE tasks SET last_update = $1", &[last_update.into()])
    };
    let db = &lab.server.running.site.db;
    db.write(Scope::system(""), age).await.expect("an old task");
    lab.work_at(START + QUARTER - 1).await;
    assert_eq!(lab.task(&task).await["status"], "in_progress");
    lab.work_at(START + 2 * QUARTER).await;
    assert_eq!(lab.task(&task).await["status"], "stopped");
}

async fn a_reset_that_was_cut_off_is_finished_before_the_task_runs_again(engine: Engine) {
    let lab = Lab::start(engine).await;
    let task = &lab.draft("task").await;
    lab.say(task).await;
    // What a server leaves that dies right after the reset: the job, held by it.
    let id = task.clone();
    let cut_off = move |tx: &arno_store::Tx<'_>| {
        let owner = arno_store::tasks::visible(tx, &id)?.pk;
        let job = jobs::add(tx, jobs::Work::DeleteEvents { owner, forget: false, files: None })?;
        jobs::take(tx, &job, "a dead server")
    };
    let site = &lab.server.running.site;
    let scope = Scope::system(&site.settings.company);
    site.db.write(scope, cut_off).await.expect("a job");
    lab.work_at(START + LEASE - 1).await;
    assert_eq!(lab.log_lines(task).await, 1, "it may still be alive");

    lab.ok("tasks.started", json!({"task": task})).await;
    assert_eq!(lab.log_lines(task).await, 0);
    lab.say(task).await;
    lab.work_at(START + LEASE).await;
    assert_eq!(lab.log_lines(task).await, 1, "what the new run says stays");
}

async fn work_of_a_server_that_is_gone_is_taken_over(engine: Engine) {
    let lab = Lab::start(engine).await;
    let task = &lab.draft("task").await;
    lab.say(task).await;
    let id = task.clone();
    let left = move |tx: &arno_store::Tx<'_>| {
        let owner = arno_store::tasks::visible(tx, &id)?.pk;
        let job = jobs::add(tx, jobs::Work::DeleteEvents { owner, forget: true, files: None })?;
        jobs::take(tx, &job, "a dead server")
    };
    let site = &lab.server.running.site;
    let scope = Scope::system(&site.settings.company);
    site.db.write(scope, left).await.expect("a job");
    lab.work_at(START + LEASE).await;
    assert_eq!(lab.log_lines(task).await, 0);
}
