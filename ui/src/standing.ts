/** Where a pass stands, as an icon, a word and a tone; and why, in a sentence. */
import type { Objection, Redemption, Standing, Tally, Verdict } from "./api";
import { named } from "./choices";
import { dayAndMonth, dayMonthYear, instant } from "./format";
import type { IconName } from "./parts/icon";
import { say } from "./words";

export type Tone = "wait" | "yes" | "look" | "no";
export type Mark = { icon: IconName; word: string; tone: Tone };

const MARKS: Record<Standing, Mark> = {
  kept: { icon: "here", word: say("state-here"), tone: "wait" },
  sent: { icon: "sent", word: say("state-sent"), tone: "wait" },
  credited: { icon: "yes", word: say("state-credited"), tone: "yes" },
  to_examine: { icon: "look", word: say("state-to-examine"), tone: "look" },
  refused: { icon: "no", word: say("state-refused"), tone: "no" },
  voided: { icon: "undone", word: say("state-voided"), tone: "wait" },
};

/** The order of the screens: what is still here first. */
export const STANDINGS: Standing[] = ["kept", "sent", "credited", "to_examine", "refused", "voided"];

/** How a standing is shown where passes are followed. */
export function markOf(standing: Standing): Mark {
  return MARKS[standing];
}

/** How a pass is shown at the counter: there, what is kept or sent is simply accepted. */
export function counterMark(redemption: Redemption): Mark {
  if (redemption.standing !== "kept" && redemption.standing !== "sent") return markOf(redemption.standing);
  if (redemption.doubt) return { icon: "wait", word: say("state-provisional"), tone: "wait" };
  return { icon: "yes", word: say("state-accepted"), tone: "yes" };
}

/** What clearing said of a pass, or why it is provisional, or why it was cancelled. */
export function reasonOf(redemption: Redemption): string | undefined {
  if (redemption.void_reason) return `${named("void-reason", redemption.void_reason)}.`;
  if (redemption.verdict) return sentenceOfVerdict(redemption.verdict);
  return redemption.doubt ? named("doubt", redemption.doubt) : undefined;
}

/** How many letters a note to the officer may have, as `domain::objection` has it. */
export const MOST_LETTERS = 500;

/** When a pass was contested, and whether the officer can read it. */
export function objectionSaid({ written_on, noted_at }: Objection): string {
  const day = dayAndMonth(written_on);
  if (noted_at) return say("contest-noted", { day, instant: instant(noted_at) });
  return say("contest-to-send", { day });
}

/** What clearing said, in a sentence. */
export function sentenceOfVerdict({ code, since, claim }: Verdict): string {
  const where = claim && (claim.site.includes(claim.commune) ? claim.site : `${claim.site}, ${claim.commune}`);
  return say(`verdict-${code.replaceAll("_", "-")}`, {
    since: since ? dayMonthYear(since) : "",
    site: where ?? "",
    held_on: claim ? dayMonthYear(claim.held_on) : "",
  });
}

/** Passes that look the same at the counter, with their count and amount. */
export type Share = { mark: Mark; tally: Tally };

/** Groups passes by how they look at the counter, in the order in which each was first met. */
export function sharesOf(redemptions: Redemption[]): Share[] {
  const shares = new Map<string, Share>();
  for (const redemption of redemptions) {
    const mark = counterMark(redemption);
    const share = shares.get(mark.word) ?? { mark, tally: { count: 0, amount_cents: 0 } };
    share.tally.count += 1;
    share.tally.amount_cents += redemption.amount_cents;
    shares.set(mark.word, share);
  }
  return [...shares.values()];
}
