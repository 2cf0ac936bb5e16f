/** The desk this window speaks to: the real one inside Tauri, fixtures in a plain browser. */
import type { Desk, UserError } from "./api";

/** The desk, as every screen calls it. */
export let desk: Desk;

/** Chooses the desk, before anything is shown (and again in each test). */
export function use(chosen: Desk): void {
  desk = chosen;
}

/** What was thrown, as something a person can be told. */
export function problemOf(thrown: unknown): UserError {
  if (typeof thrown === "object" && thrown !== null && "code" in thrown) return thrown as UserError;
  // A fault of the window itself: it has no code of ours, and the console keeps it for us.
  console.error(thrown);
  return { code: "unforeseen", data: null, incident: true };
}
