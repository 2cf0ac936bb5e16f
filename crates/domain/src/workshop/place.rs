use crate::coded::coded;

coded! {
    /// Where it happened.
    PlaceKind, "place" {
        Site = "lieu_activite",
        Home = "domicile",
        Remote = "a_distance",
        Elsewhere = "autre",
    }
}
