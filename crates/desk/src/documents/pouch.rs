//! A pouch as a page of codes.

use super::paper_error;
use crate::{desk::Desk, error::Error, sync::PouchFault};
use passerelle_domain::wire::PouchCode;
use passerelle_papers::{Paper, PouchPage, PouchWay};

/// Packs a pouch, and prints it with the name of its file.
pub fn print(desk: &Desk) -> Result<(String, Paper), Error> {
    let packed = desk.pack_pouch()?;
    let codes = PouchCode::write(&packed.bytes).ok_or(PouchFault::TooLong)?;
    let page = PouchPage {
        way: PouchWay::ToClearing {
            passes: packed.passes.count,
            amount_cents: packed.passes.amount_cents.0,
        },
        device: packed.device,
        packed_on: desk.surroundings.today(),
        codes,
    };
    let paper = passerelle_papers::pouch_page(&page).map_err(paper_error)?;
    Ok((packed.file_name.replace(".pli", ".pdf"), paper))
}

/// Prints what clearing has answered to a neighbour's pouch, with the name of its file.
pub fn print_relayed(desk: &Desk) -> Result<(String, Paper), Error> {
    let (back, today) = (desk.relayed()?, desk.surroundings.today());
    let page = PouchPage {
        way: PouchWay::ToDesk,
        device: back.device.short_name(),
        packed_on: today,
        codes: back.to_codes().ok_or(PouchFault::TooLong)?.codes,
    };
    let paper = passerelle_papers::pouch_page(&page).map_err(paper_error)?;
    Ok((back.file_name(today).replace(".pli", ".pdf"), paper))
}
