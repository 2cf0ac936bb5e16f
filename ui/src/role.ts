/** What whoever is here may be offered; the desk refuses the rest, whatever a screen shows. */
import type { DeskSituation, Redemption } from "./api";

export function isManager({ account }: DeskSituation): boolean {
  return account?.role === "manager";
}

/** For so long a pass that has left is a slip at the counter, put right by whoever made it. */
const A_WHILE_MS = 12 * 60 * 60 * 1000;

export function mayCancel(situation: DeskSituation, { standing, recorded_at }: Redemption): boolean {
  if (isManager(situation) || standing === "kept") return true;
  const since = Date.now() - Date.parse(recorded_at);
  return since >= 0 && since < A_WHILE_MS;
}
