/** The team in Settings, one's own PIN, and the journal: what each role finds there. */
import { describe, expect, it, vi } from "vitest";
import { PIN, type Start } from "../src/api/memory";
import { nothingForAxe } from "./axe";
import { heading, open, screen, within } from "./window";

type Opened = Awaited<ReturnType<typeof open>>;

describe("a manager", () => {
  it("adds a colleague with their role", async () => {
    const { desk, user } = await open("#/settings");
    await user.click(await screen.findByRole("button", { name: "Ajouter une personne de l’équipe" }));
    const dialog = await screen.findByRole("dialog", { name: "Une personne de l’équipe" });
    await nothingForAxe();
    expect(within(dialog).getByLabelText("conseiller ou conseillère")).toHaveProperty("checked", true);
    await user.type(within(dialog).getByLabelText("Prénom et nom"), "Lila Haddad");
    await user.click(within(dialog).getByLabelText("responsable"));
    await user.click(within(dialog).getByRole("button", { name: "Enregistrer" }));
    const team = screen.getByRole("region", { name: "Équipe" });
    await within(team).findByRole("button", { name: "Retirer Lila Haddad" });
    expect((await desk.listAccounts()).at(-1)).toMatchObject({ name: "Lila Haddad", role: "manager" });
  });

  it("is told that somebody must answer for the site", async () => {
    const { user } = await open("#/settings");
    await user.click(await screen.findByRole("button", { name: "Modifier Nadia Roussel" }));
    const dialog = await screen.findByRole("dialog");
    await user.click(within(dialog).getByLabelText("conseiller ou conseillère"));
    await user.click(within(dialog).getByRole("button", { name: "Enregistrer" }));
    expect((await within(dialog).findByRole("alert")).textContent).toContain("Il faut au moins un responsable");
  });

  it("takes a colleague out, once asked, and never themselves", async () => {
    const { desk, user } = await open("#/settings");
    expect(screen.queryByRole("button", { name: "Retirer Nadia Roussel" })).toBeNull();
    await user.click(await screen.findByRole("button", { name: "Retirer Éric Caillaud" }));
    const dialog = await screen.findByRole("dialog", { name: /^Retirer Éric Caillaud de l’équipe/ });
    expect((await desk.listAccounts()).length).toBe(2);
    await user.click(within(dialog).getByRole("button", { name: "Retirer" }));
    await screen.findByText(/^Éric Caillaud ne fait plus partie/);
    expect(screen.queryByRole("dialog")).toBeNull();
    await vi.waitFor(() => expect(document.activeElement).toBe(screen.getByRole("heading", { name: "Équipe" })));
    expect((await desk.listAccounts()).length).toBe(1);
  });

  it("takes away a colleague's PIN", async () => {
    const { desk, user } = await open("#/settings", "shared");
    await user.click(await screen.findByRole("button", { name: "Effacer le code Éric Caillaud" }));
    const dialog = await screen.findByRole("dialog", { name: /^Effacer le code de Éric Caillaud/ });
    await user.click(within(dialog).getByRole("button", { name: "Effacer le code" }));
    await screen.findByText("Le code de Éric Caillaud est effacé.");
    expect((await desk.listAccounts()).map(({ has_pin }) => has_pin)).toEqual([false, false]);
    await vi.waitFor(() => expect(screen.queryByRole("button", { name: /^Effacer le code/ })).toBeNull());
  });

  it("says when the screen hides itself", async () => {
    const { desk, user } = await open("#/settings");
    const group = await screen.findByRole("group", { name: "Écran masqué après" });
    expect(within(group).getByLabelText(/^10\sminutes$/)).toHaveProperty("checked", true);
    await user.click(within(group).getByLabelText("Jamais"));
    await vi.waitFor(async () => expect((await desk.situation()).idle.minutes).toBeNull());
    await user.click(within(group).getByLabelText(/^15\sminutes$/));
    await vi.waitFor(async () => expect((await desk.situation()).idle.minutes).toBe(15));
  });
});

describe("one's own PIN", () => {
  it("waits for the PC to be protected", async () => {
    await open("#/settings");
    const section = await screen.findByRole("region", { name: "Mon code" });
    expect(section.textContent).toContain("Protégez d’abord cet ordinateur");
    expect(within(section).queryByRole("button")).toBeNull();
  });

  it("is chosen, then changed, then given up, with the focus where it was", async () => {
    const { desk, user } = await open("#/settings", "shared");
    const section = await screen.findByRole("region", { name: "Mon code" });
    await within(section).findByText(/^N’importe qui peut prendre votre place/);
    await user.click(within(section).getByRole("button", { name: "Choisir un code" }));
    const first = await screen.findByRole("dialog", { name: "Choisir un code" });
    expect(within(first).queryByLabelText("Code actuel")).toBeNull();
    await fill(user, { "Votre code": "1234", "Le même code, une seconde fois": "1234{Enter}" });
    expect((await within(first).findByRole("alert")).textContent).toContain("premier code que tout le monde essaie");
    await nothingForAxe();
    await fill(user, { "Votre code": "4071", "Le même code, une seconde fois": "4071{Enter}" });
    const change = await within(section).findByRole("button", { name: "Changer mon code" });
    expect(document.activeElement).toBe(change);
    expect(section.textContent).not.toContain("N’importe qui");

    await user.click(change);
    await fill(user, {
      "Code actuel": "9999",
      "Nouveau code": "5082",
      "Le même code, une seconde fois": "5082{Enter}",
    });
    const second = screen.getByRole("dialog", { name: "Changer mon code" });
    expect((await within(second).findByRole("alert")).textContent).toMatch(/ce n’est pas votre code/);
    await fill(user, { "Code actuel": "4071{Enter}" });
    await vi.waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());

    await user.click(within(section).getByRole("button", { name: "Ne plus avoir de code" }));
    await user.click(await screen.findByRole("button", { name: "Supprimer mon code" }));
    expect(document.activeElement).toBe(await within(section).findByRole("button", { name: "Choisir un code" }));
    expect((await desk.situation()).account?.has_pin).toBe(false);
  });
});

describe("an adviser", () => {
  it("finds in Settings what is theirs, and who settles the rest", async () => {
    await openAsEric("#/settings", "shared");
    await screen.findByText("Le reste des réglages appartient au responsable du lieu.");
    const regions = screen.getAllByRole("region").map((region) => region.getAttribute("aria-labelledby"));
    expect(regions).toEqual(["sites", "own-pin", "sounds", "keyboard", "about"]);
    expect(screen.queryByRole("button", { name: /^Modifier|^Ajouter/ })).toBeNull();
    expect(screen.getByRole("button", { name: "Travailler ici Bus numérique" })).toBeDefined();
    expect(screen.getByRole("button", { name: "Changer mon code" })).toBeDefined();
    await nothingForAxe();
  });

  it("sees in Batches where each pass stands, and who deals with the métropole", async () => {
    await openAsEric("#/batches");
    await screen.findByText(/sont l’affaire du responsable du lieu/);
    expect(screen.getByRole("button", { name: "Envoyer maintenant" })).toBeDefined();
    expect(await screen.findByRole("heading", { name: "Pass 0412 7730 06" })).toBeDefined();
    expect(screen.queryByRole("region", { name: "Sans connexion" })).toBeNull();
    expect(screen.queryByRole("button", { name: /^Contester|^Écrire/ })).toBeNull();
    await nothingForAxe();
  });

  it("cancels what is still here, and leaves to a manager what left a while ago", async () => {
    const { user } = await openAsEric("#/workshops/3");
    await user.click(await screen.findByRole("button", { name: /de Aïcha Benali/ }));
    const dialog = await screen.findByRole("dialog");
    expect(dialog.textContent).toContain("Pour l’annuler, demandez au responsable du lieu");
    expect(within(dialog).queryByRole("button", { name: /^Annuler ce pass/ })).toBeNull();
    location.hash = "#/workshops/5";
    window.dispatchEvent(new Event("hashchange"));
    await heading("Ma messagerie, premiers pas");
    await user.click(await screen.findByRole("button", { name: /de Aïcha Benali/ }));
    expect(await screen.findAllByRole("button", { name: /^Annuler ce pass/ })).toHaveLength(2);
  });

  it("is not reminded in Today of what a manager must do", async () => {
    await openAsEric("#/today");
    expect(screen.queryByText(/n’est pas encore protégé/)).toBeNull();
  });

  it("does not read the journal, at whatever address", async () => {
    const { desk } = await openAsEric("#/settings/journal");
    await screen.findByText("Le journal appartient au responsable du lieu.");
    expect(screen.queryByRole("table")).toBeNull();
    await expect(desk.listAudits(null)).rejects.toMatchObject({ code: "not-allowed" });
  });
});

describe("the journal", () => {
  it("is reached from Settings, and shows the older lines page by page", async () => {
    const { desk, user } = await open("#/settings");
    const list = vi.spyOn(desk, "listAudits");
    await user.click(await screen.findByRole("link", { name: "Lire le journal" }));
    await heading("Journal");
    const table = await screen.findByRole("table", { name: /^Ce qui a été fait/ });
    expect(within(table).getAllByRole("row")).toHaveLength(51);
    const older = screen.getByRole("button", { name: "Plus anciens" });
    await user.click(older);
    await vi.waitFor(() => expect(within(table).getAllByRole("row")).toHaveLength(71));
    expect(list).toHaveBeenLastCalledWith(21);
    expect(within(table).getAllByRole("row").at(-1)?.textContent).toContain("ouvert par sa fiche de secours");
    expect(screen.getByText("Tout le journal est affiché.")).toBeDefined();
    expect(document.activeElement).toBe(older);
    await user.click(older);
    expect(list).toHaveBeenCalledTimes(2);
  });

  it("is saved where the person says, which is written down too", async () => {
    const { user } = await open("#/settings/journal");
    await user.click(await screen.findByRole("button", { name: "Enregistrer le journal" }));
    await screen.findByText(/^Journal enregistré\s: .*journal-2026-11-19\.csv$/);
    await vi.waitFor(() => expect(screen.getAllByRole("row")[1]?.textContent).toContain("a enregistré ce journal"));
    expect(screen.getAllByRole("row")).toHaveLength(52);
  });

  it("says that nothing is written yet", async () => {
    await open("#/settings/journal", "idle");
    await screen.findByText("Rien n’est noté pour l’instant");
    expect(screen.queryByRole("button", { name: "Plus anciens" })).toBeNull();
  });
});

/** Opened as Éric, who is an adviser. */
async function openAsEric(address: string, start: Start = "busy"): Promise<Opened> {
  const opened = await open(address, start);
  await opened.desk.lock();
  await heading(/^Qui êtes-vous/);
  await opened.desk.signIn({ account_id: 2, pin: PIN });
  await heading(/^(?!Qui)/);
  return opened;
}

async function fill(user: Opened["user"], fields: Record<string, string>): Promise<void> {
  for (const [label, typed] of Object.entries(fields)) {
    const field = await screen.findByLabelText(label);
    await user.clear(field);
    await user.type(field, typed);
    // Digits that follow one another without a silence are a scan.
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}
