//! Names are found by their plain letters, and printed as they are.

use crate::support::town::Town;
use passerelle_desk::form::PaperRef;

const NAMES: [(&str, &str, &str); 9] = [
    ("N'Guessan", "Aya", "nguessan"),
    ("N’Guessan", "Koffi", "n guessan"),
    ("Œuvrard", "Lucette", "oeuvr"),
    ("Martin", "Jean-Éric", "jeaneric"),
    ("Durand", "Jean-Éric", "jean eric"),
    ("Nguyễn", "Thị Hương", "nguyen huong"),
    ("Yılmaz", "İpek", "ipek yil"),
    ("Le\u{301}vy", "Rene\u{301}", "levy rene"),
    (
        "De La Rochefoucauld d’Estissac de Montmorency-Laval-Luxembourg",
        "Anne",
        "rochefoucauld",
    ),
];

#[test]
fn everybody_is_found_by_plain_letters() {
    let town = Town::new();
    let counter = town.desk_without_link("Cachan");
    let workshop = counter.workshop("Naviguer sur internet");
    for (surname, first_name, letters) in NAMES {
        let added = counter.newcomer(workshop, surname, first_name);
        let found = counter.find_attendees(letters).expect("the ledger");
        assert!(
            found.iter().any(|row| row.id == added),
            "{letters} finds {first_name} {surname}"
        );
    }
}

#[test]
fn everybody_is_printed() {
    let town = Town::new();
    let counter = town.desk_without_link("Cachan");
    let workshop = counter.workshop("Naviguer sur internet");
    for (surname, first_name, _) in NAMES {
        counter.newcomer(workshop, surname, first_name);
    }
    counter
        .paper_file(PaperRef::SignInSheet {
            workshop_id: workshop,
        })
        .expect("every glyph is there");
}
