//! How functions are written.

use super::sources::{Offence, refuse, sources};

const LONGEST: usize = 70;

#[test]
fn no_function_is_longer_than_seventy_lines() {
    let sources = sources(&[".rs", ".ts", ".svelte", ".js"]);
    let offences: Vec<Offence> = sources
        .iter()
        .flat_map(|source| {
            let lines: Vec<&str> = source.text.lines().collect();
            let long = functions(&lines)
                .into_iter()
                .filter(|(_, length)| *length > LONGEST);
            long.map(|(first, length)| {
                source.offence(first + 1, &format!("{length} lines: {}", lines[first]))
            })
            .collect::<Vec<_>>()
        })
        .collect();
    refuse("a function fits on a screen", &offences);
}

#[test]
fn nothing_is_unwrapped_but_in_tests() {
    let sources = sources(&[".rs"]);
    let offences: Vec<Offence> = sources
        .iter()
        .flat_map(|source| {
            let unwrapped = source
                .lines_of_the_product()
                .filter(|(_, line)| line.contains(concat!(".unwrap", "()")));
            unwrapped
                .map(|(number, line)| source.offence(number, line))
                .collect::<Vec<_>>()
        })
        .collect();
    refuse("say why it cannot fail, with expect", &offences);
}

#[test]
fn nothing_is_left_for_later() {
    const LATER: [&str; 5] = [
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        concat!("XX", "X:"),
        concat!("HA", "CK"),
        concat!("todo", "!("),
    ];
    let sources = sources(&[
        ".rs",
        ".ts",
        ".svelte",
        ".js",
        ".sql",
        ".css",
        ".toml",
        ".md",
        ".ftl",
        "script/test",
        "script/run",
    ]);
    let offences: Vec<Offence> = sources
        .iter()
        .flat_map(|source| {
            let late = source
                .lines()
                .filter(|(_, line)| LATER.iter().any(|word| line.contains(word)));
            late.map(|(number, line)| source.offence(number, line))
                .collect::<Vec<_>>()
        })
        .collect();
    refuse("do it, or write an issue", &offences);
}

/// Each function: the index of its first line, and how many lines it has. The formatters put the
/// closing brace under the first letter of the line that opens.
fn functions(lines: &[&str]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    for (first, line) in lines
        .iter()
        .enumerate()
        .filter(|(_, line)| opens_a_function(line))
    {
        let indent = &line[..line.len() - line.trim_start().len()];
        let closes = |line: &&str| {
            line.strip_prefix(indent)
                .is_some_and(|rest| rest.starts_with('}'))
        };
        if line.trim_end().ends_with('}') || is_declared_only(&lines[first..]) {
            continue;
        }
        if let Some(length) = lines[first + 1..].iter().position(closes) {
            found.push((first, length + 2));
        }
    }
    found
}

fn opens_a_function(line: &str) -> bool {
    const BEFORE: [&str; 8] = [
        "pub(crate) ",
        "pub(super) ",
        "pub ",
        "export ",
        "default ",
        "async ",
        "const ",
        "unsafe ",
    ];
    let mut rest = line.trim_start();
    while let Some(next) = BEFORE.iter().find_map(|word| rest.strip_prefix(word)) {
        rest = next;
    }
    rest.starts_with("fn ") || rest.starts_with("function ") || rest.starts_with("function* ")
}

/// Whether a signature ends without a body, as in a trait.
fn is_declared_only(from: &[&str]) -> bool {
    let end = from
        .iter()
        .map(|line| line.trim_end())
        .find(|line| line.ends_with(['{', ';']));
    end.is_some_and(|line| line.ends_with(';'))
}

#[test]
fn the_rule_sees_a_long_function_and_not_its_neighbours() {
    let body = "    x;\n".repeat(69);
    let declared = "fn declared();\nfn wide(\n    x: X,\n);\n";
    let text = format!("{declared}fn short() {{\n    x;\n}}\n\npub async fn long() {{\n{body}}}\n");
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(functions(&lines), [(4, 3), (8, 71)]);
}
