/**
 * Where one is: a screen and what it shows, kept in the hash of the address, so that the
 * Back key works and every link is a plain `<a href>`.
 */
import type { ActivityKind } from "./api";

/** A screen, with what it needs to know. Ids are the ledger's own. */
export type Route =
  | { screen: "today" }
  | { screen: "workshops" }
  | { screen: "new_workshop"; activity: ActivityKind }
  | { screen: "workshop"; id: number }
  | { screen: "edit_workshop"; id: number }
  | { screen: "attendees" }
  | { screen: "attendee"; id: number }
  | { screen: "passes" }
  | { screen: "batches" }
  | { screen: "documents" }
  | { screen: "certificate"; attendee?: number }
  | { screen: "sign_in_sheet"; workshop: number }
  | { screen: "settings"; part?: "protection" }
  | { screen: "journal" };

/** The address of a screen, for an `href`. */
export function href(route: Route): string {
  switch (route.screen) {
    case "new_workshop":
      return `#/workshops/new/${route.activity}`;
    case "workshop":
      return `#/workshops/${route.id}`;
    case "edit_workshop":
      return `#/workshops/${route.id}/edit`;
    case "attendee":
      return `#/attendees/${route.id}`;
    case "certificate":
      return "#/documents/certificate" + (route.attendee === undefined ? "" : `/${route.attendee}`);
    case "sign_in_sheet":
      return `#/documents/sign-in-sheet/${route.workshop}`;
    case "settings":
      return "#/settings" + (route.part === undefined ? "" : `/${route.part}`);
    case "journal":
      return "#/settings/journal";
    case "today":
    case "workshops":
    case "attendees":
    case "passes":
    case "batches":
    case "documents":
      return `#/${route.screen}`;
  }
}

/** The screen of an address. One that nobody knows leads to the nearest that is known. */
export function parse(hash: string): Route {
  const [room, what, then] = hash.replace(/^#\/?/, "").split("/");
  switch (room) {
    case "workshops":
      return parseWorkshop(what, then);
    case "attendees": {
      const id = rowId(what);
      return id === undefined ? { screen: room } : { screen: "attendee", id };
    }
    case "documents":
      return parseDocument(what, rowId(then));
    case "settings":
      if (what === "journal") return { screen: what };
      return what === "protection" ? { screen: room, part: what } : { screen: room };
    case "passes":
    case "batches":
      return { screen: room };
    default:
      return { screen: "today" };
  }
}

/** Goes to a screen; the heading of that screen takes the focus. */
export function go(route: Route): void {
  location.hash = href(route);
}

let route = $state<Route>(parse(location.hash));
window.addEventListener("hashchange", () => (route = parse(location.hash)));

/** The screen shown now. Read in a component, it follows the address. */
export const here = {
  get route(): Route {
    return route;
  },
};

function parseWorkshop(what: string | undefined, then: string | undefined): Route {
  if (what === "new") return { screen: "new_workshop", activity: then === "individuel" ? then : "collectif" };
  const id = rowId(what);
  if (id === undefined) return { screen: "workshops" };
  return then === "edit" ? { screen: "edit_workshop", id } : { screen: "workshop", id };
}

function parseDocument(what: string | undefined, id: number | undefined): Route {
  if (what === "certificate") return id === undefined ? { screen: what } : { screen: what, attendee: id };
  if (what === "sign-in-sheet" && id !== undefined) return { screen: "sign_in_sheet", workshop: id };
  return { screen: "documents" };
}

/** A row of the ledger, by its number. */
function rowId(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
