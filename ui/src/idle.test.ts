import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { IdleWatch } from "./idle";

const MINUTE = 60_000;

let onidle: ReturnType<typeof vi.fn<() => void>>;
let watch: IdleWatch;

beforeEach(() => {
  vi.useFakeTimers({ now: new Date("2026-11-19T14:00:00Z") });
  onidle = vi.fn<() => void>();
  watch = new IdleWatch(5, onidle);
});

afterEach(() => {
  watch.stop();
  vi.useRealTimers();
});

describe("a PC that nobody touches", () => {
  it("is told so after that long, and not before", () => {
    vi.advanceTimersByTime(5 * MINUTE - 1);
    expect(onidle).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(onidle).toHaveBeenCalledOnce();
  });

  it.each(["pointermove", "pointerdown", "keydown", "wheel", "touchstart"])("is touched by a %s", (kind) => {
    vi.advanceTimersByTime(4 * MINUTE);
    // Wherever it happens, and whoever keeps it from the page.
    const field = document.body.appendChild(document.createElement("input"));
    field.addEventListener(kind, (event) => event.stopPropagation());
    field.dispatchEvent(new Event(kind, { bubbles: true }));
    field.remove();
    vi.advanceTimersByTime(4 * MINUTE);
    expect(onidle).not.toHaveBeenCalled();
    vi.advanceTimersByTime(MINUTE);
    expect(onidle).toHaveBeenCalled();
  });

  it("is touched by a scan, whose keys nobody else hears", () => {
    vi.advanceTimersByTime(4 * MINUTE);
    watch.stir();
    vi.advanceTimersByTime(4 * MINUTE);
    expect(onidle).not.toHaveBeenCalled();
  });

  it.each(["focus", "pointermove", "keydown"])("has slept: the first %s comes too late", (kind) => {
    // No timer runs while the computer sleeps.
    vi.setSystemTime(Date.now() + 60 * MINUTE);
    window.dispatchEvent(new Event(kind));
    expect(onidle).toHaveBeenCalledOnce();
  });

  it("has slept and is shown again", () => {
    vi.setSystemTime(Date.now() + 60 * MINUTE);
    document.dispatchEvent(new Event("visibilitychange"));
    expect(onidle).toHaveBeenCalledOnce();
  });

  it("waits no longer for a clock that was put back", () => {
    vi.advanceTimersByTime(MINUTE);
    vi.setSystemTime(Date.now() - 60 * MINUTE);
    vi.advanceTimersByTime(5 * MINUTE + 5_000);
    expect(onidle).toHaveBeenCalled();
  });

  it("is left alone once nobody watches", () => {
    watch.stop();
    vi.setSystemTime(Date.now() + 60 * MINUTE);
    vi.advanceTimersByTime(60 * MINUTE);
    window.dispatchEvent(new Event("focus"));
    window.dispatchEvent(new Event("keydown"));
    expect(onidle).not.toHaveBeenCalled();
  });
});
