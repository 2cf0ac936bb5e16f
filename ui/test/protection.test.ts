/** The lock: opening the ledger, and shutting it with a passphrase and a recovery sheet. */
import axe from "axe-core";
import { describe, expect, it, vi } from "vitest";
import { PASSPHRASE } from "../src/api/memory";
import { heading, open, screen, within } from "./window";

const NEW = "lanterne cactus mercredi";
const WRONG = /Ce n’est pas la phrase de passe/;

describe("a ledger that is shut", () => {
  it("asks for its passphrase and for nothing else, with the focus in the field", async () => {
    const { desk } = await open("#/settings", "locked");
    await heading("Ouvrir le registre");
    const field = screen.getByLabelText("Phrase de passe");
    expect(document.activeElement).toBe(field);
    expect(field.getAttribute("type")).toBe("password");
    expect(field.getAttribute("autocomplete")).toBe("current-password");
    expect(screen.queryByRole("navigation")).toBeNull();
    await expect(desk.today()).rejects.toMatchObject({ code: "locked", data: null });
    await nothingForAxe();
  });

  it("opens on the screen of the address once the passphrase is right", async () => {
    const { user } = await open("#/settings", "locked");
    await user.type(screen.getByLabelText("Phrase de passe"), `${PASSPHRASE}{Enter}`);
    await heading("Réglages");
    expect(screen.getByRole("navigation")).toBeDefined();
    expect(document.body.innerHTML).not.toContain(PASSPHRASE);
  });

  it("says that a passphrase is wrong, and takes the next one in the same field", async () => {
    const { user } = await open("#/today", "locked");
    const field = screen.getByLabelText<HTMLInputElement>("Phrase de passe");
    await user.type(field, "girafe tambour octobra");
    await user.click(screen.getByRole("button", { name: "Ouvrir" }));
    await vi.waitFor(() => expect(screen.getByRole("alert").textContent).toMatch(WRONG));
    expect(field.getAttribute("aria-invalid")).toBe("true");
    expect(document.activeElement).toBe(field);
    expect([field.selectionStart, field.selectionEnd]).toEqual([0, field.value.length]);
    await user.keyboard(`${PASSPHRASE}{Enter}`);
    await heading(/^Aujourd’hui/);
  });

  it("says that it is opening, and tries once however often Enter is pressed", async () => {
    const { desk, user } = await open("#/today", "locked");
    const unlock = vi.spyOn(desk, "unlock");
    await user.type(screen.getByLabelText("Phrase de passe"), `${PASSPHRASE}{Enter}{Enter}`);
    expect(screen.getByRole("button", { name: "Ouverture…" }).getAttribute("aria-disabled")).toBe("true");
    expect(screen.getByRole("status").textContent).toBe("Ouverture…");
    await heading(/^Aujourd’hui/);
    expect(unlock).toHaveBeenCalledExactlyOnceWith(PASSPHRASE);
  });

  it("shows what is typed when asked to, and keeps it", async () => {
    const { user } = await open("#/today", "locked");
    const field = screen.getByLabelText("Phrase de passe");
    await user.type(field, "girafe");
    await user.click(screen.getByLabelText("Montrer ce que je tape"));
    expect(field.getAttribute("type")).toBe("text");
    expect(field).toHaveProperty("value", "girafe");
  });

  it("hears no scan", async () => {
    const { desk } = await open("#/today", "locked");
    const listened = vi.spyOn(window, "addEventListener");
    await desk.unlock(PASSPHRASE);
    window.dispatchEvent(new Event("focus"));
    expect(listened.mock.calls.map(([type]) => type)).not.toContain("keydown");
    await vi.waitFor(() => expect(listened.mock.calls.map(([type]) => type)).toContain("keydown"));
  });

  it("comes back whenever the desk says that it is shut, and hears no more scans", async () => {
    const { desk } = await open("#/today");
    const deafened = vi.spyOn(window, "removeEventListener");
    vi.spyOn(desk, "situation").mockRejectedValue({ code: "locked", data: null, incident: false });
    window.dispatchEvent(new Event("focus"));
    await heading("Ouvrir le registre");
    expect(screen.queryByRole("navigation")).toBeNull();
    expect(deafened.mock.calls.map(([type]) => type)).toContain("keydown");
  });
});

describe("the recovery sheet", () => {
  it("opens the ledger with its code, however it is typed, and another passphrase", async () => {
    const { desk, user } = await open("#/today", "locked");
    await user.click(screen.getByRole("button", { name: "Je n’ai plus la phrase de passe" }));
    const title = await heading("Ouvrir avec la fiche de secours");
    expect(document.activeElement).toBe(title);
    expect(screen.getByText(/pas même l’éditeur/)).toBeDefined();
    await nothingForAxe();
    const recover = vi.spyOn(desk, "recover");
    await user.type(screen.getByLabelText("Code de secours"), "7k3m-q9xd 2VTAH5RN 8cwe ojyb");
    await user.type(screen.getByLabelText("Nouvelle phrase de passe"), NEW);
    await user.type(screen.getByLabelText("La même, une seconde fois"), `${NEW}{Enter}`);
    await heading(/^Aujourd’hui/);
    const code = "7k3m-q9xd 2VTAH5RN 8cwe ojyb";
    expect(recover).toHaveBeenCalledExactlyOnceWith({ code, passphrase: NEW, again: NEW });
    await expect(desk.unlock(NEW)).resolves.toBeUndefined();
  });

  it("says in which group a sign is wrong, with all else that is to correct", async () => {
    const { user } = await open("#/today", "locked");
    await user.click(screen.getByRole("button", { name: "Je n’ai plus la phrase de passe" }));
    await user.type(await screen.findByLabelText("Code de secours"), "7K3M Q9XU 2VTA H5RN 8CWE 0JYB");
    await user.type(screen.getByLabelText("Nouvelle phrase de passe"), "court");
    await user.click(screen.getByRole("button", { name: "Ouvrir le registre" }));
    const summary = await screen.findByRole("alert");
    await vi.waitFor(() => expect(document.activeElement).toBe(summary));
    expect(within(summary).getAllByRole("link")).toHaveLength(3);
    await user.click(within(summary).getByRole("link", { name: /^Code de secours\s: dans le groupe n°\s2/ }));
    expect(document.activeElement).toBe(screen.getByLabelText("Code de secours"));
  });

  it("is no way without return", async () => {
    const { user } = await open("#/today", "locked");
    await user.click(screen.getByRole("button", { name: "Je n’ai plus la phrase de passe" }));
    await user.click(await screen.findByRole("button", { name: "Revenir" }));
    await heading("Ouvrir le registre");
  });
});

/** Nothing that axe-core reproaches; colours are judged in the real window. */
async function nothingForAxe(): Promise<void> {
  const { violations } = await axe.run(document.body, { rules: { "color-contrast": { enabled: false } } });
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`)).toEqual([]);
}
