/** Who is here: taking one's place, by a press or by a PIN, and leaving it. */
import { describe, expect, it, vi } from "vitest";
import { PASSPHRASE, PIN } from "../src/api/memory";
import { nothingForAxe } from "./axe";
import { heading, open, screen } from "./window";

const WHO = "Qui êtes-vous\u00a0?";
const NADIA = /^Nadia Roussel/;
const ERIC = /^Éric Caillaud/;

describe("who is here", () => {
  it("lists the people and nothing of the register, whatever the address", async () => {
    await open("#/workshops/5", "hidden");
    await heading(WHO);
    expect(await screen.findByRole("button", { name: NADIA })).toBeDefined();
    expect(screen.getByRole("button", { name: ERIC }).textContent).toMatch(/conseiller ou conseillère/);
    expect(screen.queryByRole("navigation")).toBeNull();
    for (const word of ["messagerie", "Benali", "Médiathèque", "à envoyer"]) {
      expect(document.documentElement.textContent).not.toContain(word);
    }
    expect(document.title).toBe(`${WHO} – Passerelle`);
    await nothingForAxe();
  });

  it("takes somebody without a PIN at a press, and shows the screen of the address", async () => {
    const { user } = await open("#/workshops/5", "hidden");
    await user.click(await screen.findByRole("button", { name: NADIA }));
    await heading("Ma messagerie, premiers pas");
    expect(location.hash).toBe("#/workshops/5");
    expect(screen.getByRole("button", { name: NADIA }).getAttribute("aria-expanded")).toBe("false");
  });

  it("asks for the PIN of whoever has one, in one field with the focus", async () => {
    const { user } = await open("#/passes", "hidden");
    const field = await pinOfEric(user);
    expect(document.activeElement).toBe(field);
    expect(["type", "inputmode", "autocomplete"].map((name) => field.getAttribute(name))).toEqual([
      "password",
      "numeric",
      "off",
    ]);
    await nothingForAxe();
    await user.keyboard(`${PIN}{Enter}`);
    await heading("Pass");
    expect(screen.getByRole("banner").textContent).toContain("Éric Caillaud");
    expect(document.body.innerHTML).not.toContain(PIN);
  });

  it("says that a PIN is wrong, and empties the field for the next", async () => {
    const { user } = await open("#/passes", "hidden");
    const field = await pinOfEric(user);
    await user.keyboard("1111{Enter}");
    await screen.findAllByText(/Ce n’est pas votre code/);
    expect(field.getAttribute("aria-invalid")).toBe("true");
    expect(field.value).toBe("");
    expect(document.activeElement).toBe(field);
    await user.keyboard(`${PIN}{Enter}`);
    await heading("Pass");
  });

  it("makes whoever guesses wait, and says for how long", async () => {
    const { user } = await open("#/passes", "hidden");
    const field = await pinOfEric(user);
    for (let guess = 0; guess < 4; guess++) await user.keyboard("1111{Enter}");
    await vi.waitFor(() => expect(screen.getAllByRole("alert")[0]?.textContent).toMatch(/Attendez 30 secondes/));
    expect(document.activeElement).toBe(field);
    await user.click(screen.getByRole("button", { name: "Choisir un autre nom" }));
    await heading(WHO);
  });

  it("lets in whoever has forgotten it by the recovery sheet, and keeps it no longer", async () => {
    const { desk, user } = await open("#/passes", "hidden");
    await pinOfEric(user);
    await user.click(screen.getByRole("button", { name: "J’ai oublié mon code" }));
    await heading("Éric Caillaud, code oublié");
    expect(screen.getByText(/^Demandez d’abord à un responsable/)).toBeDefined();
    await nothingForAxe();
    const field = screen.getByLabelText<HTMLInputElement>("Code de secours");
    await user.type(field, "7K3M{Enter}");
    await screen.findAllByText(/vous en avez tapé 4/);
    await user.clear(field);
    await user.type(field, "7K3M Q9XD 2VTA H5RN 8CWE 0JYB{Enter}");
    await heading("Pass");
    expect((await desk.situation()).account).toMatchObject({ name: "Éric Caillaud", has_pin: false });
  });

  it("hears no scan, and the desk answers nothing else", async () => {
    const listened = vi.spyOn(window, "addEventListener");
    const { desk, user } = await open("#/passes", "hidden");
    await screen.findByRole("button", { name: NADIA });
    const before = listened.mock.calls.filter(([kind]) => kind === "keyup").length;
    expect(before).toBe(0);
    await expect(desk.today()).rejects.toMatchObject({ code: "nobody-here" });
    await user.click(screen.getByRole("button", { name: NADIA }));
    await vi.waitFor(() => expect(listened.mock.calls.map(([kind]) => kind)).toContain("keyup"));
  });

  it("shuts the ledger, where a passphrase opens it", async () => {
    const { user } = await open("#/passes", "hidden");
    await user.click(await screen.findByRole("button", { name: "Fermer le registre" }));
    await heading("Ouvrir le registre");
    await user.type(screen.getByLabelText("Phrase de passe"), `${PASSPHRASE}{Enter}`);
    await heading("Pass");
  });
});

describe("leaving one's place", () => {
  it("takes one key, from within a field too", async () => {
    const { desk, user } = await open("#/workshops/5");
    const lock = vi.spyOn(desk, "lock");
    await user.type(await screen.findByRole("combobox", { name: "Personne suivante" }), "Ros");
    await user.keyboard("{Control>}l{/Control}");
    expect(document.activeElement).toBe(await heading(WHO));
    expect(lock).toHaveBeenCalledOnce();
    expect(document.body.textContent).not.toContain("Benali");
    expect(location.hash).toBe("#/workshops/5");
  });

  it("takes one key from within a dialog", async () => {
    const { user } = await open("#/workshops/5");
    await user.click(await screen.findByRole("button", { name: "Clore l’atelier" }));
    await screen.findByRole("dialog");
    await user.keyboard("{Control>}l{/Control}");
    const title = await heading(WHO);
    expect(screen.queryByRole("dialog")).toBeNull();
    expect(document.activeElement).toBe(title);
  });

  it("keeps that key from the browser", async () => {
    await open("#/today");
    const key = new KeyboardEvent("keydown", { key: "l", ctrlKey: true, bubbles: true, cancelable: true });
    document.body.dispatchEvent(key);
    expect(key.defaultPrevented).toBe(true);
    await heading(WHO);
  });

  it("is in the menu under one's name, which Escape folds", async () => {
    const { user } = await open("#/today");
    const opener = await screen.findByRole("button", { name: NADIA });
    await user.click(opener);
    const item = screen.getByRole("button", { name: "Changer de personne" });
    expect(item.textContent).toContain("Ctrl + L");
    expect(screen.queryByRole("button", { name: "Fermer le registre" })).toBeNull();
    await nothingForAxe();
    await user.keyboard("{Tab}");
    expect(document.activeElement).toBe(item);
    await user.keyboard("{Escape}");
    expect(document.activeElement).toBe(opener);
    expect(screen.queryByRole("button", { name: "Changer de personne" })).toBeNull();
    await user.keyboard("{Enter}");
    await user.click(screen.getByRole("button", { name: "Changer de personne" }));
    await heading(WHO);
  });

  it("shuts the ledger too, once the PC is protected", async () => {
    const { user } = await open("#/today", "shared");
    await user.click(await screen.findByRole("button", { name: NADIA }));
    await user.click(screen.getByRole("button", { name: "Fermer le registre" }));
    await heading("Ouvrir le registre");
  });

  it("hides the screen even where the desk could not leave what waits", async () => {
    const { desk, user } = await open("#/today");
    const lock = desk.lock.bind(desk);
    vi.spyOn(desk, "lock").mockImplementation(async () => {
      await lock();
      throw { code: "disk-full", data: null, incident: false };
    });
    await user.keyboard("{Control>}l{/Control}");
    await heading(WHO);
  });

  it("happens by itself after a while, unless it never shall", async () => {
    const { desk } = await open("#/today");
    const now = Date.now();
    const clock = vi.spyOn(Date, "now").mockReturnValue(now + 9 * 60_000);
    window.dispatchEvent(new Event("focus"));
    expect(await heading(/^Aujourd’hui/)).toBeDefined();
    await desk.changeIdle({ minutes: null });
    await settled();
    clock.mockReturnValue(now + 90 * 60_000);
    window.dispatchEvent(new Event("focus"));
    expect(await heading(/^Aujourd’hui/)).toBeDefined();
    await desk.changeIdle({ minutes: 10 });
    await settled();
    clock.mockReturnValue(now + 101 * 60_000);
    window.dispatchEvent(new Event("focus"));
    await heading(WHO);
    clock.mockRestore();
  });
});

/** What was announced has been asked for again. */
function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

/** Éric has said who he is: the field for his PIN. */
async function pinOfEric(user: Awaited<ReturnType<typeof open>>["user"]): Promise<HTMLInputElement> {
  await user.click(await screen.findByRole("button", { name: ERIC }));
  return screen.findByLabelText<HTMLInputElement>("Code de Éric Caillaud");
}
