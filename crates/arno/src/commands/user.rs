//! `arno user …`: people who may sign in.

use crate::cli::UserCommand;
use crate::database::{Administration, CommandResult, administration};
use crate::output::columns;
use crate::settings::Settings;
use arno_server::COMPANY;
use arno_server::access::{Role, hash_password, new_password};
use arno_store::document::new_id;
use arno_store::users::{Credential, User};
use std::io::BufRead;

/// Does what was asked for.
pub fn run(settings: &Settings, command: UserCommand) -> CommandResult<()> {
    let administration = administration(settings)?;
    match command {
        UserCommand::Add { name, role, password_stdin } => {
            add(&administration, name, &role, password_stdin)
        }
        UserCommand::List => list(&administration),
        UserCommand::Passwd { name, password_stdin } => {
            passwd(&administration, name, password_stdin)
        }
        UserCommand::Remove { name } => remove(&administration, name),
    }
}

fn add(
    administration: &Administration,
    name: String,
    role: &str,
    stdin: bool,
) -> CommandResult<()> {
    let role = Role::parse(role).ok_or_else(|| {
        format!("there is no role {role}; choose admin, manager, user, viewer or service")
    })?;
    let password = Password::choose(stdin)?;
    let hash = hash_password(&password.text)?;
    let login = name.clone();
    let added = administration.write(move |tx| {
        if User::by_login(tx, &login)?.is_some() {
            return Ok(false);
        }
        let mut user = User::new(&new_id(), COMPANY, &login, role.name(), tx.now());
        user.login = Some(login.clone());
        user.password = Some(hash.clone());
        user.insert(tx)?;
        Ok(true)
    })?;
    if !added {
        return Err(format!("there is a user {name} already; `arno user list` shows all").into());
    }
    println!("Added {name} ({}).{}", role.name(), password.told());
    Ok(())
}

fn list(administration: &Administration) -> CommandResult<()> {
    let users = administration.read(|tx| {
        let with_keys = |user: User| {
            let keys = Credential::of_user(tx, &user.id)?.len();
            Ok((user, keys))
        };
        User::all(tx)?.into_iter().map(with_keys).collect::<arno_store::Result<Vec<_>>>()
    })?;
    let row = |(user, keys): (User, usize)| {
        let state = if user.blocked { "blocked" } else { "active" };
        let login = user.login.unwrap_or_else(|| format!("- ({})", user.name));
        [login, user.role, state.to_owned(), keys.to_string()]
    };
    let rows: Vec<_> = users.into_iter().map(row).collect();
    print!("{}", columns(["NAME", "ROLE", "STATE", "CREDENTIALS"], &rows));
    Ok(())
}

fn passwd(administration: &Administration, name: String, stdin: bool) -> CommandResult<()> {
    let password = Password::choose(stdin)?;
    let hash = hash_password(&password.text)?;
    let login = name.clone();
    let found = administration.write(move |tx| {
        let Some(mut user) = User::by_login(tx, &login)? else { return Ok(false) };
        user.password = Some(hash.clone());
        user.save_access(tx)?;
        Ok(true)
    })?;
    if !found {
        return Err(nobody(&name).into());
    }
    println!("Set the password of {name}; earlier sign-ins end.{}", password.told());
    Ok(())
}

/// How a removal ended.
enum Removal {
    Done,
    Nobody,
    LastAdministrator,
}

fn remove(administration: &Administration, name: String) -> CommandResult<()> {
    let login = name.clone();
    let removal = administration.write(move |tx| {
        let Some(user) = User::by_login(tx, &login)? else { return Ok(Removal::Nobody) };
        let is_admin = |user: &User| Role::parse(&user.role) == Some(Role::Admin) && !user.blocked;
        let others = User::all(tx)?.into_iter().filter(|other| other.id != user.id);
        if is_admin(&user) && !others.into_iter().any(|other| is_admin(&other)) {
            return Ok(Removal::LastAdministrator);
        }
        user.remove(tx)?;
        Ok(Removal::Done)
    })?;
    match removal {
        Removal::Done => {
            println!("Removed {name} with all credentials; what {name} made stays.");
            Ok(())
        }
        Removal::Nobody => Err(nobody(&name).into()),
        Removal::LastAdministrator => {
            Err(format!("{name} is the last administrator; add another one first").into())
        }
    }
}

/// The message for a name that nobody has.
pub fn nobody(name: &str) -> String {
    format!("there is no user {name}; `arno user list` shows all")
}

/// A new password and whether the person at the terminal knows it.
struct Password {
    text: String,
    generated: bool,
}

impl Password {
    fn choose(stdin: bool) -> CommandResult<Password> {
        if !stdin {
            return Ok(Password { text: new_password(), generated: true });
        }
        let mut line = String::new();
        std::io::stdin().lock().read_line(&mut line)?;
        let text = line.trim_end_matches(['\r', '\n']).to_owned();
        if text.is_empty() {
            return Err("standard input holds no password".into());
        }
        Ok(Password { text, generated: false })
    }

    /// The end of a message: the password if nobody knows it yet.
    fn told(&self) -> String {
        match self.generated {
            true => format!("\nPassword: {}   (shown only now)", self.text),
            false => String::new(),
        }
    }
}
