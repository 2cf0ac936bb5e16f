//! Text as a person typed it, tidied before anything is decided about it.

use unicode_normalization::UnicodeNormalization;

/// One line: composed (NFC), without invisible characters, single spaces, none at either end.
pub fn tidy_line(typed: &str) -> String {
    let visible: String = typed
        .nfc()
        .filter(|c| !is_invisible(*c))
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A note of several lines: each line tidied, no blank line at either end.
pub fn tidy_note(typed: &str) -> String {
    let lines: Vec<String> = typed.lines().map(tidy_line).collect();
    lines.join("\n").trim().to_owned()
}

/// Characters that print nothing and would make two equal names differ.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spaces_of_every_kind_become_one() {
        assert_eq!(
            tidy_line("  Ma\u{a0}messagerie,\t premiers\u{202f} pas \r\n"),
            "Ma messagerie, premiers pas"
        );
    }

    #[test]
    fn decomposed_accents_are_composed_and_invisible_characters_go() {
        assert_eq!(tidy_line("E\u{301}r\u{200b}ic\u{feff}"), "Éric");
    }

    #[test]
    fn a_note_keeps_its_lines() {
        assert_eq!(tidy_note("\n un \n\n  deux  \n\n"), "un\n\ndeux");
    }
}
