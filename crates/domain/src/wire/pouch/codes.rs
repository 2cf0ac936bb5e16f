//! A pouch on paper or on a screen: one QR code, or several that are numbered.
//!
//! A code holds `PLI1` and Base32, like a pass: capitals and digits print small, and any reader
//! gives them back unaltered. What it spells: the trace of the pouch (8 bytes), the code's rank
//! from 1 and how many there are (a byte each), then its piece of the pouch.

use super::{MAX_POUCH_BYTES, Return};
use crate::wire::Trace;
use data_encoding::BASE32_NOPAD;

/// How many bytes of a pouch one code carries: with 200 redemptions in it, a pouch fits one. A code
/// of so many, at level M, has 141 modules a side: a telephone reads it from a page.
const PIECE_BYTES: usize = 1_300;

/// What the text of every code begins with.
const MARK: &str = "PLI1";
const HEAD_BYTES: usize = 10;

/// One code of a pouch, as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PouchCode {
    /// Which pouch it is of.
    pub pouch: Trace,
    /// Its rank, from 1.
    pub rank: u8,
    /// How many codes the pouch has.
    pub count: u8,
    piece: Vec<u8>,
}

/// On paper, what takes more codes than this leaves the state to another return: nobody photographs a
/// book.
const MOST_ON_PAPER: usize = 12;

/// A return as codes, for paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReturnCodes {
    /// Their texts, in order.
    pub codes: Vec<String>,
    /// Whether the state was left out.
    pub without_state: bool,
}

impl Return {
    /// Its codes; `None` when it is too long for paper.
    #[must_use]
    pub fn to_codes(&self) -> Option<ReturnCodes> {
        let whole = PouchCode::write(&self.to_bytes()).filter(|codes| codes.len() <= MOST_ON_PAPER);
        if let Some(codes) = whole {
            return Some(ReturnCodes {
                codes,
                without_state: false,
            });
        }
        let shorter = Self {
            state: None,
            ..self.clone()
        };
        Some(ReturnCodes {
            codes: PouchCode::write(&shorter.to_bytes())?,
            without_state: self.state.is_some(),
        })
    }
}

impl PouchCode {
    /// The texts of the codes that carry a pouch; `None` when it takes more than 255.
    #[must_use]
    pub fn write(bytes: &[u8]) -> Option<Vec<String>> {
        let pouch = Trace::of_bytes(bytes);
        let pieces = bytes.chunks(PIECE_BYTES);
        let count = u8::try_from(pieces.len()).ok()?;
        let code = |(rank, piece)| {
            let spelled = [&pouch.0, [rank, count].as_slice(), piece].concat();
            format!("{MARK}{}", BASE32_NOPAD.encode(&spelled))
        };
        Some((1..=count).zip(pieces).map(code).collect())
    }

    /// Reads the text of a code; `None` when it is of no pouch.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let spelled = BASE32_NOPAD.decode(text.strip_prefix(MARK)?.as_bytes()).ok()?;
        let (head, piece) = spelled.split_at_checked(HEAD_BYTES)?;
        let (pouch, numbers) = head.split_at(8);
        let (rank, count) = (numbers[0], numbers[1]);
        let is_whole = (1..=count).contains(&rank) && !piece.is_empty();
        is_whole.then(|| Self {
            pouch: Trace(pouch.try_into().expect("cut to that length")),
            rank,
            count,
            piece: piece.to_vec(),
        })
    }
}

/// The codes gathered so far, of one pouch or of several, in any order and as often as they come.
#[derive(Debug, Default)]
pub struct PouchPages(Vec<PouchCode>);

impl PouchPages {
    /// Adds a code.
    pub fn add(&mut self, code: PouchCode) {
        let gathered: usize = self.0.iter().map(|known| known.piece.len()).sum();
        if !self.0.contains(&code) && gathered + code.piece.len() <= MAX_POUCH_BYTES {
            self.0.push(code);
        }
    }

    /// Adds every code of a pouch among the texts that a picture holds; says whether there was one.
    pub fn add_from<'t>(&mut self, texts: impl IntoIterator<Item = &'t str>) -> bool {
        let mut codes = texts.into_iter().filter_map(PouchCode::read).peekable();
        let has_one = codes.peek().is_some();
        codes.for_each(|code| self.add(code));
        has_one
    }

    /// Takes out the pouches that are whole.
    pub fn take_whole(&mut self) -> Vec<Vec<u8>> {
        let mut whole = Vec::new();
        for pouch in self.pouches() {
            if let Some(bytes) = self.join(pouch) {
                self.0.retain(|code| code.pouch != pouch);
                whole.push(bytes);
            }
        }
        whole
    }

    /// Of the first pouch that is not whole: the lowest rank that is missing, and how many codes it has.
    #[must_use]
    pub fn find_missing(&self) -> Option<(u8, u8)> {
        let first = self.0.first()?;
        let is_here = |rank| self.of(first.pouch).any(|code| code.rank == rank);
        let missing = (1..=first.count).find(|rank| !is_here(*rank));
        // Every rank is here and they do not make the pouch: one of them was altered.
        Some((missing.unwrap_or(first.rank), first.count))
    }

    fn pouches(&self) -> Vec<Trace> {
        let mut pouches: Vec<Trace> = Vec::new();
        for code in &self.0 {
            if !pouches.contains(&code.pouch) {
                pouches.push(code.pouch);
            }
        }
        pouches
    }

    fn of(&self, pouch: Trace) -> impl Iterator<Item = &PouchCode> {
        self.0.iter().filter(move |code| code.pouch == pouch)
    }

    fn join(&self, pouch: Trace) -> Option<Vec<u8>> {
        let count = self.of(pouch).next()?.count;
        let pieces = (1..=count).map(|rank| self.of(pouch).find(|code| code.rank == rank));
        let pieces: Vec<&PouchCode> = pieces.collect::<Option<_>>()?;
        let bytes: Vec<u8> = pieces
            .iter()
            .flat_map(|code| code.piece.iter().copied())
            .collect();
        (Trace::of_bytes(&bytes) == pouch).then_some(bytes)
    }
}
