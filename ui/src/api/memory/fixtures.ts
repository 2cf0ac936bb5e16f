/** A site with some life in it. Everybody and everything here is invented; the day is 19 November 2026. */
import { blankAttendee } from "../../blank";
import type {
  Account,
  AttendeeForm,
  AuditLine,
  CertificateRow,
  Commune,
  Idle,
  KeptCode,
  Objection,
  Redemption,
  RouteView,
  ServiceChoice,
  SettledMonth,
  SettlementsView,
  Site,
  Standing,
  Structure,
  Verdict,
  WorkshopForm,
} from "../types";

export const TODAY = "2026-11-19";
export const FACE_VALUE_CENTS = 1_000;
/** The PIN of whoever has one. */
export const PIN = "2580";
export const PROGRAMME = "Numérique pour tous";

export type Person = { id: number; form: AttendeeForm };
export type Entry = { id: number; form: WorkshopForm; people: number[]; anonymous: number; is_open: boolean };

/** All that the memory desk remembers. */
export type Ledger = {
  structure: Structure | null;
  sites: Site[];
  accounts: Account[];
  site: number | null;
  /** Who is here. */
  account: number | null;
  /** What keeps a place, by account. */
  pins: Record<number, string>;
  idle: Idle;
  audits: AuditLine[];
  address: string | null;
  with_sounds: boolean;
  route: RouteView;
  people: Person[];
  workshops: Entry[];
  redemptions: Redemption[];
  kept: KeptCode[];
  certificates: CertificateRow[];
  settlements: SettlementsView;
};

export const COMMUNES: Commune[] = [
  { insee_code: "94016", name: "Cachan", postcodes: ["94230"], former_names: [] },
  { insee_code: "46042", name: "Cahors", postcodes: ["46000"], former_names: [] },
  { insee_code: "94028", name: "Créteil", postcodes: ["94000"], former_names: [] },
  { insee_code: "94038", name: "L’Haÿ-les-Roses", postcodes: ["94240"], former_names: [] },
  { insee_code: "75113", name: "Paris 13e Arrondissement", postcodes: ["75013"], former_names: [] },
  { insee_code: "94080", name: "Vincennes", postcodes: ["94300"], former_names: [] },
];

export const SERVICES: ServiceChoice[] = [
  { service: { programme_id: 1, code: 1 }, label: "Atelier collectif", programme: PROGRAMME },
  { service: { programme_id: 1, code: 2 }, label: "Accompagnement individuel", programme: PROGRAMME },
  { service: { programme_id: 1, code: 3 }, label: "Démarches en ligne", programme: PROGRAMME },
];

/** A month of so many passes, of which some were given back. */
function settledMonth(month: string, closed_at: string, credited: number, given_back: number): SettledMonth {
  const tally = (count: number) => ({ count, amount_cents: count * FACE_VALUE_CENTS });
  const reference = `${month}/99999999800019/1`;
  return {
    month,
    closed_at,
    lines: [
      {
        programme_id: 1,
        programme: PROGRAMME,
        credited: tally(credited),
        given_back: tally(given_back),
        reference,
      },
    ],
    carried_cents: 0,
    paid_cents: (credited - given_back) * FACE_VALUE_CENTS,
    left_cents: 0,
    is_confirmed: true,
  };
}

const SETTLEMENTS: SettlementsView = {
  months: [
    settledMonth("2026-10", "2026-11-03T09:30:00+01:00", 121, 3),
    settledMonth("2026-09", "2026-10-05T10:00:00+02:00", 64, 0),
  ],
  paid: { count: 182, amount_cents: 182_000 },
  left_cents: 0,
};

const SITES: Site[] = [
  {
    id: 1,
    name: "Médiathèque des Deux-Rives",
    address: "12 quai des Tanneurs",
    postcode: "94230",
    commune: "Cachan",
    insee_code: "94016",
    travels: false,
    stops: [],
  },
  {
    id: 2,
    name: "Bus numérique",
    address: "",
    postcode: "94230",
    commune: "Cachan",
    insee_code: "94016",
    travels: true,
    stops: ["place Gambetta", "marché de la Plaine"],
  },
];

const ACCOUNTS: Account[] = [
  { id: 1, name: "Nadia Roussel", title: "conseillère numérique", role: "manager", has_pin: false },
  { id: 2, name: "Éric Caillaud", title: "médiateur numérique", role: "adviser", has_pin: false },
];

/** More acts than a page shows. */
const AUDITS: AuditLine[] = Array.from({ length: 70 }, (_, rank) => auditLine(rank + 1, ...act(rank)));

function act(rank: number): [who: string | null, what: string] {
  if (rank === 0) return [null, "l’ordinateur a été ouvert par sa fiche de secours"];
  const who = rank % 3 === 0 ? "Éric Caillaud" : "Nadia Roussel";
  return [who, rank % 5 === 0 ? `a clos l’atelier n° ${rank / 5}` : "a pris sa place"];
}

/** A line of the record, as the desk sends it. */
export function auditLine(id: number, who: string | null, what: string): AuditLine {
  // Numbers all, once they have come as JSON.
  return { id: id as unknown as AuditLine["id"], who, what, when: "jeudi 19 novembre 2026, 13\u00a0h\u00a050" };
}

function person(id: number, first_name: string, surname: string, more: Partial<AttendeeForm> = {}): Person {
  return { id, form: { ...blankAttendee(), first_name, surname, ...more } };
}

const PEOPLE: Person[] = [
  person(1, "Aïcha", "Benali", { birth_year: "1971", commune: "94016", phone: "06 12 34 56 78" }),
  person(2, "Jean-Éric", "N’Guessan", { birth_year: "1958", commune: "94016", situation: "retraite" }),
  person(3, "Lucette", "Œuvrard", { birth_year: "1949", commune: "94038", gender: "feminin" }),
  person(4, "Mamadou", "Sow", { birth_year: "1990", situation: "sans_emploi", qpv: "yes" }),
  person(5, "Odile", "Perrin"),
  person(6, "İpek", "Yıldız", { birth_year: "2004" }),
  person(7, "Nguyễn", "Thị Hồng", { commune: "75113" }),
];

function workshop(
  id: number,
  title: string,
  held_on: string,
  hours: [string, string],
  over: Partial<Entry> & { place?: string; individual?: boolean } = {},
): Entry {
  const { place = "Salle 2", individual = false, ...rest } = over;
  const [year, month, day] = held_on.split("-");
  const form: WorkshopForm = {
    title,
    activity: individual ? "individuel" : "collectif",
    place_kind: "lieu_activite",
    site_id: 1,
    place,
    held_on: `${day}/${month}/${year}`,
    starts_at: hours[0],
    ends_at: hours[1],
    duration: "",
    themes: ["email"],
    sub_themes: [],
    level: individual ? null : "debutant",
    autonomy: null,
    equipment: ["ordinateur"],
    referral: null,
    note: "",
  };
  return { id, form, people: [], anonymous: 0, is_open: false, ...rest };
}

const WORKSHOPS: Entry[] = [
  workshop(1, "Mon téléphone sans crainte", "2026-10-08", ["10:00", "12:00"], { people: [1, 3, 5] }),
  workshop(2, "Naviguer sur internet", "2026-10-22", ["14:00", "16:00"], { people: [2, 3], anonymous: 4 }),
  workshop(3, "Ranger ses photos", "2026-11-07", ["14:30", "16:00"], {
    people: [1, 3, 4, 6],
    place: "Bus, place Gambetta",
  }),
  workshop(4, "Démarches et impôts, un par un", "2026-11-12", ["17:00", "18:00"], {
    people: [2],
    place: "Bureau 1",
    individual: true,
  }),
  workshop(5, "Ma messagerie, premiers pas", TODAY, ["14:00", "16:00"], { people: [1, 2, 3, 4, 5], is_open: true }),
  workshop(6, "Mon téléphone sans crainte", "2026-11-20", ["10:00", "12:00"], { people: [1, 5], is_open: true }),
  workshop(7, "Ranger ses photos", "2026-11-24", ["09:30", "11:00"], { place: "Bus, place Gambetta", is_open: true }),
];

let rows = 0;
function taken(
  number: string,
  entry: number,
  attendee: number | null,
  standing: Standing,
  more: Partial<Redemption> = {},
): Redemption {
  const at = WORKSHOPS.find((known) => known.id === entry);
  const of = PEOPLE.find((known) => known.id === attendee);
  return {
    id: ++rows,
    number,
    programme: PROGRAMME,
    service: "Atelier collectif",
    amount_cents: FACE_VALUE_CENTS,
    workshop_id: entry,
    workshop: at?.form.title ?? "",
    held_on: at?.form.held_on.split("/").reverse().join("-") ?? TODAY,
    attendee_id: attendee,
    attendee: of ? `${of.form.first_name} ${of.form.surname}` : null,
    standing,
    doubt: null,
    verdict: null,
    objections: [],
    can_contest: standing === "to_examine",
    void_reason: null,
    recorded_at: "2026-11-19T14:12:00+01:00",
    ...more,
  };
}

function verdict(code: string, more: Partial<Verdict> = {}): { verdict: Verdict } {
  return { verdict: { code, since: null, claim: null, ...more } };
}

const ELSEWHERE = { site: "Centre social des Tilleuls", commune: "Vincennes", held_on: "2026-11-06" };

const OBJECTIONS: Objection[] = [
  { note: "La feuille d’émargement du 12 est signée.", written_on: "2026-11-19", noted_at: null },
  {
    note: "Le bénéficiaire était bien présent.",
    written_on: "2026-11-15",
    noted_at: "2026-11-16T09:30:00+01:00",
  },
];

const REDEMPTIONS: Redemption[] = [
  taken("0412 7730 01", 1, 1, "credited", verdict("credited")),
  taken("0412 7730 02", 1, 3, "credited", verdict("credited")),
  taken("0412 7730 03", 2, 2, "credited", verdict("credited")),
  taken("0412 7730 04", 2, null, "refused", verdict("expired")),
  taken("0412 7730 05", 3, 4, "sent", verdict("not_activated")),
  taken("0412 7730 06", 3, 3, "to_examine", {
    ...verdict("taken_elsewhere", { claim: ELSEWHERE }),
    objections: OBJECTIONS,
  }),
  taken("0398 1120 09", 3, 1, "refused", verdict("blocked", { since: "2026-11-04" })),
  taken("0412 7730 07", 3, 6, "voided", { void_reason: "wrong_pass" }),
  taken("0412 7731 01", 5, 1, "kept"),
  taken("0412 7731 02", 5, 1, "kept"),
  taken("0561 0042 01", 5, 4, "kept", { doubt: "unlisted_booklet" }),
];

const CERTIFICATES: CertificateRow[] = [
  {
    id: 1,
    number: "2026-0146",
    attendee: "Aïcha Benali",
    issued_on: "2026-11-12",
    first_day: "2026-10-01",
    last_day: "2026-11-12",
    sessions: 2,
  },
];

/** A desk never opened. */
export function fresh(): Ledger {
  return {
    structure: null,
    sites: [],
    accounts: [],
    site: null,
    account: null,
    pins: {},
    idle: { minutes: 10 },
    audits: [],
    address: null,
    with_sounds: true,
    route: { proxy: null, authorities: 0 },
    people: [],
    workshops: [],
    redemptions: [],
    kept: [],
    certificates: [],
    settlements: { months: [], paid: { count: 0, amount_cents: 0 }, left_cents: 0 },
  };
}

/** A desk set up, where nothing has happened yet. */
export function idle(): Ledger {
  return structuredClone({
    ...fresh(),
    structure: { name: "Ville de Cachan", siret: null },
    sites: SITES.slice(0, 1),
    accounts: ACCOUNTS.slice(0, 1),
    site: 1,
    account: 1,
  });
}

/** A desk in use. */
export function busy(): Ledger {
  return structuredClone({
    ...idle(),
    structure: { name: "Ville de Cachan", siret: "999 999 990 00013" },
    sites: SITES,
    accounts: ACCOUNTS,
    audits: AUDITS,
    address: "https://pass.metropole.example",
    people: PEOPLE,
    workshops: WORKSHOPS,
    redemptions: REDEMPTIONS,
    certificates: CERTIFICATES,
    settlements: SETTLEMENTS,
  });
}

/** A desk in use and protected: one of its two people has a PIN. */
export function shared(): Ledger {
  const ledger = busy();
  ledger.pins = { 2: PIN };
  return ledger;
}

/** The same, its screen hidden. */
export function hidden(): Ledger {
  return { ...shared(), account: null };
}
