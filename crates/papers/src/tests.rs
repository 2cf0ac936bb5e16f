//! The papers as a whole: what they say, that they are the same twice, that their codes
//! are read back.

use std::collections::BTreeSet;

use passerelle_words::ids;
use rxing::{BarcodeFormat, DecodeHints, helpers};

use self::fixtures::{attended, expected, hours, letter, passes, pouch, recovery, whole_day};
use self::settled::{month, paid, regie};
use crate::*;

mod fixtures;
mod settled;

fn all() -> [(&'static str, Paper); 8] {
    [
        ("certificate", certificate(&attended()).expect("printed")),
        ("sign_in_sheet", sign_in_sheet(&whole_day()).expect("printed")),
        ("pass_sheet", pass_sheet(&passes()).expect("printed")),
        ("enrolment_letter", enrolment_letter(&letter()).expect("printed")),
        ("pouch_page", pouch_page(&pouch()).expect("printed")),
        ("recovery_sheet", recovery_sheet(&recovery()).expect("printed")),
        (
            "settlement_statement",
            settlement_statement(&month()).expect("printed"),
        ),
        ("regie_statement", regie_statement(&regie()).expect("printed")),
    ]
}

/// What a reader finds in the file, leaf by leaf, through its own fonts and maps.
fn leaves(paper: &Paper) -> Vec<String> {
    let document = lopdf::Document::load_mem(&paper.bytes).expect("a readable pdf");
    let said = document.get_pages().into_keys().map(|number| {
        let text = document.extract_text(&[number]).expect("text with its meaning");
        // lopdf adds a plain space after each stretch of text, which means nothing.
        let line = |line: &str| {
            line.split(' ')
                .filter(|word| !word.is_empty())
                .collect::<Vec<_>>()
                .join(" ")
        };
        text.lines().map(line).collect::<Vec<_>>().join("\n")
    });
    said.collect()
}

/// Every code of every leaf, read from pixels as a telephone would.
fn codes(paper: &Paper) -> BTreeSet<String> {
    let mut codes = BTreeSet::new();
    for page in raster(&paper.bytes, 2.5).expect("drawn") {
        let luma = page.rgba.chunks_exact(4).map(|pixel| pixel[1]).collect();
        let mut hints = DecodeHints {
            TryHarder: Some(true),
            ..DecodeHints::default()
        };
        hints.PossibleFormats = Some([BarcodeFormat::QR_CODE].into());
        let found = helpers::detect_multiple_in_luma_with_hints(luma, page.width, page.height, &mut hints);
        codes.extend(
            found
                .expect("a code on every leaf")
                .iter()
                .map(|code| code.getText().to_owned()),
        );
    }
    codes
}

#[test]
fn the_papers_say_what_they_must() {
    for (name, paper) in all() {
        insta::assert_snapshot!(name, leaves(&paper).join("\n--- next leaf ---\n"));
    }
}

#[test]
fn the_same_description_gives_the_same_bytes() {
    for ((name, first), (_, second)) in all().into_iter().zip(all()) {
        assert!(first == second, "{name} came out differently");
    }
}

#[test]
fn names_from_everywhere_are_printed_letter_for_letter() {
    let long = "Andrianampoinimerina-Tsimandriamanitra-de-la-Rochefoucauld-X";
    assert_eq!(long.chars().count(), 60);
    for name in [
        "N'Guessan",
        "N’Guessan",
        "Œuvrard",
        "Jean-Éric",
        "Nguyễn",
        "İpek",
        "Zoë Ÿ",
        "Ελένη",
        long,
    ] {
        let paper = certificate(&Certificate {
            person: name.to_owned(),
            ..attended()
        })
        .expect("printed");
        // A long name may go on on the next line.
        let said = leaves(&paper).concat().replace([' ', '\n'], "");
        assert!(said.contains(&name.replace(' ', "")), "{name} is not in: {said}");
    }
}

#[test]
fn a_name_typed_with_separate_accents_prints_as_the_composed_one() {
    let person = |name: &str| {
        certificate(&Certificate {
            person: name.to_owned(),
            ..attended()
        })
    };
    assert_eq!(person("Je\u{301}ro\u{302}me"), person("Jérôme"));
}

#[test]
fn narrow_spaces_and_the_euro_sign_come_out_as_themselves() {
    let dear = PassSheet {
        face_value_cents: 123_456,
        ..passes()
    };
    let said = leaves(&pass_sheet(&dear).expect("printed")).concat();
    assert!(said.contains("1\u{202f}234,56\u{a0}€"), "{said}");
}

#[test]
fn a_character_that_no_font_has_stops_the_paper() {
    let unknown = Certificate {
        person: "李小龙".to_owned(),
        ..attended()
    };
    assert_eq!(
        certificate(&unknown),
        Err(Error::MissingGlyph { character: '李' })
    );
}

#[test]
fn sixty_people_sign_on_several_leaves_and_each_repeats_the_head() {
    let mut crowd = whole_day();
    crowd.hours = hours((14, 0), (16, 0));
    crowd.expected = (1..=60)
        .map(|n| expected(&format!("Nom{n:02}"), "Prénom"))
        .collect();
    let paper = sign_in_sheet(&crowd).expect("printed");
    let leaves = leaves(&paper);
    assert_eq!(leaves.len(), paper.pages);
    assert!(paper.pages > 2, "{} leaves", paper.pages);
    for (index, leaf) in leaves.iter().enumerate() {
        assert!(leaf.contains("Prénom"), "leaf {index} has no head: {leaf}");
        assert!(
            leaf.contains(&format!("Page {} sur {}", index + 1, paper.pages)),
            "{leaf}"
        );
    }
    let all = leaves.concat();
    assert!(
        (1..=60).all(|n| all.contains(&format!("Nom{n:02}"))),
        "someone is missing"
    );
    assert!(
        leaves.last().expect("a leaf").contains("Nadia Roussel"),
        "nobody signs for the workshop"
    );
}

#[test]
fn three_hundred_structures_are_settled_and_none_is_parted_by_a_leaf() {
    let mut statement = month();
    statement.structures = (1..=300).map(paid).collect();
    let paper = settlement_statement(&statement).expect("printed");
    let leaves = leaves(&paper);
    assert_eq!(leaves.len(), paper.pages);
    for number in 1..=300 {
        let (name, total) = (format!("Structure {number:03}"), format!("{number},00"));
        let holding: Vec<&String> = leaves.iter().filter(|leaf| leaf.contains(&name)).collect();
        assert_eq!(holding.len(), 1, "{name}");
        assert!(holding[0].contains(&total), "{name} is parted: {}", holding[0]);
    }
    let last = leaves.last().expect("a leaf");
    assert!(last.contains("Arrêté"), "{last}");
}

#[test]
fn three_hundred_payments_are_listed_under_a_head_said_on_each_leaf() {
    let mut statement = regie();
    statement.payments = (1..=300).filter_map(|number| paid(number).payment).collect();
    let paper = regie_statement(&statement).expect("printed");
    let leaves = leaves(&paper);
    assert!(leaves.len() > 5, "{} leaves", leaves.len());
    assert!(leaves.iter().all(|leaf| leaf.contains("IBAN")));
    let all = leaves.concat();
    assert!((1..=300).all(|number| all.contains(&format!("Structure {number:03}"))));
}

#[test]
fn every_code_is_read_back_from_the_pixels() {
    let written: BTreeSet<String> = passes()
        .booklets
        .into_iter()
        .flat_map(|booklet| booklet.passes)
        .map(|pass| pass.code)
        .collect();
    assert_eq!(codes(&pass_sheet(&passes()).expect("printed")), written);
    let certificate = certificate(&attended()).expect("printed");
    assert_eq!(
        codes(&certificate),
        BTreeSet::from([attended().code.expect("a code")])
    );
    let enrolment = enrolment_letter(&letter()).expect("printed");
    assert_eq!(codes(&enrolment), BTreeSet::from([letter().payload]));
    let pouch_page = pouch_page(&pouch()).expect("printed");
    assert_eq!(codes(&pouch_page), BTreeSet::from_iter(pouch().codes));
    assert_eq!(pouch_page.pages, 2);
    let recovery_sheet = recovery_sheet(&recovery()).expect("printed");
    assert_eq!(
        codes(&recovery_sheet),
        BTreeSet::from([recovery().groups.join("-")])
    );
    assert_eq!(recovery_sheet.pages, 1);
}

#[test]
fn each_booklet_is_on_a_leaf_of_its_own() {
    assert_eq!(pass_sheet(&passes()).map(|paper| paper.pages), Ok(2));
}

#[test]
fn pictures_and_tables_say_what_they_are() {
    for (name, paper) in all() {
        let document = lopdf::Document::load_mem(&paper.bytes).expect("a readable pdf");
        let elements = document
            .objects
            .values()
            .filter_map(|object| object.as_dict().ok());
        let with_role = |role: &[u8]| {
            let is_role =
                |e: &&lopdf::Dictionary| e.get(b"S").and_then(|s| s.as_name()).is_ok_and(|s| s == role);
            elements.clone().filter(is_role).collect::<Vec<_>>()
        };
        assert_eq!(
            with_role(b"H1").len(),
            if name == "pass_sheet" { 2 } else { 1 },
            "{name}: one title a booklet"
        );
        assert!(
            with_role(b"Figure").iter().all(|figure| figure.has(b"Alt")),
            "{name}: a picture is mute"
        );
    }
}

#[test]
fn every_sentence_about_papers_is_printed_on_one() {
    let source = [
        include_str!("certificate.rs"),
        include_str!("document.rs"),
        include_str!("enrolment_letter.rs"),
        include_str!("pass_sheet.rs"),
        include_str!("pouch_page.rs"),
        include_str!("recovery_sheet.rs"),
        include_str!("regie_statement.rs"),
        include_str!("settlement_statement.rs"),
        include_str!("sign_in_sheet.rs"),
    ]
    .concat();
    let unused: Vec<String> = ids()
        .into_iter()
        .filter(|id| id.starts_with("paper-") && !source.contains(id.as_str()))
        .collect();
    assert!(unused.is_empty(), "said by no paper: {unused:?}");
}

#[test]
#[ignore = "writes the papers for whoever wants to look: PAPERS_DIR=/tmp/papers"]
fn write_them_all() {
    let folder = std::env::var("PAPERS_DIR").expect("PAPERS_DIR says where");
    for (name, paper) in all() {
        std::fs::write(format!("{folder}/{name}.pdf"), paper.bytes).expect("written");
    }
    let mut statement = month();
    statement.structures = (1..=300).map(paid).collect();
    let paper = settlement_statement(&statement).expect("printed");
    std::fs::write(format!("{folder}/three_hundred_structures.pdf"), paper.bytes).expect("written");
}
