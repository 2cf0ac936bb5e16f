/** The day at a site, by keyboard and words, on fixtures. */
import { describe, expect, it, vi } from "vitest";
import { deliverScan } from "../src/scans";
import { heading, line, open, screen, within } from "./window";

describe("the first start", () => {
  it("leads from nothing to Today without a SIRET and without a métropole", async () => {
    const { user } = await open("#/", "fresh");
    await heading("Vous");
    await user.type(screen.getByLabelText("Votre prénom et votre nom"), "Nadia Roussel");
    await user.keyboard("{Enter}");
    await heading("Votre lieu");
    await user.type(screen.getByLabelText("Nom de la structure"), "Ville de Cachan");
    await user.type(screen.getByLabelText("Nom du lieu"), "Médiathèque");
    await user.type(screen.getByLabelText("Commune"), "cach");
    await screen.findByRole("option", { name: /Cachan/ });
    await user.keyboard("{Enter}");
    expect(screen.getByLabelText("Code postal")).toHaveProperty("value", "94230");
    await user.click(screen.getByRole("button", { name: "Continuer sans lui" }));
    await heading("La métropole");
    await user.click(screen.getByRole("button", { name: "Plus tard" }));
    await heading("Choisir une phrase de passe");
    expect(document.title).toBe("La protection, étape 4 sur 4 – Passerelle");
    await user.click(screen.getByRole("button", { name: "Plus tard" }));
    await heading(/^Aujourd’hui/);
    expect(screen.getByRole("banner").textContent).toContain("Pas encore relié à la métropole");
  });

  it("says all that is to correct at once, and leads to each field", async () => {
    const { user } = await open("#/", "fresh");
    await user.keyboard("{Tab}");
    await user.click(screen.getByRole("button", { name: "Continuer" }));
    expect(await screen.findByRole("alert")).toBeDefined();
    await user.type(screen.getByLabelText("Votre prénom et votre nom"), "Nadia");
    await user.click(screen.getByRole("button", { name: "Continuer" }));
    await heading("Votre lieu");
    await user.type(screen.getByLabelText("SIRET"), "999 999 990 0001");
    await user.click(screen.getByRole("button", { name: "Continuer" }));
    const summary = await screen.findByRole("alert");
    await vi.waitFor(() => expect(document.activeElement).toBe(summary));
    expect(within(summary).getByRole("heading").textContent?.trim()).toBe("Quatre points à corriger");
    await user.click(within(summary).getByRole("link", { name: /^SIRET/ }));
    expect(document.activeElement).toBe(screen.getByLabelText("SIRET"));
    expect(screen.getByLabelText("SIRET").getAttribute("aria-invalid")).toBe("true");
  });
});

describe("a workshop", () => {
  it("opens from Today in one action, like last time", async () => {
    const { user } = await open("#/today");
    await user.click(await screen.findByRole("button", { name: "Ranger ses photos" }));
    await heading("Ranger ses photos");
    expect(screen.getByText("Personne suivante")).toBeDefined();
  });

  it("takes a typed pass for the person chosen, and says what to do with the paper", async () => {
    const { user } = await open("#/workshops/5");
    await user.selectOptions(await screen.findByLabelText("Pour"), "Lucette Œuvrard");
    await user.type(screen.getByLabelText("Numéro du pass"), "0412 7731 04{Enter}");
    const answer = await screen.findByRole("status", { name: "Réponse au dernier pass" });
    await vi.waitFor(() => expect(answer.textContent).toContain("Accepté"));
    expect(answer.textContent).toContain("Coupez le coin du pass");
    expect((await line(/Lucette Œuvrard/)).textContent).toMatch(/1\spass · 10\s€/);
    expect(screen.getByRole("banner").textContent).toMatch(/4\spass à envoyer · 40\s€/);
  });

  it("takes a scan wherever the focus is, and keeps the next person's field as it was", async () => {
    const { user } = await open("#/workshops/5");
    const box = await screen.findByRole("combobox", { name: "Personne suivante" });
    await user.type(box, "Ros");
    deliverScan({ kind: "text", text: "0412773105" });
    const answer = screen.getByRole("status", { name: "Réponse au dernier pass" });
    await vi.waitFor(() => expect(answer.textContent).toContain("Accepté"));
    expect(box).toHaveProperty("value", "Ros");
  });

  it("answers two scans in a row in their order", async () => {
    const { desk } = await open("#/workshops/5");
    await screen.findByLabelText("Pour");
    deliverScan({ kind: "text", text: "0412773106" });
    deliverScan({ kind: "text", text: "0412773106" });
    const answer = screen.getByRole("status", { name: "Réponse au dernier pass" });
    await vi.waitFor(() => expect(answer.textContent).toContain("Non accepté"));
    const taken = await desk.listRedemptions({ standing: "kept", before: null });
    expect(taken.filter(({ number }) => number === "0412 7731 06")).toHaveLength(1);
  });

  it("keeps a refusal in sight, in a plain sentence, until that person's next pass", async () => {
    const { user } = await open("#/workshops/5");
    await user.selectOptions(await screen.findByLabelText("Pour"), "Odile Perrin");
    await user.type(screen.getByLabelText("Numéro du pass"), "0412773101{Enter}");
    await vi.waitFor(async () => expect((await line(/Odile Perrin/)).textContent).toContain("Pass déjà pris ici"));
    await user.type(screen.getByLabelText("Numéro du pass"), "0412773107{Enter}");
    await vi.waitFor(async () => expect((await line(/Odile Perrin/)).textContent).not.toContain("Pass déjà pris ici"));
  });

  it("keeps for examination a pass that the list says is spent, when asked to", async () => {
    const { user } = await open("#/workshops/5");
    await user.type(await screen.findByLabelText("Numéro du pass"), "7712345678{Enter}");
    await user.click(await screen.findByRole("button", { name: "Garder pour examen" }));
    const answer = screen.getByRole("status", { name: "Réponse au dernier pass" });
    await vi.waitFor(() => expect(answer.textContent).toContain("Provisoire"));
  });

  it("asks for the service only when the pass may pay several", async () => {
    const { user } = await open("#/workshops/5");
    await user.type(await screen.findByLabelText("Numéro du pass"), "8812345678{Enter}");
    await user.click(await screen.findByRole("button", { name: "Démarches en ligne" }));
    const answer = screen.getByRole("status", { name: "Réponse au dernier pass" });
    await vi.waitFor(() => expect(answer.textContent).toContain("Accepté"));
  });

  it("undoes a mistake with its reason, and hides nothing of it", async () => {
    const { user } = await open("#/workshops/5");
    await user.type(await screen.findByLabelText("Numéro du pass"), "0412773108{Enter}");
    await user.click(await screen.findByRole("button", { name: "Annuler ce dernier pass" }));
    const dialog = await screen.findByRole("dialog", { name: /Annuler le pass 0412 7731 08/ });
    await user.click(within(dialog).getByLabelText("Pas pour cette personne ou cet atelier"));
    await user.click(within(dialog).getByRole("button", { name: "Annuler ce pass" }));
    await vi.waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect((await line(/Jean-Éric/)).textContent).toContain("Annulé");
    expect(screen.queryByText("Coupez le coin du pass")).toBeNull();
  });

  it("finds a person by plain letters and enters them with one key; the next pass is theirs", async () => {
    const { user } = await open("#/workshops/5");
    await user.type(await screen.findByRole("combobox", { name: "Personne suivante" }), "ipek");
    await screen.findByRole("option", { name: /İpek Yıldız/ });
    await user.keyboard("{Enter}");
    await line(/İpek Yıldız/);
    const chosen = screen.getByLabelText<HTMLSelectElement>("Pour");
    await vi.waitFor(() => expect(chosen.selectedOptions[0]?.textContent).toBe("İpek Yıldız"));
  });

  it("shows likely doubles before it makes a new person", async () => {
    const { user, desk } = await open("#/workshops/5");
    await user.type(await screen.findByRole("combobox", { name: "Personne suivante" }), "Rosa Yildiz");
    await user.click(await screen.findByRole("option", { name: /Ajouter/ }));
    const dialog = await screen.findByRole("dialog", { name: "Nouvelle personne" });
    expect(within(dialog).getByLabelText("Prénom")).toHaveProperty("value", "Rosa");
    await user.click(within(dialog).getByRole("button", { name: "Ajouter et inscrire" }));
    await user.click(await within(dialog).findByRole("button", { name: "Oui, İpek Yıldız" }));
    await line(/İpek Yıldız/);
    expect(await desk.findAttendees("rosa")).toEqual([]);
  });

  it("counts participants without a name, never more in a breakdown than in all", async () => {
    const { user } = await open("#/workshops/5");
    await user.click(await screen.findByRole("button", { name: /Modifier Participants sans nom/ }));
    const dialog = await screen.findByRole("dialog", { name: "Participants sans nom" });
    await user.type(within(dialog).getByLabelText("Combien"), "2");
    await user.type(within(dialog).getByLabelText("Femme"), "3");
    await user.click(within(dialog).getByRole("button", { name: "Enregistrer" }));
    expect((await within(dialog).findByRole("alert")).textContent).toContain("vous en comptez 3 ici, pour 2 en tout");
    await user.clear(within(dialog).getByLabelText("Femme"));
    await user.click(within(dialog).getByRole("button", { name: "Enregistrer" }));
    expect((await line(/2\sparticipants sans nom/)).textContent).toContain("Modifier");
  });

  it("closes with its counts said, and no longer takes anybody nor any pass", async () => {
    const { user } = await open("#/workshops/5");
    await user.click(await screen.findByRole("button", { name: "Clore l’atelier" }));
    const dialog = await screen.findByRole("dialog", { name: /Clore cet atelier/ });
    expect(dialog.textContent).toMatch(/5\spersonnes, 3\spass, 30\s€/);
    await user.click(within(dialog).getByRole("button", { name: "Clore l’atelier" }));
    await screen.findByRole("button", { name: "Rouvrir l’atelier" });
    expect(screen.queryByLabelText("Numéro du pass")).toBeNull();
    expect(screen.queryByText("Personne suivante")).toBeNull();
  });
});

describe("elsewhere", () => {
  it("a scan on a screen that wants none opens the Pass screen and says what it is worth", async () => {
    await open("#/documents");
    deliverScan({ kind: "text", text: "0398112009" });
    await heading("Pass");
    const answer = await screen.findByRole("status", { name: "Ce que vaut le pass" });
    await vi.waitFor(() => expect(answer.textContent).toContain("Chéquier bloqué"));
  });

  it("what the métropole must decide names where and when the other one was taken", async () => {
    await open("#/batches");
    const claims = await screen.findByRole("table", { name: /Les deux présentations du pass 0412 7730 06/ });
    expect(claims.textContent).toMatch(/Centre social des Tilleuls, Vincennes.*vendredi 6\snovembre/s);
  });

  it("sending without a link says that nothing is lost", async () => {
    const { user } = await open("#/batches");
    await user.click(await screen.findByRole("button", { name: "Envoyer maintenant" }));
    expect((await screen.findByRole("alert")).textContent).toContain("Rien n’est perdu");
  });

  it("what the structure was paid is there month by month, with its reference and in the total", async () => {
    await open("#/batches");
    const list = await screen.findByRole("table", { name: "Mois réglés à la structure" });
    const october = (await within(list).findByRole("rowheader", { name: /^Octobre\s2026/ })).closest("tr");
    expect(october?.textContent).toMatch(/118.*1\s180\s€.*2026-10\/99999999800019\/1/s);
    expect(october?.textContent).toMatch(/3\spass déjà payés ont été annulés depuis\s: 30\s€ en moins/);
    const span = screen.getByRole("list", { name: "Où en sont les pass" });
    expect(span.textContent).toMatch(/Payé\s*182\spass\s*1\s820\s€/);
  });

  it("what is held, owed or not confirmed is said in a sentence", async () => {
    const { desk } = await open("#/today");
    const view = await desk.batches();
    const [october] = view.settlements.months;
    if (!october) throw new Error("a month");
    const months = [{ ...october, carried_cents: 0, paid_cents: 0, left_cents: -2_000, is_confirmed: false }];
    const settlements = { ...view.settlements, months, left_cents: -2_000 };
    vi.spyOn(desk, "batches").mockResolvedValue({ ...view, settlements });
    window.location.hash = "#/batches";
    await screen.findByText(/Votre structure doit 20\s€ à la métropole/);
    await screen.findByText("À confirmer");
    await screen.findByText(/ancienne copie de ses comptes/);
  });

  it("a pouch is saved for a courier, and what it brings back is told in sentences", async () => {
    const { user, desk } = await open("#/batches");
    await user.click(await screen.findByRole("button", { name: "Emporter sur une clé USB" }));
    await screen.findByText(/Pli enregistré.*Portez-le à la métropole/);
    const picker = screen.getByLabelText("Reprendre la réponse");
    await user.upload(picker, new File(["pli"], "reponse.pli"));
    expect((await screen.findByRole("alert")).textContent).toContain("pour un autre poste");
    const none = { count: 0, amount_cents: 0 };
    const moved = {
      sent: { count: 3, amount_cents: 3000 },
      credited: { count: 2, amount_cents: 2000 },
      to_examine: none,
      refused: none,
      state_renewed: true,
      settled_months: 1,
      noted: 2,
    };
    vi.spyOn(desk, "unpackPouch").mockResolvedValue({
      is_new: true,
      is_enrolled: false,
      moved,
      decisions: 1,
      known_on: "2026-11-19",
      wants_another: true,
      fault: null,
    });
    await user.upload(picker, new File(["pli"], "reponse.pli"));
    for (const said of [
      /a reçu 3\spass/,
      /Crédité.*2\spass/,
      /Une décision/,
      /Un mois de plus est réglé/,
      /vos 2\snotes/,
      /liste de référence.*19\snovembre/,
      /Préparez un autre pli/,
    ]) {
      await screen.findByText(said);
    }
    expect(screen.queryByRole("alert")).toBeNull();
  });

  it("a certificate gets one number, printed or saved", async () => {
    const { user, desk } = await open("#/documents/certificate/3");
    await user.click(await screen.findByRole("button", { name: "Imprimer l’attestation" }));
    await screen.findByText(/sous le numéro 2026-0147/);
    await user.click(screen.getByRole("button", { name: "Enregistrer en PDF" }));
    await screen.findByText(/Enregistré/);
    expect(await desk.listCertificates()).toHaveLength(2);
  });
});
