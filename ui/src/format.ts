/**
 * The French way of writing amounts, days, hours and durations, space for space as
 * `words/format.rs` does on paper: a narrow no-break space between thousands, a plain one
 * before a unit.
 *
 * Days come as ISO `YYYY-MM-DD`, hours as `HH:MM`, instants as RFC 3339.
 */

const NBSP = "\u00a0";
const NARROW = "\u202f";

const MONTHS = [
  "janvier",
  "février",
  "mars",
  "avril",
  "mai",
  "juin",
  "juillet",
  "août",
  "septembre",
  "octobre",
  "novembre",
  "décembre",
];
const WEEKDAYS = ["dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"];

/** An amount from cents: `1 870 €`, and `12,50 €` only when the cents count. */
export function amount(cents: number): string {
  const sign = cents < 0 ? "-" : "";
  const whole = grouped(Math.trunc(Math.abs(cents) / 100));
  const rest = Math.abs(cents) % 100;
  return `${sign}${whole}${rest === 0 ? "" : `,${two(rest)}`}${NBSP}€`;
}

/** A whole number, its thousands grouped: `34 000`. */
export function count(number: number): string {
  return (number < 0 ? "-" : "") + grouped(Math.abs(number));
}

/** `19/11/2026` */
export function shortDay(day: string): string {
  const { year, month, date } = parts(day);
  return `${two(date)}/${two(month)}/${year}`;
}

/** `1er octobre`, `19 novembre` */
export function dayAndMonth(day: string): string {
  const { month, date } = parts(day);
  return `${date}${date === 1 ? "er" : ""}${NBSP}${MONTHS[month - 1]}`;
}

/** `1er octobre 2026` */
export function dayMonthYear(day: string): string {
  return `${dayAndMonth(day)}${NBSP}${parts(day).year}`;
}

/** `octobre 2026`, from `2026-10`. */
export function monthAndYear(month: string): string {
  const said = parts(`${month}-01`);
  return `${MONTHS[said.month - 1]}${NBSP}${said.year}`;
}

/** `jeudi 19 novembre`, with its year when it is not the one of `today`. */
export function weekdayAndDay(day: string, today: string): string {
  const said = parts(day).year === parts(today).year ? dayAndMonth(day) : dayMonthYear(day);
  return `${weekday(day)} ${said}`;
}

/** `14 h 00`, from `14:00` or `14:00:00` */
export function hour(time: string): string {
  const [hours = "0", minutes = "00"] = time.split(":");
  return `${Number(hours)}${NBSP}h${NBSP}${minutes}`;
}

/** `14 h 00 – 16 h 00` */
export function hours(from: string, to: string): string {
  return `${hour(from)} – ${hour(to)}`;
}

/** `7 h 30`, `2 h 00`, and `45 min` under the hour. */
export function duration(minutes: number): string {
  if (minutes < 60) return `${minutes}${NBSP}min`;
  return `${grouped(Math.trunc(minutes / 60))}${NBSP}h${NBSP}${two(minutes % 60)}`;
}

/** `19 novembre, 14 h 05`: an instant, on the clock it was noted with. */
export function instant(rfc3339: string): string {
  const [day = "", time = ""] = rfc3339.split("T");
  return `${dayAndMonth(day)}, ${hour(time)}`;
}

/** `999 999 990 00013`: a SIRET in its usual groups. */
export function siret(digits: string): string {
  return [digits.slice(0, 3), digits.slice(3, 6), digits.slice(6, 9), digits.slice(9)].join(NBSP);
}

/** `Jeudi`, from `jeudi`: for what opens a sentence. */
export function capital(words: string): string {
  return words.charAt(0).toLocaleUpperCase("fr") + words.slice(1);
}

function weekday(day: string): string {
  const { year, month, date } = parts(day);
  return WEEKDAYS[new Date(Date.UTC(year, month - 1, date)).getUTCDay()] ?? "";
}

function parts(day: string): { year: number; month: number; date: number } {
  const [year = 0, month = 1, date = 1] = day.slice(0, 10).split("-").map(Number);
  return { year, month, date };
}

function grouped(number: number): string {
  return String(number).replace(/\B(?=(\d{3})+$)/g, NARROW);
}

function two(number: number): string {
  return String(number).padStart(2, "0");
}
