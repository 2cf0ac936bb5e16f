//! What comes out: what the screens show, ready to be put into words.

mod documents;
mod link;
mod passes;
mod people;
mod place;
mod pouch;
mod settlements;
mod workshop;

pub use documents::{CertificateRow, PageImage, PaperView};
pub use link::{
    BatchRow, BatchesView, DoubleView, LinkState, LinkView, RouteView, Standings, SyncReport, Tally,
};
pub use passes::{
    Claim, CodeFound, KeptCode, Objection, PassCheck, PassChoice, PassReport, Redemption, RedemptionAnswer,
    ServiceChoice, Standing, Verdict,
};
pub use people::{AttendeeRow, AttendeeView, DoubleMatch, PastAttendance};
pub use place::{Account, AuditLine, DeskSituation, Idle, Protection, Settings, SheetView, Site, Structure};
pub use pouch::{BroughtPouch, PackedPouch, PouchReport};
pub use settlements::{SettledLine, SettledMonth, SettlementsView};
pub use workshop::{Attendance, Today, WorkshopList, WorkshopRow, WorkshopView};
