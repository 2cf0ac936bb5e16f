import { render, screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import Combobox from "./Combobox.svelte";
import ErrorSummary from "./ErrorSummary.svelte";
import TextField from "./TextField.svelte";
import Title from "./Title.svelte";

const TOWNS = ["Cachan", "Cahors", "Créteil"];

function combobox(over: Record<string, unknown> = {}) {
  const onpick = vi.fn();
  const find = async (typed: string) => TOWNS.filter((town) => town.toLowerCase().startsWith(typed.toLowerCase()));
  const name = (town: unknown) => town as string;
  render(Combobox, { id: "town", text: "", find, name, key: name, onpick, "aria-describedby": "hint", ...over });
  return { onpick, box: screen.getByRole("combobox") };
}

describe("a heading", () => {
  it("takes the focus when its screen appears, and names the window", () => {
    render(Title, { text: "Remises" });
    expect(document.activeElement).toBe(screen.getByRole("heading", { level: 1 }));
    expect(document.title).toBe("Remises – Passerelle");
  });
});

describe("a field", () => {
  it("binds its hint and its point to correct to the box, the point first", () => {
    render(TextField, { id: "siret", label: "SIRET", hint: "14 chiffres", error: "Il manque un chiffre.", value: "" });
    const box = screen.getByLabelText("SIRET");
    expect(box.getAttribute("aria-describedby")).toBe("siret-error siret-hint");
    expect(box.getAttribute("aria-invalid")).toBe("true");
    expect(box.hasAttribute("placeholder")).toBe(false);
  });

  it("says nothing of correction when there is nothing to correct", () => {
    render(TextField, { id: "siret", label: "SIRET", value: "" });
    expect(screen.getByLabelText("SIRET").hasAttribute("aria-invalid")).toBe(false);
    expect(screen.getByLabelText("SIRET").hasAttribute("aria-describedby")).toBe(false);
  });
});

describe("the summary of what to correct", () => {
  const points = [{ field: "siret", label: "SIRET", sentence: "Il manque un chiffre." }];

  it("takes the focus, and each line leads to its field", async () => {
    render(TextField, { id: "siret", label: "SIRET", value: "" });
    render(ErrorSummary, { points });
    await vi.waitFor(() => expect(document.activeElement).toBe(screen.getByRole("alert")));
    await userEvent.click(screen.getByRole("link"));
    expect(document.activeElement).toBe(screen.getByLabelText("SIRET"));
  });

  it("is absent when all is well", () => {
    render(ErrorSummary, { points: [] });
    expect(screen.queryByRole("alert")).toBeNull();
  });
});

describe("a combobox", () => {
  it("suggests what is typed, and takes with the arrows and Enter", async () => {
    const { box, onpick } = combobox();
    await userEvent.type(box, "ca");
    expect(screen.getAllByRole("option").map((option) => option.textContent?.trim())).toEqual(["Cachan", "Cahors"]);
    await userEvent.keyboard("{ArrowDown}{ArrowDown}");
    expect(box.getAttribute("aria-activedescendant")).toBe("town-option-1");
    await userEvent.keyboard("{Enter}");
    expect(onpick).toHaveBeenCalledExactlyOnceWith("Cahors");
    expect(box).toHaveProperty("value", "Cahors");
    expect(box.getAttribute("aria-expanded")).toBe("false");
  });

  it("wraps from the last suggestion to the first, and back", async () => {
    const { box } = combobox();
    await userEvent.type(box, "ca{ArrowUp}");
    expect(box.getAttribute("aria-activedescendant")).toBe("town-option-1");
    await userEvent.keyboard("{ArrowDown}");
    expect(box.getAttribute("aria-activedescendant")).toBe("town-option-0");
  });

  it("closes on Escape and keeps what was typed", async () => {
    const { box, onpick } = combobox();
    await userEvent.type(box, "ca{Escape}");
    expect(box.getAttribute("aria-expanded")).toBe("false");
    expect(box).toHaveProperty("value", "ca");
    expect(onpick).not.toHaveBeenCalled();
  });

  it("hands Enter on when no suggestion is marked", async () => {
    const onenter = vi.fn();
    const { box, onpick } = combobox({ onenter });
    await userEvent.type(box, "ca{Enter}");
    expect(onenter).toHaveBeenCalledOnce();
    expect(onpick).not.toHaveBeenCalled();
  });

  it("drops an answer that a later question has overtaken", async () => {
    let slow: (towns: string[]) => void = () => {};
    const find = vi
      .fn<(typed: string) => Promise<string[]>>()
      .mockReturnValueOnce(new Promise((resolve) => (slow = resolve)))
      .mockResolvedValue(["Créteil"]);
    const { box } = combobox({ find });
    await userEvent.type(box, "cr");
    slow(["Cachan"]);
    await vi.waitFor(() => expect(screen.getAllByRole("option")).toHaveLength(1));
    expect(screen.getByRole("option").textContent).toContain("Créteil");
  });
});
