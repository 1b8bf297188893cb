//! Repositories: a bare copy of each is kept and brought up to date, and each run gets a copy of its
//! own that shares the objects (agent.md §7). Credentials never stand on a command line.

use super::script::Script;
use crate::files;
use crate::settings::Settings;
use nix::fcntl::{Flock, FlockArg};
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// Variables that hold what git asks for …
const USER: &str = "CLEARML_AGENT_GIT_ANSWER_USER";
const PASS: &str = "CLEARML_AGENT_GIT_ANSWER_PASS";
/// … and the program by which it asks, so that nothing of it stands on a command line.
const ANSWER: &str = "#!/bin/sh\ncase \"$1\" in\n[Uu]sername*) printf '%s\\n' \"$CLEARML_AGENT_GIT_ANSWER_USER\" ;;\n\
    *) printf '%s\\n' \"$CLEARML_AGENT_GIT_ANSWER_PASS\" ;;\nesac\n";
/// What a failed command shows at most.
const SHOWN: usize = 2000;

/// Why code of a repository cannot be brought here; says what to do.
#[derive(Debug, thiserror::Error)]
pub(crate) enum GitError {
    /// There is no git.
    #[error("git cannot be started: {0}; install git on the agent's machine")]
    NoGit(std::io::Error),
    /// The repository cannot be fetched.
    #[error("cloning failed: repository {repository}: {why}\n{hint}")]
    Fetch {
        /// Without credentials.
        repository: String,
        /// What git says.
        why: String,
        /// What to do.
        hint: &'static str,
    },
    /// It holds no such commit, branch or tag.
    #[error(
        "cloning failed: repository {repository} has no {what}; push it, or choose another in the task's execution"
    )]
    Missing {
        /// Without credentials.
        repository: String,
        /// `commit 12ab…`.
        what: String,
    },
    /// The recorded changes do not fit.
    #[error(
        "the task's uncommitted changes do not apply to its commit: {why}\ncommit the changes and run the script again, or clear them in the task's execution; the changes were:\n{diff}"
    )]
    Patch {
        /// What git says.
        why: String,
        /// The changes.
        diff: String,
    },
    /// The system.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

/// The folder name of a repository's copy.
pub(crate) fn name_of(repository: &str) -> String {
    let last = repository.trim_end_matches('/').rsplit(['/', ':']).next().unwrap_or_default();
    let name = last.strip_suffix(".git").unwrap_or(last);
    let is_plain = |c: &char| c.is_ascii_alphanumeric() || "-_.".contains(*c);
    let name: String = name.chars().filter(is_plain).collect();
    if name.trim_matches('.').is_empty() { "repository".to_owned() } else { name }
}

/// Brings the recorded revision of a repository to `folder`; returns its commit.
pub(crate) fn check_out(
    script: &Script,
    settings: &Settings,
    folder: &Path,
) -> Result<String, GitError> {
    let remote = Remote::of(&script.repository, settings).ready(settings)?;
    let hash = blake3::hash(remote.url.as_bytes()).to_hex();
    let mirror = settings.data().join("repositories").join(format!(
        "{}-{}",
        name_of(&script.repository),
        &hash[..16]
    ));
    let _lock = lock(&mirror)?;
    if !mirror.join("HEAD").exists() {
        files::create_folder(&mirror)?;
        run(remote.git().args(["init", "--quiet", "--bare"]).arg(&mirror), &remote)?;
    }
    // A commit that is here already needs no network.
    let revision = match script.commit.as_str() {
        commit if is_hash(commit) && has(&remote, &mirror, commit) => commit.to_owned(),
        _ => {
            fetch(&remote, &mirror)?;
            revision(script, &remote, &mirror)?
        }
    };
    files::remove_folder(folder)?;
    if let Some(parent) = folder.parent() {
        files::create_folder(parent)?;
    }
    let mut clone = remote.git();
    clone.args(["clone", "--quiet", "--shared", "--no-checkout"]).arg(&mirror).arg(folder);
    run(&mut clone, &remote)?;
    let set = ["remote", "set-url", "origin", &remote.shown()];
    run(remote.git_in(folder).args(set), &remote)?;
    let checkout = ["checkout", "--quiet", "--force", "--detach", &revision];
    run(remote.git_in(folder).args(checkout), &remote)?;
    if folder.join(".gitmodules").exists() {
        let update = ["submodule", "update", "--quiet", "--init", "--recursive"];
        run(remote.git_in(folder).args(update), &remote)?;
    }
    Ok(text(&run(remote.git_in(folder).args(["rev-parse", "HEAD"]), &remote)?))
}

/// Applies recorded changes (agent.md §7).
pub(crate) fn apply(folder: &Path, diff: &str) -> Result<(), GitError> {
    let mut git = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(["apply", "--unidiff-zero", "--whitespace=nowarn", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(GitError::NoGit)?;
    if let Some(mut input) = git.stdin.take() {
        // When git stops reading, it says why.
        let _ = input.write_all(diff.as_bytes()).and_then(|()| input.write_all(b"\n"));
    }
    let output = git.wait_with_output()?;
    match output.status.success() {
        true => Ok(()),
        false => Err(GitError::Patch { why: said(&output), diff: diff.to_owned() }),
    }
}

/// Where a repository is fetched from, and as whom.
struct Remote {
    url: String,
    credentials: Option<(String, String)>,
    home: PathBuf,
    answer: Option<PathBuf>,
}

impl Remote {
    fn of(repository: &str, settings: &Settings) -> Remote {
        let (mut url, written) = split_credentials(repository);
        let credentials = written.or_else(|| credentials(&url, settings));
        if credentials.is_some()
            && settings.flag("translate_ssh", true)
            && let Some(translated) = ssh_to_https(&url)
        {
            url = translated;
        }
        if settings.flag("force_git_ssh_protocol", false)
            && let Some(translated) = https_to_ssh(&url, settings)
        {
            url = translated;
        }
        Remote { url, credentials, home: settings.home(), answer: None }
    }

    /// Makes the program that answers git's questions.
    fn ready(mut self, settings: &Settings) -> Result<Remote, GitError> {
        self.answer = self.credentials.is_some().then(|| answer_program(settings)).transpose()?;
        Ok(self)
    }

    /// The address without credentials.
    fn shown(&self) -> String {
        self.url.clone()
    }

    fn git(&self) -> Command {
        let mut git = Command::new("git");
        git.stdin(Stdio::null())
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("HOME", &self.home)
            .env("LC_ALL", "C")
            .args(["-c", "advice.detachedHead=false", "-c", "safe.directory=*"]);
        if let (Some((user, pass)), Some(answer)) = (&self.credentials, &self.answer) {
            git.env(USER, user).env(PASS, pass).env("GIT_ASKPASS", answer);
        }
        git
    }

    fn git_in(&self, folder: &Path) -> Command {
        let mut git = self.git();
        git.arg("-C").arg(folder);
        git
    }
}

fn answer_program(settings: &Settings) -> Result<PathBuf, GitError> {
    let path = settings.data().join("git-askpass");
    files::create_folder(&settings.data())?;
    files::write(&path, ANSWER.as_bytes())?;
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o700);
    std::fs::set_permissions(&path, mode).map_err(files::at(&path))?;
    Ok(path)
}

/// What a program that calls git itself needs to read the configured repositories.
pub(crate) fn surroundings(settings: &Settings) -> Result<Vec<(&'static str, String)>, GitError> {
    let mut variables = vec![("GIT_TERMINAL_PROMPT", "0".to_owned())];
    if let Some(pass) = settings.text("git_pass") {
        let user = settings.text("git_user").unwrap_or_else(|| "git".to_owned());
        let answer = answer_program(settings)?.display().to_string();
        variables.extend([(USER, user), (PASS, pass), ("GIT_ASKPASS", answer)]);
    }
    Ok(variables)
}

/// Takes `user:pass@` out of an address.
fn split_credentials(repository: &str) -> (String, Option<(String, String)>) {
    let Some((scheme, rest)) = repository.split_once("://") else {
        return (repository.to_owned(), None);
    };
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    match authority.rsplit_once('@') {
        Some((who, host)) if scheme.starts_with("http") => {
            let (user, pass) = who.split_once(':').unwrap_or((who, ""));
            let url = format!("{scheme}://{host}/{path}");
            (url, Some((user.to_owned(), pass.to_owned())))
        }
        _ => (repository.to_owned(), None),
    }
}

/// The configured credentials for an address's host.
fn credentials(url: &str, settings: &Settings) -> Option<(String, String)> {
    let host = host_of(url)?;
    let fits = |wanted: Option<String>| {
        wanted.is_none_or(|wanted| wanted == host || url.starts_with(&wanted))
    };
    if let Some(pass) = settings.text("git_pass")
        && fits(settings.text("git_host"))
    {
        return Some((settings.text("git_user").unwrap_or_else(|| "git".to_owned()), pass));
    }
    let extra = settings.config().get("agent.git.extra_credentials")?.as_array()?;
    extra.iter().find_map(|entry| {
        let text = |key: &str| entry[key].as_str().map(str::to_owned);
        fits(Some(text("host")?)).then_some(())?;
        Some((text("user").unwrap_or_else(|| "git".to_owned()), text("pass")?))
    })
}

fn host_of(url: &str) -> Option<String> {
    let rest = match url.split_once("://") {
        Some((_, rest)) => rest.split('/').next()?,
        None => url.split_once(':')?.0,
    };
    let host = rest.rsplit('@').next()?;
    Some(host.split(':').next()?.to_owned())
}

/// `git@host:path` and `ssh://git@host/path` as https.
fn ssh_to_https(url: &str) -> Option<String> {
    let path = match url.strip_prefix("ssh://") {
        Some(rest) => rest.split_once('/')?.1,
        None if !url.contains("://") && url.contains('@') => url.split_once(':')?.1,
        None => return None,
    };
    Some(format!("https://{}/{}", host_of(url)?, path.trim_start_matches('/')))
}

fn https_to_ssh(url: &str, settings: &Settings) -> Option<String> {
    let path = url.strip_prefix("https://")?.split_once('/')?.1;
    let user = settings.text("force_git_ssh_user").unwrap_or_else(|| "git".to_owned());
    let port =
        settings.number("force_git_ssh_port").map(|port| format!(":{port}")).unwrap_or_default();
    Some(format!("ssh://{user}@{}{port}/{path}", host_of(url)?))
}

fn lock(mirror: &Path) -> Result<Flock<File>, GitError> {
    let path = files::beside(mirror, "lock");
    if let Some(parent) = path.parent() {
        files::create_folder(parent)?;
    }
    let file = File::create(&path).map_err(files::at(&path))?;
    Flock::lock(file, FlockArg::LockExclusive).map_err(|(_, why)| GitError::Io(why.into()))
}

fn fetch(remote: &Remote, mirror: &Path) -> Result<(), GitError> {
    let mut fetch = remote.git_in(mirror);
    fetch.args(["fetch", "--quiet", "--prune", "--tags", "--force", "--", &remote.url]);
    fetch.args(["+refs/heads/*:refs/heads/*", "+HEAD:refs/arno/head"]);
    run(&mut fetch, remote).map(|_| ())
}

/// Commit, tag, branch, or the repository's own choice.
fn revision(script: &Script, remote: &Remote, mirror: &Path) -> Result<String, GitError> {
    let missing = |what: String| GitError::Missing { repository: remote.shown(), what };
    let branch = script.branch.trim_start_matches("origin/");
    let wanted = [
        ("commit", script.commit.as_str(), script.commit.clone()),
        ("tag", script.tag.as_str(), format!("refs/tags/{}", script.tag)),
        ("branch", branch, format!("refs/heads/{branch}")),
    ];
    match wanted.into_iter().find(|(_, name, _)| !name.is_empty()) {
        None => resolve(remote, mirror, "refs/arno/head")
            .ok_or_else(|| missing("branch to start from".to_owned())),
        Some((kind, name, reference)) => {
            if kind == "commit" && is_hash(name) && !has(remote, mirror, name) {
                // Not on any branch; many servers give it when asked for by name.
                let mut fetch = remote.git_in(mirror);
                fetch.args(["fetch", "--quiet", "--", &remote.url, name]);
                run(&mut fetch, remote).map_err(|_| missing(format!("{kind} {name}")))?;
            }
            resolve(remote, mirror, &reference).ok_or_else(|| missing(format!("{kind} {name}")))
        }
    }
}

fn is_hash(text: &str) -> bool {
    text.len() == 40 && text.chars().all(|c| c.is_ascii_hexdigit())
}

fn has(remote: &Remote, mirror: &Path, commit: &str) -> bool {
    resolve(remote, mirror, commit).is_some()
}

fn resolve(remote: &Remote, mirror: &Path, name: &str) -> Option<String> {
    let name = format!("{name}^{{commit}}");
    let verify = ["rev-parse", "--quiet", "--verify", "--end-of-options", &name];
    run(remote.git_in(mirror).args(verify), remote).ok().map(|output| text(&output))
}

fn run(git: &mut Command, remote: &Remote) -> Result<Output, GitError> {
    let output = git.output().map_err(GitError::NoGit)?;
    if output.status.success() {
        return Ok(output);
    }
    let why = said(&output);
    Err(GitError::Fetch { repository: remote.shown(), hint: hint(&why), why })
}

/// What usually helps.
fn hint(why: &str) -> &'static str {
    const CREDENTIALS: &str = "give the agent credentials that may read it: agent.git_user and \
        agent.git_pass in clearml.conf, or an ssh key";
    let table = [
        ("Authentication failed", CREDENTIALS),
        ("could not read Username", CREDENTIALS),
        ("terminal prompts disabled", CREDENTIALS),
        ("Permission denied (publickey", CREDENTIALS),
        (
            "Could not resolve host",
            "check the repository's address and the agent machine's network",
        ),
        ("No space left", "free some space on the agent's machine"),
        (
            "not found",
            "check the repository's address; a private one also looks so to who may not read it",
        ),
        ("does not exist", "check the repository's address"),
    ];
    let found = table.iter().find(|(sign, _)| why.contains(sign));
    found.map_or("check the repository in the task's execution", |(_, hint)| hint)
}

fn said(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr);
    text.trim().chars().take(SHOWN).collect()
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use arno_client::{Config, Environment};
    use serde_json::json;

    #[test]
    fn addresses_lose_their_credentials_and_change_protocol() {
        let table = json!({"agent": {"git_user": "u", "git_pass": "p", "git_host": "host"}});
        let settings = Settings::new(Config::from_tree(table), Environment::new());
        for (repository, url, who) in [
            ("git@host:group/code.git", "https://host/group/code.git", Some("u")),
            ("ssh://git@host:22/code", "https://host/code", Some("u")),
            ("https://a:b@elsewhere/code", "https://elsewhere/code", Some("a")),
            ("https://elsewhere/code", "https://elsewhere/code", None),
            ("git@elsewhere:code", "git@elsewhere:code", None),
            ("/srv/code.git", "/srv/code.git", None),
        ] {
            let remote = Remote::of(repository, &settings);
            let user = remote.credentials.as_ref().map(|(user, _)| user.as_str());
            assert_eq!((remote.url.as_str(), user), (url, who), "{repository}");
        }
    }

    #[test]
    fn copies_have_plain_names() {
        for (repository, name) in [
            ("https://host/group/code.git", "code"),
            ("git@host:code.git", "code"),
            ("/srv/..", "repository"),
            ("https://host/", "host"),
        ] {
            assert_eq!(name_of(repository), name);
        }
    }
}
