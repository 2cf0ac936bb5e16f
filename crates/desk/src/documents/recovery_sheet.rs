//! The recovery sheet that waits to be confirmed.

use super::paper_error;
use crate::{
    desk::Desk,
    error::Error,
    ledger::{device, settings, sites, structures},
};
use passerelle_papers::{Paper, RecoverySheet};

/// The name of its file: it says nothing of what it opens.
pub const FILE_NAME: &str = "fiche-de-secours.pdf";

/// Prints it, with the name of its file.
pub fn print(desk: &Desk) -> Result<(String, Paper), Error> {
    let code = desk.secrets.waiting_code().ok_or(Error::NothingToPrint)?;
    let sheet = desk.as_machine().read(|db| {
        let site = settings::find_site(db)?
            .map(|id| sites::get(db, id))
            .transpose()?;
        Ok(RecoverySheet {
            structure: structures::find(db)?
                .map(|structure| structure.name)
                .unwrap_or_default(),
            site: site.map(|site| site.name).unwrap_or_default(),
            device: device::get(db)?.id.short_name(),
            made_on: desk.surroundings.today(),
            groups: code.groups().to_vec(),
        })
    })?;
    let paper = passerelle_papers::recovery_sheet(&sheet).map_err(paper_error)?;
    Ok((FILE_NAME.to_owned(), paper))
}
