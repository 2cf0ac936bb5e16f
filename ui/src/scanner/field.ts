/** What an element held before a scan typed into it. */
export interface Memory {
  /**
   * Takes back what has been typed since, and tells the page as typing would.
   *
   * @param typed how many characters have reached the element
   */
  giveBack(typed: number): void;
}

type TextField = HTMLInputElement | HTMLTextAreaElement;

/** The element that keys go to, inside shadow trees too. */
export function targetOf(event: KeyboardEvent): Element | null {
  const [innermost] = event.composedPath();
  return innermost instanceof Element ? innermost : null;
}

/** Whether a character changes what the element holds; on a button or the page it does not. */
export function takesCharacters(element: Element | null): element is HTMLElement {
  return isTextField(element) || isSelect(element) || isEditable(element);
}

/** Whether what is typed stays here as text, Space included. */
export function takesText(element: Element | null | undefined): element is HTMLElement {
  return isTextField(element) || isEditable(element);
}

/** Remembers what an element holds, before a character reaches it. */
export function remember(element: HTMLElement): Memory {
  if (isTextField(element)) return rememberText(element);
  if (isSelect(element)) return rememberChoice(element);
  return rememberEditable(element);
}

/** Types a text into an element at the place of its selection. */
export function type(element: HTMLElement, text: string): void {
  if (text === "" || insert(element, text)) return;
  if (!isTextField(element)) return;
  const from = element.selectionStart ?? element.value.length;
  const to = element.selectionEnd ?? from;
  setValue(element, element.value.slice(0, from) + text + element.value.slice(to));
  select(element, from + text.length, from + text.length);
}

function rememberText(field: TextField): Memory {
  const { value, selectionStart, selectionEnd, selectionDirection } = field;
  return {
    giveBack() {
      untype(field, value, selectionStart);
      if (field.value !== value) replaceDifference(field, value);
      // A number field with letters in it has no value at all.
      if (field.value !== value || field.validity?.badInput) setValue(field, value);
      if (selectionStart !== null && selectionEnd !== null) {
        select(field, selectionStart, selectionEnd, selectionDirection ?? "none");
      }
    },
  };
}

function rememberChoice(list: HTMLSelectElement): Memory {
  const chosen = [...list.options].map((option) => option.selected);
  return {
    giveBack() {
      const options = [...list.options];
      if (options.every((option, n) => option.selected === chosen[n])) return;
      options.forEach((option, n) => (option.selected = chosen[n] ?? false));
      list.dispatchEvent(new Event("input", { bubbles: true }));
      list.dispatchEvent(new Event("change", { bubbles: true }));
    },
  };
}

function rememberEditable(element: HTMLElement): Memory {
  const replaced = document.createElement("div");
  const before = document.getSelection();
  if (before?.rangeCount) replaced.append(before.getRangeAt(0).cloneContents());
  return {
    giveBack(typed) {
      const selection = document.getSelection();
      if (!selection || typed === 0) return;
      extendBack(selection, typed);
      command(element, "delete");
      if (replaced.innerHTML === "") return;
      command(element, "insertHTML", replaced.innerHTML);
      extendBack(selection, replaced.textContent.length);
    },
  };
}

function extendBack(selection: Selection, characters: number): void {
  for (let n = 0; n < characters; n++) selection.modify("extend", "backward", "character");
}

/**
 * Deletes what was typed at `start` as Backspace would. The browser takes it for the end of the
 * same typing, so that Undo never brings the scan back.
 */
function untype(field: TextField, wanted: string, start: number | null): void {
  const { value, selectionStart: caret, selectionEnd } = field;
  if (start === null || caret === null || caret !== selectionEnd || caret <= start) return;
  if (value.slice(0, start) + value.slice(caret) !== wanted) return;
  for (let n = start; n < caret; n++) command(field, "delete");
}

/**
 * Brings the field back by editing it as a hand would, because setting `value` would throw away
 * what Undo remembers and silence the `change` event that the person's own typing is owed.
 */
function replaceDifference(field: TextField, wanted: string): void {
  const { value } = field;
  const shorter = Math.min(value.length, wanted.length);
  let head = 0;
  while (head < shorter && value[head] === wanted[head]) head++;
  let tail = 0;
  while (tail < shorter - head && value.at(-1 - tail) === wanted.at(-1 - tail)) tail++;
  if (!select(field, head, value.length - tail)) return;
  const text = wanted.slice(head, wanted.length - tail);
  if (text === "") command(field, "delete");
  else insert(field, text);
}

function insert(element: HTMLElement, text: string): boolean {
  return command(element, "insertText", text);
}

/**
 * `execCommand` is called obsolete, and is the only way to edit through the browser's own Undo.
 * Where it is missing the callers have another way.
 */
function command(element: HTMLElement, name: string, text?: string): boolean {
  if (typeof document.execCommand !== "function") return false;
  if (!element.matches(":focus")) return false;
  return document.execCommand(name, false, text);
}

function setValue(field: TextField, value: string): void {
  // A number field does not notice that it is emptied when letters left it without a value.
  if (value === "" && field.validity?.badInput) field.value = "0";
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

/** Selects part of a field; false for those that have no selection, such as a number field. */
function select(field: TextField, from: number, to: number, direction?: "forward" | "backward" | "none"): boolean {
  if (field.selectionStart === null) return false;
  field.setSelectionRange(from, to, direction);
  return true;
}

function isTextField(element: Element | null | undefined): element is TextField {
  if (element instanceof HTMLTextAreaElement) return !element.readOnly && !element.disabled;
  if (!(element instanceof HTMLInputElement)) return false;
  return !WITHOUT_TEXT.has(element.type) && !element.readOnly && !element.disabled;
}

const WITHOUT_TEXT = new Set(["button", "checkbox", "color", "file", "image", "radio", "range", "reset", "submit"]);

function isSelect(element: Element | null): element is HTMLSelectElement {
  return element instanceof HTMLSelectElement && !element.disabled;
}

function isEditable(element: Element | null | undefined): element is HTMLElement {
  return element instanceof HTMLElement && element.isContentEditable;
}
