use crate::coded::coded;

coded! {
    /// As the person says.
    Gender, "gender" {
        Male = "masculin",
        Female = "feminin",
        Undisclosed = "non_communique",
    }
}

coded! {
    /// As the person says.
    Situation, "situation" {
        InSchool = "scolarise",
        Jobless = "sans_emploi",
        Employed = "en_emploi",
        Retired = "retraite",
        Undisclosed = "non_communique",
    }
}

coded! {
    /// Whether the person says they live in a priority district (QPV): declared, never computed.
    Qpv, "qpv" {
        Yes = "yes",
        No = "no",
        Unknown = "unknown",
    }
}

coded! {
    /// The age brackets of the Coop; `douze_dix_huit` is its code for 12 to 17.
    AgeBracket, "age" {
        Under12 = "moins_de_douze",
        From12To17 = "douze_dix_huit",
        From18To24 = "dix_huit_vingt_quatre",
        From25To39 = "vingt_cinq_trente_neuf",
        From40To59 = "quarante_cinquante_neuf",
        From60To69 = "soixante_soixante_neuf",
        From70 = "soixante_dix_plus",
        Unknown = "non_communique",
    }
}

impl AgeBracket {
    /// The bracket, in a given year, of someone born in `birth_year`: the age they reach in that year.
    pub fn of(birth_year: Option<u16>, year: u16) -> Self {
        let Some(age) = birth_year.and_then(|birth_year| year.checked_sub(birth_year)) else {
            return Self::Unknown;
        };
        match age {
            0..12 => Self::Under12,
            12..18 => Self::From12To17,
            18..25 => Self::From18To24,
            25..40 => Self::From25To39,
            40..60 => Self::From40To59,
            60..70 => Self::From60To69,
            70.. => Self::From70,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bracket_changes_in_the_year_of_its_birthday() {
        let at = |age: u16| AgeBracket::of(Some(2026 - age), 2026);
        assert_eq!(
            [at(0), at(11), at(12), at(17)],
            [
                AgeBracket::Under12,
                AgeBracket::Under12,
                AgeBracket::From12To17,
                AgeBracket::From12To17
            ]
        );
        assert_eq!(
            [at(18), at(25), at(40), at(60)],
            [
                AgeBracket::From18To24,
                AgeBracket::From25To39,
                AgeBracket::From40To59,
                AgeBracket::From60To69
            ]
        );
        assert_eq!(
            [at(69), at(70), at(120)],
            [AgeBracket::From60To69, AgeBracket::From70, AgeBracket::From70]
        );
    }

    #[test]
    fn without_a_year_or_before_it_the_age_is_unknown() {
        assert_eq!(AgeBracket::of(None, 2026), AgeBracket::Unknown);
        assert_eq!(AgeBracket::of(Some(2027), 2026), AgeBracket::Unknown);
    }
}
