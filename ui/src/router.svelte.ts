/**
 * Where one is: a screen and what it shows, kept in the hash of the address, so that the
 * Back key works and every link is a plain `<a href>`.
 */

/** A screen, with what it needs to know. Ids are the ledger's own. */
export type Route =
  | { screen: "today" }
  | { screen: "workshops" }
  | { screen: "new_workshop"; kind?: string; like?: string }
  | { screen: "workshop"; id: string }
  | { screen: "edit_workshop"; id: string }
  | { screen: "attendees" }
  | { screen: "attendee"; id: string }
  | { screen: "passes" }
  | { screen: "batches" }
  | { screen: "documents" }
  | { screen: "certificate"; attendee?: string }
  | { screen: "sign_in_sheet"; workshop: string }
  | { screen: "settings" };

/** The address of a screen, for an `href`. */
export function href(route: Route): string {
  switch (route.screen) {
    case "new_workshop":
      return "#/workshops/new" + query({ kind: route.kind, like: route.like });
    case "workshop":
      return `#/workshops/${encodeURIComponent(route.id)}`;
    case "edit_workshop":
      return `#/workshops/${encodeURIComponent(route.id)}/edit`;
    case "attendee":
      return `#/attendees/${encodeURIComponent(route.id)}`;
    case "certificate":
      return "#/documents/certificate" + query({ attendee: route.attendee });
    case "sign_in_sheet":
      return `#/documents/sign-in-sheet/${encodeURIComponent(route.workshop)}`;
    case "today":
    case "workshops":
    case "attendees":
    case "passes":
    case "batches":
    case "documents":
    case "settings":
      return `#/${route.screen}`;
  }
}

/** The screen of an address. One that nobody knows leads to Today. */
export function parse(hash: string): Route {
  const [path = "", search = ""] = hash.replace(/^#\/?/, "").split("?");
  const [room = "", id, act] = path.split("/").map(decoded);
  const asked = new URLSearchParams(search);
  switch (room) {
    case "workshops":
      if (id === undefined || id === "") return { screen: "workshops" };
      if (id === "new") return { screen: "new_workshop", ...given(asked, ["kind", "like"]) };
      return act === "edit" ? { screen: "edit_workshop", id } : { screen: "workshop", id };
    case "attendees":
      return id ? { screen: "attendee", id } : { screen: "attendees" };
    case "documents":
      if (id === "certificate") return { screen: "certificate", ...given(asked, ["attendee"]) };
      if (id === "sign-in-sheet" && act) return { screen: "sign_in_sheet", workshop: act };
      return { screen: "documents" };
    case "passes":
    case "batches":
    case "settings":
      return { screen: room };
    default:
      return { screen: "today" };
  }
}

/** Goes to a screen; the heading of that screen takes the focus. */
export function go(route: Route): void {
  location.hash = href(route);
}

/** The screen shown now. Read it in a component and it follows the address. */
export const here = new (class {
  route = $state<Route>(parse(location.hash));

  constructor() {
    window.addEventListener("hashchange", () => {
      this.route = parse(location.hash);
    });
  }
})();

function given<Key extends string>(asked: URLSearchParams, keys: Key[]): Partial<Record<Key, string>> {
  const found: Partial<Record<Key, string>> = {};
  for (const key of keys) {
    const value = asked.get(key);
    if (value) found[key] = value;
  }
  return found;
}

function query(values: Record<string, string | undefined>): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(values)) if (value) search.set(key, value);
  return search.size === 0 ? "" : `?${search}`;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
