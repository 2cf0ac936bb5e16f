/** Every sentence asked for is there, and every sentence of the window is asked for. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as choices from "../src/choices";
import { has } from "../src/words";

// From `ui/`, where npm runs its scripts.
const SRC = "src";
const FRENCH = readFileSync("../words/fr.ftl", "utf8");

/** The rooms whose sentences only the window says. */
const ROOMS =
  /^(frame|link|form|field|list|welcome|unlock|protection|today|workshops?|attendees?|passes|answer|state|batches|documents|certificate|sheet|settings|session|journal)-/;

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.(svelte|ts)$/.test(entry.name) && !entry.name.endsWith(".test.ts"))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"));
}

const code = sources(SRC).join("\n");
const literals = new Set([...code.matchAll(/["'`]([a-z]+(?:-[a-z0-9]+)+)["'`]/g)].map((found) => found[1] ?? ""));
/** `say(`state-${x}`)`: any sentence that begins so may be meant. */
const openings = [...code.matchAll(/`([a-z]+(?:-[a-z]+)*-)\$\{/g)].map((found) => found[1] ?? "");
const ids = [...FRENCH.matchAll(/^([a-z][\w-]*) =/gm)].map((found) => found[1] ?? "");

describe("the sentences", () => {
  it("are there for every name the window asks", () => {
    const asked = [...code.matchAll(/\bsay\(\s*"([^"]+)"/g)].map((found) => found[1] ?? "");
    expect(asked.filter((id) => !has(id))).toEqual([]);
  });

  it("are all asked for, those of the window", () => {
    const unused = ids.filter(
      (id) => ROOMS.test(id) && !literals.has(id) && !openings.some((opening) => id.startsWith(opening)),
    );
    expect(unused).toEqual([]);
  });

  it("name every value that a person picks from", () => {
    const lists = Object.values(choices).filter((list) => Array.isArray(list));
    const unnamed = lists
      .flat()
      .filter((option) => typeof option === "object" && /^[a-z]+(-[a-z]+)+$/.test(option.label));
    expect(unnamed).toEqual([]);
  });
});
