//! Every sentence a person reads, and the French way of writing amounts, dates and hours.
//!
//! The sentences live in `fr.ftl` ([Fluent]), grouped by screen. The window reads the same
//! file, so a sentence is written once whoever says it: the window, the command line or a
//! paper. Code speaks in ids and values; no French stands anywhere else.
//!
//! ```
//! # use passerelle_words::{say, say_with};
//! assert_eq!(say("paper-certificate-title"), "Attestation de présence");
//! assert_eq!(say_with("count-passes", &[("count", 2.into())]), "2\u{a0}pass");
//! ```
//!
//! [Fluent]: https://projectfluent.org

use std::borrow::Cow;
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use fluent_syntax::ast;
use unic_langid::LanguageIdentifier;

pub mod format;
pub mod spreadsheet;

#[cfg(test)]
mod house_rules;

/// The file itself, for whoever hands it on to another Fluent (the window).
pub const FRENCH: &str = include_str!("fr.ftl");

/// What a sentence is completed with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value<'a> {
    /// Written as it stands: a name, or something [`mod@format`] has already put into French.
    Text(Cow<'a, str>),
    /// Chooses between singular and plural, and is written with grouped thousands.
    Number(i64),
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text.into())
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<i32> for Value<'_> {
    fn from(number: i32) -> Self {
        Self::Number(number.into())
    }
}

impl From<u32> for Value<'_> {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

impl From<usize> for Value<'_> {
    fn from(number: usize) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

/// The sentence called `id`. An id that `fr.ftl` does not know comes back as it is: a counter
/// must never stop for a word, and the tests see to it that none is missing.
pub fn say(id: &str) -> String {
    say_with(id, &[])
}

/// The sentence called `id`, completed with `values`.
///
/// A value the sentence asks for and that is not given shows as `{$name}`.
pub fn say_with(id: &str, values: &[(&str, Value)]) -> String {
    let Some(pattern) = BUNDLE.get_message(id).and_then(|message| message.value()) else {
        return id.to_owned();
    };
    let args: FluentArgs = values.iter().map(fluent_value).collect();
    let mut errors = Vec::new();
    let sentence = BUNDLE.format_pattern(pattern, Some(&args), &mut errors);
    sentence.into_owned()
}

/// Whether `fr.ftl` has a sentence called `id`.
pub fn has(id: &str) -> bool {
    BUNDLE.has_message(id)
}

/// The id of every sentence, in the order of the file. Terms (`-name`) are not among them.
pub fn ids() -> Vec<String> {
    RESOURCE_IDS.clone()
}

static BUNDLE: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| {
    let french: LanguageIdentifier = "fr-FR".parse().expect("fr-FR is a well-formed tag");
    let mut bundle = FluentBundle::new_concurrent(vec![french]);
    // Isolation marks would be printed as boxes, and nothing here is written right to left.
    bundle.set_use_isolating(false);
    bundle.set_formatter(Some(grouped_number));
    bundle
        .add_resource(resource())
        .expect("the tests refuse two sentences with one id");
    bundle
});

static RESOURCE_IDS: LazyLock<Vec<String>> = LazyLock::new(|| {
    resource()
        .entries()
        .filter_map(|entry| match entry {
            ast::Entry::Message(message) => Some(message.id.name.to_owned()),
            ast::Entry::Term(_)
            | ast::Entry::Comment(_)
            | ast::Entry::GroupComment(_)
            | ast::Entry::ResourceComment(_)
            | ast::Entry::Junk { .. } => None,
        })
        .collect()
});

/// Fluent keeps what it can read of a file; that nothing was left aside is a test.
fn resource() -> FluentResource {
    match FluentResource::try_new(FRENCH.to_owned()) {
        Ok(resource) | Err((resource, _)) => resource,
    }
}

fn fluent_value<'a>((name, value): &'a (&str, Value)) -> (Cow<'a, str>, FluentValue<'a>) {
    let value = match value {
        Value::Text(text) => FluentValue::from(text.as_ref()),
        Value::Number(number) => FluentValue::from(*number),
    };
    (Cow::Borrowed(*name), value)
}

fn grouped_number<M>(value: &FluentValue, _: &M) -> Option<String> {
    match value {
        FluentValue::Number(number) => Some(format::count(number.value as i64)),
        FluentValue::String(_) | FluentValue::Custom(_) | FluentValue::None | FluentValue::Error => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_sentence_gives_its_id_and_does_not_stop_the_counter() {
        assert_eq!(say("no-such-sentence"), "no-such-sentence");
    }

    #[test]
    fn a_count_agrees_with_its_noun_and_groups_its_thousands() {
        let people = |count: i64| say_with("count-people", &[("count", count.into())]);
        assert_eq!(people(0), "0\u{a0}personne");
        assert_eq!(people(1), "1\u{a0}personne");
        assert_eq!(people(34_000), "34\u{202f}000\u{a0}personnes");
    }

    #[test]
    fn a_name_is_written_as_it_stands_without_isolation_marks() {
        let said = say_with(
            "paper-certificate-place-and-day",
            &[
                ("place", "L’Haÿ-les-Roses".into()),
                ("day", "1er octobre 2026".into()),
            ],
        );
        assert_eq!(said, "Fait à L’Haÿ-les-Roses, le 1er octobre 2026");
    }
}
