//! What the end of a run means for its task (agent.md §4).

use super::run::{Ended, Preparation};

/// Exit codes of a process that its user interrupted: -2 as a byte.
const INTERRUPTED: i32 = 254;

/// Why a run came to its end, besides what the process itself says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    /// By itself.
    Own,
    /// Somebody asked the server to stop it.
    Aborted,
    /// The agent was asked to end.
    AgentStopped,
    /// The task was given another status meanwhile, which stays as it is.
    Taken,
}

/// What the server and the console are told.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Verdict {
    /// `tasks.completed`, `tasks.failed`, `tasks.stopped`; None leaves the status alone.
    pub(crate) endpoint: Option<&'static str>,
    /// `status_reason`.
    pub(crate) reason: String,
    /// The last line of the console.
    pub(crate) line: String,
    /// `INFO` or `ERROR`.
    pub(crate) level: &'static str,
}

impl Verdict {
    fn new(endpoint: Option<&'static str>, reason: &str, line: &str) -> Verdict {
        let level = if endpoint == Some("tasks.failed") { "ERROR" } else { "INFO" };
        Verdict { endpoint, reason: reason.to_owned(), line: line.to_owned(), level }
    }

    /// A task that never ran, because its code or environment could not be had.
    pub(crate) fn unprepared(failure: Preparation) -> Verdict {
        let line = format!("Process failed: {}", failure.message);
        Verdict::new(Some("tasks.failed"), &failure.reason, &line)
    }
}

/// Judges a run's end.
pub(crate) fn judge(ended: &Ended, cause: Cause) -> Verdict {
    const STOPPED: Option<&str> = Some("tasks.stopped");
    const FAILED: Option<&str> = Some("tasks.failed");
    match cause {
        Cause::Taken => {
            return Verdict::new(None, "", "Process ended: the task's status was changed");
        }
        Cause::Aborted => {
            let reason = "task was stopped by tasks.stop";
            return Verdict::new(STOPPED, reason, "Process aborted by user");
        }
        Cause::AgentStopped => {
            return Verdict::new(STOPPED, "user abort", "Process terminated by user");
        }
        Cause::Own => {}
    }
    let why = ended.reason.as_deref();
    match (ended.code, ended.signal) {
        (Some(0), _) if why.is_none() => Verdict::new(
            Some("tasks.completed"),
            "worker execution done",
            "Process completed successfully",
        ),
        (Some(INTERRUPTED), _) => Verdict::new(STOPPED, "user abort", "Process terminated by user"),
        (Some(code), _) => {
            let reason = format!("worker execution exit code {code}");
            let line = format!("Process failed, exit code {code}{}", after(why));
            Verdict::new(FAILED, &reason, &line)
        }
        (None, Some(signal)) => {
            let name = signal_name(signal);
            let reason = format!("worker execution exit code -{signal}");
            let line = format!("Process failed, exit code -{signal} (signal {name}){}", after(why));
            Verdict::new(FAILED, &reason, &line)
        }
        (None, None) => {
            let line = format!("Process failed{}", after(why));
            Verdict::new(FAILED, why.unwrap_or("worker execution was lost"), &line)
        }
    }
}

fn after(why: Option<&str>) -> String {
    why.map(|why| format!(": {why}")).unwrap_or_default()
}

fn signal_name(signal: i32) -> String {
    nix::sys::signal::Signal::try_from(signal)
        .map_or_else(|_| signal.to_string(), |signal| signal.as_str().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_end_has_its_status() {
        let code = |code| Ended { code: Some(code), ..Ended::default() };
        let killed = |why: Option<&str>| Ended {
            signal: Some(9),
            reason: why.map(str::to_owned),
            ..Ended::default()
        };
        let table = [
            (
                code(0),
                Cause::Own,
                Some("tasks.completed"),
                "worker execution done",
                "Process completed successfully",
            ),
            (
                code(3),
                Cause::Own,
                Some("tasks.failed"),
                "worker execution exit code 3",
                "Process failed, exit code 3",
            ),
            (
                code(254),
                Cause::Own,
                Some("tasks.stopped"),
                "user abort",
                "Process terminated by user",
            ),
            (
                killed(Some("it used 9 MB")),
                Cause::Own,
                Some("tasks.failed"),
                "worker execution exit code -9",
                "Process failed, exit code -9 (signal SIGKILL): it used 9 MB",
            ),
            (
                killed(None),
                Cause::Aborted,
                Some("tasks.stopped"),
                "task was stopped by tasks.stop",
                "Process aborted by user",
            ),
            (
                killed(None),
                Cause::AgentStopped,
                Some("tasks.stopped"),
                "user abort",
                "Process terminated by user",
            ),
            (killed(None), Cause::Taken, None, "", "Process ended: the task's status was changed"),
            (
                Ended::not_started("nowhere: no such file".to_owned()),
                Cause::Own,
                Some("tasks.failed"),
                "nowhere: no such file",
                "Process failed: nowhere: no such file",
            ),
        ];
        for (ended, cause, endpoint, reason, line) in table {
            let verdict = judge(&ended, cause);
            assert_eq!(verdict.endpoint, endpoint, "{ended:?}");
            assert_eq!((verdict.reason.as_str(), verdict.line.as_str()), (reason, line));
            assert_eq!(verdict.level == "ERROR", endpoint == Some("tasks.failed"));
        }
    }
}
