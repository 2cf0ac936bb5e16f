/** From an error, which is data, to the sentence of `words/fr.ftl` that says what to do next. */
import type { FieldFault, Refusal, UserError } from "./api";
import * as format from "./format";
import { has, say, type Values } from "./words";

/** The sentence of what prevents something. */
export function sentence(problem: UserError): string {
  if (problem.code === "refused") return sentenceOfRefusal(problem.data as Refusal);
  const values = shown(problem.data);
  // A link or a file may fail in several ways, each with its own sentence: `link-portal`.
  const precise = `${problem.code}-${values["fault"]}`;
  return say(has(precise) ? precise : `error-${problem.code}`, values);
}

/** Why a pass is not taken, and what to do with it. */
export function sentenceOfRefusal(refusal: Refusal): string {
  return say(`refusal-${refusal.kind.replaceAll("_", "-")}`, shown(refusal));
}

/** What is to be corrected in a field. */
export function sentenceOfFault(fault: FieldFault): string {
  return say(`fault-${fault.code}`, shown(fault.data));
}

/** The fields to correct, when that is what the error says. */
export function faultsOf(problem: UserError): FieldFault[] {
  return problem.code === "fields" ? (problem.data as FieldFault[]) : [];
}

/** The values of an error as a sentence shows them: days and amounts in French. */
export function shown(data: unknown): Values {
  if (typeof data !== "object" || data === null) return {};
  const values: Values = {};
  for (const [name, value] of Object.entries(data)) {
    if (typeof value === "number") {
      values[name] = value;
      if (name.endsWith("_cents")) values[name.slice(0, -"_cents".length)] = format.amount(value);
    } else if (typeof value === "string") {
      values[name] = /^\d{4}-\d{2}-\d{2}$/.test(value) ? format.dayMonthYear(value) : value;
    }
  }
  return values;
}
