//! What a person reads when the server has started.

use arno_server::Running;
use std::fmt::Write;
use std::path::Path;

/// The script to try, six lines long.
const SCRIPT: &str = r#"from clearml import Task
task = Task.init(project_name="Hello", task_name="First run")
logger = task.get_logger()
for step in range(100):
    logger.report_scalar("loss", "train", 1 / (step + 1), step)
print("Look at it:", task.get_output_log_web_page())
"#;

/// What the text is made of.
pub struct Welcome<'a> {
    /// The server that answers.
    pub running: &'a Running,
    /// Its data directory.
    pub data_dir: &'a Path,
    /// The client configuration, when there is one.
    pub conf: Option<&'a Path>,
    /// Whether the administrator's password is known to nobody yet.
    pub password_is_generated: bool,
}

impl Welcome<'_> {
    /// The text, ending with a line break.
    pub fn text(&self) -> String {
        let Running { web_url, api_url, files_url, first_start, .. } = self.running;
        let mut text = format!(
            "\nArno {} is ready.\n\n  Pages   {web_url}\n  API     {api_url}\n  Files   {files_url}\n  \
             Data    {}\n",
            env!("CARGO_PKG_VERSION"),
            self.data_dir.display(),
        );
        if let Some(first) = first_start {
            let password = match self.password_is_generated {
                true => format!("{}   (shown only now)", first.admin_password),
                false => "as you set it".to_owned(),
            };
            let _ =
                write!(text, "\n  Sign in as  {}\n  Password    {password}\n", first.admin_user);
        }
        let _ = match self.conf {
            Some(conf) => {
                let conf = conf.display();
                write!(
                    text,
                    "\nClient configuration: {conf}\n\nTry it in another terminal:\n\n  \
                     pip install clearml\n  export CLEARML_CONFIG_FILE='{conf}'\n\n\
                     and run this with Python:\n\n{}",
                    indented(SCRIPT)
                )
            }
            None => writeln!(
                text,
                "\nNo client configuration is kept here; `arno credentials create` prints a new one."
            ),
        };
        text + "\nCtrl-C stops Arno.\n"
    }
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("  {line}\n")).collect()
}
