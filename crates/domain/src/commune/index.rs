//! Finding a commune among all of them at each key pressed.

use std::collections::HashMap;

use super::{Commune, InseeCode};
use crate::fold;

/// All communes, with their folded words in one text that is searched as it stands.
///
/// Thirty-seven thousand lines make about two megabytes: a plain scan of them costs less than a millisecond, so
/// there is no tree to build at the first key.
pub struct CommuneIndex {
    communes: Vec<Commune>,
    by_code: HashMap<InseeCode, usize>,
    /// One line per commune: a space before each word, a line feed at the end.
    text: String,
    /// Where each line starts.
    starts: Vec<usize>,
}

/// How well a commune answers; the least is the best.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    /// Every part typed is a whole word of it, and its name starts there.
    WholeWords,
    /// Its name starts with what was typed.
    NameStart,
    /// Every part typed starts one of its words or codes.
    WordStarts,
}

impl CommuneIndex {
    /// Indexes communes given in the order in which equal matches are to be shown: the largest first.
    pub fn new(communes: Vec<Commune>) -> Self {
        let mut text = String::new();
        let mut starts = Vec::with_capacity(communes.len());
        for commune in &communes {
            starts.push(text.len());
            push_line(&mut text, commune);
        }
        let by_code = communes
            .iter()
            .enumerate()
            .map(|(at, commune)| (commune.insee_code.clone(), at))
            .collect();
        Self {
            communes,
            by_code,
            text,
            starts,
        }
    }

    /// The commune of a code.
    pub fn find_code(&self, code: &InseeCode) -> Option<&Commune> {
        self.by_code.get(code).map(|at| &self.communes[*at])
    }

    /// How many communes there are.
    pub fn len(&self) -> usize {
        self.communes.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.communes.is_empty()
    }

    /// The best `limit` answers to what was typed: letters of the name, a postcode, an INSEE code, or several.
    pub fn find(&self, typed: &str, limit: usize) -> Vec<&Commune> {
        let parts = fold::parts(typed);
        let mut ranked = self.rank_lines(&parts);
        if parts.len() > 1 {
            // `saint denis` is also `Saintdenis`, and `l hay` is `L’Haÿ`.
            ranked.extend(self.rank_lines(&[parts.concat()]));
        }
        let spelt_out: Vec<String> = parts.iter().map(|part| spell_out(part)).collect();
        if spelt_out != parts {
            ranked.extend(self.rank_lines(&spelt_out));
        }
        ranked.sort_unstable();
        let mut found: Vec<usize> = Vec::new();
        for (_, line) in ranked {
            if found.len() < limit && !found.contains(&line) {
                found.push(line);
            }
        }
        found.into_iter().map(|line| &self.communes[line]).collect()
    }

    /// Every line that has all parts, with its rank. The longest part is the rarest: it is looked for first.
    fn rank_lines(&self, parts: &[String]) -> Vec<(Rank, usize)> {
        let Some(longest) = parts.iter().max_by_key(|part| part.len()) else {
            return Vec::new();
        };
        let needle = format!(" {longest}");
        let mut ranked: Vec<(Rank, usize)> = Vec::new();
        for (at, _) in self.text.match_indices(&needle) {
            let line = self.starts.partition_point(|start| *start <= at) - 1;
            if ranked.last().is_some_and(|(_, last)| *last == line) {
                continue;
            }
            if let Some(rank) = rank(self.line(line), parts) {
                ranked.push((rank, line));
            }
        }
        ranked
    }

    fn line(&self, line: usize) -> &str {
        let end = self.starts.get(line + 1).copied().unwrap_or(self.text.len());
        &self.text[self.starts[line]..end]
    }
}

/// `st` and `ste` as on an envelope.
fn spell_out(part: &str) -> String {
    match part {
        "st" => "saint",
        "ste" => "sainte",
        part => part,
    }
    .to_owned()
}

fn rank(line: &str, parts: &[String]) -> Option<Rank> {
    let words = || line.split_whitespace();
    let starts_one = |part: &String| words().any(|word| word.starts_with(part.as_str()));
    if !parts.iter().all(starts_one) {
        return None;
    }
    let name_start = words()
        .next()
        .zip(parts.first())
        .is_some_and(|(word, part)| word.starts_with(part.as_str()));
    let whole = parts.iter().all(|part| words().any(|word| word == part));
    Some(match (whole, name_start) {
        (true, true) => Rank::WholeWords,
        (_, true) => Rank::NameStart,
        (_, false) => Rank::WordStarts,
    })
}

/// The words of a commune: its name's first, then its former names', then its codes.
fn push_line(text: &mut String, commune: &Commune) {
    for name in std::iter::once(&commune.name).chain(&commune.former_names) {
        let parts = fold::parts(name);
        for part in &parts {
            push_word(text, part);
            // `13e` is also plain `13`, a whole word.
            let digits = part.trim_end_matches(|c: char| !c.is_ascii_digit());
            if !digits.is_empty() && digits.len() < part.len() {
                push_word(text, digits);
            }
        }
        if parts.len() > 1 {
            push_word(text, &parts.concat());
        }
    }
    push_word(text, &commune.insee_code.as_str().to_lowercase());
    for postcode in &commune.postcodes {
        push_word(text, postcode.as_str());
    }
    text.push('\n');
}

fn push_word(text: &mut String, word: &str) {
    text.push(' ');
    text.push_str(word);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commune::Postcode;

    fn commune(code: &str, name: &str, postcodes: &[&str], former_names: &[&str]) -> Commune {
        Commune {
            insee_code: InseeCode::find(code).unwrap(),
            name: name.into(),
            postcodes: postcodes
                .iter()
                .map(|text| Postcode::find(text).unwrap())
                .collect(),
            former_names: former_names.iter().map(|name| (*name).into()).collect(),
        }
    }

    fn find(typed: &str) -> Vec<String> {
        let index = CommuneIndex::new(vec![
            commune("75056", "Paris", &["75001", "75013"], &[]),
            commune("97411", "Saint-Denis", &["97400"], &[]),
            commune("75113", "Paris 13e Arrondissement", &["75013"], &[]),
            commune(
                "93066",
                "Saint-Denis",
                &["93200", "93210", "93380"],
                &["Pierrefitte-sur-Seine"],
            ),
            commune("75101", "Paris 1er Arrondissement", &["75001"], &[]),
            commune("94038", "L'Haÿ-les-Roses", &["94240"], &[]),
            commune("94016", "Cachan", &["94230"], &[]),
            commune("2A004", "Ajaccio", &["20000"], &[]),
            commune("62614", "Nœux-les-Mines", &["62290"], &[]),
            commune("45234", "Orléans", &["45000"], &[]),
            commune("72217", "Parigné-l'Évêque", &["72250"], &[]),
        ]);
        index
            .find(typed, 3)
            .into_iter()
            .map(|commune| commune.insee_code.as_str().to_owned())
            .collect()
    }

    #[test]
    fn the_13e_of_paris_is_found_by_name_postcode_and_code() {
        for typed in ["paris 13", "Paris 13e", "75113", "13 paris", "paris13e"] {
            assert_eq!(find(typed)[0], "75113", "{typed}");
        }
        assert_eq!(find("75013"), ["75056", "75113"]);
    }

    #[test]
    fn a_whole_number_comes_before_one_that_only_starts_so() {
        assert_eq!(find("paris 1"), ["75101", "75113"]);
    }

    #[test]
    fn a_name_alone_gives_the_whole_name_first() {
        assert_eq!(find("paris")[0], "75056");
        assert_eq!(find("pari"), ["75056", "75113", "75101"]);
    }

    #[test]
    fn accents_hyphens_and_apostrophes_do_not_matter() {
        for typed in ["l'hay", "lhay", "l hay les roses", "L’HAŸ-LES", "hay"] {
            assert_eq!(find(typed)[0], "94038", "{typed}");
        }
        assert_eq!(find("noeux")[0], "62614");
        assert_eq!(find("orleans")[0], "45234");
        assert_eq!(find("2a004")[0], "2A004");
    }

    #[test]
    fn a_homonym_is_told_apart_by_a_postcode() {
        assert_eq!(find("saint-denis"), ["97411", "93066"]);
        assert_eq!(find("saint denis 93"), ["93066"]);
        assert_eq!(find("93200 saint"), ["93066"]);
        assert_eq!(find("st denis 93"), ["93066"]);
    }

    #[test]
    fn a_former_commune_leads_to_the_one_of_today() {
        assert_eq!(find("pierrefitte"), ["93066"]);
    }

    #[test]
    fn nothing_typed_or_nothing_known_finds_nothing() {
        assert!(find(" - ").is_empty() && find("zzz").is_empty() && find("paris 99").is_empty());
    }
}
