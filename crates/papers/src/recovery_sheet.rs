//! The sheet that opens a ledger when its passphrase is lost.

use chrono::NaiveDate;
use passerelle_words::{format, say};

use crate::Error;
use crate::block::Block;
use crate::blocks::{Code, Facts, Gap, Sides, Steps, Together, Words};
use crate::document::{Document, Paper};
use crate::geometry::{Align, mm};
use crate::layout::Frame;
use crate::prose::Prose;

/// A recovery code, and whose ledger it opens.
#[derive(Clone, PartialEq, Eq)]
pub struct RecoverySheet {
    /// Who is paid: the structure's name.
    pub structure: String,
    /// Where the computer stands: the name of the site that was in use.
    pub site: String,
    /// The beginning of the device's identity, as the screens show it.
    pub device: String,
    /// The day on which it was made.
    pub made_on: NaiveDate,
    /// The groups of the code, in order. A reader of codes types them parted by hyphens.
    pub groups: Vec<String>,
}

/// Prints a recovery sheet: one leaf, to be kept away from the computer.
///
/// # Errors
/// [`Error::MissingGlyph`] when a name cannot be drawn.
pub fn recovery_sheet(sheet: &RecoverySheet) -> Result<Paper, Error> {
    let groups = sheet.groups.iter().enumerate().map(|(at, group)| {
        let rank = (at + 1).to_string();
        Prose::sentence(
            "paper-recovery-group",
            &[("rank", rank.as_str().into())],
            &[("group", group)],
        )
    });
    let picture = Code {
        payload: sheet.groups.join("-"),
        alternative: say("paper-recovery-code-alternative"),
        side: mm(42.0),
        align: Align::Right,
    };
    let blocks: Vec<Box<dyn Block>> = vec![
        Words::title(say("paper-recovery-title")).boxed(),
        Words::paragraph(say("paper-recovery-purpose")).boxed(),
        Box::new(Facts(vec![
            (say("paper-recovery-structure"), sheet.structure.clone()),
            (say("paper-recovery-site"), sheet.site.clone()),
            (say("paper-recovery-device"), sheet.device.clone()),
            (
                say("paper-recovery-made-on"),
                format::day_month_year(sheet.made_on),
            ),
        ])),
        Box::new(Gap(mm(6.0))),
        Box::new(Together(vec![
            Words::heading(say("paper-recovery-code")).boxed(),
            Box::new(Sides {
                left: vec![Words::lines(groups).size(18.0).boxed()],
                right: vec![Box::new(picture)],
                share: 0.4,
            }),
        ])),
        Box::new(Gap(mm(6.0))),
        Box::new(Together(vec![
            Words::heading(say("paper-recovery-steps")).boxed(),
            Box::new(Steps(vec![
                say("paper-recovery-step-open").into(),
                say("paper-recovery-step-type").into(),
                say("paper-recovery-step-choose").into(),
            ])),
        ])),
        Box::new(Gap(mm(4.0))),
        Words::heading(say("paper-recovery-keep")).boxed(),
        Words::paragraph(say("paper-recovery-keep-where")).boxed(),
        Words::paragraph(say("paper-recovery-keep-new")).boxed(),
    ];
    Document {
        title: say("paper-recovery-title"),
        frame: Frame::LETTER,
        blocks,
    }
    .print()
}
