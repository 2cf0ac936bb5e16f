//! What goes in: the forms of the screens, as people fill them.
//!
//! Texts are taken as typed; reading them, and saying all that is to correct at once, is the
//! domain's work.

use passerelle_domain::{
    attendee::AttendeeForm,
    id::{AccountId, AttendeeId, RedemptionId, SiteId, WorkshopId},
    keystroke::KeyStroke,
    pass::PassId,
    programme::{ProgrammeId, ServiceCode},
    redemption::VoidReason,
    role::Role,
};
use serde::{Deserialize, Serialize};

pub use crate::secrets::Typed;
pub use passerelle_domain::fault::FieldFault;

use crate::view::Standing;

/// The first start: all at once, so that nothing is half set up.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub struct SetUpForm {
    /// Who works here.
    pub account: AccountForm,
    /// Who is paid.
    pub structure: StructureForm,
    /// Where; one at least.
    pub sites: Vec<SiteForm>,
}

/// The structure, as on its papers.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub struct StructureForm {
    /// Its name.
    pub name: String,
    /// Its SIRET, with or without spaces; blank when nobody has it at hand.
    pub siret: String,
}

/// A site, new or changed.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub struct SiteForm {
    /// Its name, as people know it.
    pub name: String,
    /// Number and street; may be blank for one that travels.
    pub address: String,
    /// The commune chosen from the list, by its INSEE code; blank when none was chosen.
    pub insee_code: String,
    /// Its postcode.
    pub postcode: String,
    /// Whether it travels.
    pub travels: bool,
    /// The names of its stops.
    pub stops: Vec<String>,
}

/// Which day it is, when the computer's clock is wrong.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub struct DayForm {
    /// As typed: `22/11/2026`.
    pub day: String,
}

/// The passphrase that is to protect the ledger.
#[derive(Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub struct ProtectForm {
    /// As typed.
    pub passphrase: Typed,
    /// Typed once more.
    pub again: Typed,
}

/// Another passphrase.
#[derive(Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub struct PassphraseForm {
    /// The one in force.
    pub current: Typed,
    /// The new one.
    pub passphrase: Typed,
    /// The new one, typed once more.
    pub again: Typed,
}

/// A ledger whose passphrase is lost.
#[derive(Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub struct RecoverForm {
    /// The code of the recovery sheet, however it is parted.
    pub code: Typed,
    /// The passphrase from now on.
    pub passphrase: Typed,
    /// The same, typed once more.
    pub again: Typed,
}

/// A person who works at a site, new or changed.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub struct AccountForm {
    /// First name and surname.
    pub name: String,
    /// As printed under a certificate; may be blank.
    pub title: String,
    /// What they may do. The first person of a site is its manager, whatever stands here.
    #[serde(default)]
    pub role: Role,
}

/// Somebody who takes their place.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub struct SignInForm {
    /// Who.
    pub account_id: AccountId,
    /// Their PIN; blank when they have none.
    pub pin: Typed,
}

/// A new PIN.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub struct PinForm {
    /// The one in force; blank when there is none.
    pub current: Typed,
    /// Four to eight digits.
    pub pin: Typed,
    /// The same again.
    pub again: Typed,
}

/// Somebody who has forgotten their PIN and holds the recovery sheet.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub struct ForgottenPinForm {
    /// Who.
    pub account_id: AccountId,
    /// The code of the sheet.
    pub code: Typed,
}

/// How the device joins a clearing service.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub struct EnrolForm {
    /// The service's address, as on the letter.
    pub address: String,
    /// The one-time code, as on the letter.
    pub code: String,
}

/// The way to clearing, where the system's own does not do.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub struct RouteForm {
    /// The address of the network's proxy, with its port; blank for the system's.
    pub proxy: String,
    /// What becomes of the authorities kept.
    pub authority: AuthorityChange,
}

/// What becomes of the authorities kept besides the system's.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub enum AuthorityChange {
    /// They stay.
    Keep,
    /// They go.
    Forget,
    /// These take their place.
    Add {
        /// The text of a file in PEM; several certificates may stand in it.
        pem: String,
    },
}

/// A person who comes, and the workshop they come to, if one is open.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub struct NewcomerForm {
    /// The person.
    pub attendee: AttendeeForm,
    /// The workshop to enter them at.
    pub workshop_id: Option<WorkshopId>,
}

/// What was read from a pass.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub enum CodeRead {
    /// Keys, as a scanner pressed them.
    Keys {
        /// In order.
        strokes: Vec<KeyStroke>,
    },
    /// A text: typed by hand, or read from a picture.
    Text {
        /// As it is.
        text: String,
    },
}

/// A service of one programme's catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub struct ServiceRef {
    /// The programme.
    pub programme_id: ProgrammeId,
    /// The service in it.
    pub code: ServiceCode,
}

/// A pass held out at a workshop.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub struct RedeemForm {
    /// What was read.
    pub read: CodeRead,
    /// At which workshop.
    pub workshop_id: WorkshopId,
    /// For whom; nobody in particular when absent.
    pub attendee_id: Option<AttendeeId>,
    /// For what; the desk asks only when it cannot tell.
    pub service: Option<ServiceRef>,
    /// The person's answer when several passes were possible.
    pub choice: Option<PassId>,
    /// Keep a pass that the list says is spent elsewhere, for clearing to examine.
    pub keep_for_examination: bool,
}

/// A redemption to cancel.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub struct VoidForm {
    /// Which.
    pub redemption_id: RedemptionId,
    /// Why.
    pub reason: VoidReason,
}

/// A note to the officer about a pass that waits for a decision.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub struct ContestForm {
    /// Which redemption.
    pub redemption_id: RedemptionId,
    /// The note, as typed.
    pub note: String,
}

/// Which redemptions to list, the youngest first.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub struct RedemptionFilter {
    /// Only those that stand there.
    pub standing: Option<Standing>,
    /// Only those before this one: the last of the page before.
    pub before: Option<RedemptionId>,
}

/// Which workshops to list, the youngest first.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub struct WorkshopFilter {
    /// Letters of the title or place; blank for all.
    pub text: String,
    /// Only those of this site.
    pub site_id: Option<SiteId>,
    /// How many to leave out: a page is 50.
    pub skip: u32,
}

/// A certificate to preview or issue.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub struct CertificateForm {
    /// For whom.
    pub attendee_id: AttendeeId,
    /// The first day, as typed.
    pub first_day: String,
    /// The last day, as typed.
    pub last_day: String,
    /// Whether the hours are printed.
    pub with_times: bool,
    /// Whether the total duration is printed.
    pub with_total: bool,
    /// Whether a frame for the stamp is printed.
    pub with_stamp: bool,
}

/// A paper that can be shown, printed and saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub enum PaperRef {
    /// The sign-in sheet of a workshop.
    SignInSheet {
        /// Which.
        workshop_id: WorkshopId,
    },
    /// What waits for clearing, packed for a courier as a page of codes.
    Pouch,
    /// What clearing has answered to a neighbour's pouch, as a page of codes.
    RelayedReturn,
    /// A certificate that was issued.
    Certificate {
        /// Which.
        certificate_id: passerelle_domain::id::CertificateId,
    },
    /// The recovery sheet that waits to be confirmed.
    RecoverySheet,
}
