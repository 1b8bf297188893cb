//! `clearml.conf`: what SDK and tools need to reach this server, with one pair of credentials.

use crate::data_dir::Urls;
use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// Name of the file in the data directory.
pub const FILE_NAME: &str = "clearml.conf";

/// What clients are told.
pub struct ClientConf<'a> {
    /// Where the server is reached.
    pub urls: &'a Urls,
    /// Public half of the credentials.
    pub access_key: &'a str,
    /// Secret half.
    pub secret_key: &'a str,
}

impl ClientConf<'_> {
    /// The file's text.
    pub fn text(&self) -> String {
        let Urls { web, api, files } = self.urls;
        let [web, api, files] = [web, api, files].map(|url| quoted(url));
        let [access, secret] = [self.access_key, self.secret_key].map(quoted);
        format!(
            "api {{\n    web_server: {web}\n    api_server: {api}\n    files_server: {files}\n    \
             credentials {{\n        \"access_key\": {access}\n        \"secret_key\": {secret}\n    \
             }}\n}}\n"
        )
    }

    /// Writes the file so that only its owner can read it, in place of an earlier one.
    pub fn write(&self, path: &Path) -> std::io::Result<()> {
        let fresh = path.with_extension("conf.new");
        // What a start that was cut off has left behind.
        let _ = std::fs::remove_file(&fresh);
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&fresh)?;
        file.write_all(self.text().as_bytes())?;
        file.sync_all()?;
        std::fs::rename(&fresh, path)
    }
}

/// A string as HOCON and JSON write it.
fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for letter in text.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn it_can_be_read_by_its_owner_only_and_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE_NAME);
        let urls = Urls {
            web: "http://127.0.0.1:8080".to_owned(),
            api: "http://127.0.0.1:8008".to_owned(),
            files: "http://127.0.0.1:8081".to_owned(),
        };
        let mut conf = ClientConf { urls: &urls, access_key: "KEY", secret_key: "a\"b\\c" };
        conf.write(&path).unwrap();
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(
            std::fs::read_to_string(&path).unwrap(),
            r#"api {
    web_server: "http://127.0.0.1:8080"
    api_server: "http://127.0.0.1:8008"
    files_server: "http://127.0.0.1:8081"
    credentials {
        "access_key": "KEY"
        "secret_key": "a\"b\\c"
    }
}
"#
        );
        conf.access_key = "OTHER";
        conf.write(&path).unwrap();
        assert!(std::fs::read_to_string(&path).unwrap().contains("OTHER"));
        assert_eq!(folder.path().read_dir().unwrap().count(), 1);
    }
}
