// Written by hand until ts-rs generates the same from crates/desk/src/{view,form}.rs and crates/domain.

// Values
export type ActivityKind = "individuel" | "collectif";
export type PlaceKind = "lieu_activite" | "domicile" | "a_distance" | "autre";
export type Equipment = "ordinateur" | "telephone" | "tablette" | "autre" | "aucun";
export type Theme =
  | "diagnostic_numerique"
  | "prendre_en_main_du_materiel"
  | "maintenance_de_materiel"
  | "gere_ses_contenus_numeriques"
  | "navigation_sur_internet"
  | "email"
  | "bureautique"
  | "reseaux_sociaux"
  | "sante"
  | "banque_et_achats_en_ligne"
  | "entrepreneuriat"
  | "insertion_professionnelle"
  | "securite_numerique"
  | "parentalite"
  | "scolarite_et_numerique"
  | "creer_avec_le_numerique"
  | "culture_numerique"
  | "intelligence_artificielle"
  | "aide_aux_demarches_administratives";
export type SubTheme =
  | "papiers_elections_citoyennete"
  | "famille_scolarite"
  | "social_sante"
  | "travail_formation"
  | "logement"
  | "transports_mobilite"
  | "argent_impots"
  | "justice"
  | "etrangers_europe"
  | "loisirs_sports_culture"
  | "associations";
export type Autonomy = "entierement_accompagne" | "partiellement_autonome" | "autonome";
export type Level = "debutant" | "intermediaire" | "avance";
export type Referral =
  | "administration"
  | "mediation_numerique"
  | "operateur_ou_organisme_en_charge"
  | "aide_sociale"
  | "insertion_professionnelle"
  | "aide_aux_demarches_administratives"
  | "autre";
export type Gender = "masculin" | "feminin" | "non_communique";
export type Situation = "scolarise" | "sans_emploi" | "en_emploi" | "retraite" | "non_communique";
export type Qpv = "yes" | "no" | "unknown";
export type AgeBracket =
  | "moins_de_douze"
  | "douze_dix_huit"
  | "dix_huit_vingt_quatre"
  | "vingt_cinq_trente_neuf"
  | "quarante_cinquante_neuf"
  | "soixante_soixante_neuf"
  | "soixante_dix_plus"
  | "non_communique";
export type Likeness = "possible" | "likely" | "same";
export type Doubt = "unknown_key" | "unlisted_booklet" | "not_activated" | "spent_elsewhere";
export type VoidReason = "wrong_pass" | "wrong_person" | "not_held" | "handed_back";
export type Standing = "kept" | "sent" | "credited" | "to_examine" | "refused" | "voided";
export type LinkState = "not_enrolled" | "offline" | "online" | "syncing";
export type Topic = "situation" | "workshops" | "attendees" | "passes" | "link" | "documents";

export type Refusal =
  | { kind: "not_a_code" }
  | { kind: "wrong_check_digits" }
  | { kind: "forged" }
  | { kind: "no_such_rank"; rank: number; passes_per_booklet: number }
  | { kind: "not_open_yet"; opens_on: string }
  | { kind: "expired"; last_day: string; taken_until: string }
  | { kind: "blocked"; since: string }
  | { kind: "outside_territory"; programme: string }
  | { kind: "taken_here"; held_on: string }
  | { kind: "spent_elsewhere"; known_on: string }
  | { kind: "too_many_provisional"; cap: number; amount_cents: number }
  | { kind: "day_to_come"; held_on: string }
  | { kind: "unknown_service" }
  | { kind: "already_voided" };

export type FieldFault = { field: string; code: string; data: unknown };
export type UserError = { code: string; data: unknown; incident: boolean };
export type PassId = { programme: number; booklet: number; rank: number };
export type KeyStroke = { key: string; code: string; shift: boolean };
export type Commune = { insee_code: string; name: string; postcodes: string[]; former_names: string[] };
export type Tally = { count: number; amount_cents: number };

// Forms
export type AccountForm = { name: string; title: string };
export type StructureForm = { name: string; siret: string };
export type SiteForm = {
  name: string;
  address: string;
  insee_code: string;
  postcode: string;
  travels: boolean;
  stops: string[];
};
export type SetUpForm = { account: AccountForm; structure: StructureForm; sites: SiteForm[] };
export type EnrolForm = { address: string; code: string };
export type WorkshopForm = {
  title: string;
  activity: ActivityKind;
  place_kind: PlaceKind;
  site_id: number | null;
  place: string;
  held_on: string;
  starts_at: string;
  ends_at: string;
  duration: string;
  themes: Theme[];
  sub_themes: SubTheme[];
  level: Level | null;
  autonomy: Autonomy | null;
  equipment: Equipment[];
  referral: Referral | null;
  note: string;
};
export type AttendeeForm = {
  surname: string;
  first_name: string;
  birth_year: string;
  commune: string | null;
  phone: string;
  email: string;
  gender: Gender;
  situation: Situation;
  qpv: Qpv;
  notes: string;
};
export type NewcomerForm = { attendee: AttendeeForm; workshop_id: number | null };
export type HeadCountForm = {
  total: string;
  by_gender: { [key in Gender]?: string };
  by_age: { [key in AgeBracket]?: string };
  by_situation: { [key in Situation]?: string };
};
export type CodeRead = { kind: "keys"; strokes: KeyStroke[] } | { kind: "text"; text: string };
export type ServiceRef = { programme_id: number; code: number };
export type RedeemForm = {
  read: CodeRead;
  workshop_id: number;
  attendee_id: number | null;
  service: ServiceRef | null;
  choice: PassId | null;
  keep_for_examination: boolean;
};
export type VoidForm = { redemption_id: number; reason: VoidReason };
export type RedemptionFilter = { standing: Standing | null; before: number | null };
export type WorkshopFilter = { text: string; site_id: number | null; skip: number };
export type CertificateForm = {
  attendee_id: number;
  first_day: string;
  last_day: string;
  with_times: boolean;
  with_total: boolean;
  with_stamp: boolean;
};
export type PaperRef =
  | { kind: "sign_in_sheet"; workshop_id: number }
  | { kind: "certificate"; certificate_id: number };

// Views
export type Structure = { name: string; siret: string | null };
export type Site = {
  id: number;
  name: string;
  address: string;
  postcode: string;
  commune: string;
  insee_code: string;
  travels: boolean;
  stops: string[];
};
export type Account = { id: number; name: string; title: string };
export type Settings = { with_sounds: boolean };
export type LinkView = {
  state: LinkState;
  address: string | null;
  to_send: Tally;
  waiting_since: string | null;
  answered_at: string | null;
  fault: string | null;
  kept_codes: number;
};
export type DeskSituation = {
  is_set_up: boolean;
  today: string;
  structure: Structure | null;
  site: Site | null;
  account: Account | null;
  link: LinkView;
  settings: Settings;
  version: string;
};
export type Standings = {
  kept: Tally;
  sent: Tally;
  credited: Tally;
  to_examine: Tally;
  refused: Tally;
  voided: Tally;
};
export type WorkshopRow = {
  id: number;
  title: string;
  activity: ActivityKind;
  site: string;
  place: string;
  held_on: string;
  starts_at: string | null;
  ends_at: string | null;
  duration_minutes: number;
  people: number;
  passes: Tally;
  is_open: boolean;
};
export type Today = {
  today: string;
  open: WorkshopRow[];
  upcoming: WorkshopRow[];
  to_repeat: WorkshopRow[];
  recent: WorkshopRow[];
  standings: Standings;
  waiting_since: string | null;
};
export type WorkshopList = { workshops: WorkshopRow[]; total: number };
export type Claim = { site: string; commune: string; held_on: string };
export type Verdict = { code: string; since: string | null; claim: Claim | null };
export type Redemption = {
  id: number;
  number: string;
  programme: string;
  service: string;
  amount_cents: number;
  workshop_id: number;
  workshop: string;
  held_on: string;
  attendee_id: number | null;
  attendee: string | null;
  standing: Standing;
  doubt: Doubt | null;
  verdict: Verdict | null;
  void_reason: VoidReason | null;
  recorded_at: string;
};
export type PassChoice = { pass: PassId; number: string; programme: string };
export type ServiceChoice = { service: ServiceRef; label: string; programme: string };
export type KeptCode = {
  id: number;
  code: string;
  workshop: string;
  workshop_id: number;
  held_on: string;
  attendee: string | null;
  refusal: Refusal | null;
};
export type RedemptionAnswer =
  | { kind: "accepted"; redemption: Redemption }
  | { kind: "refused"; refusal: Refusal; number: string | null; can_keep: boolean }
  | { kind: "which_pass"; choices: PassChoice[] }
  | { kind: "which_service"; number: string; choices: ServiceChoice[] }
  | { kind: "kept"; kept: KeptCode };
export type PassCheck =
  | { kind: "good" }
  | { kind: "provisional"; doubt: Doubt }
  | { kind: "refused"; refusal: Refusal }
  | { kind: "unknown_programme" };
export type PassReport = {
  number: string | null;
  programme: string | null;
  amount_cents: number | null;
  taken_until: string | null;
  check: PassCheck;
  history: Redemption[];
};
export type CodeFound = { text: string; page: number; report: PassReport };
export type Attendance = { attendee_id: number; name: string; redemptions: Redemption[] };
export type HeadCount = {
  total: number;
  by_gender: { [key in Gender]?: number };
  by_age: { [key in AgeBracket]?: number };
  by_situation: { [key in Situation]?: number };
};
export type WorkshopView = {
  workshop: WorkshopRow;
  form: WorkshopForm;
  attendances: Attendance[];
  head_count: HeadCount;
  loose_redemptions: Redemption[];
  kept_codes: KeptCode[];
  provisional: Tally;
  services: ServiceChoice[];
};
export type AttendeeRow = {
  id: number;
  name: string;
  birth_year: number | null;
  commune: string;
  last_seen_on: string | null;
};
export type DoubleMatch = { attendee: AttendeeRow; likeness: Likeness };
export type PastAttendance = { workshop_id: number; title: string; held_on: string; duration_minutes: number };
export type AttendeeView = {
  attendee: AttendeeRow;
  form: AttendeeForm;
  attendances: PastAttendance[];
  redemptions: Redemption[];
};
export type BatchRow = { id: number; sealed_at: string; answered_at: string | null; tally: Tally };
export type BatchesView = { standings: Standings; first_day: string | null; batches: BatchRow[] };
export type SyncReport = {
  sent: Tally;
  credited: Tally;
  to_examine: Tally;
  refused: Tally;
  state_renewed: boolean;
};
export type PageImage = { width: number; height: number; png: string };
export type PaperView = {
  paper: PaperRef | null;
  number: string | null;
  file_name: string;
  sessions: number;
  pages: PageImage[];
};
export type CertificateRow = {
  id: number;
  number: string;
  attendee: string | null;
  issued_on: string;
  first_day: string;
  last_day: string;
  sessions: number;
};
