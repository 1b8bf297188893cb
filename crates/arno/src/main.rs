//! The Arno program: reads the settings, does what the command line says, and prints what people
//! need to know. It calls the server and the store; nothing calls it.

mod cli;
mod client_conf;
mod commands;
mod data_dir;
mod database;
mod logging;
mod output;
mod settings;
mod welcome;

use clap::Parser;
use cli::{Cli, Command};
use commands::server::Welcoming;
use commands::{credentials, doctor, du, gateway, import, server, user};
use database::CommandResult;
use std::process::ExitCode;

fn main() -> ExitCode {
    match run(Cli::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("arno: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> CommandResult<ExitCode> {
    // What the program tells about itself needs no settings.
    match cli.command {
        Command::Version => println!("arno {}", env!("CARGO_PKG_VERSION")),
        Command::Agent { arguments } => {
            return Ok(arno_agent::main(arguments, settings::environment().into_iter().collect()));
        }
        Command::Config { reference: true } => print!("{}", settings::reference()),
        command => return with_settings(command, &settings::load(&cli.settings)?),
    }
    Ok(ExitCode::SUCCESS)
}

fn with_settings(command: Command, loaded: &settings::Loaded) -> CommandResult<ExitCode> {
    let settings = &loaded.settings;
    logging::start(&settings.log)?;
    match command {
        Command::Up => return server::run(loaded, Welcoming::Always),
        Command::Server => return server::run(loaded, Welcoming::FirstStart),
        Command::Doctor => return Ok(doctor::run(loaded)),
        Command::User(command) => user::run(settings, command)?,
        Command::Credentials(command) => credentials::run(settings, command)?,
        Command::Import(command) => import::run(settings, command)?,
        Command::Gateway(command) => gateway::run(settings, command)?,
        Command::Du { json } => du::run(loaded, json)?,
        Command::Agent { .. } | Command::Version => {}
        Command::Config { .. } => print!("{}", settings::table(loaded)),
    }
    Ok(ExitCode::SUCCESS)
}
