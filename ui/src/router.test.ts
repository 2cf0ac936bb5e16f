import { describe, expect, it } from "vitest";
import { href, parse, type Route } from "./router.svelte";

const EVERY: Route[] = [
  { screen: "today" },
  { screen: "workshops" },
  { screen: "new_workshop", activity: "collectif" },
  { screen: "new_workshop", activity: "individuel" },
  { screen: "workshop", id: 12 },
  { screen: "edit_workshop", id: 12 },
  { screen: "attendees" },
  { screen: "attendee", id: 7 },
  { screen: "passes" },
  { screen: "batches" },
  { screen: "documents" },
  { screen: "certificate" },
  { screen: "certificate", attendee: 7 },
  { screen: "sign_in_sheet", workshop: 12 },
  { screen: "settings" },
  { screen: "settings", part: "protection" },
  { screen: "journal" },
];

describe("the router", () => {
  it.each(EVERY)("finds $screen again from its address", (route) => {
    expect(parse(href(route))).toEqual(route);
  });

  it.each(["", "#", "#/", "#/nowhere", "#/%E0%A4%A", "#//workshops"])("leads %s to Today", (hash) => {
    expect(parse(hash)).toEqual({ screen: "today" });
  });

  it("leads to the list when a row is not a number", () => {
    expect(parse("#/workshops/twelve")).toEqual({ screen: "workshops" });
    expect(parse("#/attendees/-1")).toEqual({ screen: "attendees" });
    expect(parse("#/documents/sign-in-sheet/")).toEqual({ screen: "documents" });
  });
});
