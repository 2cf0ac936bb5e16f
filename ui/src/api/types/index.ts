// Provisional: these will come from crates/desk/src/{view,form}.rs through ts-rs.
export type Matter = "setup" | "workshops" | "attendees" | "redemptions" | "link" | "documents";

export type UserError = {
  code: string;
  data: Record<string, string | number>;
  incident: string | null;
  points: Point[];
};
export type Point = { field: string; code: string; data: Record<string, string | number> };

export type Tally = { passes: number; amount_cents: number };
export type LinkState = "not_enrolled" | "offline" | "online";
export type Link = { state: LinkState; address: string | null; last_answer_at: string | null };
export type Commune = { insee: string; name: string; postcode: string };
export type Stop = { name: string; commune: Commune | null };
export type Site = { id: string; name: string; address: string; commune: Commune | null; itinerant: boolean; stops: string[] };
export type Adviser = { id: string; name: string; title: string };
export type Structure = { name: string; siret: string | null };
export type Overview = {
  set_up: boolean;
  today: string;
  site: Site | null;
  adviser: Adviser | null;
  link: Link;
  to_send: Tally;
  sounds: boolean;
};
