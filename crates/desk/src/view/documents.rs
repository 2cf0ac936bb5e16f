//! Papers, as the window shows them.

use crate::form::PaperRef;
use chrono::NaiveDate;
use passerelle_domain::id::CertificateId;
use serde::Serialize;

/// One page of a paper, drawn from the PDF itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub struct PageImage {
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// A PNG in Base64.
    pub png: String,
}

/// A paper, to look at before it is printed or saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub struct PaperView {
    /// The paper, when it can be printed and saved as it is.
    pub paper: Option<PaperRef>,
    /// Its number, once it has one.
    pub number: Option<String>,
    /// The file's name: a number, never a person.
    pub file_name: String,
    /// How many workshops it names.
    pub sessions: u32,
    /// Its pages.
    pub pages: Vec<PageImage>,
}

/// A certificate that was issued.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub struct CertificateRow {
    /// Its row.
    pub id: CertificateId,
    /// Its number.
    pub number: String,
    /// For whom, if still known.
    pub attendee: Option<String>,
    /// When.
    pub issued_on: NaiveDate,
    /// The first day.
    pub first_day: NaiveDate,
    /// The last day.
    pub last_day: NaiveDate,
    /// How many workshops.
    pub sessions: u32,
}
