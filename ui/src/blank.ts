/** Forms with nothing in them yet, and those filled from a view. */
import type {
  ActivityKind,
  AttendeeForm,
  DeskSituation,
  HeadCount,
  HeadCountForm,
  Site,
  SiteForm,
  WorkshopForm,
} from "./api";
import { shortDay } from "./format";

export function blankSite(): SiteForm {
  return { name: "", address: "", insee_code: "", postcode: "", travels: false, stops: [] };
}

export function siteForm(site: Site): SiteForm {
  const { name, address, insee_code, postcode, travels, stops } = site;
  return { name, address, insee_code, postcode, travels, stops: [...stops] };
}

export function blankAttendee(): AttendeeForm {
  return {
    surname: "",
    first_name: "",
    birth_year: "",
    commune: null,
    phone: "",
    email: "",
    gender: "non_communique",
    situation: "non_communique",
    qpv: "unknown",
    notes: "",
  };
}

/** A workshop of today, from now, at the site in use. `now` is `HH:MM`. */
export function blankWorkshop(activity: ActivityKind, situation: DeskSituation, now: string): WorkshopForm {
  return {
    title: "",
    activity,
    place_kind: "lieu_activite",
    site_id: situation.site?.id ?? null,
    place: "",
    held_on: shortDay(situation.today),
    starts_at: now,
    ends_at: "",
    duration: activity === "individuel" ? "1 h 00" : "2 h 00",
    themes: [],
    sub_themes: [],
    level: null,
    autonomy: null,
    equipment: [],
    referral: null,
    note: "",
  };
}

/** The form of a count: what is zero is left blank. */
export function headCountForm(count: HeadCount): HeadCountForm {
  const typed = (counts: Record<string, number | undefined>) =>
    Object.fromEntries(Object.entries(counts).map(([code, number]) => [code, number ? String(number) : ""]));
  return {
    total: count.total ? String(count.total) : "",
    by_gender: typed(count.by_gender),
    by_age: typed(count.by_age),
    by_situation: typed(count.by_situation),
  };
}
