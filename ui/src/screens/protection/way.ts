/** How the steps stand in the window: filling it in Welcome, in a dialog in Settings. */
export type Way = {
  /** The window's name, where a step fills it. */
  window?: string;
  /** The words of the button that leaves. */
  leave: string;
  onleave: () => void;
};

/** The steps, in their order; a sheet waits to be confirmed from the second until the last. */
export type Stage = "passphrase" | "sheet" | "proof" | "done";
