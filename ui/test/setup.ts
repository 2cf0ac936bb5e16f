import { afterEach, beforeAll, vi } from "vitest";

beforeAll(() => {
  // jsdom has no layout and no modal dialogs: what the parts ask of them is answered here.
  Element.prototype.scrollIntoView = vi.fn();
  HTMLDialogElement.prototype.showModal = function (this: HTMLDialogElement) {
    this.open = true;
    this.querySelector<HTMLElement>("button, input, select, textarea")?.focus();
  };
  HTMLDialogElement.prototype.close = function (this: HTMLDialogElement) {
    if (!this.open) return;
    this.open = false;
    this.dispatchEvent(new Event("close"));
  };
});

afterEach(() => {
  location.hash = "";
});
