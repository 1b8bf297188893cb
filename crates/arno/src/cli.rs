//! The command line's shape. What a command does is in `commands`.

pub mod gateway;

use crate::settings::SettingFlags;
use clap::{Parser, Subcommand};
use gateway::GatewayCommand;
use std::ffi::OsString;
use std::path::PathBuf;

/// Arno: experiments, datasets, models and pipelines on one binary.
///
/// `arno up` starts everything on this machine and prints what to do next.
#[derive(Debug, Parser)]
#[command(name = "arno", version, propagate_version = true, max_term_width = 100)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// Settings given as flags.
    #[command(flatten)]
    pub settings: SettingFlags,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Start Arno on this machine and print what to do next
    Up,
    /// Run the server: pages, API and files
    Server,
    /// Run queued tasks on this machine; `arno agent --help` tells how
    #[command(disable_help_flag = true, disable_version_flag = true)]
    Agent {
        /// Verbs and flags as clearml-agent's.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// Add, list and remove users, set passwords
    #[command(subcommand)]
    User(UserCommand),
    /// Create, list and revoke API credentials
    #[command(subcommand)]
    Credentials(CredentialsCommand),
    /// Register what applications may call, and make tokens for them
    #[command(subcommand)]
    Gateway(GatewayCommand),
    /// Bring over what another program keeps
    #[command(subcommand)]
    Import(ImportCommand),
    /// Show the settings in force and where each comes from
    Config {
        /// Print the reference of all settings instead
        #[arg(long)]
        reference: bool,
    },
    /// Check that Arno can run here, and say what to do where it cannot
    Doctor,
    /// Show what uses the space: by kind, project, user and task
    Du {
        /// Print everything as JSON instead of the largest as text
        #[arg(long)]
        json: bool,
    },
    /// Print the version
    Version,
}

/// What can be done with users.
#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Add a user; a password is generated and printed unless standard input gives one
    Add {
        /// Name to sign in with
        name: String,
        /// What the user may do: admin, manager, user or viewer
        #[arg(long, default_value = "user")]
        role: String,
        /// Read the password from standard input instead of generating one
        #[arg(long)]
        password_stdin: bool,
    },
    /// List the users
    List,
    /// Set a user's password; earlier sign-ins end
    Passwd {
        /// The user's name
        name: String,
        /// Read the password from standard input instead of generating one
        #[arg(long)]
        password_stdin: bool,
    },
    /// Remove a user; what the user made stays
    Remove {
        /// The user's name
        name: String,
    },
}

/// What can be done with API credentials.
#[derive(Debug, Subcommand)]
pub enum CredentialsCommand {
    /// Create credentials and print the client configuration that uses them
    Create {
        /// Whose credentials
        #[arg(long)]
        user: String,
        /// A note to tell them apart
        #[arg(long)]
        label: Option<String>,
    },
    /// List credentials, never their secrets
    List {
        /// Only this user's
        #[arg(long)]
        user: Option<String>,
    },
    /// Revoke credentials; clients that use them are refused at once
    Revoke {
        /// The access key
        access_key: String,
    },
}

/// What can be brought over.
#[derive(Debug, Subcommand)]
pub enum ImportCommand {
    /// Mappings and logs of a ClearML Utils database, with their ids, hashes and times
    Utils {
        /// The SQLite file
        database: PathBuf,
    },
}
