import { describe, expect, it } from "vitest";
import { href, parse, type Route } from "./router.svelte";

const EVERY: Route[] = [
  { screen: "today" },
  { screen: "workshops" },
  { screen: "new_workshop" },
  { screen: "new_workshop", kind: "individual" },
  { screen: "new_workshop", like: "01J9/é ?" },
  { screen: "workshop", id: "w 1/2" },
  { screen: "edit_workshop", id: "w1" },
  { screen: "attendees" },
  { screen: "attendee", id: "a1" },
  { screen: "passes" },
  { screen: "batches" },
  { screen: "documents" },
  { screen: "certificate" },
  { screen: "certificate", attendee: "a1" },
  { screen: "sign_in_sheet", workshop: "w1" },
  { screen: "settings" },
];

describe("the router", () => {
  it.each(EVERY)("finds $screen again from its address", (route) => {
    expect(parse(href(route))).toEqual(route);
  });

  it.each(["", "#", "#/", "#/nowhere", "#/%E0%A4%A", "#//workshops"])("leads %s to Today", (hash) => {
    expect(parse(hash)).toEqual({ screen: "today" });
  });
});
