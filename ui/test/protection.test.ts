/** The lock: opening the ledger, and shutting it with a passphrase and a recovery sheet. */
import { describe, expect, it, vi } from "vitest";
import { PASSPHRASE } from "../src/api/memory";
import { nothingForAxe } from "./axe";
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

type Opened = Awaited<ReturnType<typeof open>>;

/** In Settings, with a passphrase chosen: the sheet is shown. */
async function withSheet(): Promise<Opened & { dialog: HTMLElement }> {
  const opened = await open("#/settings");
  await opened.user.click(await screen.findByRole("button", { name: "Protéger cet ordinateur" }));
  const dialog = await screen.findByRole("dialog", { name: "Protéger cet ordinateur" });
  await opened.user.type(within(dialog).getByLabelText("Phrase de passe"), NEW);
  await opened.user.type(within(dialog).getByLabelText("La même, une seconde fois"), `${NEW}{Enter}`);
  await within(dialog).findByRole("heading", { name: "Imprimer la fiche de secours" });
  return { ...opened, dialog };
}

/** The six groups on the screen. */
function codeIn(dialog: HTMLElement): string[] {
  const list = within(dialog).getByRole("list", { name: "Code de secours" });
  return within(list)
    .getAllByRole("listitem")
    .map((item) => item.querySelector("b")?.textContent ?? "");
}

/** The group asked for, and the field to type it in. */
async function asked(dialog: HTMLElement): Promise<{ rank: number; field: HTMLElement }> {
  const field = await within(dialog).findByLabelText<HTMLInputElement>(/^Recopiez le groupe n°\s\d de la fiche$/);
  return { rank: Number(/\d/.exec(field.labels?.[0]?.textContent ?? "")?.[0]), field };
}

describe("protecting the PC", () => {
  it("takes a passphrase, a sheet and a group of it, and only then is it in force", async () => {
    const { desk, user, dialog } = await withSheet();
    const code = codeIn(dialog);
    expect(code).toHaveLength(6);
    await nothingForAxe();
    const print = vi.spyOn(desk, "printPaper");
    await user.click(within(dialog).getByRole("button", { name: "Imprimer la fiche" }));
    expect(print).toHaveBeenCalledExactlyOnceWith({ kind: "recovery_sheet" });
    await user.click(within(dialog).getByRole("button", { name: "J’ai la fiche en main" }));
    const { rank, field } = await asked(dialog);
    expect((await desk.situation()).protection).toEqual({ is_protected: false, sheet_made_on: null });
    await user.type(field, `${code[rank - 1]?.toLowerCase()}{Enter}`);
    const done = await within(dialog).findByRole("heading", { name: "Cet ordinateur est protégé" });
    expect(document.activeElement).toBe(done);
    expect((await desk.situation()).protection).toEqual({ is_protected: true, sheet_made_on: "2026-11-19" });
    const drop = vi.spyOn(desk, "dropSheet");
    await user.click(within(dialog).getByRole("button", { name: "C’est bon" }));
    expect(screen.queryByRole("dialog")).toBeNull();
    expect(drop).not.toHaveBeenCalled();
    expect(screen.getByText(/celle du 19\snovembre\s2026/)).toBeDefined();
    expect(document.activeElement).toBe(screen.getByRole("button", { name: "Faire une nouvelle fiche" }));
  });

  it("takes the code off the page before it asks for a group, and shows it again when asked to", async () => {
    const { user, dialog } = await withSheet();
    const code = codeIn(dialog);
    await user.click(within(dialog).getByRole("button", { name: "J’ai la fiche en main" }));
    const title = await within(dialog).findByRole("heading", { name: "Relire la fiche" });
    expect(document.activeElement).toBe(title);
    for (const group of code) expect(document.body.innerHTML).not.toContain(group);
    await nothingForAxe();
    await user.click(within(dialog).getByRole("button", { name: "Revoir le code" }));
    expect(codeIn(dialog)).toEqual(code);
  });

  it("says that a group is not the one asked for, and protects nothing", async () => {
    const { desk, user, dialog } = await withSheet();
    await user.click(within(dialog).getByRole("button", { name: "J’ai la fiche en main" }));
    const { field } = await asked(dialog);
    await user.type(field, "ZZZZ{Enter}");
    await vi.waitFor(() => expect(within(dialog).getByRole("alert").textContent).toMatch(/pas ce groupe-là/));
    expect(document.activeElement).toBe(field);
    expect((await desk.situation()).protection.is_protected).toBe(false);
  });

  it("gives up a sheet that was drawn, and says so", async () => {
    const { desk, user, dialog } = await withSheet();
    const drop = vi.spyOn(desk, "dropSheet");
    await user.click(within(dialog).getByRole("button", { name: "Ne rien changer" }));
    expect(drop).toHaveBeenCalledOnce();
    expect(screen.queryByRole("dialog")).toBeNull();
    expect(screen.getByText(/^Rien n’a changé/)).toBeDefined();
    expect(document.activeElement).toBe(screen.getByRole("button", { name: "Protéger cet ordinateur" }));
    await expect(desk.confirmSheet("7K3M")).rejects.toMatchObject({ code: "missing" });
  });

  it("gives it up when Escape closes the dialog, on whichever step", async () => {
    const { desk, user, dialog } = await withSheet();
    const drop = vi.spyOn(desk, "dropSheet");
    await user.click(within(dialog).getByRole("button", { name: "J’ai la fiche en main" }));
    // As Escape does: jsdom has no modal dialogs.
    (dialog as HTMLDialogElement).close();
    await vi.waitFor(() => expect(drop).toHaveBeenCalledOnce());
    expect(screen.queryByRole("dialog")).toBeNull();
  });

  it("gives it up when another screen is opened", async () => {
    const { desk } = await withSheet();
    const drop = vi.spyOn(desk, "dropSheet");
    location.hash = "#/passes";
    window.dispatchEvent(new Event("hashchange"));
    await heading("Pass");
    expect(drop).toHaveBeenCalledOnce();
  });

  it("gives it up when it comes after one has left", async () => {
    const { desk, user } = await open("#/settings");
    const drop = vi.spyOn(desk, "dropSheet");
    await user.click(await screen.findByRole("button", { name: "Protéger cet ordinateur" }));
    await user.type(screen.getByLabelText("Phrase de passe"), NEW);
    await user.type(screen.getByLabelText("La même, une seconde fois"), `${NEW}{Enter}`);
    await user.click(screen.getByRole("button", { name: "Ne rien changer" }));
    expect(drop).not.toHaveBeenCalled();
    await vi.waitFor(() => expect(drop).toHaveBeenCalledOnce());
  });

  it("says all that is wrong with a passphrase at once", async () => {
    const { desk, user } = await open("#/settings");
    await user.click(await screen.findByRole("button", { name: "Protéger cet ordinateur" }));
    const dialog = await screen.findByRole("dialog");
    for (const label of ["Phrase de passe", "La même, une seconde fois"]) {
      expect(within(dialog).getByLabelText(label).getAttribute("autocomplete")).toBe("new-password");
    }
    await user.type(within(dialog).getByLabelText("Phrase de passe"), "court{Enter}");
    const summary = await within(dialog).findByRole("alert");
    await vi.waitFor(() => expect(document.activeElement).toBe(summary));
    expect(summary.textContent).toMatch(/12\scaractères au moins/);
    expect(within(summary).getAllByRole("link")).toHaveLength(2);
    await nothingForAxe();
    expect((await desk.situation()).protection.is_protected).toBe(false);
  });
});

describe("a PC that is protected", () => {
  async function settings(): Promise<Opened> {
    const opened = await open("#/settings", "locked");
    await opened.user.type(screen.getByLabelText("Phrase de passe"), `${PASSPHRASE}{Enter}`);
    await heading("Réglages");
    return opened;
  }

  it("says so, with the day of its sheet", async () => {
    await settings();
    const section = screen.getByRole("region", { name: "Protection de cet ordinateur" });
    expect(section.textContent).toMatch(/celle du 1er\sseptembre\s2026/);
    await nothingForAxe();
  });

  it("changes its passphrase once the one in force is known", async () => {
    const { desk, user } = await settings();
    await user.click(screen.getByRole("button", { name: "Changer la phrase de passe" }));
    const dialog = await screen.findByRole("dialog", { name: "Changer la phrase de passe" });
    await nothingForAxe();
    const current = within(dialog).getByLabelText("Phrase de passe actuelle");
    await user.type(current, "une autre phrase");
    await user.type(within(dialog).getByLabelText("Nouvelle phrase de passe"), NEW);
    await user.type(within(dialog).getByLabelText("La même, une seconde fois"), `${NEW}{Enter}`);
    await vi.waitFor(() => expect(within(dialog).getByRole("alert").textContent).toMatch(/ce n’est pas la phrase/));
    await user.clear(current);
    await user.type(current, `${PASSPHRASE}{Enter}`);
    await screen.findByText(/^La phrase de passe est changée/);
    expect(screen.queryByRole("dialog")).toBeNull();
    await expect(desk.unlock(NEW)).resolves.toBeUndefined();
  });

  it("makes another sheet once the passphrase is known, and keeps the old one until it is confirmed", async () => {
    const { desk, user } = await settings();
    await user.click(screen.getByRole("button", { name: "Faire une nouvelle fiche" }));
    const dialog = await screen.findByRole("dialog", { name: "Faire une nouvelle fiche" });
    const field = within(dialog).getByLabelText("Phrase de passe");
    await user.type(field, "une autre phrase{Enter}");
    await vi.waitFor(() => expect(within(dialog).getByRole("alert").textContent).toMatch(WRONG));
    await user.keyboard(`${PASSPHRASE}{Enter}`);
    await within(dialog).findByRole("heading", { name: "Imprimer la fiche de secours" });
    const code = codeIn(dialog);
    await user.click(within(dialog).getByRole("button", { name: "J’ai la fiche en main" }));
    const { rank, field: group } = await asked(dialog);
    expect((await desk.situation()).protection.sheet_made_on).toBe("2026-09-01");
    await user.type(group, `${code[rank - 1]}{Enter}`);
    await within(dialog).findByRole("heading", { name: "La nouvelle fiche est en vigueur" });
    expect((await desk.situation()).protection.sheet_made_on).toBe("2026-11-19");
  });
});

describe("a reminder in Today", () => {
  it("leads to the section of Settings as long as the PC is not protected", async () => {
    const { user } = await open("#/today");
    expect(screen.getByText(/Cet ordinateur n’est pas encore protégé/)).toBeDefined();
    await user.click(screen.getByRole("link", { name: "Choisir une phrase de passe" }));
    await heading("Réglages");
    const section = screen.getByRole("heading", { name: "Protection de cet ordinateur" });
    expect(document.activeElement).toBe(section);
  });

  it("is gone once it is", async () => {
    const { user } = await open("#/today", "locked");
    await user.type(screen.getByLabelText("Phrase de passe"), `${PASSPHRASE}{Enter}`);
    await heading(/^Aujourd’hui/);
    expect(screen.queryByText(/n’est pas encore protégé/)).toBeNull();
  });
});
