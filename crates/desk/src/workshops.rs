//! Workshops: opened today or for a past day, held again like last time, closed.

use crate::{
    desk::Desk,
    error::Error,
    form::WorkshopFilter,
    ledger::{
        Op, attendances, audits::Act, kept_codes, redemptions, redemptions::Which, reference, sites,
        workshops, workshops::Venue,
    },
    passes::{in_words, kept_in_words, service_choices},
    session::Deed,
    sync::standings,
    view::{Attendance, Redemption, Tally, Today, WorkshopList, WorkshopView},
};
use chrono::{NaiveTime, TimeDelta, Timelike};
use passerelle_domain::{
    attendee::display_name,
    fault::FaultList,
    head_count::{HeadCount, HeadCountForm},
    id::{AttendeeId, WorkshopId},
    workshop::{WorkshopFault, WorkshopForm, WorkshopPlan},
};
use passerelle_words::format;
use rusqlite::Connection;

/// A workshop held again within an hour of its usual start starts when it usually does.
const USUAL_START_WITHIN: TimeDelta = TimeDelta::minutes(60);

impl Desk {
    /// What to resume, what to hold again, what waits.
    ///
    /// # Errors
    /// The ledger.
    pub fn today(&self) -> Result<Today, Error> {
        let ledger = self.as_person(Deed::Look)?;
        let now = self.surroundings.now();
        let (today, minute) = (now.date_naive(), now.hour() * 60 + now.minute());
        ledger.read(|db| {
            Ok(Today {
                today,
                open: workshops::list_open(db, today, minute)?,
                upcoming: workshops::list_upcoming(db, today)?,
                to_repeat: workshops::list_to_repeat(db, today)?,
                recent: workshops::list_recent(db)?,
                standings: standings(db)?,
                waiting_since: redemptions::waiting_since(db)?,
            })
        })
    }

    /// Workshops, the youngest first, a page at a time.
    ///
    /// # Errors
    /// The ledger.
    pub fn list_workshops(&self, filter: &WorkshopFilter) -> Result<WorkshopList, Error> {
        let ledger = self.as_person(Deed::Look)?;
        ledger.read(|db| workshops::list(db, filter))
    }

    /// The screen of one workshop.
    ///
    /// # Errors
    /// It is not there.
    pub fn get_workshop(&self, id: WorkshopId) -> Result<WorkshopView, Error> {
        let ledger = self.as_person(Deed::Look)?;
        ledger.read(|db| {
            let redemptions = in_words(
                db,
                redemptions::list(db, Which::Workshop(id))?,
                &self.surroundings,
            )?;
            let reference = reference::load(db)?;
            let provisional = tally(redemptions.iter().filter(|redemption| redemption.doubt.is_some()));
            let (attendances, loose_redemptions) = share_out(attendances::list(db, id)?, redemptions);
            Ok(WorkshopView {
                workshop: workshops::get_row(db, id)?,
                form: form_of(&workshops::get(db, id)?),
                attendances,
                head_count: workshops::head_count(db, id)?,
                loose_redemptions,
                kept_codes: kept_codes::list(db, Some(id))?
                    .into_iter()
                    .map(kept_in_words)
                    .collect(),
                provisional,
                services: reference.programmes.iter().flat_map(service_choices).collect(),
            })
        })
    }

    /// Opens a workshop, for today, a past day or a day to come; gives its row.
    ///
    /// # Errors
    /// What is to be corrected.
    pub fn open_workshop(&self, form: &WorkshopForm) -> Result<WorkshopId, Error> {
        self.allow(Deed::Serve)?;
        let plan = WorkshopPlan::read(form, self.surroundings.today()).map_err(Error::Fields)?;
        self.insert_workshop(&plan)
    }

    /// Opens a workshop like that one, today and now; gives its row.
    ///
    /// # Errors
    /// That one is not there.
    pub fn repeat_workshop(&self, id: WorkshopId) -> Result<WorkshopId, Error> {
        let ledger = self.as_person(Deed::Serve)?;
        let last = ledger.read(|db| workshops::get(db, id))?;
        let now = self.surroundings.now();
        self.insert_workshop(&WorkshopPlan {
            held_on: now.date_naive(),
            starts_at: Some(start_again(last.starts_at, now.time())),
            // What was noted of that day's people is not true of this one's.
            autonomy: None,
            referral: None,
            note: String::new(),
            ..last
        })
    }

    /// Changes a workshop.
    ///
    /// # Errors
    /// What is to be corrected, the day or site of passes already taken included; it is closed or not there.
    pub fn change_workshop(&self, id: WorkshopId, form: &WorkshopForm) -> Result<(), Error> {
        let ledger = self.as_person(Deed::Serve)?;
        let plan = WorkshopPlan::read(form, self.surroundings.today()).map_err(Error::Fields)?;
        ledger.write(Op::EditWorkshop, |db| {
            sites::get(db, plan.site_id)?;
            let venue = workshops::get_open_venue(db, id)?;
            check_venue(db, id, &venue, &plan)?;
            workshops::update(db, id, &plan, self.surroundings.timestamp())
        })
    }

    /// Closes a workshop: its attendances no longer change.
    ///
    /// # Errors
    /// It is not there.
    pub fn close_workshop(&self, id: WorkshopId) -> Result<(), Error> {
        let ledger = self.as_person(Deed::Serve)?;
        let now = self.surroundings.timestamp();
        ledger.write(Op::EditWorkshop, |db| {
            if !workshops::find_venue(db, id)?
                .ok_or(Error::Missing("workshop"))?
                .is_open
            {
                return Ok(());
            }
            workshops::close(db, id, now)?;
            self.note(db, Act::CloseWorkshop, id.0)
        })
    }

    /// Opens a closed workshop again.
    ///
    /// # Errors
    /// It is not there.
    pub fn reopen_workshop(&self, id: WorkshopId) -> Result<(), Error> {
        let ledger = self.as_person(Deed::Serve)?;
        ledger.write(Op::EditWorkshop, |db| {
            if workshops::find_venue(db, id)?
                .ok_or(Error::Missing("workshop"))?
                .is_open
            {
                return Ok(());
            }
            workshops::reopen(db, id)?;
            self.note(db, Act::ReopenWorkshop, id.0)
        })
    }

    /// Notes the participants without a name.
    ///
    /// # Errors
    /// What is to be corrected; the workshop is closed or not there.
    pub fn count_heads(&self, id: WorkshopId, form: &HeadCountForm) -> Result<(), Error> {
        let ledger = self.as_person(Deed::Serve)?;
        let count = HeadCount::read(form).map_err(Error::Fields)?;
        ledger.write(Op::EditWorkshop, |db| {
            workshops::get_open_venue(db, id)?;
            workshops::set_head_count(db, id, &count, self.surroundings.timestamp())
        })
    }

    fn insert_workshop(&self, plan: &WorkshopPlan) -> Result<WorkshopId, Error> {
        self.as_machine().write(Op::EditWorkshop, |db| {
            let account = self.actor(db)?.account;
            sites::get(db, plan.site_id)?;
            workshops::insert(db, plan, account, self.surroundings.timestamp())
        })
    }
}

/// The log says for ever on which day and at which site a pass was taken.
fn check_venue(db: &Connection, id: WorkshopId, before: &Venue, after: &WorkshopPlan) -> Result<(), Error> {
    let mut faults = FaultList::default();
    if before.held_on != after.held_on {
        faults.note("held_on", WorkshopFault::HasPasses);
    }
    if before.site != after.site_id {
        faults.note("site_id", WorkshopFault::HasPasses);
    }
    let moved = faults.into_vec();
    if moved.is_empty() || !workshops::has_passes(db, id)? {
        Ok(())
    } else {
        Err(Error::Fields(moved))
    }
}

/// The usual start when it is near, else now to five minutes.
fn start_again(usual: Option<NaiveTime>, now: NaiveTime) -> NaiveTime {
    match usual {
        Some(usual) if (usual - now).abs() <= USUAL_START_WITHIN => usual,
        Some(_) | None => {
            let minute = now.minute() / 5 * 5;
            NaiveTime::from_hms_opt(now.hour(), minute, 0).expect("a minute of the same hour")
        }
    }
}

/// A form that, read again, gives the same plan. Of end and duration it shows one, so that changing it is enough.
fn form_of(plan: &WorkshopPlan) -> WorkshopForm {
    let duration = format::duration(plan.duration_minutes.into());
    WorkshopForm {
        title: plan.title.clone(),
        activity: plan.activity,
        place_kind: plan.place_kind,
        site_id: Some(plan.site_id),
        place: plan.place.clone(),
        held_on: format::short_day(plan.held_on),
        starts_at: plan.starts_at.map_or_else(String::new, format::hour),
        ends_at: plan.ends_at().map_or_else(String::new, format::hour),
        duration: if plan.starts_at.is_some() {
            String::new()
        } else {
            duration
        },
        themes: plan.themes.iter().copied().collect(),
        sub_themes: plan.sub_themes.iter().copied().collect(),
        level: plan.level,
        autonomy: plan.autonomy,
        equipment: plan.equipment.iter().copied().collect(),
        referral: plan.referral,
        note: plan.note.clone(),
    }
}

/// Gives each person their passes; what is left is tied to nobody here.
fn share_out(
    people: Vec<(AttendeeId, String, String)>,
    mut redemptions: Vec<Redemption>,
) -> (Vec<Attendance>, Vec<Redemption>) {
    let mut attendances = Vec::with_capacity(people.len());
    for (attendee_id, surname, first_name) in people {
        let (theirs, others) = redemptions
            .into_iter()
            .partition(|redemption| redemption.attendee_id == Some(attendee_id));
        redemptions = others;
        attendances.push(Attendance {
            attendee_id,
            name: display_name(&surname, &first_name),
            redemptions: theirs,
        });
    }
    (attendances, redemptions)
}

fn tally<'r>(redemptions: impl Iterator<Item = &'r Redemption>) -> Tally {
    redemptions.fold(Tally::default(), |sum, redemption| Tally {
        count: sum.count + 1,
        amount_cents: sum.amount_cents + redemption.amount_cents,
    })
}

#[cfg(test)]
mod tests;
