//! `arno import …`: what other programs keep.

use super::gateway::actor;
use crate::cli::ImportCommand;
use crate::database::{CommandResult, administration};
use crate::settings::Settings;
use arno_server::gateway::hash_of;
use arno_store::gateway::import::{Imported, read, write};

/// Does what was asked for.
pub fn run(settings: &Settings, command: ImportCommand) -> CommandResult<()> {
    let ImportCommand::Utils { database } = command;
    let administration = administration(settings)?;
    let utils = read(&database, administration.now())?;
    let Imported { templates, machines, endpoints, calls } =
        administration.write(move |tx| write(tx, &utils, &actor(tx)?.user, hash_of))?;
    println!(
        "Imported {templates} task templates, {machines} machines, {endpoints} endpoints and {calls} \
         calls; what was here already stayed as it was."
    );
    Ok(())
}
