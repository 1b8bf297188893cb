//! `arno gateway token …`: what callers sign in with, where there is no provider.

use super::actor;
use crate::cli::gateway::TokenCommand;
use crate::commands::user::nobody;
use crate::database::{Administration, CommandResult};
use crate::output::{ago, columns};
use arno_server::gateway::admin::{self, tokens};
use arno_store::gateway::entries;
use arno_store::gateway::model::Token;
use arno_store::users::User;
use serde_json::{Map, Value};

/// Does what was asked for.
pub fn run(administration: &Administration, command: TokenCommand) -> CommandResult<()> {
    match command {
        TokenCommand::Create { user, api, expires, label } => {
            let expires = expires.map(|text| moment(&text, administration.now())).transpose()?;
            create(administration, user, api, expires, label.unwrap_or_default())
        }
        TokenCommand::List => list(administration),
        TokenCommand::Edit { id, label } => {
            let fields: Map<String, Value> =
                [("label".to_owned(), label.into())].into_iter().collect();
            let named = id.clone();
            administration
                .write(move |tx| admin::edit::<Token>(tx, &actor(tx)?, &named, fields.clone()))?;
            println!("Changed {id}.");
            Ok(())
        }
        TokenCommand::Remove { id } => {
            let named = id.clone();
            administration.write(move |tx| admin::remove::<Token>(tx, &actor(tx)?, &named))?;
            println!("Removed {id}; calls with it are refused from now on.");
            Ok(())
        }
    }
}

fn create(
    administration: &Administration,
    user: String,
    apis: Vec<String>,
    expires: Option<i64>,
    label: String,
) -> CommandResult<()> {
    let login = user.clone();
    let made = administration.write(move |tx| {
        let Some(user) = User::by_login(tx, &login)? else { return Ok(None) };
        let wanted = tokens::Wanted {
            user: Some(user.id),
            label: label.clone(),
            apis: apis.clone(),
            expires,
        };
        tokens::create(tx, &actor(tx)?, &wanted).map(Some)
    })?;
    let made = made.ok_or_else(|| nobody(&user))?;
    println!("A token of {user}, shown only now:");
    println!("{}", made["token"].as_str().unwrap_or_default());
    Ok(())
}

fn list(administration: &Administration) -> CommandResult<()> {
    let found = administration.read(|tx| {
        let mut found = Vec::new();
        for token in entries::all::<Token>(tx)? {
            let user = User::find(tx, &token.value.user)?;
            let name = user.map(|user| user.login.unwrap_or(user.name));
            found.push((name.unwrap_or_else(|| "-".to_owned()), token));
        }
        Ok(found)
    })?;
    let now = administration.now();
    let rows: Vec<_> = found
        .into_iter()
        .map(|(user, token)| {
            let ends = match token.value.expires {
                None => "never".to_owned(),
                Some(moment) if moment <= now => "expired".to_owned(),
                Some(moment) => format!("in {} h", (moment - now) / 3_600_000),
            };
            let apis = match token.value.apis.len() {
                0 => "all".to_owned(),
                count => count.to_string(),
            };
            [token.id, user, token.value.label, apis, ago(now - token.created), ends]
        })
        .collect();
    print!("{}", columns(["ID", "USER", "LABEL", "APIS", "MADE", "EXPIRES"], &rows));
    Ok(())
}

/// A date, or a time from now such as `12h` or `30d`, as milliseconds since the epoch.
fn moment(text: &str, now: i64) -> CommandResult<i64> {
    const UNITS: [(char, i64); 3] = [('d', 86_400_000), ('h', 3_600_000), ('m', 60_000)];
    let from_now = UNITS.iter().find_map(|(unit, length)| {
        let count: i64 = text.strip_suffix(*unit)?.parse().ok()?;
        count.checked_mul(*length)?.checked_add(now)
    });
    let date = || arno_server::date(text);
    from_now.or_else(date).filter(|moment| *moment > now).ok_or_else(|| {
        format!("{text} is no time to come; give a date such as 2030-01-31, or 12h or 30d").into()
    })
}
