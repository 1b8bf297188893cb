//! Whether an image's CUDA runs on this machine's driver.

use crate::monitor::gpu::{Driver, Version, version};
use serde_json::Value;

/// What an image says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Needs {
    /// `CUDA_VERSION`.
    cuda: Option<Version>,
    /// `NVIDIA_REQUIRE_CUDA`: alternatives, each of conditions that hold together.
    require: Vec<String>,
}

impl Needs {
    /// Reads the variables of an image.
    pub(super) fn of(image: &Value) -> Needs {
        let variables = image["Config"]["Env"].as_array();
        let variable = |name: &str| {
            let mut texts = variables.into_iter().flatten().filter_map(Value::as_str);
            texts.find_map(|text| text.strip_prefix(name)?.strip_prefix('='))
        };
        if variable("NVIDIA_DISABLE_REQUIRE")
            .is_some_and(|text| !["", "0", "false"].contains(&text))
        {
            return Needs::default();
        }
        let require = variable("NVIDIA_REQUIRE_CUDA").unwrap_or_default();
        Needs {
            cuda: variable("CUDA_VERSION").and_then(version),
            require: require.split_whitespace().map(str::to_owned).collect(),
        }
    }

    /// Whether the machine has it.
    pub(super) fn are_met(&self, has: &Driver) -> bool {
        if !self.require.is_empty() {
            return self.require.iter().any(|all| all.split(',').all(|one| holds(one, has)));
        }
        // Within a major version an older driver runs newer programs.
        self.cuda.is_none_or(|(major, _)| major <= has.cuda.0)
    }

    /// The CUDA it was made for.
    pub(super) fn shown(&self) -> String {
        match self.cuda {
            Some((major, minor)) => format!("CUDA {major}.{minor}"),
            None => self.require.join(" "),
        }
    }
}

/// Whether one condition holds: `cuda>=12.6`, `driver<471`. Of a brand only the engine knows.
fn holds(condition: &str, has: &Driver) -> bool {
    let Some(at) = condition.find(['<', '>', '=', '!']) else { return true };
    let (name, rest) = condition.split_at(at);
    let number = rest.trim_start_matches(['<', '>', '=', '!']);
    let relation = &rest[..rest.len() - number.len()];
    let have = match name {
        "cuda" => Some(has.cuda),
        "driver" => has.version,
        _ => return true,
    };
    let (Some(have), Some(wanted)) = (have, version(number)) else { return true };
    match relation {
        ">=" => have >= wanted,
        ">" => have > wanted,
        "<=" => have <= wanted,
        "<" => have < wanted,
        "!=" => have != wanted,
        _ => have == wanted,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_image_needs_what_its_variables_say() {
        let has = Driver { cuda: (12, 2), version: Some((535, 104)) };
        let table: [(&[&str], bool); 8] = [
            (&["PATH=/bin"], true),
            (&["CUDA_VERSION=11.8.0"], true),
            (&["CUDA_VERSION=12.6.3"], true),
            (&["CUDA_VERSION=13.0.1"], false),
            (
                &[
                    "CUDA_VERSION=12.6.3",
                    "NVIDIA_REQUIRE_CUDA=cuda>=12.6 brand=tesla,driver>=470,driver<471",
                ],
                false,
            ),
            (
                &[
                    "CUDA_VERSION=12.6.3",
                    "NVIDIA_REQUIRE_CUDA=cuda>=12.6 brand=tesla,driver>=535,driver<536",
                ],
                true,
            ),
            (&["NVIDIA_REQUIRE_CUDA=cuda>=12.1"], true),
            (&["NVIDIA_REQUIRE_CUDA=cuda>=13.0", "NVIDIA_DISABLE_REQUIRE=1"], true),
        ];
        for (variables, expected) in table {
            let needs = Needs::of(&json!({"Config": {"Env": variables}}));
            assert_eq!(needs.are_met(&has), expected, "{variables:?}");
        }
    }
}
