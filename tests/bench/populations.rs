//! Passes of a programme as they are spent: booklets of ten, handed out in the order of their numbers.

use crate::draws::Draws;
use passerelle_domain::{pass::Rank, pass_set::PassSet};

const PER_BOOKLET: Rank = 10;

/// One booklet in so many has a pass that was taken out of its turn.
const OUT_OF_TURN: usize = 50;

/// Booklets handed out one after the other, of which `handed` in a hundred are out. Whoever got the
/// first has come `visits` times by now, on average and one pass each time; the others in proportion
/// to how long they have had theirs.
pub fn in_order(booklets: u32, handed: u32, visits: f64, draws: &mut Draws) -> PassSet {
    let out = booklets / 100 * handed;
    let mut spent = PassSet::new(PER_BOOKLET);
    for booklet in 1..=out {
        let age = f64::from(out - booklet) / f64::from(out);
        let taken = came(visits * age, draws);
        let is_out_of_turn = (1..PER_BOOKLET).contains(&taken) && draws.below(OUT_OF_TURN) == 0;
        for turn in 1..=taken {
            let rank = turn + Rank::from(is_out_of_turn && turn == taken);
            spent.insert(booklet, rank);
        }
    }
    spent
}

/// Each pass on its own, `share` in a hundred of them.
pub fn in_no_order(booklets: u32, share: u64, draws: &mut Draws) -> PassSet {
    let mut spent = PassSet::new(PER_BOOKLET);
    for booklet in 1..=booklets {
        for rank in 1..=PER_BOOKLET {
            if draws.percent(share) {
                spent.insert(booklet, rank);
            }
        }
    }
    spent
}

/// Workshops of eight people with booklets of one lot of fifty, each of whom hands over the next
/// pass: which passes that takes, `count` or a few more.
pub fn week(spent: &mut PassSet, booklets: u32, count: u64, draws: &mut Draws) -> PassSet {
    let mut taken = PassSet::new(PER_BOOKLET);
    while taken.count() < count {
        let lot = draws.below(booklets as usize / 50) * 50;
        for _ in 0..8 {
            let booklet = u32::try_from(lot + 1 + draws.below(50)).expect("few");
            let next = (1..=PER_BOOKLET).find(|rank| !spent.contains(booklet, *rank));
            if let Some(rank) = next {
                spent.insert(booklet, rank);
                taken.insert(booklet, rank);
            }
        }
    }
    taken
}

/// How often somebody came who comes so often on average, as far as a booklet shows it.
fn came(average: f64, draws: &mut Draws) -> Rank {
    let limit = (-average).exp();
    let (mut times, mut product) = (0, chance(draws));
    while product > limit && times < PER_BOOKLET {
        times += 1;
        product *= chance(draws);
    }
    times
}

/// A number from 0 to 1.
fn chance(draws: &mut Draws) -> f64 {
    (draws.any() >> 11) as f64 / (1u64 << 53) as f64
}
