/** The window on fixtures, as a person finds it: opened at an address, read by its roles and words. */
import { render, screen, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { vi } from "vitest";
import type { Desk } from "../src/api";
import { memoryDesk, type Start } from "../src/api/memory";
import App from "../src/App.svelte";
import { use } from "../src/desk";

/** Opens the window at an address and waits for its heading. */
export async function open(
  address: string,
  start: Start = "busy",
): Promise<{ desk: Desk; user: ReturnType<typeof userEvent.setup> }> {
  const desk = memoryDesk(start);
  use(desk);
  location.hash = address;
  window.dispatchEvent(new Event("hashchange"));
  const user = userEvent.setup();
  render(App);
  await heading();
  return { desk, user };
}

/** The one heading of the screen, once it is there. */
export function heading(name?: string | RegExp): Promise<HTMLElement> {
  return screen.findByRole("heading", name === undefined ? { level: 1 } : { level: 1, name });
}

/** The line of a register that holds these words. */
export async function line(words: string | RegExp): Promise<HTMLElement> {
  return vi.waitFor(() => {
    const row = screen.getAllByRole("row").find((row) => row.textContent?.match(words));
    if (!row) throw new Error(`no line with ${words}`);
    return row;
  });
}

export { screen, within };
