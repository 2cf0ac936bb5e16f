//! What the clearing officer does.

use super::{Clearing, judge::Judge};
use crate::{
    books::{OfficerAct, SigningPassKey, Structure},
    clock::civil_day,
    error::Error,
    lot::{Lot, MintedPass},
    ranges::{Range, without},
    store::Books,
};
use chrono::NaiveDate;
use passerelle_domain::{
    pass::{PassId, SignedPass},
    programme::{Programme, ProgrammeId},
    siret::Siret,
    wire::EnrolmentCode,
};
use passerelle_papers::{EnrolmentLetter, Organisation};
use serde::Serialize;
use serde_json::json;

const SECONDS_PER_DAY: u64 = 86_400;

/// What came of an activation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Activation {
    /// Booklets that were not active before.
    pub booklets: u64,
    /// Redemptions that waited for them and have their word now.
    pub decided: u64,
}

/// What came of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Block {
    /// Booklets that were not blocked before.
    pub booklets: u64,
}

/// What came of adding a structure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Structured {
    /// Its SIRET.
    pub siret: Siret,
    /// Its name.
    pub name: String,
    /// Whether it was new.
    pub is_new: bool,
}

/// A one-time code that was issued. The code itself is nowhere else: it is shown once.
#[derive(Debug, Clone)]
pub struct IssuedEnrolment {
    /// The code.
    pub code: EnrolmentCode,
    /// For whom.
    pub structure: Structure,
    /// When it was issued, in Unix seconds.
    pub issued_at: u64,
    /// The first instant at which it no longer serves, in Unix seconds.
    pub ends_at: u64,
}

impl IssuedEnrolment {
    /// The last day on which the code serves.
    #[must_use]
    pub fn valid_until(&self) -> NaiveDate {
        civil_day(self.ends_at - 1)
    }

    /// The letter that brings the code, in the name of `issuer`, with the address to type.
    #[must_use]
    pub fn to_letter(&self, issuer: String, address: String) -> EnrolmentLetter {
        let organisation = |name, siret| Organisation {
            name,
            address: Vec::new(),
            siret,
        };
        let siret = Some(self.structure.siret.as_str().to_owned());
        EnrolmentLetter {
            issuer: organisation(issuer, None),
            structure: organisation(self.structure.name.clone(), siret),
            address,
            code: self.code.to_string().replace('-', ""),
            payload: self.code.to_string(),
            issued_on: civil_day(self.issued_at),
            valid_until: self.valid_until(),
        }
    }
}

/// Reads a programme from the text of a TOML file.
///
/// # Errors
/// The text does not describe a programme.
pub fn read_programme(text: &str) -> Result<Programme, Error> {
    let mut table: toml::Table = toml::from_str(text)?;
    // TOML has dates of its own, which serde hands over as a shape that no other format knows.
    for (_, value) in table.iter_mut() {
        if let toml::Value::Datetime(date) = value {
            *value = toml::Value::String(date.to_string());
        }
    }
    Ok(table.try_into()?)
}

impl Clearing {
    /// Adds a programme, with a key that signs its passes. The same programme twice is once.
    /// Redemptions of it that waited have their word; gives how many.
    ///
    /// # Errors
    /// The programme cannot be issued as written, or its number is taken.
    pub fn add_programme(&self, programme: &Programme) -> Result<u64, Error> {
        programme.check()?;
        let (seed, now) = (self.surroundings.random()?, self.now());
        self.store.write(|books| {
            match books.find_programme(programme.id)? {
                Some(known) if known == *programme => return Ok(0),
                Some(known) => return Err(Error::ProgrammeExists(known.id)),
                None => {}
            }
            books.record_programme(programme, now)?;
            books.record_pass_key(programme.id, &seed, now)?;
            let about = json!({ "programme": programme.id, "name": programme.name });
            self.note(books, OfficerAct::ProgrammeAdded, about, None)?;
            let all = Range {
                first: 0,
                last: u32::MAX,
            };
            Judge::new(books, now).judge_again(programme.id, all)
        })
    }

    /// Issues the next `booklets` booklets of a programme: their signed codes and their numbers.
    ///
    /// # Errors
    /// No such programme, or its number format has no room left.
    pub fn mint(&self, id: ProgrammeId, booklets: u32) -> Result<Lot, Error> {
        loop {
            let (programme, next) = self
                .store
                .read(|books| Ok((books.get_programme(id)?, Next::of(books, id)?)))?;
            // Before anything is written: a hundred thousand booklets take minutes, and nobody must wait.
            let lot = sign_lot(programme, &next, booklets)?;
            if self.issue(&lot, &next)? {
                return Ok(lot);
            }
        }
    }

    /// Writes down that a lot is issued, unless another one was issued meanwhile; says whether it is.
    fn issue(&self, lot: &Lot, next: &Next) -> Result<bool, Error> {
        let (id, now) = (lot.programme.id, self.now());
        self.store.write(|books| {
            let now_next = Next::of(books, id)?;
            if (now_next.before, now_next.key.id) != (next.before, next.key.id) {
                return Ok(false);
            }
            books.record_lot(id, lot.booklets, lot.programme.last_day, next.key.id, now)?;
            let about = json!({ "programme": id, "first": lot.booklets.first, "last": lot.booklets.last });
            self.note(books, OfficerAct::BookletsIssued, about, None)?;
            Judge::new(books, now).judge_again(id, lot.booklets)?;
            Ok(true)
        })
    }

    /// Activates the booklets `first` to `last`: their order was paid. Booklets that are active
    /// already stay so. What waited for them is credited, in order of arrival.
    ///
    /// # Errors
    /// Some of them were never issued.
    pub fn activate(&self, programme: ProgrammeId, first: u32, last: u32) -> Result<Activation, Error> {
        let now = self.now();
        self.store.write(|books| {
            let range = get_issued(books, programme, first, last)?;
            let mut booklets = 0;
            for fresh in without(range, &books.list_activations(programme)?) {
                books.record_activation(programme, fresh, now)?;
                booklets += fresh.count();
            }
            let decided = Judge::new(books, now).judge_again(programme, range)?;
            if booklets > 0 {
                let about =
                    json!({ "programme": programme, "first": first, "last": last, "booklets": booklets });
                self.note(books, OfficerAct::BookletsActivated, about, None)?;
            }
            Ok(Activation { booklets, decided })
        })
    }

    /// Blocks the booklets `first` to `last` from a day on. Booklets that are blocked already keep
    /// their day.
    ///
    /// # Errors
    /// Some of them were never issued.
    pub fn block(
        &self,
        programme: ProgrammeId,
        first: u32,
        last: u32,
        since: NaiveDate,
    ) -> Result<Block, Error> {
        let now = self.now();
        self.store.write(|books| {
            let range = get_issued(books, programme, first, last)?;
            let blocked: Vec<Range> = books
                .list_blocks(programme)?
                .into_iter()
                .map(|(range, _)| range)
                .collect();
            let mut booklets = 0;
            for fresh in without(range, &blocked) {
                books.record_block(programme, fresh, since, now)?;
                booklets += fresh.count();
            }
            if booklets > 0 {
                let about =
                    json!({ "programme": programme, "first": first, "last": last, "since": since, "booklets": booklets });
                self.note(books, OfficerAct::BookletsBlocked, about, None)?;
            }
            Ok(Block { booklets })
        })
    }

    /// Adds a structure. The same one twice is once.
    ///
    /// # Errors
    /// Not a SIRET, or one that is known under another name.
    pub fn add_structure(&self, siret: &str, name: &str) -> Result<Structured, Error> {
        let structure = Structure {
            siret: Siret::parse(siret)?,
            name: name.trim().to_owned(),
        };
        self.store.write(|books| {
            let known = books.find_structure(&structure.siret)?;
            let is_new = known.is_none();
            match known {
                Some(Structure { siret, name }) if name != structure.name => {
                    return Err(Error::StructureExists { siret, name });
                }
                Some(_) => {}
                None => {
                    books.record_structure(&structure, self.now())?;
                    let about = json!({ "siret": structure.siret, "name": structure.name });
                    self.note(books, OfficerAct::StructureAdded, about, None)?;
                }
            }
            Ok(Structured {
                siret: structure.siret.clone(),
                name: structure.name.clone(),
                is_new,
            })
        })
    }

    /// Who issues the first programme: in whose name letters are written.
    ///
    /// # Errors
    /// The books do not answer.
    pub fn issuer(&self) -> Result<Option<String>, Error> {
        let programmes = self.store.read(|books| books.list_programmes())?;
        Ok(programmes.into_iter().next().map(|programme| programme.issuer))
    }

    /// Issues a one-time code that enrols one desk of a structure within `days` days.
    ///
    /// # Errors
    /// Not a SIRET, or no structure has it.
    pub fn issue_enrolment(&self, siret: &str, days: u16) -> Result<IssuedEnrolment, Error> {
        let siret = Siret::parse(siret)?;
        let issued_at = self.now();
        let ends_at = issued_at + u64::from(days.max(1)) * SECONDS_PER_DAY;
        self.store.write(|books| {
            let Some(structure) = books.find_structure(&siret)? else {
                return Err(Error::NoSuchStructure(siret.clone()));
            };
            loop {
                let code = EnrolmentCode::from_chance(self.surroundings.random()?);
                // 24 bits find the code: after some thousand letters, two will meet.
                if books.record_enrolment(code.lookup(), &code.proof_key(), &siret, issued_at, ends_at)? {
                    let about = json!({ "siret": siret, "ends_at": ends_at });
                    self.note(books, OfficerAct::EnrolmentIssued, about, None)?;
                    return Ok(IssuedEnrolment {
                        code,
                        structure,
                        issued_at,
                        ends_at,
                    });
                }
            }
        })
    }
}

/// The range, if every booklet of it was issued.
fn get_issued(books: &dyn Books, programme: ProgrammeId, first: u32, last: u32) -> Result<Range, Error> {
    books.get_programme(programme)?;
    let range = Range { first, last };
    if first > last || !without(range, &books.list_lots(programme)?).is_empty() {
        return Err(Error::NotIssued { first, last });
    }
    Ok(range)
}

/// What the next lot of a programme follows, and is signed with.
struct Next {
    before: u32,
    key: SigningPassKey,
}

impl Next {
    fn of(books: &dyn Books, programme: ProgrammeId) -> Result<Self, Error> {
        Ok(Self {
            before: books.find_last_booklet(programme)?.unwrap_or(0),
            key: books.get_pass_key(programme)?,
        })
    }
}

fn sign_lot(programme: Programme, next: &Next, booklets: u32) -> Result<Lot, Error> {
    let Next { before, key } = next;
    let last = u64::from(*before) + u64::from(booklets);
    let range = Range {
        first: before.saturating_add(1),
        last: u32::try_from(last).map_err(|_| Error::NumbersExhausted { booklet: last })?,
    };
    if range.last < range.first {
        return Err(Error::NotIssued {
            first: range.first,
            last: range.last,
        });
    }
    let mut passes = Vec::new();
    for booklet in range.first..=range.last {
        for rank in 1..=programme.passes_per_booklet {
            let number = programme
                .number_format
                .write(booklet, rank)
                .ok_or(Error::NumbersExhausted {
                    booklet: u64::from(booklet),
                })?;
            let pass = PassId {
                programme: programme.id,
                booklet,
                rank,
            };
            let signed = SignedPass::sign(key.id, &key.private, pass, programme.last_day)
                .expect("a programme's days were checked when it was added");
            passes.push(MintedPass {
                code: signed.code(),
                number,
                booklet,
                rank,
            });
        }
    }
    Ok(Lot {
        programme,
        booklets: range,
        passes,
    })
}
