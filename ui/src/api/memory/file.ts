/** Files, played: a text stands for a picture, and its numbers for the codes on it. */
import type { Reading, UserError } from "..";

/** A page of several takes as long as on an old computer, in milliseconds. */
const PAGE_MS = 700;

/** The codes of a file, page by page; a form feed begins the next page. */
export async function readCodes(
  file: File,
  { onProgress, signal }: Reading,
): Promise<{ text: string; page: number }[]> {
  const pages = (await file.text()).split("\f");
  const codes: { text: string; page: number }[] = [];
  for (const [before, words] of pages.entries()) {
    const page = before + 1;
    onProgress({ page, pages: pages.length, found: codes.length });
    if (pages.length > 1) await new Promise((resolve) => setTimeout(resolve, PAGE_MS));
    if (signal.aborted) throw unreadable("cancelled");
    codes.push(...words.split(/\s+/).flatMap((text) => (/^\d{10}$/.test(text) ? [{ text, page }] : [])));
  }
  if (codes.length === 0) throw unreadable("no-code");
  return codes;
}

function unreadable(fault: string): UserError {
  return { code: "unreadable", data: { fault }, incident: false };
}
