/**
 * Where a scan goes: to the screen that wants it; otherwise to the Pass screen, which opens and
 * says what it is. The scanner itself (`scanner/`) knows nothing of screens.
 */
import type { CodeRead, KeyStroke } from "./api";
import { desk } from "./desk";
import { go } from "./router.svelte";

type Receiver = (read: CodeRead) => void;

const receivers: Receiver[] = [];
let unclaimed: CodeRead | undefined;

/** This screen takes the scans from now on, until the function it gives is called. */
export function receiveScans(receiver: Receiver): () => void {
  receivers.push(receiver);
  if (unclaimed) {
    const read = unclaimed;
    unclaimed = undefined;
    receiver(read);
  }
  return () => {
    receivers.splice(receivers.indexOf(receiver), 1);
  };
}

/** A pass was scanned, wherever the focus was. */
export function deliverScan(read: CodeRead): void {
  const receiver = receivers.at(-1);
  if (receiver) {
    receiver(read);
  } else {
    unclaimed = read;
    go({ screen: "passes" });
  }
}

/** Whether the desk takes these keys for a pass, or for the number of one with a digit misread. */
export async function isPass(strokes: KeyStroke[]): Promise<boolean> {
  try {
    const { link } = await desk.situation();
    // Before enrolment no programme is known here, and any number may be a pass.
    if (link.state === "not_enrolled") return true;
    const { check } = await desk.checkPass({ kind: "keys", strokes });
    return check.kind !== "refused" || check.refusal.kind !== "not_a_code";
  } catch {
    // Whoever takes the scan meets the same obstacle, and says so.
    return true;
  }
}
