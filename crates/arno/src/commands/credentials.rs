//! `arno credentials …`: key pairs that scripts and agents sign in with.

use super::user::nobody;
use crate::cli::CredentialsCommand;
use crate::client_conf::ClientConf;
use crate::data_dir::{self, Urls};
use crate::database::{Administration, CommandResult, administration};
use crate::output::{ago, columns};
use crate::settings::Settings;
use arno_server::access::{KeyPair, new_key_pair, secret_hash};
use arno_store::users::{Credential, User};
use std::net::SocketAddr;

/// Does what was asked for.
pub fn run(settings: &Settings, command: CredentialsCommand) -> CommandResult<()> {
    let administration = administration(settings)?;
    match command {
        CredentialsCommand::Create { user, label } => {
            create(&administration, settings, user, label)
        }
        CredentialsCommand::List { user } => list(&administration, user),
        CredentialsCommand::Revoke { access_key } => revoke(&administration, access_key),
    }
}

fn create(
    administration: &Administration,
    settings: &Settings,
    user: String,
    label: Option<String>,
) -> CommandResult<()> {
    let KeyPair { access_key, secret_key } = new_key_pair();
    let (login, key, hash) = (user.clone(), access_key.clone(), secret_hash(&secret_key));
    let found = administration.write(move |tx| {
        let Some(user) = User::by_login(tx, &login)? else { return Ok(false) };
        let credential = Credential {
            access_key: key.clone(),
            user: user.id,
            company: user.company,
            secret_hash: hash.clone(),
            label: label.clone(),
            epoch: 0,
            created: tx.now(),
            last_used: None,
            last_used_from: None,
        };
        credential.insert(tx)?;
        Ok(true)
    })?;
    if !found {
        return Err(nobody(&user).into());
    }
    let urls = urls(settings)?;
    let conf = ClientConf { urls: &urls, access_key: &access_key, secret_key: &secret_key };
    eprintln!("Credentials of {user}; the secret is shown only now. Save this as clearml.conf:\n");
    print!("{}", conf.text());
    Ok(())
}

/// Where clients reach the server: what a running one says, else what the settings say.
fn urls(settings: &Settings) -> CommandResult<Urls> {
    if let Some(urls) = data_dir::holder(&settings.data_dir)?.and_then(|holder| holder.urls) {
        return Ok(urls);
    }
    let url = |public: &Option<String>, port| match public {
        Some(url) => url.trim_end_matches('/').to_owned(),
        None if settings.listen.is_unspecified() => format!("http://localhost:{port}"),
        None => format!("http://{}", SocketAddr::new(settings.listen, port)),
    };
    Ok(Urls {
        web: url(&settings.public_web_url, settings.web_port),
        api: url(&settings.public_api_url, settings.api_port),
        files: url(&settings.public_files_url, settings.files_port),
    })
}

fn list(administration: &Administration, only: Option<String>) -> CommandResult<()> {
    let login = only.clone();
    let found = administration.read(move |tx| {
        let mut found = Vec::new();
        for user in User::all(tx)? {
            if login.is_none() || user.login == login {
                let keys = Credential::of_user(tx, &user.id)?;
                found.push((user.login.unwrap_or(user.name), keys));
            }
        }
        Ok(found)
    })?;
    if let (Some(name), true) = (&only, found.is_empty()) {
        return Err(nobody(name).into());
    }
    let now = administration.now();
    let row = |user: &str, key: Credential| {
        let used = match (key.last_used, key.last_used_from) {
            (Some(time), Some(from)) => format!("{} from {from}", ago(now - time)),
            (Some(time), None) => ago(now - time),
            _ => "never".to_owned(),
        };
        let label = key.label.unwrap_or_else(|| "-".to_owned());
        [key.access_key, user.to_owned(), label, ago(now - key.created), used]
    };
    let rows: Vec<_> = found
        .into_iter()
        .flat_map(|(user, keys)| keys.into_iter().map(|key| row(&user, key)).collect::<Vec<_>>())
        .collect();
    print!("{}", columns(["ACCESS KEY", "USER", "LABEL", "MADE", "LAST USED"], &rows));
    Ok(())
}

fn revoke(administration: &Administration, access_key: String) -> CommandResult<()> {
    let key = access_key.clone();
    let revoked = administration.write(move |tx| match Credential::find(tx, &key)? {
        Some(found) => Credential::revoke(tx, &found.user, &key),
        None => Ok(false),
    })?;
    if !revoked {
        let advice = "`arno credentials list` shows all";
        return Err(format!("there are no credentials {access_key}; {advice}").into());
    }
    println!("Revoked {access_key}; clients that use it are refused from now on.");
    Ok(())
}
