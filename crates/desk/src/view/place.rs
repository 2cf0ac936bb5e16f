//! Where we are, who works here, and for whom.

use super::link::LinkView;
use chrono::NaiveDate;
use passerelle_domain::{
    calendar::ClockStanding,
    id::{AccountId, SiteId},
    role::Role,
};
use serde::{Deserialize, Serialize};

/// All that every screen shows around its content.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub struct DeskSituation {
    /// Whether the first start is done; until then nothing below is there.
    pub is_set_up: bool,
    /// The civil day here.
    pub today: NaiveDate,
    /// What is thought of that day.
    pub clock: ClockStanding,
    /// Who is paid.
    pub structure: Option<Structure>,
    /// The site in use.
    pub site: Option<Site>,
    /// Who is here; nobody while the screen is hidden.
    pub account: Option<Account>,
    /// The link, in figures.
    pub link: LinkView,
    /// What is remembered.
    pub settings: Settings,
    /// What opens the ledger.
    pub protection: Protection,
    /// When the screen hides itself.
    pub idle: Idle,
    /// The version of the application.
    pub version: String,
}

/// What opens the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub struct Protection {
    /// Whether a passphrase is asked for at each start.
    pub is_protected: bool,
    /// The day on which the recovery sheet in force was made.
    pub sheet_made_on: Option<NaiveDate>,
}

/// A recovery sheet that waits until somebody shows that they hold it.
#[derive(Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub struct SheetView {
    /// The code, in groups.
    pub code: Vec<String>,
    /// The rank of the group to type, from 1.
    pub asked: usize,
}

/// The legal body that is paid.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub struct Structure {
    /// Its name.
    pub name: String,
    /// Fourteen digits in groups, as printed: `999 999 990 00013`.
    pub siret: Option<String>,
}

/// A place where workshops happen.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub struct Site {
    /// Its row.
    pub id: SiteId,
    /// Its name.
    pub name: String,
    /// Number and street.
    pub address: String,
    /// Its postcode.
    pub postcode: String,
    /// Its commune's name.
    pub commune: String,
    /// Its commune's INSEE code.
    pub insee_code: String,
    /// Whether it travels.
    pub travels: bool,
    /// The names of its stops.
    pub stops: Vec<String>,
}

/// A person who works at a site.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub struct Account {
    /// Its row.
    pub id: AccountId,
    /// First name and surname.
    pub name: String,
    /// As printed under a certificate.
    pub title: String,
    /// What they may do.
    pub role: Role,
    /// Whether a PIN keeps their place.
    pub has_pin: bool,
}

/// An act that was recorded.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub struct AuditLine {
    /// Its row.
    #[cfg_attr(feature = "types", ts(type = "number"))]
    pub id: i64,
    /// Who; nobody when the application did it, or somebody who had not said who they are.
    pub who: Option<String>,
    /// What, in a sentence.
    pub what: String,
    /// When, in words: `jeudi 19 novembre 2026, 13 h 50`.
    pub when: String,
}

/// What this device remembers.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub struct Settings {
    /// Short tones for accepted and refused passes.
    pub with_sounds: bool,
}

/// After how long without a key or a movement the screen hides itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub struct Idle {
    /// In minutes, 1 to 120; never when there is none.
    pub minutes: Option<u16>,
}
