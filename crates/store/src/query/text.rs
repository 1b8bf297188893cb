//! `search_text`: words are runs of letters and digits in lower case. A text in double quotes must
//! occur as it is, a word with `-` in front must not occur, of the other words one is enough.

use std::collections::HashSet;

/// What a field adds to the score when a word occurs in it.
pub type Weight = u32;

/// The fields searched, as paths, with their weights; an entity without the field is searched
/// without it.
pub const SEARCHED: &[(&[&str], Weight)] = &[
    (&["name"], 10),
    (&["id"], 10),
    (&["comment"], 10),
    (&["description"], 10),
    (&["report"], 10),
    (&["models", "input", "model"], 2),
    (&["models", "output", "model"], 2),
    (&["script", "repository"], 1),
    (&["script", "entry_point"], 1),
];

/// A search as it was read from the request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    any: Vec<String>,
    none: Vec<String>,
    phrases: Vec<String>,
}

impl Words {
    /// Reads the text a user typed.
    pub fn parse(text: &str) -> Words {
        let mut words = Words::default();
        for (at, part) in text.split('"').enumerate() {
            if at % 2 == 1 {
                let phrase = part.trim().to_lowercase();
                if !phrase.is_empty() {
                    words.phrases.push(phrase);
                }
                continue;
            }
            for piece in part.split_whitespace() {
                let target = if piece.starts_with('-') { &mut words.none } else { &mut words.any };
                target.extend(split(&piece.to_lowercase()).map(str::to_owned));
            }
        }
        words
    }

    /// The score of a record with these texts; None when it does not match.
    pub fn score<'a>(&self, texts: impl Iterator<Item = (&'a str, Weight)>) -> Option<Weight> {
        let mut score = 0;
        let mut found_phrases = HashSet::new();
        for (text, weight) in texts {
            let text = text.to_lowercase();
            let present: HashSet<&str> = split(&text).collect();
            if self.none.iter().any(|word| present.contains(word.as_str())) {
                return None;
            }
            let hits = self.any.iter().filter(|word| present.contains(word.as_str())).count();
            score += weight * hits as Weight;
            for (at, phrase) in self.phrases.iter().enumerate() {
                if text.contains(phrase) {
                    found_phrases.insert(at);
                    score += weight;
                }
            }
        }
        let has_all_phrases = found_phrases.len() == self.phrases.len();
        (score > 0 && has_all_phrases).then_some(score)
    }
}

fn split(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_phrases_and_exclusions() {
        let texts = [("Train the Résumé-model", 10), ("s3://bucket/model.pkl", 1)];
        for (search, expected) in [
            ("train", Some(10)),
            ("model", Some(11)),
            ("résumé other", Some(10)),
            ("\"the résumé\"", Some(10)),
            ("\"the model\"", None),
            ("train -bucket", None),
            ("trai", None),
            ("-x", None),
            ("", None),
        ] {
            assert_eq!(Words::parse(search).score(texts.into_iter()), expected, "{search}");
        }
    }
}
