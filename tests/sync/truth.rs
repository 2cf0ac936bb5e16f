//! What must hold whatever happens, told from outside: what people were promised, what they were told,
//! and what clearing says it pays.

use super::{
    county::{County, SimulatedDesk},
    disk::{Disk, Place},
};
use passerelle_clearing::{Clearing, Error, settlement::Settlement};
use passerelle_domain::{
    cents::Cents,
    event::{Act, Event},
    id::{BirthId, DeviceId},
    pass::PassId,
    wire::Verdict,
};
use std::collections::{BTreeMap, BTreeSet};

/// The largest signed batch, and what its events may cost beyond the envelope, in bytes.
const LARGEST_BATCH: usize = 1024;

/// What was promised and told so far.
#[derive(Default)]
pub struct Truth {
    /// What each desk ever said yes to and should still know, under its present number. A double has
    /// inherited what its desk had said.
    written: Vec<BTreeMap<BirthId, Event>>,
    /// What has died with a disk: nobody hears of it any more, whether clearing has it or not.
    lost: Vec<(BirthId, Event)>,
    /// The last word that anybody heard on each event, with the event itself.
    told: BTreeMap<BirthId, (Event, Verdict)>,
    /// The words that each desk knew when it was listened to: only what changed is news.
    heard: Vec<BTreeMap<Place, Verdict>>,
    /// Whose each told event is.
    sirets: BTreeMap<BirthId, &'static str>,
    /// The devices whose disk was copied.
    doubled: BTreeSet<DeviceId>,
    /// Words that died with the disk of the desk that had heard them.
    unheard: BTreeSet<BirthId>,
    /// Moves of events that were followed, by desk.
    followed: Vec<usize>,
    moves: usize,
    /// Whether clearing ever went on from an old copy.
    clearing_was_restored: bool,
}

impl Truth {
    /// So many desks have said nothing yet.
    pub fn of(desks: usize) -> Self {
        Self {
            written: vec![BTreeMap::new(); desks],
            followed: vec![0; desks],
            heard: vec![BTreeMap::new(); desks],
            ..Self::default()
        }
    }

    /// A desk has said yes.
    pub fn said_yes(&mut self, number: usize, desk: &SimulatedDesk, id: BirthId) {
        self.written[number].insert(id, desk.disk.events()[&id]);
    }

    /// A disk died: what it had since its copy is lost to it, but not what clearing has received.
    pub fn lose(&mut self, number: usize, dead: &Disk, copy: &Disk) {
        let (words, device) = (copy.words(), copy.device());
        let heard = dead.words().into_iter();
        let gone = heard.filter(|(place, word)| words.get(place) != Some(word));
        self.unheard
            .extend(gone.map(|((epoch, seq), _)| BirthId { device, epoch, seq }));
        let kept = copy.events();
        let mut written = std::mem::take(&mut self.written[number]);
        // What the copy holds under the numbers of before a move is not lost to it.
        for ((epoch, seq), (to, place)) in dead.moves().into_iter().rev() {
            let (old, new) = (
                BirthId { device, epoch, seq },
                BirthId {
                    device,
                    epoch: to,
                    seq: place,
                },
            );
            if let Some(event) = kept.get(&old)
                && let Some(moved) = written.remove(&new)
            {
                self.lost.push((new, moved));
                written.insert(old, *event);
            }
        }
        let (kept, lost) = written
            .into_iter()
            .partition::<BTreeMap<_, _>, _>(|(id, event)| kept.get(id) == Some(event));
        self.written[number] = kept;
        self.lost.extend(lost);
        self.followed[number] = copy.moves().len();
        self.heard[number] = words;
    }

    /// A second PC goes on from a copy of the disk of the first.
    pub fn double(&mut self, number: usize, device: DeviceId) {
        self.doubled.insert(device);
        self.written.push(self.written[number].clone());
        self.followed.push(self.followed[number]);
        self.heard.push(self.heard[number].clone());
    }

    /// How many events moved to another life.
    pub const fn count_moves(&self) -> usize {
        self.moves
    }

    /// Clearing goes on from an old copy.
    pub const fn clearing_was_restored(&mut self) {
        self.clearing_was_restored = true;
    }

    /// Another copy of a log has taken the numbers of some events.
    fn follow(&mut self, number: usize, desk: &SimulatedDesk) {
        let (moves, events) = (desk.disk.moves(), desk.disk.events());
        let device = desk.device();
        for ((epoch, seq), (to, place)) in moves.iter().skip(self.followed[number]).copied() {
            let old = BirthId { device, epoch, seq };
            let new = BirthId {
                device,
                epoch: to,
                seq: place,
            };
            let Some(before) = self.written[number].remove(&old) else {
                continue;
            };
            self.moves += 1;
            // Clearing has lost what it had said of it, and another event stands there now.
            if self.told.get(&old).is_some_and(|(told, _)| *told == before) {
                self.told.remove(&old);
            }
            self.written[number].extend(events.get(&new).map(|event| (new, *event)));
        }
        self.followed[number] = moves.len();
    }

    /// Listens to what a desk knows now.
    ///
    /// # Errors
    /// A promise is broken, a final word has changed, or a batch is too large.
    pub fn hear(&mut self, number: usize, desk: &SimulatedDesk) -> Result<(), String> {
        self.follow(number, desk);
        let (events, words) = (desk.disk.events(), desk.disk.words());
        let recovered = desk.disk.recovered_events();
        let device = desk.device();
        for (id, event) in &self.written[number] {
            if events.get(id) != Some(event) {
                return Err(format!("{id:?} was said yes to and is not in the log"));
            }
        }
        let before = std::mem::replace(&mut self.heard[number], words.clone());
        for ((epoch, seq), word) in words {
            let id = BirthId { device, epoch, seq };
            // Another copy may have moved its own event away from under that number meanwhile.
            if before.get(&(epoch, seq)) == Some(&word) && self.told.contains_key(&id) {
                continue;
            }
            let Some(&event) = events.get(&id).or_else(|| recovered.get(&id)) else {
                return Err(format!("a word on {id:?}, which nobody has written"));
            };
            // A service that has forgotten one copy's event takes another copy's under its number.
            let may_differ = |before: &Event| self.clearing_was_restored && *before != event;
            if let Some((before, told)) = self.told.get(&id).filter(|(before, _)| !may_differ(before)) {
                // A copy from a drawer remembers less: it hears the later word again.
                let is_older = !word.is_final() && told.is_final();
                // A copy may bring to a service that has forgotten it what the other copy was told of.
                let is_brought_twice = self.doubled.contains(&device) || self.unheard.contains(&id);
                // Two desks of a structure have taken one pass, and a third desk's proof of which of them
                // was credited came before the event itself: it counts once it is shown again. The
                // structure is paid the same; each of the two is told otherwise.
                // Likewise where it was refused since, by a service that had forgotten.
                let is_recalled = matches!((told, &word), (Verdict::Credited, Verdict::AlreadyYours))
                    || (told.is_final() && *told != Verdict::Voided && word == Verdict::Credited);
                let gives_way = (*told == Verdict::Credited && self.gives_way(id, event, &word))
                    || (self.clearing_was_restored && (is_brought_twice || is_recalled));
                if *before != event || (told.is_final() && *told != word && !is_older && !gives_way) {
                    return Err(format!("{id:?} was told {told:?}, and now {word:?}"));
                }
                if is_older && !gives_way {
                    // It may be news once others have been listened to.
                    self.heard[number].remove(&(epoch, seq));
                    continue;
                }
            }
            self.told.insert(id, (event, word));
            self.sirets.insert(id, desk.siret);
        }
        match desk
            .disk
            .batches()
            .into_iter()
            .find(|(bytes, _)| *bytes > LARGEST_BATCH)
        {
            Some((bytes, events)) => Err(format!("a batch of {events} events weighs {bytes} bytes")),
            None => Ok(()),
        }
    }

    /// A desk that has just heard everything knows what clearing's books say, pass by pass. One that
    /// was told as many facts or more before a restore, of which nobody can show a proof, keeps to what
    /// it was told until clearing knows more.
    ///
    /// # Errors
    /// It holds another version, or something else.
    pub fn assert_knows_all(&self, county: &County, desk: usize) -> Result<(), String> {
        let content = county.desks[desk].disk.copy();
        let (held, whole) = county.whole();
        if self.clearing_was_restored && content.state >= Some(held) {
            return Ok(());
        }
        if content.state != Some(held) {
            return Err(format!("desk {desk} holds {:?} of {held:?}", content.state));
        }
        if content.whole != whole {
            return Err(format!(
                "desk {desk} knows {:?}, the books {whole:?}",
                content.whole
            ));
        }
        Ok(())
    }

    /// Whether a credit may be taken back: clearing gave it after a restore, when it had forgotten
    /// that it had given the pass to somebody else before. The officer may have declined the claim
    /// since; where a month has paid somebody else, it is the officer's to examine.
    fn gives_way(&self, id: BirthId, event: Event, word: &Verdict) -> bool {
        if self.clearing_was_restored && *word == Verdict::ToExamine {
            return true;
        }
        let gives_way = matches!(
            word,
            Verdict::TakenElsewhere { .. } | Verdict::AlreadyYours | Verdict::Declined
        );
        let is_others = |(other, (theirs, said)): (&BirthId, &(Event, Verdict))| {
            // One copy of a ledger may hold on to a credit of which another has heard something else.
            let place = (other.epoch, other.seq);
            let is_credited = *said == Verdict::Credited
                || self
                    .heard
                    .iter()
                    .any(|heard| heard.get(&place) == Some(&Verdict::Credited));
            *other != id && theirs.act.pass() == event.act.pass() && is_credited
        };
        self.clearing_was_restored && gives_way && self.told.iter().any(is_others)
    }

    /// Once the lines are good: everybody has an answer, each pass is paid once at most, and all agree
    /// on the sum. Gives how many passes were presented by two structures.
    ///
    /// # Errors
    /// What does not hold.
    pub fn assert_settled(&self, county: &County) -> Result<usize, String> {
        for (number, desk) in county.desks.iter().enumerate() {
            let unanswered = desk.disk.count_unanswered();
            if unanswered > 0 {
                return Err(format!("{unanswered} events of desk {number} have no answer"));
            }
            if desk.disk.server_keys().last() != Some(&county.clearing.public()) {
                return Err(format!("desk {number} does not trust the newest key"));
            }
        }
        for (id, (event, word)) in &self.told {
            let waits = matches!(word, Verdict::Unknown | Verdict::NotActivated);
            if waits && !self.is_given_up(*id) && !self.is_forgotten(*id, event) {
                return Err(format!(
                    "{id:?} still waits for a booklet that is active: {event:?}"
                ));
            }
        }
        let paid = self.paid()?;
        let status = county.clearing.status().map_err(|error| error.to_string())?;
        let credited: u64 = status.programmes.iter().map(|programme| programme.credited).sum();
        // What died with a disk may be credited, or have given a credit back, with nobody left to hear it.
        let (told, (taken, voided)) = (paid.len() as u64, self.count_unheard());
        if !(told.saturating_sub(voided)..=told + taken).contains(&credited) {
            return Err(format!(
                "clearing pays {credited} passes, and the desks were told {told}"
            ));
        }
        assert_paid(county)?;
        Ok(self.count_conflicts())
    }

    /// The passes whose credit stands. A cancellation that died with its disk may have freed the pass
    /// for somebody else, with nobody left to know it.
    fn paid(&self) -> Result<BTreeSet<PassId>, String> {
        let (mut paid, mut sure) = (BTreeSet::new(), BTreeSet::new());
        for (id, (event, word)) in &self.told {
            if *word != Verdict::Credited || self.is_voided(*id) || self.is_forgotten(*id, event) {
                continue;
            }
            let pass = event.act.pass();
            if !self.is_given_up(*id) && !sure.insert(pass) {
                return Err(format!("{pass:?} is credited twice"));
            }
            paid.insert(pass);
        }
        Ok(paid)
    }

    /// Whether it may have died on both sides: with its desk's disk, and with clearing's. Another event may
    /// have its number since.
    fn is_forgotten(&self, id: BirthId, event: &Event) -> bool {
        self.clearing_was_restored && self.lost.contains(&(id, *event))
    }

    /// Whether clearing has said that the redemption is cancelled, and somebody still knows it.
    fn is_voided(&self, id: BirthId) -> bool {
        self.told.iter().any(|(void, (event, word))| {
            *word == Verdict::Voided && cancels(*void, event, id) && !self.is_forgotten(*void, event)
        })
    }

    /// Whether its desk cancelled the redemption, be it on a disk that died since.
    fn is_given_up(&self, id: BirthId) -> bool {
        let written = self.written.iter().flatten();
        let lost = self.lost.iter().map(|(void, event)| (void, event));
        written.chain(lost).any(|(void, event)| cancels(*void, event, id))
    }

    /// Redemptions and cancellations that died with their disk before anybody heard a word on them.
    fn count_unheard(&self) -> (u64, u64) {
        let is_told = |(id, event): &(BirthId, Event)| {
            let told = self.told.get(id);
            told.is_some_and(|(told, _)| told == event) && !self.is_forgotten(*id, event)
        };
        let unheard = self.lost.iter().filter(|lost| !is_told(lost));
        let (mut taken, mut voided) = (0, 0);
        for (_, event) in unheard {
            match event.act {
                Act::Redemption { .. } => taken += 1,
                Act::Void { .. } => voided += 1,
            }
        }
        (taken, voided)
    }

    fn count_conflicts(&self) -> usize {
        let mut presenters: BTreeMap<PassId, BTreeSet<&str>> = BTreeMap::new();
        for (id, (event, _)) in &self.told {
            if matches!(event.act, Act::Redemption { .. }) {
                presenters
                    .entry(event.act.pass())
                    .or_default()
                    .insert(self.sirets[id]);
            }
        }
        presenters
            .values()
            .filter(|structures| structures.len() > 1)
            .count()
    }
}

/// What was ever paid and what the next month will pay make up what the standing credits are worth, and
/// what a month has counted that died on both sides since.
fn assert_paid(county: &County) -> Result<(), String> {
    let (paid, owed) = paid_and_owed(county).map_err(|error| error.to_string())?;
    if paid == owed {
        Ok(())
    } else {
        Err(format!("the months come to {paid:?}, the credits to {owed:?}"))
    }
}

fn paid_and_owed(county: &County) -> Result<(Cents, Cents), Error> {
    let clearing = &county.clearing;
    match county.bring_months_back(None) {
        // What died with a disk too never comes back: the officer has to say so.
        Err(Error::CreditsMissing(_)) => county.bring_months_back(Some("all have reported"))?,
        outcome => outcome?,
    }
    let mut paid = match close_all(clearing) {
        Ok(draft) => draft.amount(),
        Err(Error::NothingToSettle) => Cents::ZERO,
        Err(other) => return Err(other),
    };
    for month in clearing.list_settled_months()? {
        paid = paid + clearing.show_settlement(month)?.settlement.amount();
    }
    let status = clearing.status()?;
    let mut owed: Cents = status.programmes.iter().map(|it| it.credited_cents).sum();
    if let Some(aftermath) = status.aftermath {
        let (credits, withdrawals) = (aftermath.awaited_credits, aftermath.awaited_withdrawals);
        let count = |count| i64::try_from(count).expect("few");
        owed = owed + Cents(1_000) * (count(credits) - count(withdrawals));
    }
    Ok((paid, owed))
}

/// Closes every month that is over; what the present one comes to so far.
fn close_all(clearing: &Clearing) -> Result<Settlement, Error> {
    loop {
        let draft = clearing.preview_settlement(None)?.settlement;
        match clearing.close_settlement(draft.month) {
            Ok(_) => {}
            Err(Error::MonthNotOver(_)) => return Ok(draft),
            Err(other) => return Err(other),
        }
    }
}

fn cancels(void: BirthId, event: &Event, id: BirthId) -> bool {
    match event.act {
        Act::Redemption { .. } => false,
        Act::Void { epoch, seq, .. } => (void.device, epoch, seq) == (id.device, id.epoch, id.seq),
    }
}
