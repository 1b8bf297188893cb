//! The shape of `arno gateway …`.

use clap::{Args, Subcommand};

/// What can be done at the gateway.
#[derive(Debug, Subcommand)]
pub enum GatewayCommand {
    /// Task templates: what sporadic calls clone
    #[command(subcommand)]
    Task(TaskCommand),
    /// Serving machines, and services beside the platform
    #[command(subcommand)]
    Machine(MachineCommand),
    /// Endpoints of machines: what stable calls reach
    #[command(subcommand)]
    Endpoint(EndpointCommand),
    /// Callers' tokens
    #[command(subcommand)]
    Token(TokenCommand),
}

/// What can be done with task templates.
#[derive(Debug, Subcommand)]
pub enum TaskCommand {
    /// Register a task; its public hash is the last line printed
    Add {
        /// The task's id
        #[arg(long)]
        task: String,
        /// Name of the queue for calls that name none
        #[arg(long)]
        queue: String,
        #[command(flatten)]
        more: TaskFields,
    },
    /// List the task templates
    List,
    /// Change a task template
    Edit {
        /// Its task id, hash or entry id
        name: String,
        /// Name of the queue for calls that name none
        #[arg(long)]
        queue: Option<String>,
        #[command(flatten)]
        more: TaskFields,
    },
    /// Remove a task template; calls of its hash are refused from then on
    Remove {
        /// Its task id, hash or entry id
        name: String,
    },
}

/// What a task template may have besides.
#[derive(Debug, Args)]
pub struct TaskFields {
    /// What it is
    #[arg(long)]
    pub description: Option<String>,
    /// Container image of the clones instead of the template's own; empty for the agent's
    #[arg(long)]
    pub image: Option<String>,
}

/// What can be done with machines.
#[derive(Debug, Subcommand)]
pub enum MachineCommand {
    /// Register a machine; its public hash is the last line printed
    Add {
        /// Id of its serving task; without one it is a service beside the platform
        #[arg(long)]
        id: Option<String>,
        /// Its base URL, such as http://host:8080/serve
        #[arg(long)]
        url: String,
        /// What it is
        #[arg(long)]
        description: Option<String>,
    },
    /// List the machines
    List,
    /// Change a machine
    Edit {
        /// Its task id, hash or entry id
        name: String,
        /// Its base URL
        #[arg(long)]
        url: Option<String>,
        /// What it is
        #[arg(long)]
        description: Option<String>,
    },
    /// Remove a machine
    Remove {
        /// Its task id, hash or entry id
        name: String,
    },
}

/// What can be done with endpoints.
#[derive(Debug, Subcommand)]
pub enum EndpointCommand {
    /// Register an endpoint; the public hash of its machine is the last line printed
    Add {
        /// Task id of its machine
        #[arg(long)]
        machine: String,
        /// Its name at the machine
        #[arg(long)]
        endpoint: String,
        /// What it is
        #[arg(long)]
        description: Option<String>,
    },
    /// List the endpoints
    List,
    /// Change an endpoint
    Edit {
        /// Its entry id, or its name where only one machine has it
        name: String,
        /// What it is
        #[arg(long)]
        description: String,
    },
    /// Remove an endpoint
    Remove {
        /// Its entry id, or its name where only one machine has it
        name: String,
    },
}

/// What can be done with callers' tokens.
#[derive(Debug, Subcommand)]
pub enum TokenCommand {
    /// Make a token; it is the last line printed, and never shown again
    Create {
        /// Whom it stands for
        #[arg(long)]
        user: String,
        /// Path or id of an API it may call, and no other; may be repeated
        #[arg(long)]
        api: Vec<String>,
        /// When it expires: a date, or a time from now such as 12h or 30d
        #[arg(long)]
        expires: Option<String>,
        /// What it is for
        #[arg(long)]
        label: Option<String>,
    },
    /// List the tokens, never their secrets
    List,
    /// Change what a token is for
    Edit {
        /// Its id
        id: String,
        /// What it is for
        #[arg(long)]
        label: String,
    },
    /// Remove a token; calls with it are refused from then on
    Remove {
        /// Its id
        id: String,
    },
}
