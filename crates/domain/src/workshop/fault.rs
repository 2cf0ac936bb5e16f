use serde::{Deserialize, Serialize};

use crate::fault::fault_codes;

/// Why a workshop cannot be noted as typed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum WorkshopFault {
    /// A collective workshop needs a title: it stands on the sign-in sheet.
    #[error("a collective workshop needs a title")]
    TitleMissing,
    /// The title is too long for a sheet.
    #[error("the title is over {most} characters")]
    TitleTooLong {
        /// Characters a title may have.
        most: usize,
    },
    /// For which site it is was not said.
    #[error("no site was chosen")]
    SiteMissing,
    /// The place is another one, and was not named.
    #[error("the other place was not named")]
    PlaceMissing,
    /// The place's name is too long.
    #[error("the place is over {most} characters")]
    PlaceTooLong {
        /// Characters a place's name may have.
        most: usize,
    },
    /// The end is not after the start.
    #[error("the end is not after the start")]
    EndsBeforeStart,
    /// A kind of paperwork was ticked without the theme it belongs to.
    #[error("a sub-theme was given without its theme")]
    SubThemeAlone,
    /// No equipment, and yet some.
    #[error("no equipment was given beside some")]
    EquipmentBothNoneAndSome,
    /// Passes were taken that day at that site: the log says so for ever.
    #[error("passes were taken at this workshop")]
    HasPasses,
    /// The note is too long.
    #[error("the note is over {most} characters")]
    NoteTooLong {
        /// Characters a note may have.
        most: usize,
    },
}

fault_codes! {
    WorkshopFault {
        TitleMissing = "workshop-title-missing",
        TitleTooLong = "workshop-title-too-long",
        SiteMissing = "workshop-site-missing",
        PlaceMissing = "workshop-place-missing",
        PlaceTooLong = "workshop-place-too-long",
        EndsBeforeStart = "workshop-ends-before-start",
        SubThemeAlone = "workshop-sub-theme-alone",
        EquipmentBothNoneAndSome = "workshop-equipment-both-none-and-some",
        HasPasses = "workshop-has-passes",
        NoteTooLong = "workshop-note-too-long",
    }
}
