/** The sentences of `words/fr.ftl`, the same file that Rust reads. */
import { FluentBundle, FluentResource, type FluentVariable } from "@fluent/bundle";
import french from "../../words/fr.ftl?raw";

// Isolation marks (U+2068) serve mixed writing directions; here they would only trouble searches and copies.
const bundle = new FluentBundle("fr-FR", { useIsolating: false });
bundle.addResource(new FluentResource(french));

/** Values of a sentence: a number agrees and is grouped in thousands, a text is set as it is. */
export type Values = Record<string, FluentVariable>;

/** Whether `fr.ftl` has a sentence of this name. */
export function has(id: string): boolean {
  return bundle.getMessage(id)?.value != null;
}

/** The sentence `id`, filled with `values`. An unknown name is shown as it is, and a test forbids it. */
export function say(id: string, values: Values = {}): string {
  const message = bundle.getMessage(id);
  if (message?.value == null) return id;
  return bundle.formatPattern(message.value, values, []);
}
