//! The list of defects keeps up with the code.

use super::sources::root;
use std::{collections::BTreeSet, fs};

#[test]
fn every_defect_still_has_its_line() {
    let text = fs::read_to_string(root().join("tests/defects.toml")).expect("the list");
    let list: toml::Table = text.parse().expect("a list of defects");
    let defects = list["defect"].as_array().expect("some defects");
    assert!(defects.len() >= 30, "{} defects are too few", defects.len());
    let mut names = BTreeSet::new();
    for defect in defects {
        let word = |key: &str| defect[key].as_str().expect("a text");
        assert!(names.insert(word("name")), "{} is there twice", word("name"));
        assert_ne!(word("find"), word("replace"), "{} changes nothing", word("name"));
        let source = fs::read_to_string(root().join(word("file"))).expect("a source file");
        let count = source.matches(word("find")).count();
        assert_eq!(count, 1, "{}: its line stands {count} times", word("name"));
    }
}
