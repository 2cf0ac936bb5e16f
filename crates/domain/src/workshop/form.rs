use std::collections::BTreeSet;

use chrono::{Months, NaiveDate, NaiveTime, TimeDelta};
use serde::{Deserialize, Serialize};

use super::{ActivityKind, Autonomy, Equipment, Level, PlaceKind, Referral, SubTheme, Theme, WorkshopFault};
use crate::civil_date::{DateFault, parse_date};
use crate::civil_time::{TimeFault, parse_time};
use crate::duration::{DurationFault, parse_duration};
use crate::fault::{FaultList, FieldFault};
use crate::id::SiteId;
use crate::typed::{tidy_line, tidy_note};

/// Characters a title may have.
const TITLE_MOST: usize = 120;
/// Characters the name of a place may have.
const PLACE_MOST: usize = 120;
/// Characters a note may have.
const NOTE_MOST: usize = 2_000;
/// A workshop is planned at most this many months ahead.
const MONTHS_AHEAD: u32 = 12;
/// Before this many months a date is a slip of the hand (2016 for 2026), not a late entry.
const MONTHS_BACK: u32 = 60;

/// A workshop as a person typed it. A field left blank is an empty text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub struct WorkshopForm {
    /// What it is called.
    pub title: String,
    /// One person or a group.
    pub activity: ActivityKind,
    /// Where, in a word.
    pub place_kind: PlaceKind,
    /// For which of the structure's sites, wherever it is held: its commune says which passes are taken.
    pub site_id: Option<SiteId>,
    /// The room, the stop, or the name of another place.
    pub place: String,
    /// The day, in any French way of writing it.
    pub held_on: String,
    /// The start; may be blank.
    pub starts_at: String,
    /// The end; may be blank when there is a duration.
    pub ends_at: String,
    /// The duration; may be blank when there is an end.
    pub duration: String,
    /// What it was about; any number.
    pub themes: Vec<Theme>,
    /// Which paperwork.
    pub sub_themes: Vec<SubTheme>,
    /// For whom, at a collective workshop; ignored at an individual one.
    pub level: Option<Level>,
    /// How far alone, at an individual activity; ignored at a collective one.
    pub autonomy: Option<Autonomy>,
    /// What was worked on.
    pub equipment: Vec<Equipment>,
    /// To whom the person was sent on, at an individual activity; ignored at a collective one.
    pub referral: Option<Referral>,
    /// Anything else.
    pub note: String,
}

/// A workshop whose every value holds; the day may be past, since many are noted late.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub struct WorkshopPlan {
    /// What it is called; blank only at an individual activity.
    pub title: String,
    /// One person or a group.
    pub activity: ActivityKind,
    /// Where, in a word.
    pub place_kind: PlaceKind,
    /// For which site, wherever it is held.
    pub site_id: SiteId,
    /// The room, the stop, or the name of another place; may be blank.
    pub place: String,
    /// The day it started.
    pub held_on: NaiveDate,
    /// The start, if noted.
    pub starts_at: Option<NaiveTime>,
    /// Minutes it lasted, 1 to 1 440.
    pub duration_minutes: u16,
    /// What it was about.
    pub themes: BTreeSet<Theme>,
    /// Which paperwork; none without [`Theme::Paperwork`].
    pub sub_themes: BTreeSet<SubTheme>,
    /// For whom, at a collective workshop.
    pub level: Option<Level>,
    /// How far alone, at an individual activity.
    pub autonomy: Option<Autonomy>,
    /// What was worked on.
    pub equipment: BTreeSet<Equipment>,
    /// To whom the person was sent on.
    pub referral: Option<Referral>,
    /// Anything else; may be blank.
    pub note: String,
}

impl WorkshopPlan {
    /// Reads a form on a given day; gives back every point to correct at once.
    pub fn read(form: &WorkshopForm, today: NaiveDate) -> Result<Self, Vec<FieldFault>> {
        let mut faults = FaultList::default();
        let title = faults.read("title", read_title(form));
        let site_id = faults.read("site_id", form.site_id.ok_or(WorkshopFault::SiteMissing));
        let place = faults.read("place", read_place(form));
        let held_on = faults.read("held_on", read_day(&form.held_on, today));
        let times = read_times(form, &mut faults);
        let sub_themes = faults.read("sub_themes", read_sub_themes(form));
        let equipment = faults.read("equipment", read_equipment(form));
        let note = faults.read("note", read_note(&form.note));
        let (Some(title), Some(site_id), Some(place), Some(held_on)) = (title, site_id, place, held_on)
        else {
            return Err(faults.into_vec());
        };
        let (Some((starts_at, duration_minutes)), Some(sub_themes)) = (times, sub_themes) else {
            return Err(faults.into_vec());
        };
        let (Some(equipment), Some(note)) = (equipment, note) else {
            return Err(faults.into_vec());
        };
        let individual = form.activity == ActivityKind::Individual;
        Ok(Self {
            title,
            activity: form.activity,
            place_kind: form.place_kind,
            site_id,
            place,
            held_on,
            starts_at,
            duration_minutes,
            themes: form.themes.iter().copied().collect(),
            sub_themes,
            level: form.level.filter(|_| !individual),
            autonomy: form.autonomy.filter(|_| individual),
            equipment,
            referral: form.referral.filter(|_| individual),
            note,
        })
    }

    /// The end, if the start was noted; after midnight it is the next day's.
    pub fn ends_at(&self) -> Option<NaiveTime> {
        self.starts_at
            .map(|start| start + TimeDelta::minutes(self.duration_minutes.into()))
    }
}

fn read_title(form: &WorkshopForm) -> Result<String, WorkshopFault> {
    let title = tidy_line(&form.title);
    if title.is_empty() && form.activity == ActivityKind::Collective {
        return Err(WorkshopFault::TitleMissing);
    }
    if title.chars().count() > TITLE_MOST {
        return Err(WorkshopFault::TitleTooLong { most: TITLE_MOST });
    }
    Ok(title)
}

fn read_place(form: &WorkshopForm) -> Result<String, WorkshopFault> {
    let place = tidy_line(&form.place);
    if place.is_empty() && form.place_kind == PlaceKind::Elsewhere {
        return Err(WorkshopFault::PlaceMissing);
    }
    if place.chars().count() > PLACE_MOST {
        return Err(WorkshopFault::PlaceTooLong { most: PLACE_MOST });
    }
    Ok(place)
}

fn read_day(typed: &str, today: NaiveDate) -> Result<NaiveDate, DateFault> {
    let day = parse_date(typed, today)?;
    let latest = today + Months::new(MONTHS_AHEAD);
    if day > latest {
        return Err(DateFault::TooLate { latest });
    }
    let earliest = today - Months::new(MONTHS_BACK);
    if day < earliest {
        return Err(DateFault::TooEarly { earliest });
    }
    Ok(day)
}

/// The start and the minutes, from a start and an end, a start and a duration, or a duration alone.
fn read_times(form: &WorkshopForm, faults: &mut FaultList) -> Option<(Option<NaiveTime>, u16)> {
    let starts_at = faults.read("starts_at", read_optional(&form.starts_at, parse_time));
    let ends_at = faults.read("ends_at", read_optional(&form.ends_at, parse_time));
    let duration = faults.read("duration", read_optional(&form.duration, parse_duration));
    let (starts_at, ends_at, duration) = (starts_at?, ends_at?, duration?);
    let between = match (starts_at, ends_at) {
        (None, Some(_)) => {
            faults.note("starts_at", TimeFault::Missing);
            return None;
        }
        (Some(start), Some(end)) => Some(faults.read("ends_at", minutes_between(start, end))?),
        (_, None) => None,
    };
    let minutes = match (between, duration) {
        (None, None) => Err(DurationFault::Missing),
        (Some(between_minutes), Some(duration)) if between_minutes != duration => {
            Err(DurationFault::Disagrees { between_minutes })
        }
        (Some(minutes), _) | (None, Some(minutes)) => Ok(minutes),
    };
    Some((starts_at, faults.read("duration", minutes)?))
}

fn read_optional<T, F>(typed: &str, parse: impl Fn(&str) -> Result<T, F>) -> Result<Option<T>, F> {
    if typed.trim().is_empty() {
        Ok(None)
    } else {
        parse(typed).map(Some)
    }
}

fn minutes_between(start: NaiveTime, end: NaiveTime) -> Result<u16, WorkshopFault> {
    match u16::try_from((end - start).num_minutes()) {
        Ok(0) | Err(_) => Err(WorkshopFault::EndsBeforeStart),
        Ok(minutes) => Ok(minutes),
    }
}

fn read_sub_themes(form: &WorkshopForm) -> Result<BTreeSet<SubTheme>, WorkshopFault> {
    if !form.sub_themes.is_empty() && !form.themes.contains(&Theme::Paperwork) {
        return Err(WorkshopFault::SubThemeAlone);
    }
    Ok(form.sub_themes.iter().copied().collect())
}

fn read_equipment(form: &WorkshopForm) -> Result<BTreeSet<Equipment>, WorkshopFault> {
    let equipment: BTreeSet<Equipment> = form.equipment.iter().copied().collect();
    if equipment.contains(&Equipment::None) && equipment.len() > 1 {
        return Err(WorkshopFault::EquipmentBothNoneAndSome);
    }
    Ok(equipment)
}

fn read_note(typed: &str) -> Result<String, WorkshopFault> {
    let note = tidy_note(typed);
    if note.chars().count() > NOTE_MOST {
        return Err(WorkshopFault::NoteTooLong { most: NOTE_MOST });
    }
    Ok(note)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 19).unwrap()
    }

    fn form() -> WorkshopForm {
        WorkshopForm {
            title: "Ma messagerie, premiers pas".into(),
            activity: ActivityKind::Collective,
            place_kind: PlaceKind::Site,
            site_id: Some(SiteId(1)),
            place: "Salle 2".into(),
            held_on: "19/11/2026".into(),
            starts_at: "14 h".into(),
            ends_at: "16 h".into(),
            duration: String::new(),
            themes: vec![Theme::Email],
            sub_themes: Vec::new(),
            level: Some(Level::Beginner),
            autonomy: None,
            equipment: vec![Equipment::Computer],
            referral: None,
            note: String::new(),
        }
    }

    fn codes(form: &WorkshopForm) -> Vec<(String, &'static str)> {
        let faults = WorkshopPlan::read(form, today()).expect_err("a fault was expected");
        faults
            .into_iter()
            .map(|fault| (fault.field, fault.code))
            .collect()
    }

    #[test]
    fn the_workshop_of_the_day_is_read_as_typed() {
        let plan = WorkshopPlan::read(&form(), today()).unwrap();
        assert_eq!((plan.held_on, plan.duration_minutes), (today(), 120));
        assert_eq!(plan.ends_at(), NaiveTime::from_hms_opt(16, 0, 0));
    }

    #[test]
    fn a_duration_alone_or_after_a_start_is_enough() {
        let alone = WorkshopForm {
            starts_at: String::new(),
            ends_at: String::new(),
            duration: "45".into(),
            ..form()
        };
        let plan = WorkshopPlan::read(&alone, today()).unwrap();
        assert_eq!(
            (plan.starts_at, plan.duration_minutes, plan.ends_at()),
            (None, 45, None)
        );
        let after_start = WorkshopForm {
            ends_at: String::new(),
            duration: "1 h 30".into(),
            ..form()
        };
        let plan = WorkshopPlan::read(&after_start, today()).unwrap();
        assert_eq!(plan.ends_at(), NaiveTime::from_hms_opt(15, 30, 0));
    }

    #[test]
    fn a_past_day_is_an_ordinary_late_entry() {
        let late = WorkshopForm {
            held_on: "3/2/25".into(),
            ..form()
        };
        assert_eq!(
            WorkshopPlan::read(&late, today()).map(|plan| plan.held_on),
            Ok(NaiveDate::from_ymd_opt(2025, 2, 3).unwrap())
        );
    }

    #[test]
    fn a_day_too_far_either_way_is_a_slip_of_the_hand() {
        let ahead = WorkshopForm {
            held_on: "20/11/2027".into(),
            ..form()
        };
        assert_eq!(codes(&ahead), [("held_on".into(), "date-too-late")]);
        let back = WorkshopForm {
            held_on: "19/11/2006".into(),
            ..form()
        };
        assert_eq!(codes(&back), [("held_on".into(), "date-too-early")]);
        assert!(
            WorkshopPlan::read(
                &WorkshopForm {
                    held_on: "19/11/2027".into(),
                    ..form()
                },
                today()
            )
            .is_ok()
        );
    }

    #[test]
    fn the_end_comes_after_the_start() {
        for ends_at in ["13 h", "14 h"] {
            let form = WorkshopForm {
                ends_at: ends_at.into(),
                ..form()
            };
            assert_eq!(codes(&form), [("ends_at".into(), "workshop-ends-before-start")]);
        }
    }

    #[test]
    fn an_end_needs_a_start_and_a_duration_that_agrees() {
        let no_start = WorkshopForm {
            starts_at: " ".into(),
            ..form()
        };
        assert_eq!(codes(&no_start), [("starts_at".into(), "time-missing")]);
        let other = WorkshopForm {
            duration: "1 h".into(),
            ..form()
        };
        assert_eq!(codes(&other), [("duration".into(), "duration-disagrees")]);
        let none = WorkshopForm {
            ends_at: String::new(),
            ..form()
        };
        assert_eq!(codes(&none), [("duration".into(), "duration-missing")]);
    }

    #[test]
    fn a_sub_theme_needs_its_theme() {
        let alone = WorkshopForm {
            sub_themes: vec![SubTheme::Housing],
            ..form()
        };
        assert_eq!(codes(&alone), [("sub_themes".into(), "workshop-sub-theme-alone")]);
        let both = WorkshopForm {
            themes: vec![Theme::Paperwork, Theme::Paperwork],
            ..alone
        };
        assert_eq!(WorkshopPlan::read(&both, today()).unwrap().themes.len(), 1);
    }

    #[test]
    fn a_place_is_said_as_far_as_its_kind_asks() {
        let site = WorkshopForm {
            site_id: None,
            ..form()
        };
        assert_eq!(codes(&site), [("site_id".into(), "workshop-site-missing")]);
        let elsewhere = WorkshopForm {
            place_kind: PlaceKind::Elsewhere,
            place: " ".into(),
            ..form()
        };
        assert_eq!(codes(&elsewhere), [("place".into(), "workshop-place-missing")]);
        let remote = WorkshopForm {
            place_kind: PlaceKind::Remote,
            place: String::new(),
            ..form()
        };
        assert!(WorkshopPlan::read(&remote, today()).is_ok());
    }

    #[test]
    fn level_belongs_to_a_group_and_autonomy_to_one_person() {
        let one = WorkshopForm {
            activity: ActivityKind::Individual,
            title: String::new(),
            autonomy: Some(Autonomy::Alone),
            ..form()
        };
        let plan = WorkshopPlan::read(&one, today()).unwrap();
        assert_eq!((plan.level, plan.autonomy), (None, Some(Autonomy::Alone)));
    }

    #[test]
    fn every_point_to_correct_is_given_at_once() {
        let wrong = WorkshopForm {
            title: " ".into(),
            held_on: "31/02/2026".into(),
            starts_at: "25 h".into(),
            duration: "bientôt".into(),
            equipment: vec![Equipment::None, Equipment::Tablet],
            ..form()
        };
        let expected = [
            ("title", "workshop-title-missing"),
            ("held_on", "date-no-such-day"),
            ("starts_at", "time-no-such-time"),
            ("duration", "duration-not-a-duration"),
            ("equipment", "workshop-equipment-both-none-and-some"),
        ];
        assert_eq!(
            codes(&wrong),
            expected.map(|(field, code)| (field.to_owned(), code))
        );
    }
}
