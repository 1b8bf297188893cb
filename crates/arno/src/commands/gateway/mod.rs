//! `arno gateway …`: what is registered at the gateway. It goes by the same rules as the pages
//! (`arno_server::gateway::admin`), as an administrator of the site.

mod token;

use crate::cli::gateway::{EndpointCommand, GatewayCommand, MachineCommand, TaskCommand};
use crate::database::{Administration, CommandResult, administration};
use crate::output::columns;
use crate::settings::Settings;
use arno_server::gateway::admin::{self, Actor, Managed};
use arno_store::gateway::entries::{self, Entry};
use arno_store::gateway::model::{Endpoint, Machine, Template};
use arno_store::users::User;
use arno_store::{Result as StoreResult, Tx};
use serde_json::{Map, Value};

/// Does what was asked for.
pub fn run(settings: &Settings, command: GatewayCommand) -> CommandResult<()> {
    let administration = administration(settings)?;
    match command {
        GatewayCommand::Task(command) => task(&administration, command),
        GatewayCommand::Machine(command) => machine(&administration, command),
        GatewayCommand::Endpoint(command) => endpoint(&administration, command),
        GatewayCommand::Token(command) => token::run(&administration, command),
    }
}

fn task(administration: &Administration, command: TaskCommand) -> CommandResult<()> {
    match command {
        TaskCommand::Add { task, queue, more } => {
            let fields = fields([
                ("task", Some(task)),
                ("queue", Some(queue)),
                ("description", more.description),
                ("image", more.image),
            ]);
            let made = add::<Template>(administration, fields)?;
            println!("Registered the task; its hash:\n{}", text(&made, "hash"));
            Ok(())
        }
        TaskCommand::List => list(
            administration,
            ["ID", "TASK", "QUEUE", "HASH", "DESCRIPTION"],
            |Entry { id, value, .. }: Entry<Template>| {
                [id, value.task, value.queue, value.hash, value.description]
            },
        ),
        TaskCommand::Edit { name, queue, more } => {
            let fields = fields([
                ("queue", queue),
                ("description", more.description),
                ("image", more.image),
            ]);
            edit::<Template>(administration, name, fields)
        }
        TaskCommand::Remove { name } => remove::<Template>(administration, name),
    }
}

fn machine(administration: &Administration, command: MachineCommand) -> CommandResult<()> {
    match command {
        MachineCommand::Add { id, url, description } => {
            let service = id.is_none();
            let mut fields =
                fields([("task", id), ("url", Some(url)), ("description", description)]);
            fields.insert("service".to_owned(), service.into());
            let made = add::<Machine>(administration, fields)?;
            println!("Registered the machine {}; its hash:", text(&made, "task"));
            println!("{}", text(&made, "hash"));
            Ok(())
        }
        MachineCommand::List => list(
            administration,
            ["ID", "TASK", "URL", "STATE", "HASH", "DESCRIPTION"],
            |Entry { id, value, .. }: Entry<Machine>| {
                let state = match value.health.up {
                    Some(true) => "up",
                    Some(false) => "down",
                    None => "-",
                };
                let (hash, description) = (value.hash, value.description);
                [id, value.task, value.url, state.to_owned(), hash, description]
            },
        ),
        MachineCommand::Edit { name, url, description } => {
            let fields = fields([("url", url), ("description", description)]);
            edit::<Machine>(administration, name, fields)
        }
        MachineCommand::Remove { name } => remove::<Machine>(administration, name),
    }
}

fn endpoint(administration: &Administration, command: EndpointCommand) -> CommandResult<()> {
    match command {
        EndpointCommand::Add { machine, endpoint, description } => {
            let fields = fields([
                ("machine", Some(machine)),
                ("endpoint", Some(endpoint)),
                ("description", description),
            ]);
            let made = add::<Endpoint>(administration, fields)?;
            println!("Registered {}; the hash of its machine:", text(&made, "endpoint"));
            println!("{}", text(&made, "hash"));
            Ok(())
        }
        EndpointCommand::List => list(
            administration,
            ["ID", "MACHINE", "ENDPOINT", "HASH", "DESCRIPTION"],
            |Entry { id, value, .. }: Entry<Endpoint>| {
                [id, value.machine, value.endpoint, value.hash, value.description]
            },
        ),
        EndpointCommand::Edit { name, description } => {
            let fields = fields([("description", Some(description))]);
            edit::<Endpoint>(administration, name, fields)
        }
        EndpointCommand::Remove { name } => remove::<Endpoint>(administration, name),
    }
}

/// A kind of entry that people name on the command line.
trait Named: Managed + Send + 'static {
    /// Whether this text names it, its id aside.
    fn is_called(&self, name: &str) -> bool;
}

impl Named for Template {
    fn is_called(&self, name: &str) -> bool {
        self.task == name || self.hash == name
    }
}

impl Named for Machine {
    fn is_called(&self, name: &str) -> bool {
        self.task == name || self.hash == name
    }
}

impl Named for Endpoint {
    fn is_called(&self, name: &str) -> bool {
        self.endpoint == name
    }
}

/// Those of the fields that are given.
fn fields<const N: usize>(given: [(&str, Option<String>); N]) -> Map<String, Value> {
    let given = given.into_iter();
    given.filter_map(|(name, text)| Some((name.to_owned(), text?.into()))).collect()
}

fn text<'a>(entry: &'a Value, field: &str) -> &'a str {
    entry[field].as_str().unwrap_or_default()
}

/// The administrator in whose name entries are registered.
pub fn actor(tx: &Tx<'_>) -> StoreResult<Actor> {
    let users = User::all(tx)?;
    let admin = users.iter().find(|user| user.role == "admin" && !user.blocked);
    Ok(Actor::command_line(admin.map(|user| user.id.as_str()).unwrap_or_default()))
}

fn add<T: Named>(
    administration: &Administration,
    fields: Map<String, Value>,
) -> CommandResult<Value> {
    administration.write(move |tx| admin::create::<T>(tx, &actor(tx)?, fields.clone()))
}

fn edit<T: Named>(
    administration: &Administration,
    name: String,
    fields: Map<String, Value>,
) -> CommandResult<()> {
    let id = id_of::<T>(administration, &name)?;
    administration.write(move |tx| admin::edit::<T>(tx, &actor(tx)?, &id, fields.clone()))?;
    println!("Changed {name}.");
    Ok(())
}

fn remove<T: Named>(administration: &Administration, name: String) -> CommandResult<()> {
    let id = id_of::<T>(administration, &name)?;
    administration.write(move |tx| admin::remove::<T>(tx, &actor(tx)?, &id))?;
    println!("Removed {name}.");
    Ok(())
}

/// The entry that a name means.
fn id_of<T: Named>(administration: &Administration, name: &str) -> CommandResult<String> {
    let found = administration.read(entries::all::<T>)?;
    let called = |entry: &&Entry<T>| entry.id == name || entry.value.is_called(name);
    let meant: Vec<_> = found.iter().filter(called).collect();
    let advice = format!("`arno gateway {} list` shows all", T::KIND);
    match meant.as_slice() {
        [only] => Ok(only.id.clone()),
        [] => Err(format!("there is no gateway {} {name}; {advice}", T::KIND).into()),
        _ => Err(format!("several are called {name}; give the id, {advice}").into()),
    }
}

fn list<T: Named, const N: usize>(
    administration: &Administration,
    headings: [&str; N],
    row: impl Fn(Entry<T>) -> [String; N],
) -> CommandResult<()> {
    let rows: Vec<_> = administration.read(entries::all::<T>)?.into_iter().map(row).collect();
    print!("{}", columns(headings, &rows));
    Ok(())
}
