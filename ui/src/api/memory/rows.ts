/** Rows of lists, made from what the memory desk remembers. */
import type { AttendeeRow, Redemption, Tally, WorkshopRow } from "../types";
import { COMMUNES, type Entry, type Ledger } from "./fixtures";

/** Plain letters: no accent, no case, no apostrophe or hyphen. */
export function fold(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replaceAll("Œ", "OE")
    .replaceAll("œ", "oe")
    .replaceAll("ı", "i")
    .replace(/[’'-]/g, "")
    .toLowerCase()
    .trim();
}

export function nameOf(ledger: Ledger, attendee: number): string {
  const form = ledger.people.find(({ id }) => id === attendee)?.form;
  return form ? `${form.first_name} ${form.surname}`.trim() : "";
}

export function rowOfAttendee(ledger: Ledger, id: number): AttendeeRow {
  const form = ledger.people.find((person) => person.id === id)?.form;
  const days = ledger.workshops.filter(({ people }) => people.includes(id)).map((entry) => dayOf(entry));
  return {
    id,
    name: nameOf(ledger, id),
    birth_year: form?.birth_year ? Number(form.birth_year) : null,
    commune: COMMUNES.find(({ insee_code }) => insee_code === form?.commune)?.name ?? "",
    last_seen_on: days.sort().at(-1) ?? null,
  };
}

export function rowOfWorkshop(ledger: Ledger, entry: Entry): WorkshopRow {
  const { id, form, people, anonymous, is_open } = entry;
  const here = ledger.redemptions.filter(({ workshop_id, standing }) => workshop_id === id && standing !== "voided");
  return {
    id,
    title: form.title,
    activity: form.activity,
    site: ledger.sites.length > 1 ? "" : (ledger.sites[0]?.name ?? ""),
    place: form.place,
    held_on: dayOf(entry),
    starts_at: form.starts_at || null,
    ends_at: form.ends_at || null,
    duration_minutes: minutesOf(form.starts_at, form.ends_at),
    people: people.length + anonymous,
    passes: tallyOf(here),
    is_open,
  };
}

export function tallyOf(redemptions: Redemption[]): Tally {
  return {
    count: redemptions.length,
    amount_cents: redemptions.reduce((sum, { amount_cents }) => sum + amount_cents, 0),
  };
}

export function countAttendance(ledger: Ledger, attendee: number): number {
  return ledger.workshops.filter(({ people }) => people.includes(attendee)).length;
}

function dayOf({ form }: Entry): string {
  const [day = "01", month = "01", year = "2026"] = form.held_on.split("/");
  return `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
}

function minutesOf(from: string, to: string): number {
  const minutes = (time: string) => {
    const [hours = 0, rest = 0] = time.split(":").map(Number);
    return hours * 60 + rest;
  };
  return to ? minutes(to) - minutes(from) : 120;
}
