//! Papers: previewed, issued under a number, shown again, saved.

mod certificate;
mod pouch;
mod recovery_sheet;
mod sheet;

use crate::{
    desk::Desk,
    error::Error,
    form::{CertificateForm, FieldFault, PaperRef},
    ledger::{Op, certificates, certificates::CertificateEntry},
    session::Deed,
    view::{CertificateRow, PageImage, PaperView},
};
use certificate::{Draft, entry_of};
use data_encoding::BASE64;
use image::{ExtendedColorType, ImageEncoder, codecs::png::PngEncoder};
use passerelle_domain::{
    attendee::display_name,
    civil_date::{DateFault, parse_date},
    fault::FaultList,
};
use passerelle_papers::{Paper, raster};
pub use recovery_sheet::FILE_NAME as RECOVERY_SHEET_FILE;

/// Pixels to a point: 144 dots an inch, sharp enough on the screens of a site.
const PREVIEW_SCALE: f32 = 2.0;

impl Desk {
    /// A certificate as it would be, without a number.
    ///
    /// # Errors
    /// What is to be corrected in the form; no workshop in the period; a letter that no font has.
    pub fn preview_certificate(&self, form: &CertificateForm) -> Result<PaperView, Error> {
        let ledger = self.as_person(Deed::Look)?;
        let draft = self.draft(form)?;
        let (paper, sessions) = ledger.read(|db| {
            let entry = entry_of(
                db,
                &draft,
                String::new(),
                self.actor(db)?,
                self.surroundings.today(),
            )?;
            Ok((certificate::print(db, &entry)?, entry.sessions))
        })?;
        shown(None, None, String::new(), sessions, &paper)
    }

    /// Gives a certificate its number, and keeps it.
    ///
    /// # Errors
    /// As for [`Desk::preview_certificate`]; nothing is numbered then.
    pub fn issue_certificate(&self, form: &CertificateForm) -> Result<PaperView, Error> {
        let ledger = self.as_person(Deed::Serve)?;
        let draft = self.draft(form)?;
        let today = self.surroundings.today();
        let (id, entry, paper) = ledger.write(Op::IssuePaper, |db| {
            let number = certificates::next_number(db, chrono::Datelike::year(&today))?;
            let mut entry = entry_of(db, &draft, number, self.actor(db)?, today)?;
            entry.statement = certificate::statement(db, &entry)?;
            // Printed before it is kept: a name that cannot be printed must not use up a number.
            let paper = certificate::print(db, &entry)?;
            Ok((certificates::record(db, &entry)?, entry, paper))
        })?;
        let reference = PaperRef::Certificate { certificate_id: id };
        shown(
            Some(reference),
            Some(&entry),
            file_name(&entry),
            entry.sessions,
            &paper,
        )
    }

    /// Certificates issued, the youngest first.
    ///
    /// # Errors
    /// The ledger.
    pub fn list_certificates(&self) -> Result<Vec<CertificateRow>, Error> {
        let ledger = self.as_person(Deed::Look)?;
        ledger.read(|db| {
            certificates::list(db)?
                .into_iter()
                .map(|(id, entry)| {
                    let name = crate::ledger::attendees::find_name(db, entry.attendee)?;
                    Ok(CertificateRow {
                        id,
                        number: entry.number,
                        attendee: name.map(|(surname, first_name)| display_name(&surname, &first_name)),
                        issued_on: entry.issued_on,
                        first_day: entry.first_day,
                        last_day: entry.last_day,
                        sessions: entry.sessions,
                    })
                })
                .collect()
        })
    }

    /// A paper, page by page.
    ///
    /// # Errors
    /// It is not there, or cannot be printed.
    pub fn show_paper(&self, paper: PaperRef) -> Result<PaperView, Error> {
        let ledger = self.as_person(deed_of(paper))?;
        match paper {
            PaperRef::Certificate { certificate_id } => {
                let (entry, printed) = ledger.read(|db| {
                    let entry =
                        certificates::find(db, certificate_id)?.ok_or(Error::Missing("certificate"))?;
                    let printed = certificate::print(db, &entry)?;
                    Ok((entry, printed))
                })?;
                shown(
                    Some(paper),
                    Some(&entry),
                    file_name(&entry),
                    entry.sessions,
                    &printed,
                )
            }
            PaperRef::SignInSheet { workshop_id } => {
                let printed = ledger.read(|db| sheet::print(db, workshop_id))?;
                shown(Some(paper), None, sheet::file_name(workshop_id), 1, &printed)
            }
            PaperRef::Pouch => {
                let (name, printed) = pouch::print(self)?;
                shown(Some(paper), None, name, 0, &printed)
            }
            PaperRef::RelayedReturn => {
                let (name, printed) = pouch::print_relayed(self)?;
                shown(Some(paper), None, name, 0, &printed)
            }
            PaperRef::RecoverySheet => {
                let (name, printed) = recovery_sheet::print(self)?;
                shown(Some(paper), None, name, 0, &printed)
            }
        }
    }

    /// The PDF of a paper, and the name of its file: a number, never a person.
    ///
    /// # Errors
    /// It is not there, or cannot be printed.
    pub fn paper_file(&self, paper: PaperRef) -> Result<(String, Vec<u8>), Error> {
        let ledger = self.as_person(deed_of(paper))?;
        match paper {
            PaperRef::Certificate { certificate_id } => ledger.read(|db| {
                let entry = certificates::find(db, certificate_id)?.ok_or(Error::Missing("certificate"))?;
                Ok((file_name(&entry), certificate::print(db, &entry)?.bytes))
            }),
            PaperRef::SignInSheet { workshop_id } => {
                let printed = ledger.read(|db| sheet::print(db, workshop_id))?;
                Ok((sheet::file_name(workshop_id), printed.bytes))
            }
            PaperRef::Pouch => pouch::print(self).map(|(name, printed)| (name, printed.bytes)),
            PaperRef::RelayedReturn => {
                pouch::print_relayed(self).map(|(name, printed)| (name, printed.bytes))
            }
            PaperRef::RecoverySheet => {
                recovery_sheet::print(self).map(|(name, printed)| (name, printed.bytes))
            }
        }
    }

    fn draft(&self, form: &CertificateForm) -> Result<Draft, Error> {
        let today = self.surroundings.today();
        let mut faults = FaultList::default();
        let first_day = faults.read("first_day", parse_date(&form.first_day, today));
        let last_day = faults.read("last_day", parse_date(&form.last_day, today));
        let (Some(first_day), Some(last_day)) = (first_day, last_day) else {
            return Err(Error::Fields(faults.into_vec()));
        };
        if last_day < first_day {
            faults.note("last_day", DateFault::TooEarly { earliest: first_day });
            let points: Vec<FieldFault> = faults.into_vec();
            return Err(Error::Fields(points));
        }
        Ok(Draft {
            attendee: form.attendee_id,
            first_day,
            last_day,
            options: certificate::options(form),
        })
    }
}

/// Whose it is to see that paper.
const fn deed_of(paper: PaperRef) -> Deed {
    match paper {
        PaperRef::Certificate { .. } | PaperRef::SignInSheet { .. } => Deed::Look,
        PaperRef::Pouch | PaperRef::RelayedReturn => Deed::Deal,
        PaperRef::RecoverySheet => Deed::Manage,
    }
}

fn file_name(entry: &CertificateEntry) -> String {
    format!("attestation-{}.pdf", entry.number)
}

fn shown(
    paper: Option<PaperRef>,
    entry: Option<&CertificateEntry>,
    file_name: String,
    sessions: u32,
    printed: &Paper,
) -> Result<PaperView, Error> {
    let pages = raster(&printed.bytes, PREVIEW_SCALE).map_err(paper_error)?;
    let pages = pages.iter().map(page_image).collect();
    Ok(PaperView {
        paper,
        number: entry.map(|entry| entry.number.clone()),
        file_name,
        sessions,
        pages,
    })
}

fn page_image(page: &passerelle_papers::Page) -> PageImage {
    let mut png = Vec::new();
    // Without alpha: a page is opaque, and a third smaller.
    let rgb: Vec<u8> = page
        .rgba
        .chunks_exact(4)
        .flat_map(|pixel| [pixel[0], pixel[1], pixel[2]])
        .collect();
    PngEncoder::new(&mut png)
        .write_image(&rgb, page.width, page.height, ExtendedColorType::Rgb8)
        .expect("memory takes all that is written, and the sizes are the page's own");
    PageImage {
        width: page.width,
        height: page.height,
        png: BASE64.encode(&png),
    }
}

/// A paper that cannot be made, told by what a person can do about it.
fn paper_error(error: passerelle_papers::Error) -> Error {
    match error {
        passerelle_papers::Error::MissingGlyph { character } => Error::MissingGlyph(character),
        other @ (passerelle_papers::Error::CodeTooLong { .. } | passerelle_papers::Error::UnreadablePdf) => {
            Error::Paper(other)
        }
    }
}
