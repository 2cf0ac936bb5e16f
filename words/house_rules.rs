//! What `fr.ftl` must hold to: readable by Fluent, and French as a printer would set it.

use std::collections::BTreeSet;

use fluent_bundle::FluentResource;

use super::{FRENCH, ids};

/// Lines of the file that people read, with their number; comments are for us.
fn sentences() -> impl Iterator<Item = (usize, &'static str)> {
    let lines = FRENCH.lines().enumerate().map(|(index, line)| (index + 1, line));
    lines.filter(|(_, line)| !line.trim_start().starts_with('#'))
}

fn refuse(wrong: Vec<(usize, &str)>, rule: &str) {
    let lines: Vec<_> = wrong
        .iter()
        .map(|(n, line)| format!("  fr.ftl:{n}  {line}"))
        .collect();
    assert!(wrong.is_empty(), "{rule}\n{}", lines.join("\n"));
}

#[test]
fn fluent_reads_the_whole_file() {
    let errors = FluentResource::try_new(FRENCH.to_owned())
        .err()
        .map(|(_, errors)| errors);
    assert_eq!(errors, None);
}

#[test]
fn no_two_sentences_have_one_id() {
    let mut seen = BTreeSet::new();
    let twice: Vec<_> = ids().into_iter().filter(|id| !seen.insert(id.clone())).collect();
    assert!(twice.is_empty(), "said twice: {twice:?}");
}

#[test]
fn every_id_says_in_lower_case_which_room_it_belongs_to() {
    let stray: Vec<_> = ids()
        .into_iter()
        .filter(|id| !id.contains('-') || id.chars().any(|c| c.is_ascii_uppercase()))
        .collect();
    assert!(stray.is_empty(), "write them as room-what: {stray:?}");
}

#[test]
fn no_line_can_break_before_high_punctuation_or_a_unit() {
    const BREAKABLE: [&str; 10] = [" :", " ;", " !", " ?", " »", "« ", " €", " %", "° ", "$count } "];
    let wrong = sentences().filter(|(_, line)| BREAKABLE.iter().any(|bad| line.contains(bad)));
    refuse(
        wrong.collect(),
        "a no-break space is wanted there; run script/typography",
    );
}

#[test]
fn apostrophes_and_ellipses_are_printed_ones() {
    let wrong = sentences().filter(|(_, line)| line.contains('\'') || line.contains("..."));
    refuse(wrong.collect(), "use ’ and …; run script/typography");
}

#[test]
fn nobody_is_blamed_or_told_of_an_error() {
    const BANNED: [&str; 8] = [
        "erreur",
        "invalide",
        "veuillez",
        "oups",
        "êtes-vous sûr",
        "échec",
        "qualiopi",
        "certificat de réalisation",
    ];
    let wrong = sentences().filter(|(_, line)| {
        // The word is banned from what is read, not from an id.
        let said = line
            .split_once(" = ")
            .map_or(*line, |(_, said)| said)
            .to_lowercase();
        BANNED.iter().any(|word| said.contains(word))
    });
    refuse(wrong.collect(), "say what is, then what to do");
}
