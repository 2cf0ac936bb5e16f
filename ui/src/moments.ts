/** How a day or a workshop's hours are said, seen from today. */
import type { WorkshopRow } from "./api";
import { named } from "./choices";
import * as format from "./format";
import { say } from "./words";

/** `Aujourd’hui`, `Hier`, `Demain`, otherwise `Vendredi 20 novembre`. */
export function dayFrom(today: string, day: string): string {
  const apart = (Date.parse(day) - Date.parse(today)) / 86_400_000;
  if (apart === 0) return say("today-this-day");
  if (apart === -1) return say("today-yesterday");
  if (apart === 1) return say("today-tomorrow");
  return format.capital(format.weekdayAndDay(day, today));
}

/** `Aujourd’hui, 17 h 00`; the day alone when no hour was noted. */
export function whenFrom(today: string, workshop: WorkshopRow): string {
  const day = dayFrom(today, workshop.held_on);
  return workshop.starts_at ? say("today-day-and-hour", { day, hour: format.hour(workshop.starts_at) }) : day;
}

/** `jeudi 19 novembre, 14 h 00 – 16 h 00`, or the day and the length. */
export function hoursOf(today: string, workshop: WorkshopRow): string {
  const day = format.weekdayAndDay(workshop.held_on, today);
  const { starts_at, ends_at, duration_minutes } = workshop;
  const length = starts_at && ends_at ? format.hours(starts_at, ends_at) : format.duration(duration_minutes);
  return `${day}, ${length}`;
}

/** Its title; an individual activity may have none, and is then named by its kind. */
export function titleOf(workshop: Pick<WorkshopRow, "title" | "activity">): string {
  return workshop.title || named("activity", workshop.activity);
}

/** `Salle 2`, `Médiathèque, Salle 2`, or nothing. */
export function placeOf(workshop: WorkshopRow): string {
  return [workshop.site, workshop.place].filter(Boolean).join(", ");
}

/** `2 pass · 20 €` */
export function passesAndAmount(tally: { count: number; amount_cents: number }): string {
  return `${say("count-passes", { count: tally.count })} · ${format.amount(tally.amount_cents)}`;
}
