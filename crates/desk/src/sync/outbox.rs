//! What waits for clearing while nobody works: sealed, signed and without a name, beside the ledger.
//!
//! The window fills the outbox when it closes. A scheduled task brings it to clearing without opening
//! the ledger, and leaves what came back beside it. The next opening takes that in with the checks of
//! any return; until then nothing is believed, and nothing is forgotten.

use super::{HttpLink, Link, LinkFault, PouchFault, Route};
use crate::{desk::Desk, error::Error, private_file, profile::Profile};
use passerelle_domain::wire::{Answer, MAX_POUCH_BYTES, Outward, Pouch, Return, Trace};
use serde::{Deserialize, Serialize};
use std::{
    fs::{self, File},
    io::{ErrorKind, Read},
    ops::ControlFlow,
    path::{Path, PathBuf},
};

const OUTWARD: &str = "outward.pli";
const WAY: &str = "way.json";
const TURN: &str = "turn.lock";
/// What came back to the end begins with this, and what broke off with the other; the trace of what
/// was brought follows.
const RETURN: &str = "return-";
const BROKEN: &str = "broken-";

/// How often packing is tried beside an exchange: it seals now and again, and never for long.
const PACKINGS: usize = 4;

/// How clearing is reached, for whoever cannot ask the ledger.
#[derive(Debug, Serialize, Deserialize)]
struct Way {
    address: String,
    #[serde(flatten)]
    route: Route,
}

/// The outbox of a profile.
pub struct Outbox(PathBuf);

/// What came of bringing an outbox to clearing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivery {
    /// Nothing is there to bring: no window was closed on an enrolled desk.
    Empty,
    /// What is there is not whole: closing the window makes it anew.
    Spoiled,
    /// What is there was brought before; what came back waits for the next opening.
    Done,
    /// It was brought now.
    Brought {
        /// How many batches were in it.
        batches: usize,
        /// How many of them clearing has answered with a receipt.
        answered: usize,
        /// Why it broke off, if it did; the next attempt begins anew, and does no harm.
        fault: Option<LinkFault>,
    },
}

impl Desk {
    /// Seals everything that waits, and leaves it in the outbox. Not enrolled, it leaves nothing.
    ///
    /// # Errors
    /// The ledger, or the files beside it.
    pub fn fill_outbox(&self) -> Result<(), Error> {
        let Some(address) = self.clearing_address()? else {
            return Ok(());
        };
        // Whoever closes the window waits for no exchange: one that is under way may have sealed the
        // same events in between, and the next time they are sealed already.
        let packed = (1..PACKINGS).find_map(|_| self.pack_exchange().ok());
        let outward = packed.map_or_else(|| self.pack_exchange(), Ok)?;
        let way = Way {
            address,
            route: self.route()?,
        };
        Outbox::of(self.profile()).fill(&outward, &way)
    }

    /// Takes in what came back while nobody worked, and lets go of it.
    ///
    /// # Errors
    /// The ledger, or the files beside it. A file that is no return for this desk is let go of too,
    /// and told once the others are taken in: what it should have said is asked for again.
    pub fn empty_outbox(&self) -> Result<(), Error> {
        let mut spoiled = None;
        for file in Outbox::of(self.profile()).list_returns()? {
            let taken = read(&file).and_then(|bytes| {
                let bytes = bytes.filter(|bytes| Pouch::is_one(bytes));
                let bytes = bytes.ok_or(PouchFault::NotAPouch)?;
                self.unpack_pouch(&bytes, &mut |_| ControlFlow::Continue(()))
            });
            match taken {
                Ok(_) => {}
                Err(Error::Pouch(fault)) => spoiled = Some(fault),
                Err(error) => return Err(error),
            }
            private_file::remove(&file).map_err(|error| Error::file(&file, error))?;
        }
        spoiled.map_or(Ok(()), |fault| Err(fault.into()))
    }
}

impl Outbox {
    /// The outbox of that profile, whether there is one yet or not.
    #[must_use]
    pub fn of(profile: &Profile) -> Self {
        Self(profile.outbox())
    }

    /// Whether something was still being written when the computer stopped. Nothing is lost by it:
    /// all is in the ledger.
    #[must_use]
    pub fn has_draft(&self) -> bool {
        let files = fs::read_dir(&self.0).into_iter().flatten().flatten();
        files
            .map(|file| file.path())
            .any(|path| path.extension().is_some_and(|end| end == private_file::DRAFT))
    }

    /// Brings what is there to the clearing service that it is for.
    ///
    /// # Errors
    /// The files, or an address that is none. That nobody answers is part of the [`Delivery`].
    pub fn deliver(&self) -> Result<Delivery, Error> {
        let Some(way) = read(&self.0.join(WAY))? else {
            return Ok(Delivery::Empty);
        };
        let Ok(way) = serde_json::from_slice::<Way>(&way) else {
            return Ok(Delivery::Spoiled);
        };
        self.deliver_over(&HttpLink::by(&way.route, &way.address)?)
    }

    /// Brings what is there over a link.
    ///
    /// # Errors
    /// The files.
    pub fn deliver_over(&self, link: &dyn Link) -> Result<Delivery, Error> {
        let Some(bytes) = read(&self.0.join(OUTWARD))? else {
            return Ok(Delivery::Empty);
        };
        let Ok(Pouch::Outward(outward)) = Pouch::from_bytes(&bytes) else {
            return Ok(Delivery::Spoiled);
        };
        // Two that come at once take turns: the second finds that all is done.
        let _turn = self.wait_turn()?;
        let trace = Trace::of_bytes(&bytes);
        let (whole, broken) = (self.named(RETURN, trace), self.named(BROKEN, trace));
        if whole.exists() {
            return Ok(Delivery::Done);
        }
        let (back, outcome) = outward.bring(|request| link.carry(request));
        if outcome.is_ok() {
            put(&whole, &back.to_bytes())?;
        } else if back != Return::to(outward.device) {
            put(&broken, &back.to_bytes())?;
        }
        Ok(Delivery::Brought {
            batches: outward.batches.len(),
            answered: count_receipts(&back),
            fault: outcome.err(),
        })
    }

    fn fill(&self, outward: &Outward, way: &Way) -> Result<(), Error> {
        fs::create_dir_all(&self.0).map_err(|error| Error::file(&self.0, error))?;
        let way = serde_json::to_vec(way).expect("texts are always JSON");
        put(&self.0.join(WAY), &way)?;
        put(&self.0.join(OUTWARD), &outward.to_bytes())
    }

    fn list_returns(&self) -> Result<Vec<PathBuf>, Error> {
        let files = match fs::read_dir(&self.0) {
            Ok(files) => files,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(Error::file(&self.0, error)),
        };
        let is_return = |path: &PathBuf| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            (name.starts_with(RETURN) || name.starts_with(BROKEN)) && name.ends_with(".pli")
        };
        let mut returns: Vec<PathBuf> = files
            .flatten()
            .map(|file| file.path())
            .filter(is_return)
            .collect();
        returns.sort();
        Ok(returns)
    }

    fn named(&self, beginning: &str, trace: Trace) -> PathBuf {
        self.0.join(format!("{beginning}{trace}.pli"))
    }

    fn wait_turn(&self) -> Result<File, Error> {
        let path = self.0.join(TURN);
        File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .and_then(|file| file.lock().map(|()| file))
            .map_err(|error| Error::file(&path, error))
    }
}

/// How many batches a return answers with a receipt.
pub(crate) fn count_receipts(back: &Return) -> usize {
    let receipts = back.batches.iter();
    receipts
        .filter(|answered| matches!(answered.answer, Answer::Parcel(_)))
        .count()
}

fn put(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    private_file::replace(path, bytes).map_err(|error| Error::file(path, error))
}

/// The bytes of a file that may not be there, one more than any pouch has at most.
fn read(path: &Path) -> Result<Option<Vec<u8>>, Error> {
    let mut bytes = Vec::new();
    let most = MAX_POUCH_BYTES as u64 + 1;
    match File::open(path).and_then(|file| file.take(most).read_to_end(&mut bytes)) {
        Ok(_) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::file(path, error)),
    }
}
