/** What whoever is here may be offered; the desk refuses the rest, whatever a screen shows. */
import type { DeskSituation } from "./api";

export function isManager({ account }: DeskSituation): boolean {
  return account?.role === "manager";
}
