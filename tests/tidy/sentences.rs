//! Each thing that can be said has its sentence, and each sentence is said.

use super::sources::{Offence, refuse, sources};
use passerelle_desk::{
    UserError,
    check::FaultKind,
    sync::{LinkFault, PouchFault},
};
use passerelle_domain::{
    fault::Fault,
    redemption::{Doubt, VoidReason},
    refusal::Refusal,
    wire::Verdict,
};
use passerelle_words::{has, ids};

#[test]
fn every_code_has_its_sentence() {
    let dashed = |code: &str| code.replace('_', "-");
    let mut wanted: Vec<String> = Vec::new();
    // These two are said through their parts: `refusal-…` and `fault-…`.
    let whole = UserError::CODES
        .iter()
        .filter(|code| !["refused", "fields"].contains(code));
    wanted.extend(whole.map(|code| format!("error-{code}")));
    wanted.extend(LinkFault::CODES.iter().map(|code| format!("link-{code}")));
    wanted.extend(PouchFault::CODES.iter().map(|code| format!("pouch-{code}")));
    wanted.extend(
        Doubt::ALL
            .iter()
            .map(|doubt| format!("doubt-{}", dashed(doubt.code()))),
    );
    wanted.extend(
        VoidReason::ALL
            .iter()
            .map(|reason| format!("void-reason-{}", dashed(reason.code()))),
    );
    wanted.extend(FaultKind::ALL.iter().map(|kind| format!("check-{}", kind.code())));
    wanted.extend(
        Fault::CODES
            .iter()
            .copied()
            .flatten()
            .map(|code| format!("fault-{code}")),
    );
    wanted.extend(Refusal::CODES.iter().map(|code| format!("refusal-{code}")));
    wanted.extend(
        Verdict::CODES
            .iter()
            .map(|code| format!("verdict-{}", dashed(code))),
    );
    wanted.extend(
        passerelle_clearing::Error::CODES
            .iter()
            .map(|code| format!("clearing-error-{code}")),
    );
    wanted.extend(
        reading_faults()
            .into_iter()
            .map(|code| format!("unreadable-{code}")),
    );
    let silent: Vec<&String> = wanted.iter().filter(|id| !has(id)).collect();
    assert!(silent.is_empty(), "words/fr.ftl does not say: {silent:#?}");
}

#[test]
fn every_sentence_is_said() {
    let sources = sources(&[".rs", ".ts", ".svelte"]);
    let code: Vec<&str> = sources
        .iter()
        .filter(|source| source.path != "words/fr.ftl")
        .map(|source| source.text.as_str())
        .collect();
    let code = code.join("\n");
    let mut openings = openings(&code);
    // Said through their code, in `problem.ts` and on the command line.
    openings.extend(["link-", "unreadable-", "pouch-"].map(str::to_owned));
    let unsaid: Vec<String> = ids()
        .into_iter()
        .filter(|id| !code.contains(&format!("\"{id}\"")) && !code.contains(&format!("`{id}`")))
        .filter(|id| !openings.iter().any(|opening| id.starts_with(opening)))
        .collect();
    assert!(unsaid.is_empty(), "nobody says: {unsaid:#?}");
}

#[test]
fn french_stands_only_where_sentences_do() {
    // Tables of letters and months, and the people of fixtures.
    const DATA: [&str; 6] = [
        "words/",
        "tests/",
        "ui/src/api/memory",
        "crates/domain/src/attendee/",
        "crates/desk/src/trial.rs",
        "ui/src/format.ts",
    ];
    let sources = sources(&[".rs", ".ts", ".svelte"]);
    let offences: Vec<Offence> = sources
        .iter()
        .filter(|source| !DATA.iter().any(|place| source.path.starts_with(place)))
        .flat_map(|source| {
            let french = source
                .lines_of_the_product()
                .filter(|(_, line)| speaks_french(line));
            french
                .map(|(number, line)| source.offence(number, line))
                .collect::<Vec<_>>()
        })
        .collect();
    refuse("a sentence belongs to words/fr.ftl", &offences);
}

/// Whether a string of the line has a word of several letters with an accent.
fn speaks_french(line: &str) -> bool {
    let code = line.trim_start();
    if code.starts_with("//") || code.starts_with('*') || code.starts_with("/*") || code.starts_with("<!--") {
        return false;
    }
    let code = code.split(" // ").next().unwrap_or_default();
    code.split('"').skip(1).step_by(2).any(|string| {
        string
            .split(|letter: char| !letter.is_alphabetic())
            .any(|word| word.chars().count() > 2 && word.chars().any(|letter| "éèêàùçîôûœ".contains(letter)))
    })
}

/// What a sentence's name may begin with when code completes it: `format!("refusal-{…}")`,
/// `` `refusal-${…}` ``.
fn openings(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (quote, hole) in [("\"", "{"), ("`", "${")] {
        for part in code.split(quote) {
            let Some((opening, _)) = part.split_once(hole) else {
                continue;
            };
            let is_an_id = opening.ends_with('-')
                && opening
                    .chars()
                    .all(|letter| letter.is_ascii_lowercase() || letter == '-');
            if is_an_id {
                found.push(opening.to_owned());
            }
        }
    }
    // `named("theme", code)`, `options<Theme>("theme", codes)`
    for call in ["named(", "options<"] {
        for part in code.split(call).skip(1) {
            let room = part.split('"').nth(1);
            found.extend(room.map(|room| format!("{room}-")));
        }
    }
    found
}

/// Why a file gives no code. The reader keeps no list: its codes are read where they are given.
fn reading_faults() -> Vec<String> {
    let sources = sources(&["crates/reader/src/lib.rs"]);
    let body = sources[0]
        .text
        .split("code(&self)")
        .nth(1)
        .expect("the function is there");
    let body = body.split("\n    }").next().unwrap_or_default();
    let codes: Vec<String> = body
        .lines()
        .filter_map(|line| {
            line.split_once("=> \"")?
                .1
                .split_once('"')
                .map(|(code, _)| code.to_owned())
        })
        .collect();
    assert!(codes.len() > 5, "no codes read in the reader");
    codes
}
