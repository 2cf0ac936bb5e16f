/** A button that is busy does nothing more, keeps the focus and says that it rests. */
import { render } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { memoryDesk } from "../src/api/memory";
import { use } from "../src/desk";
import Pages from "../src/parts/Pages.svelte";
import SendNow from "../src/screens/batches/SendNow.svelte";
import { open, screen } from "./window";

describe("a busy button", () => {
  it("sends once, however often it is pressed, and keeps the focus until it is over", async () => {
    const { desk, user } = await open("#/batches");
    const sent = held();
    const sync = vi.spyOn(desk, "sync").mockReturnValue(sent.promise as never);
    const button = await screen.findByRole("button", { name: "Envoyer maintenant" });
    await user.click(button);
    await user.click(button);
    await user.keyboard("{Enter}{ }");
    expect(sync).toHaveBeenCalledOnce();
    expect(button.getAttribute("aria-disabled")).toBe("true");
    expect(document.activeElement).toBe(button);
    sent.end({ sent: tally(3), credited: tally(0), to_examine: tally(0), refused: tally(0) });
    await screen.findByText(/3\spass envoyés/);
    expect(button.getAttribute("aria-disabled")).toBe("false");
    expect(document.activeElement).toBe(button);
  });

  it("of a form takes the form once, by Enter in a field as by itself", async () => {
    const { desk, user } = await open("#/settings");
    const saved = held();
    const change = vi.spyOn(desk, "changeStructure").mockReturnValue(saved.promise as never);
    await user.click(await screen.findByRole("button", { name: "Modifier Structure" }));
    const name = await screen.findByLabelText("Nom de la structure");
    const button = screen.getByRole("button", { name: "Enregistrer" });
    await user.click(button);
    await user.type(name, "{Enter}");
    button.focus();
    await user.keyboard("{Enter}");
    expect(change).toHaveBeenCalledOnce();
    expect(document.activeElement).toBe(button);
    saved.end(undefined);
  });

  it("does not send while the desk is sending by itself", async () => {
    const desk = memoryDesk();
    use(desk);
    const sync = vi.spyOn(desk, "sync");
    const { link } = await desk.situation();
    render(SendNow, { link: { ...link, state: "syncing" } });
    await userEvent.click(screen.getByRole("button", { name: "Envoi en cours…" }));
    expect(sync).not.toHaveBeenCalled();
  });
});

it("the last page and the first keep the focus on the button that led there", async () => {
  render(Pages, { page: 1, pages: 2 });
  for (const [name, place] of [
    ["Page suivante", "Page 2 sur 2"],
    ["Page précédente", "Page 1 sur 2"],
  ] as const) {
    const button = screen.getByRole("button", { name });
    await userEvent.click(button);
    await userEvent.click(button);
    expect(screen.getByText(place)).toBeDefined();
    expect(button.getAttribute("aria-disabled")).toBe("true");
    expect(document.activeElement).toBe(button);
  }
});

it("no button of any screen is taken away from the keyboard", () => {
  const screens = readdirSync("src", { withFileTypes: true, recursive: true }).filter(({ name }) =>
    name.endsWith(".svelte"),
  );
  const taken = screens.filter(({ parentPath, name }) =>
    /[^-]disabled[=}]/.test(readFileSync(join(parentPath, name), "utf8")),
  );
  expect(taken.map(({ name }) => name)).toEqual([]);
});

/** An answer that comes when it is told to. */
function held() {
  let end: (value: unknown) => void = () => undefined;
  const promise = new Promise((resolve) => (end = resolve));
  return { promise, end };
}

function tally(count: number) {
  return { count, amount_cents: count * 1000 };
}
