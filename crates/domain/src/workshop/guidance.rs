use crate::coded::coded;

coded! {
    /// How far a person did it alone, at an individual activity.
    Autonomy, "autonomy" {
        FullyHelped = "entierement_accompagne",
        PartlyAlone = "partiellement_autonome",
        Alone = "autonome",
    }
}

coded! {
    /// For whom a collective workshop is meant.
    Level, "level" {
        Beginner = "debutant",
        Intermediate = "intermediaire",
        Advanced = "avance",
    }
}

coded! {
    /// To whom a person was sent on.
    Referral, "referral" {
        Administration = "administration",
        DigitalInclusion = "mediation_numerique",
        Operator = "operateur_ou_organisme_en_charge",
        SocialAid = "aide_sociale",
        JobSupport = "insertion_professionnelle",
        PaperworkSupport = "aide_aux_demarches_administratives",
        Other = "autre",
    }
}
