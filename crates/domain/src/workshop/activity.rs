use crate::coded::coded;

coded! {
    /// One person, or a group.
    ActivityKind, "activity" {
        Individual = "individuel",
        Collective = "collectif",
    }
}

coded! {
    /// What was worked on.
    Equipment, "equipment" {
        Computer = "ordinateur",
        Telephone = "telephone",
        Tablet = "tablette",
        Other = "autre",
        None = "aucun",
    }
}
