/**
 * The values a person picks from, those of the Coop de la médiation numérique, in the order in
 * which a screen offers them, with their names in French.
 */
import type {
  ActivityKind,
  AgeBracket,
  Autonomy,
  Equipment,
  Gender,
  Level,
  PlaceKind,
  Qpv,
  Referral,
  Situation,
  SubTheme,
  Theme,
  VoidReason,
} from "./api";
import { say } from "./words";

/** A value and its name on screen. */
export type Option<Code extends string> = { value: Code; label: string };

/** The name of a value: `theme` and `prendre_en_main_du_materiel` give `theme-prendre-en-main-du-materiel`. */
export function named(prefix: string, code: string): string {
  return say(`${prefix}-${code.replaceAll("_", "-")}`);
}

// A record, so that the compiler misses none: Rust adds a value, this file no longer compiles.
function options<Code extends string>(prefix: string, codes: Record<Code, true>): Option<Code>[] {
  return (Object.keys(codes) as Code[]).map((value) => ({ value, label: named(prefix, value) }));
}

export const ACTIVITIES = options<ActivityKind>("activity", { collectif: true, individuel: true });

export const PLACES = options<PlaceKind>("place", {
  lieu_activite: true,
  domicile: true,
  a_distance: true,
  autre: true,
});

export const EQUIPMENT = options<Equipment>("equipment", {
  ordinateur: true,
  telephone: true,
  tablette: true,
  autre: true,
  aucun: true,
});

export const THEMES = options<Theme>("theme", {
  diagnostic_numerique: true,
  prendre_en_main_du_materiel: true,
  maintenance_de_materiel: true,
  gere_ses_contenus_numeriques: true,
  navigation_sur_internet: true,
  email: true,
  bureautique: true,
  reseaux_sociaux: true,
  sante: true,
  banque_et_achats_en_ligne: true,
  entrepreneuriat: true,
  insertion_professionnelle: true,
  securite_numerique: true,
  parentalite: true,
  scolarite_et_numerique: true,
  creer_avec_le_numerique: true,
  culture_numerique: true,
  intelligence_artificielle: true,
  aide_aux_demarches_administratives: true,
});

export const SUB_THEMES = options<SubTheme>("sub-theme", {
  papiers_elections_citoyennete: true,
  famille_scolarite: true,
  social_sante: true,
  travail_formation: true,
  logement: true,
  transports_mobilite: true,
  argent_impots: true,
  justice: true,
  etrangers_europe: true,
  loisirs_sports_culture: true,
  associations: true,
});

export const LEVELS = options<Level>("level", { debutant: true, intermediaire: true, avance: true });

export const AUTONOMIES = options<Autonomy>("autonomy", {
  entierement_accompagne: true,
  partiellement_autonome: true,
  autonome: true,
});

export const REFERRALS = options<Referral>("referral", {
  administration: true,
  mediation_numerique: true,
  operateur_ou_organisme_en_charge: true,
  aide_sociale: true,
  insertion_professionnelle: true,
  aide_aux_demarches_administratives: true,
  autre: true,
});

export const GENDERS = options<Gender>("gender", { feminin: true, masculin: true, non_communique: true });

export const SITUATIONS = options<Situation>("situation", {
  scolarise: true,
  sans_emploi: true,
  en_emploi: true,
  retraite: true,
  non_communique: true,
});

export const AGE_BRACKETS = options<AgeBracket>("age", {
  moins_de_douze: true,
  douze_dix_huit: true,
  dix_huit_vingt_quatre: true,
  vingt_cinq_trente_neuf: true,
  quarante_cinquante_neuf: true,
  soixante_soixante_neuf: true,
  soixante_dix_plus: true,
  non_communique: true,
});

export const QPVS = options<Qpv>("qpv", { yes: true, no: true, unknown: true });

export const VOID_REASONS = options<VoidReason>("void-reason", {
  wrong_pass: true,
  wrong_person: true,
  not_held: true,
  handed_back: true,
});

/** Minutes offered in one press. */
export const DURATIONS = [15, 30, 45, 60, 90, 120];
