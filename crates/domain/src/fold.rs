//! Names reduced to plain letters, so that anyone is found from any keyboard.
//!
//! Nobody at a counter types `Œuvrard`, `N’Guessan` or `Nguyễn` as it is written. Both the stored name and the
//! search are folded here to the letters a to z (other alphabets keep their own), and compared by prefix.

use std::collections::BTreeSet;

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use crate::typed::is_invisible;

/// The words under which a person is found: each part of each name, and each name run together.
///
/// `Jean-Éric`, `N’Guessan` gives `jean`, `eric`, `jeaneric`, `n`, `guessan`, `nguessan`, and both whole names in
/// both orders, so that a space typed or forgotten anywhere changes nothing.
pub fn search_words(surname: &str, first_name: &str) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    for name in [surname, first_name] {
        for chunk in name.split_whitespace() {
            words.insert(squeeze(chunk));
            words.extend(parts(chunk));
        }
        words.insert(squeeze(name));
    }
    let (surname, first_name) = (squeeze(surname), squeeze(first_name));
    words.insert(format!("{surname}{first_name}"));
    words.insert(format!("{first_name}{surname}"));
    words.remove("");
    words
}

/// What is looked for: a person matches when every chunk is found among the words, or the whole run together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameQuery {
    chunks: Vec<QueryChunk>,
    squeezed: String,
}

/// One space-separated chunk of a search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryChunk {
    /// The chunk run together: `ndiaye` for `N'Diaye`.
    pub squeezed: String,
    /// Its parts between hyphens and apostrophes: `n`, `diaye`.
    pub parts: Vec<String>,
}

impl NameQuery {
    /// Reads what was typed in a search field; never fails, may be empty.
    pub fn new(typed: &str) -> Self {
        let chunk = |chunk: &str| QueryChunk {
            squeezed: squeeze(chunk),
            parts: parts(chunk),
        };
        let chunks = typed
            .split_whitespace()
            .map(chunk)
            .filter(|chunk| !chunk.squeezed.is_empty())
            .collect();
        Self {
            chunks,
            squeezed: squeeze(typed),
        }
    }

    /// Whether nothing is looked for.
    pub fn is_empty(&self) -> bool {
        self.squeezed.is_empty()
    }

    /// The chunks, in the order typed.
    pub fn chunks(&self) -> &[QueryChunk] {
        &self.chunks
    }

    /// The whole search run together.
    pub fn squeezed(&self) -> &str {
        &self.squeezed
    }

    /// Whether a person with these [`search_words`] is meant. An empty search means nobody.
    pub fn matches(&self, words: &BTreeSet<String>) -> bool {
        let found = |prefix: &String| {
            words
                .range(prefix.clone()..)
                .next()
                .is_some_and(|word| word.starts_with(prefix))
        };
        let chunk_found = |chunk: &QueryChunk| found(&chunk.squeezed) || chunk.parts.iter().all(found);
        !self.is_empty() && (self.chunks.iter().all(chunk_found) || found(&self.squeezed))
    }
}

/// The folded parts of a text, cut wherever there is neither letter nor digit.
pub fn parts(text: &str) -> Vec<String> {
    let folded = fold(text);
    folded
        .split(' ')
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect()
}

/// The folded text run together, for comparing.
pub fn squeeze(text: &str) -> String {
    fold(text).replace(' ', "")
}

/// Lower-case plain letters and digits; anything else is one space.
fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let plain = text
        .nfkd()
        .filter(|c| !is_combining_mark(*c) && !is_invisible(*c));
    for c in plain
        .flat_map(char::to_lowercase)
        .filter(|c| !is_combining_mark(*c))
    {
        match spelt_out(c) {
            Some(letters) => folded.push_str(letters),
            None if c.is_alphanumeric() && !is_modifier(c) => folded.push(c),
            None => folded.push(' '),
        }
    }
    folded
}

/// Letters that Unicode does not decompose, as people type them without the right keyboard.
fn spelt_out(c: char) -> Option<&'static str> {
    match c {
        'œ' => Some("oe"),
        'æ' => Some("ae"),
        'ß' => Some("ss"),
        'ø' => Some("o"),
        'ł' => Some("l"),
        'đ' | 'ð' | 'ɖ' => Some("d"),
        'þ' => Some("th"),
        'ħ' => Some("h"),
        'ŧ' => Some("t"),
        'ı' => Some("i"),
        'ŋ' => Some("ng"),
        'ə' | 'ɛ' => Some("e"),
        'ɔ' => Some("o"),
        'ɓ' => Some("b"),
        'ɗ' => Some("d"),
        'ƴ' => Some("y"),
        'ɲ' => Some("n"),
        _ => None,
    }
}

/// Letters such as U+02BC that only stand for an apostrophe.
fn is_modifier(c: char) -> bool {
    matches!(c, '\u{2b0}'..='\u{2ff}' | '\u{a78c}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(surname: &str, first_name: &str, typed: &str) -> bool {
        NameQuery::new(typed).matches(&search_words(surname, first_name))
    }

    #[test]
    fn a_name_gives_its_parts_and_its_whole() {
        let words: Vec<String> = search_words("N’Guessan", "Jean-Éric").into_iter().collect();
        let expected = [
            "eric",
            "guessan",
            "jean",
            "jeaneric",
            "jeanericnguessan",
            "n",
            "nguessan",
            "nguessanjeaneric",
        ];
        assert_eq!(words, expected);
    }

    #[test]
    fn every_hard_name_is_found_by_its_plain_letters() {
        let cases = [
            ("N'Guessan", "nguessan"),
            ("N’Guessan", "n'gue"),
            ("NʼGuessan", "guess"),
            ("Œuvrard", "oeuv"),
            ("Nguyễn", "nguyen"),
            ("Łukasz", "lukasz"),
            ("Ðặng", "dang"),
            ("Đặng", "dang"),
            ("Weiß", "weiss"),
            ("Sørensen", "sorensen"),
            ("Lætitia", "laetitia"),
            ("İpek", "ipek"),
            ("Yıldız", "yildiz"),
            ("Ðukić", "dukic"),
            ("ﬁlipe", "filipe"),
            ("D'Artagnan", "dartagnan"),
            ("N'Diaye", "ndiaye"),
            ("Cœur", "coeur"),
        ];
        for (name, typed) in cases {
            assert!(found(name, "", typed), "{name} by {typed}");
            assert!(
                found(name, "", &typed.to_uppercase()),
                "{name} by {typed} in capitals"
            );
            assert!(found("", name, typed), "{name} as a first name by {typed}");
            assert!(found(name, "", name), "{name} by itself");
        }
    }

    #[test]
    fn decomposed_accents_change_nothing_on_either_side() {
        let decomposed = "E\u{301}ric";
        assert!(
            found("", decomposed, "éric") && found("", "Éric", decomposed) && found("", decomposed, "eric")
        );
    }

    #[test]
    fn hyphens_apostrophes_and_spaces_are_one_as_the_other() {
        for stored in ["Jean-Éric", "Jean Éric", "JeanÉric", "Jean‑Éric"] {
            for typed in ["jean-eric", "jean eric", "jeaneric", "Jean-É", "jean e"] {
                assert!(found("Sow", stored, typed), "{stored} by {typed}");
            }
        }
        for stored in ["N'Diaye", "N’Diaye", "Ndiaye", "N Diaye"] {
            for typed in ["n'diaye", "n’diaye", "ndiaye", "n diaye"] {
                assert!(found(stored, "Fatou", typed), "{stored} by {typed}");
            }
        }
    }

    #[test]
    fn either_name_comes_first_and_beginnings_are_enough() {
        for typed in [
            "benali aïcha",
            "aicha benali",
            "be ai",
            "ai be",
            "aichabenali",
            "fatou n'di",
        ] {
            let (surname, first_name) = if typed.contains('f') {
                ("Ndiaye", "Fatou")
            } else {
                ("Benali", "Aïcha")
            };
            assert!(found(surname, first_name, typed), "{typed}");
        }
    }

    #[test]
    fn every_chunk_must_be_found_and_an_empty_search_finds_nobody() {
        assert!(!found("Benali", "Aïcha", "benali o"));
        assert!(!found("Benali", "Aïcha", "nali"));
        assert!(!found("Benali", "Aïcha", " ' - "));
    }

    #[test]
    fn other_alphabets_keep_their_letters() {
        assert!(found("Шевченко", "Андрій", "шевч"));
        assert!(found("محمد", "", "مح"));
    }
}
