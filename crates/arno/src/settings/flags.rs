//! The settings as command-line flags, made from their declarations. Secrets have none: a command
//! line is visible to every user of the machine.

use super::declared::DECLARED;
use clap::{Arg, ArgMatches, Args, Command, FromArgMatches};
use std::path::PathBuf;

const FILE_FLAG: &str = "config";

/// What the command line says about settings.
#[derive(Debug, Default)]
pub struct SettingFlags {
    /// `--config`: the settings file.
    pub file: Option<PathBuf>,
    /// Keys and texts of the flags that were given.
    pub values: Vec<(String, String)>,
}

impl Args for SettingFlags {
    fn augment_args(command: Command) -> Command {
        let file = Arg::new(FILE_FLAG)
            .long(FILE_FLAG)
            .value_name("FILE")
            .value_parser(clap::value_parser!(PathBuf))
            .help("Settings file [default: arno.toml in this folder, if there is one]");
        let settings = DECLARED.iter().filter(|declared| !declared.secret).map(|declared| {
            let default = match declared.default {
                "" => String::new(),
                default => format!(" [default: {default}]"),
            };
            Arg::new(declared.key)
                .long(declared.flag())
                .value_name(declared.form)
                .help(format!("{}{default}", declared.doc))
        });
        std::iter::once(file).chain(settings).fold(command, |command, arg| {
            command.arg(arg.global(true).hide_short_help(true).help_heading("Settings"))
        })
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for SettingFlags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let given = |key: &'static str| matches.get_one::<String>(key).cloned();
        let values = DECLARED
            .iter()
            .filter(|declared| !declared.secret)
            .filter_map(|declared| Some((declared.key.to_owned(), given(declared.key)?)))
            .collect();
        Ok(SettingFlags { file: matches.get_one::<PathBuf>(FILE_FLAG).cloned(), values })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}
