//! A desk with a simulated keyboard: every scanner setting, every layout, Caps Lock on and off.

use super::*;

/// A physical key: its code, then its characters bare and under Shift, on a US and a French keyboard.
type Key = (&'static str, [char; 2], [char; 2]);

const KEYBOARD: [Key; 48] = [
    ("Digit1", ['1', '!'], ['&', '1']),
    ("Digit2", ['2', '@'], ['é', '2']),
    ("Digit3", ['3', '#'], ['"', '3']),
    ("Digit4", ['4', '$'], ['\'', '4']),
    ("Digit5", ['5', '%'], ['(', '5']),
    ("Digit6", ['6', '^'], ['-', '6']),
    ("Digit7", ['7', '&'], ['è', '7']),
    ("Digit8", ['8', '*'], ['_', '8']),
    ("Digit9", ['9', '('], ['ç', '9']),
    ("Digit0", ['0', ')'], ['à', '0']),
    ("Minus", ['-', '_'], [')', '°']),
    ("Equal", ['=', '+'], ['=', '+']),
    ("KeyQ", ['q', 'Q'], ['a', 'A']),
    ("KeyW", ['w', 'W'], ['z', 'Z']),
    ("KeyE", ['e', 'E'], ['e', 'E']),
    ("KeyR", ['r', 'R'], ['r', 'R']),
    ("KeyT", ['t', 'T'], ['t', 'T']),
    ("KeyY", ['y', 'Y'], ['y', 'Y']),
    ("KeyU", ['u', 'U'], ['u', 'U']),
    ("KeyI", ['i', 'I'], ['i', 'I']),
    ("KeyO", ['o', 'O'], ['o', 'O']),
    ("KeyP", ['p', 'P'], ['p', 'P']),
    ("BracketLeft", ['[', '{'], ['^', '¨']),
    ("BracketRight", [']', '}'], ['$', '£']),
    ("KeyA", ['a', 'A'], ['q', 'Q']),
    ("KeyS", ['s', 'S'], ['s', 'S']),
    ("KeyD", ['d', 'D'], ['d', 'D']),
    ("KeyF", ['f', 'F'], ['f', 'F']),
    ("KeyG", ['g', 'G'], ['g', 'G']),
    ("KeyH", ['h', 'H'], ['h', 'H']),
    ("KeyJ", ['j', 'J'], ['j', 'J']),
    ("KeyK", ['k', 'K'], ['k', 'K']),
    ("KeyL", ['l', 'L'], ['l', 'L']),
    ("Semicolon", [';', ':'], ['m', 'M']),
    ("Quote", ['\'', '"'], ['ù', '%']),
    ("Backquote", ['`', '~'], ['²', '~']),
    ("Backslash", ['\\', '|'], ['*', 'µ']),
    ("KeyZ", ['z', 'Z'], ['w', 'W']),
    ("KeyX", ['x', 'X'], ['x', 'X']),
    ("KeyC", ['c', 'C'], ['c', 'C']),
    ("KeyV", ['v', 'V'], ['v', 'V']),
    ("KeyB", ['b', 'B'], ['b', 'B']),
    ("KeyN", ['n', 'N'], ['n', 'N']),
    ("KeyM", ['m', 'M'], [',', '?']),
    ("Comma", [',', '<'], [';', '.']),
    ("Period", ['.', '>'], [':', '/']),
    ("Slash", ['/', '?'], ['!', '§']),
    ("Space", [' ', ' '], [' ', '\u{a0}']),
];

#[derive(Debug, Clone, Copy, PartialEq)]
enum Layout {
    Us,
    French,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum CapsLock {
    Off,
    /// Linux: letters change case, `é` becomes `É`, digits stay where they are.
    OnLinux,
    /// Windows, French layout: the whole keyboard is shifted, and Shift undoes it.
    OnWindows,
}

const LAYOUTS: [Layout; 2] = [Layout::Us, Layout::French];
const CAPS: [CapsLock; 3] = [CapsLock::Off, CapsLock::OnLinux, CapsLock::OnWindows];

impl Layout {
    fn of(self, key: &Key) -> [char; 2] {
        match self {
            Layout::Us => key.1,
            Layout::French => key.2,
        }
    }

    /// What the computer makes of a physical key.
    fn character(self, key: &Key, shift: bool, caps: CapsLock) -> char {
        let [bare, shifted] = self.of(key);
        let letter = shifted.is_ascii_uppercase();
        let inverted = match caps {
            CapsLock::Off => false,
            CapsLock::OnLinux => letter,
            CapsLock::OnWindows => letter || (self == Layout::French && key.0 != "Space"),
        };
        let character = if shift != inverted { shifted } else { bare };
        let capital = caps == CapsLock::OnLinux && !letter && character != 'µ';
        match character.to_uppercase().next() {
            Some(upper) if capital => upper,
            _ => character,
        }
    }
}

/// Presses the keys that give `text` on the scanner's keyboard, on a computer with another.
fn scan(text: &str, scanner: Layout, computer: Layout, caps: CapsLock) -> Vec<KeyStroke> {
    let press = |wanted: char| {
        let (key, shift) = KEYBOARD
            .iter()
            .find_map(|key| {
                let place = scanner.of(key).iter().position(|&on_key| on_key == wanted)?;
                Some((key, place == 1))
            })
            .unwrap_or_else(|| panic!("{wanted} is not on the {scanner:?} keyboard"));
        stroke(&computer.character(key, shift, caps).to_string(), key.0, shift)
    };
    text.chars().map(press).collect()
}

fn stroke(key: &str, code: &str, shift: bool) -> KeyStroke {
    KeyStroke {
        key: key.into(),
        code: code.into(),
        shift,
    }
}

fn for_every_setting(check: impl Fn(Layout, Layout, CapsLock)) {
    for scanner in LAYOUTS {
        for computer in LAYOUTS {
            for caps in CAPS {
                check(scanner, computer, caps);
            }
        }
    }
}

#[test]
fn every_character_of_a_signed_code_is_among_the_readings_under_every_setting() {
    for_every_setting(|scanner, computer, caps| {
        for character in "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".chars() {
            let code = format!("P1{character}");
            let readings = Readings::of(&scan(&code, scanner, computer, caps));
            assert!(
                readings.candidates().contains(&code),
                "{scanner:?} scanner, {computer:?} computer, Caps Lock {caps:?}: {code} gives {readings:?}"
            );
        }
    });
}

#[test]
fn a_whole_signed_code_is_among_the_readings_under_every_setting() {
    let code = "P1AZQWM234567KLMNOPQRSTUVWXYZ234567ABCDEFGHIJ76543222ZQ";
    for_every_setting(|scanner, computer, caps| {
        let readings = Readings::of(&scan(code, scanner, computer, caps));
        assert!(
            readings.candidates().contains(&code.to_owned()),
            "{scanner:?} {computer:?} {caps:?}"
        );
    });
}

#[test]
fn plain_numbers_with_prefix_and_separators_are_among_the_readings_under_every_setting() {
    for number in [
        "MGP-0123456789",
        "AZQWM 66 6",
        "ABC.12/3",
        "0123456789",
        "6-6-66",
        "NPT21/004.5",
    ] {
        for typed in [number.to_owned(), number.to_lowercase()] {
            for_every_setting(|scanner, computer, caps| {
                let readings = Readings::of(&scan(&typed, scanner, computer, caps));
                assert!(
                    readings.candidates().contains(&number.to_owned()),
                    "{scanner:?} scanner, {computer:?} computer, Caps Lock {caps:?}: {typed} gives {readings:?}"
                );
            });
        }
    }
}

#[test]
fn a_us_scanner_on_a_french_computer_types_what_the_field_reports() {
    let strokes = scan("1234567890", Layout::Us, Layout::French, CapsLock::Off);
    let typed: String = strokes.iter().map(|stroke| stroke.key.as_str()).collect();
    assert_eq!(typed, "&é\"'(-è_çà");
    assert_eq!(Readings::of(&strokes).candidates(), ["1234567890", "&É\"'(-È_ÇÀ"]);
}

#[test]
fn a_french_scanner_that_relies_on_caps_lock_gives_its_digits_bare() {
    let strokes = [
        stroke("P", "KeyP", false),
        stroke("-", "Digit6", false),
        stroke("&", "Digit1", false),
    ];
    assert!(Readings::of(&strokes).candidates().contains(&"P61".to_owned()));
}

#[test]
fn what_was_typed_comes_first_when_it_could_be_a_code() {
    let strokes = scan("QB12", Layout::Us, Layout::Us, CapsLock::Off);
    assert_eq!(Readings::of(&strokes).candidates(), ["QB12", "AB12"]);
}

#[test]
fn readings_that_agree_are_given_once() {
    let strokes = scan("BCD123", Layout::Us, Layout::Us, CapsLock::Off);
    assert_eq!(Readings::of(&strokes).candidates(), ["BCD123"]);
}

#[test]
fn the_numeric_pad_gives_digits_in_every_reading_even_without_num_lock() {
    let strokes = [
        stroke("End", "Numpad1", false),
        stroke("2", "Numpad2", false),
        stroke("-", "NumpadSubtract", false),
    ];
    assert_eq!(Readings::of(&strokes).candidates(), ["12-"]);
}

#[test]
fn without_physical_keys_only_what_was_typed_remains() {
    let strokes = [stroke("p", "", false), stroke("1", "Unidentified", false)];
    assert_eq!(Readings::of(&strokes).candidates(), ["P1"]);
}

#[test]
fn a_key_that_means_nothing_takes_its_whole_reading_away() {
    let strokes = [stroke("Dead", "BracketLeft", false), stroke("1", "Digit1", true)];
    assert_eq!(Readings::of(&strokes).candidates(), [] as [&str; 0]);
    assert_eq!(Readings::of(&[]).candidates(), [] as [&str; 0]);
}

#[test]
fn a_text_from_a_picture_has_one_reading() {
    assert_eq!(Readings::of_text(" p1abc\u{a0}2\r\n").candidates(), ["P1ABC 2"]);
    assert_eq!(Readings::of_text(" \n").candidates(), [] as [&str; 0]);
}
