/**
 * Where a scan goes: to the screen that wants it; otherwise to the Pass screen, which opens and
 * says what it is. The scanner itself (`scanner/`) knows nothing of screens.
 */
import type { CodeRead } from "./api";
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
