//! Noticing that a running task is to stop (agent.md §4.1): from the live stream at once, and by
//! asking from time to time where there is none.

use arno_client::{Client, Error, Live, Subject};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior, interval_at};

/// How often the status is looked at while the live stream tells of changes …
const WITH_STREAM: Duration = Duration::from_secs(30);
/// … and where there is none.
const WITHOUT_STREAM: Duration = Duration::from_millis(1500);
/// How often in a row a task must look as if it had been reset before that is believed.
const RESETS: u32 = 4;
/// Keys of the task's runtime that the SDK sets for an abort callback.
const CALLBACK_TIMEOUT: &str = "_abort_callback_timeout";
const CALLBACK_POLL: &str = "_abort_poll_freq";
const CALLBACK_DONE: &str = "_abort_callback_completed";
/// How often it is looked whether an abort callback is done.
const CALLBACK_LOOK: Duration = Duration::from_millis(500);

/// Why a run must end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// A person asked for it: the task becomes `stopped`.
    Stop,
    /// The task has another status by now, or is gone; it stays as it is.
    Leave,
    /// As [`Order::Leave`], but the task may have said so itself and be about to end.
    Finish,
}

/// What a status says about a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reading {
    GoOn,
    Reset,
    Order(Order),
}

fn read_status(status: &str, message: &str) -> Reading {
    match status {
        "in_progress" if message.contains("stopping") => Reading::Order(Order::Stop),
        "stopped" | "queued" => Reading::Order(Order::Leave),
        "closed" | "published" | "publishing" | "failed" => Reading::Order(Order::Finish),
        "created" => Reading::Reset,
        _ => Reading::GoOn,
    }
}

/// Waits until the task is to stop.
pub(crate) async fn wait(client: &Client, task: &str) -> Order {
    let (sender, mut news) = mpsc::channel(16);
    let subjects = [Subject::Task(task.to_owned())];
    let follow = client.follow(&subjects, sender);
    let watch = async {
        let mut every = WITHOUT_STREAM;
        let mut ticks = interval(every);
        let mut resets = 0;
        loop {
            let live = tokio::select! {
                live = news.recv() => live,
                _ = ticks.tick() => None,
            };
            let wanted = match live {
                Some(Live::Resync) => WITH_STREAM,
                Some(Live::Lost) => WITHOUT_STREAM,
                _ => every,
            };
            if wanted != every {
                every = wanted;
                ticks = interval(every);
            }
            if matches!(&live, Some(Live::Changed(change)) if change.entity != "task") {
                continue;
            }
            match look(client, task).await {
                Ok(Reading::Order(order)) => return order,
                Ok(Reading::Reset) => {
                    resets += u32::from(live.is_none());
                    every = WITHOUT_STREAM;
                    ticks = interval(every);
                }
                Ok(Reading::GoOn) => resets = 0,
                Err(error) => tracing::debug!("task {task}: {error}"),
            }
            if resets > RESETS {
                return Order::Leave;
            }
        }
    };
    tokio::select! {
        order = watch => order,
        () = follow => std::future::pending().await,
    }
}

fn interval(every: Duration) -> tokio::time::Interval {
    let mut ticks = interval_at(Instant::now() + every, every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}

async fn look(client: &Client, task: &str) -> Result<Reading, Error> {
    let query = json!({
        "id": [task], "only_fields": ["status", "status_message"], "search_hidden": true,
    });
    let answer = client.call("tasks.get_all", &query).await?;
    let Some(found) = answer["tasks"].get(0) else { return Ok(Reading::Order(Order::Leave)) };
    let text = |key: &str| found[key].as_str().unwrap_or_default();
    Ok(read_status(text("status"), text("status_message")))
}

/// How long the task's abort callback may take; None when it has none.
pub(crate) async fn callback_time(client: &Client, task: &str, most: Duration) -> Option<Duration> {
    let runtime = runtime(client, task).await?;
    let seconds = number(&runtime[CALLBACK_TIMEOUT])?;
    let poll = number(&runtime[CALLBACK_POLL]).unwrap_or(0.0);
    Some(Duration::try_from_secs_f64(seconds + poll).unwrap_or(most).min(most))
}

/// Waits until the task says that its abort callback is done.
pub(crate) async fn callback_done(client: &Client, task: &str) {
    loop {
        let done = runtime(client, task).await.map(|runtime| is_true(&runtime[CALLBACK_DONE]));
        if done == Some(true) {
            return;
        }
        tokio::time::sleep(CALLBACK_LOOK).await;
    }
}

async fn runtime(client: &Client, task: &str) -> Option<Value> {
    let query = json!({"id": [task], "only_fields": ["runtime"], "search_hidden": true});
    let mut answer = client.call("tasks.get_all", &query).await.ok()?;
    Some(answer["tasks"].get_mut(0)?["runtime"].take())
}

fn number(value: &Value) -> Option<f64> {
    let number = value.as_f64().or_else(|| value.as_str()?.parse().ok())?;
    (number.is_finite() && number > 0.0).then_some(number)
}

fn is_true(value: &Value) -> bool {
    match value {
        Value::Bool(flag) => *flag,
        Value::String(text) => !matches!(text.to_lowercase().as_str(), "" | "0" | "false"),
        Value::Number(number) => number.as_f64() != Some(0.0),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_says_whether_to_go_on() {
        let table = [
            ("in_progress", "", Reading::GoOn),
            ("in_progress", "stopping", Reading::Order(Order::Stop)),
            ("completed", "", Reading::GoOn),
            ("created", "", Reading::Reset),
            ("queued", "", Reading::Order(Order::Leave)),
            ("stopped", "Stopped by someone", Reading::Order(Order::Leave)),
            ("failed", "", Reading::Order(Order::Finish)),
            ("published", "", Reading::Order(Order::Finish)),
        ];
        for (status, message, expected) in table {
            assert_eq!(read_status(status, message), expected, "{status} {message}");
        }
    }

    #[test]
    fn runtime_values_come_as_text_or_not() {
        assert_eq!(number(&json!("30")), Some(30.0));
        assert_eq!(number(&json!(0)), None);
        assert!(is_true(&json!(1)) && is_true(&json!("True")) && !is_true(&json!("")));
    }
}
