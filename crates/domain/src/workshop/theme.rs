use crate::coded::coded;

coded! {
    /// What it was about. A theme beside a person's name can be sensitive: it never leaves the device with one.
    Theme, "theme" {
        Diagnosis = "diagnostic_numerique",
        Handling = "prendre_en_main_du_materiel",
        Maintenance = "maintenance_de_materiel",
        Files = "gere_ses_contenus_numeriques",
        Browsing = "navigation_sur_internet",
        Email = "email",
        Office = "bureautique",
        SocialNetworks = "reseaux_sociaux",
        Health = "sante",
        BankingAndShopping = "banque_et_achats_en_ligne",
        Business = "entrepreneuriat",
        Employment = "insertion_professionnelle",
        Security = "securite_numerique",
        Parenting = "parentalite",
        School = "scolarite_et_numerique",
        Creation = "creer_avec_le_numerique",
        Culture = "culture_numerique",
        ArtificialIntelligence = "intelligence_artificielle",
        Paperwork = "aide_aux_demarches_administratives",
    }
}

coded! {
    /// Which paperwork, when the theme is [`Theme::Paperwork`].
    SubTheme, "sub-theme" {
        Identity = "papiers_elections_citoyennete",
        Family = "famille_scolarite",
        SocialAndHealth = "social_sante",
        WorkAndTraining = "travail_formation",
        Housing = "logement",
        Transport = "transports_mobilite",
        MoneyAndTaxes = "argent_impots",
        Justice = "justice",
        ForeignersAndEurope = "etrangers_europe",
        Leisure = "loisirs_sports_culture",
        Associations = "associations",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_nineteen_themes_and_eleven_sub_themes() {
        assert_eq!((Theme::ALL.len(), SubTheme::ALL.len()), (19, 11));
    }

    #[test]
    fn a_theme_is_found_by_its_code_and_named_by_its_label() {
        assert_eq!(Theme::find("email"), Some(Theme::Email));
        assert_eq!(Theme::find("e_mail"), None);
        assert_eq!(Theme::Handling.label(), "theme-prendre-en-main-du-materiel");
    }
}
