/** Each screen: one heading that takes the focus, and nothing that axe-core reproaches. */
import { describe, expect, it, vi } from "vitest";
import type { Start } from "../src/api/memory";
import { nothingForAxe } from "./axe";
import { heading, open, screen } from "./window";

const SCREENS: [name: string, address: string, start: Start][] = [
  ["the first start", "#/", "fresh"],
  ["Today", "#/today", "busy"],
  ["Today before anything", "#/today", "idle"],
  ["the workshops", "#/workshops", "busy"],
  ["the workshops before the first", "#/workshops", "idle"],
  ["a new workshop", "#/workshops/new/collectif", "busy"],
  ["a new support", "#/workshops/new/individuel", "busy"],
  ["a workshop", "#/workshops/5", "busy"],
  ["a closed workshop", "#/workshops/3", "busy"],
  ["a workshop being changed", "#/workshops/5/edit", "busy"],
  ["the people", "#/attendees", "busy"],
  ["the people before the first", "#/attendees", "idle"],
  ["a person", "#/attendees/3", "busy"],
  ["the passes", "#/passes", "busy"],
  ["the batches", "#/batches", "busy"],
  ["the batches before enrolment", "#/batches", "idle"],
  ["the documents", "#/documents", "busy"],
  ["a certificate", "#/documents/certificate/3", "busy"],
  ["a sign-in sheet", "#/documents/sign-in-sheet/5", "busy"],
  ["the settings", "#/settings", "busy"],
  ["the settings before enrolment", "#/settings", "idle"],
  ["the settings of a PC that is shared", "#/settings", "shared"],
  ["the journal", "#/settings/journal", "busy"],
  ["the journal before anything", "#/settings/journal", "idle"],
  ["who is here", "#/workshops/5", "hidden"],
];

describe("each screen", () => {
  it.each(SCREENS)(
    "%s: one heading with the focus, every field labelled, nothing for axe",
    async (_, address, start) => {
      await open(address, start);
      expect(screen.getAllByRole("heading", { level: 1 })).toHaveLength(1);
      expect(document.activeElement).toBe(await heading());
      expect(document.title).toMatch(/ – Passerelle$/);

      expect(document.querySelectorAll("[placeholder], [style]")).toHaveLength(0);
      for (const box of document.querySelectorAll<HTMLInputElement>("input, select, textarea")) {
        expect(box.labels?.length, box.outerHTML).toBe(1);
      }

      await nothingForAxe();
    },
  );
});

it("says in one sentence what prevents the window from opening, and tries again", async () => {
  const { desk, user } = await open("#/today");
  const situation = vi.spyOn(desk, "situation");
  situation.mockRejectedValueOnce({ code: "in-use", data: null, incident: false });
  document.body.innerHTML = "";
  const { render } = await import("@testing-library/svelte");
  const { default: App } = await import("../src/App.svelte");
  render(App);
  await heading("Passerelle ne peut pas s’ouvrir");
  expect(screen.getByRole("alert").textContent).toContain("déjà ouverte");
  await user.click(screen.getByRole("button", { name: "Essayer de nouveau" }));
  await heading(/^Aujourd’hui/);
});
