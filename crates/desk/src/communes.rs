//! Every commune of France, carried along so that none has to be looked up on a network.

use passerelle_domain::commune::{Commune, CommuneIndex, InseeCode, Postcode};
use std::sync::LazyLock;

/// Made by `script/communes`; `data/README.md` says from what.
const PACKED: &[u8] = include_bytes!("../data/communes.tsv.zst");

/// Unpacked text is about 1.3 MB; a file that claims more is not ours.
const UNPACKED_MOST: usize = 4 << 20;

static COMMUNES: LazyLock<CommuneIndex> = LazyLock::new(|| CommuneIndex::new(unpack()));

/// The best `limit` communes for letters of a name, a postcode, an INSEE code, or several of them.
#[must_use]
pub fn find(typed: &str, limit: usize) -> Vec<&'static Commune> {
    COMMUNES.find(typed, limit)
}

/// The commune of a code.
#[must_use]
pub fn find_code(code: &InseeCode) -> Option<&'static Commune> {
    COMMUNES.find_code(code)
}

/// The name of the commune of a code, if it is one of today's.
#[must_use]
pub fn find_name(insee_code: &str) -> Option<String> {
    find_code(&InseeCode::find(insee_code)?).map(|commune| commune.name.clone())
}

fn unpack() -> Vec<Commune> {
    let text =
        zstd::bulk::decompress(PACKED, UNPACKED_MOST).expect("the packed list is whole: a test reads it");
    let text = String::from_utf8(text).expect("the packed list is UTF-8: a test reads it");
    text.lines()
        .map(|line| read_line(line).expect("every line is well formed: a test reads them"))
        .collect()
}

fn read_line(line: &str) -> Option<Commune> {
    let mut columns = line.split('\t');
    let insee_code = InseeCode::find(columns.next()?)?;
    let name = columns.next()?.to_owned();
    let postcodes = columns
        .next()?
        .split_whitespace()
        .map(Postcode::find)
        .collect::<Option<_>>()?;
    let former_names = columns
        .next()?
        .split('|')
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect();
    Some(Commune {
        insee_code,
        name,
        postcodes,
        former_names,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(typed: &str) -> String {
        find(typed, 5)
            .first()
            .map_or_else(String::new, |commune| commune.insee_code.as_str().to_owned())
    }

    #[test]
    fn every_commune_and_arrondissement_is_there() {
        assert_eq!(COMMUNES.len(), 34_969 + 45);
    }

    #[test]
    fn the_sixteen_territories_of_the_programme_are_found_by_their_first_letters() {
        let territories = [
            ("auberv", "93001"),
            ("cachan", "94016"),
            ("colombes", "92025"),
            ("créteil", "94028"),
            ("drancy", "93029"),
            ("kremlin bic", "94043"),
            ("montrouge", "92049"),
            ("nanterre", "92050"),
            ("neuilly plaisance", "93049"),
            ("paris 13", "75113"),
            ("paris 15e", "75115"),
            ("puteaux", "92062"),
            ("rueil", "92063"),
            ("saint-denis 93", "93066"),
            ("saint maur des f", "94068"),
            ("vincennes", "94080"),
        ];
        for (typed, code) in territories {
            assert_eq!(first(typed), code, "{typed}");
        }
    }

    #[test]
    fn an_arrondissement_is_found_by_name_postcode_and_code() {
        for typed in ["paris 13", "75113"] {
            assert_eq!(first(typed), "75113", "{typed}");
        }
        let by_postcode: Vec<&str> = find("75013", 5)
            .iter()
            .map(|commune| commune.insee_code.as_str())
            .collect();
        assert!(by_postcode.contains(&"75113"), "{by_postcode:?}");
        assert_eq!([first("lyon 3"), first("marseille 1er")], ["69383", "13201"]);
    }

    #[test]
    fn names_with_apostrophes_ligatures_and_accents_are_found_plainly() {
        let cases = [
            ("lhay les roses", "94038"),
            ("l'ha", "94038"),
            ("noeux les mines", "62617"),
            ("ile saint denis", "93039"),
        ];
        for (typed, code) in cases {
            assert!(
                find(typed, 5)
                    .iter()
                    .any(|commune| commune.insee_code.as_str() == code),
                "{typed}"
            );
        }
    }

    #[test]
    fn a_commune_that_was_merged_is_found_under_its_old_name() {
        let today = find("Arbignieu", 1);
        assert_eq!(
            (today[0].insee_code.as_str(), today[0].name.as_str()),
            ("01015", "Arboys en Bugey")
        );
    }
}
