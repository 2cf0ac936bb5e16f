//! Which day it is: a person says it when the computer's clock is wrong.

use crate::{
    desk::Desk,
    error::Error,
    form::DayForm,
    ledger::{Op, audits::Act, device, settings},
    session::Deed,
};
use chrono::{DateTime, Months, NaiveDate};
use passerelle_domain::{
    calendar::{ClockStanding, SaidDay},
    civil_date::{DateFault, parse_date},
    fault::FaultList,
};
use rusqlite::Connection;

/// How long after clearing was last heard a day may be said: further on, a year was mistyped.
const MONTHS_AHEAD: u32 = 36;

impl Desk {
    /// Goes by the day that a person says from now on, for as long as the clock goes on from where it
    /// is. To say what the clock says is to go by the clock again.
    ///
    /// # Errors
    /// What is to be corrected: no day, one before clearing was last heard, one far ahead of it.
    pub fn say_day(&self, form: &DayForm) -> Result<(), Error> {
        let ledger = self.as_person(Deed::Serve)?;
        let computer = self.surroundings.day_of_the_computer();
        let said = ledger.write(Op::SayDay, |db| {
            let mut faults = FaultList::default();
            let day = faults.read("day", read_day(&form.day, self.heard_on(db)?, computer));
            let Some(day) = day else {
                return Err(Error::Fields(faults.into_vec()));
            };
            let said = (day != computer).then_some(SaidDay { computer, said: day });
            settings::keep_said_day(db, said)?;
            self.note(db, Act::SayDay, 1)?;
            Ok(said)
        })?;
        self.surroundings.go_by(said);
        Ok(())
    }

    /// What is thought of the day that this desk works with.
    pub(crate) fn clock_standing(&self, db: &Connection) -> Result<ClockStanding, Error> {
        let computer = self.surroundings.day_of_the_computer();
        let said = self.surroundings.said_day();
        Ok(ClockStanding::of(computer, said, self.heard_on(db)?))
    }

    /// The last day on which clearing answered, when the clock is proven wrong by it.
    pub(crate) fn clock_behind(&self, db: &Connection) -> Result<Option<NaiveDate>, Error> {
        Ok(match self.clock_standing(db)? {
            ClockStanding::Behind { heard_on } => Some(heard_on),
            ClockStanding::Good | ClockStanding::Doubtful { .. } | ClockStanding::Said { .. } => None,
        })
    }

    /// The last day that clearing has signed, in the time zone of this computer.
    fn heard_on(&self, db: &Connection) -> Result<Option<NaiveDate>, Error> {
        let instant = device::find_server_time(db)?.and_then(|seconds| DateTime::from_timestamp(seconds, 0));
        let offset = *self.surroundings.now().offset();
        Ok(instant.map(|instant| instant.with_timezone(&offset).date_naive()))
    }
}

/// Reads the day: what is left out of it is taken from the day that is known best.
fn read_day(typed: &str, heard_on: Option<NaiveDate>, computer: NaiveDate) -> Result<NaiveDate, DateFault> {
    let Some(earliest) = heard_on else {
        return parse_date(typed, computer);
    };
    let day = parse_date(typed, earliest)?;
    if day < earliest {
        return Err(DateFault::TooEarly { earliest });
    }
    let latest = earliest + Months::new(MONTHS_AHEAD);
    if day > latest {
        return Err(DateFault::TooLate { latest });
    }
    Ok(day)
}
