// Makes crates/desk/data/communes.tsv.zst: one line per commune of today and per arrondissement of
// Paris, Lyon and Marseille, the most populous first, so that equal matches are shown in that order.
// Columns: INSEE code, name, postcodes by space, former names by "|".
//
//     cd script/communes && npm ci && npm run make      (needs the zstd command)

import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const OUTPUT = fileURLToPath(new URL("../../crates/desk/data/communes.tsv.zst", import.meta.url));

const source = createRequire(import.meta.url)("@etalab/decoupage-administratif/data/communes.json");
const today = source.filter(({ type }) => type === "commune-actuelle" || type === "arrondissement-municipal");
const formerNames = groupFormerNames(source.filter(({ chefLieu }) => chefLieu));

const lines = today
  .sort((one, other) => (other.population ?? 0) - (one.population ?? 0) || (one.code < other.code ? -1 : 1))
  .map(({ code, nom, codesPostaux = [] }) => {
    const former = (formerNames.get(code) ?? []).filter((name) => name !== nom);
    return [code, nom, codesPostaux.join(" "), former.join("|")].join("\t");
  });

execFileSync("zstd", ["-19", "--force", "--quiet", "-o", OUTPUT], { input: lines.join("\n") + "\n" });
console.log(`${lines.length} communes, ${source.length - today.length} former ones -> ${OUTPUT}`);

/** Names of delegated and associated communes, by the code of the commune that they are now part of. */
function groupFormerNames(former) {
  const names = new Map();
  for (const { nom, chefLieu } of former) names.set(chefLieu, [...(names.get(chefLieu) ?? []), nom]);
  return names;
}
