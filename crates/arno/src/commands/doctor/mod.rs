//! `arno doctor`: looks at everything a server needs, changes nothing, and says what to do about
//! what it finds. Ends with 1 when something would keep a server from running.

mod checks;

use crate::settings::Loaded;
use std::process::ExitCode;

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Good,
    Advice,
    Broken,
}

/// What one check found.
#[derive(Debug)]
struct Finding {
    subject: &'static str,
    verdict: Verdict,
    what: String,
    remedy: Option<String>,
}

impl Finding {
    fn good(subject: &'static str, what: impl Into<String>) -> Finding {
        Finding { subject, verdict: Verdict::Good, what: what.into(), remedy: None }
    }

    fn advice(
        subject: &'static str,
        what: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Finding {
        let remedy = Some(remedy.into());
        Finding { subject, verdict: Verdict::Advice, what: what.into(), remedy }
    }

    fn broken(
        subject: &'static str,
        what: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Finding {
        let remedy = Some(remedy.into());
        Finding { subject, verdict: Verdict::Broken, what: what.into(), remedy }
    }
}

/// Runs the checks and prints what they find.
pub fn run(loaded: &Loaded) -> ExitCode {
    let findings = checks::all(loaded);
    print!("{}", report(&findings));
    match findings.iter().any(|finding| finding.verdict == Verdict::Broken) {
        true => ExitCode::FAILURE,
        false => ExitCode::SUCCESS,
    }
}

fn report(findings: &[Finding]) -> String {
    let width = findings.iter().map(|finding| finding.subject.len()).max().unwrap_or(0);
    let mut text = String::new();
    for finding in findings {
        let mark = match finding.verdict {
            Verdict::Good => "ok  ",
            Verdict::Advice => "note",
            Verdict::Broken => "FAIL",
        };
        text += &format!("{mark}  {:width$}  {}\n", finding.subject, finding.what);
        if let Some(remedy) = &finding.remedy {
            text += &format!("      {:width$}  -> {remedy}\n", "");
        }
    }
    let count = |verdict| findings.iter().filter(|finding| finding.verdict == verdict).count();
    text += &match (count(Verdict::Broken), count(Verdict::Advice)) {
        (0, 0) => "\nAll is well.\n".to_owned(),
        (0, notes) => format!("\nArno can run; {notes} to look at.\n"),
        (broken, _) => format!("\n{broken} to mend before Arno can run.\n"),
    };
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_remedy_stands_below_what_it_mends() {
        let findings = [
            Finding::good("clock", "2026-11-21"),
            Finding::broken("web port", "8080 is taken", "choose another with --web-port"),
        ];
        assert_eq!(
            report(&findings),
            "ok    clock     2026-11-21\n\
             FAIL  web port  8080 is taken\n\
             \x20               -> choose another with --web-port\n\
             \n1 to mend before Arno can run.\n"
        );
    }
}
