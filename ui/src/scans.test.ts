import { expect, it, vi } from "vitest";
import { memoryDesk, type Start } from "./api/memory";
import { use } from "./desk";
import { isPass } from "./scans";

it.each(["0412773104", "0398112009"])("%s is a pass, whatever it is worth", async (number) => {
  begin("busy");
  expect(await isPass(keys(number))).toBe(true);
});

it.each(["12345678200010", "06 12 34 56 7"])("%s is none", async (text) => {
  begin("busy");
  expect(await isPass(keys(text))).toBe(false);
});

it("any number may be one before enrolment, when no programme is known", async () => {
  begin("idle");
  expect(await isPass(keys("12345678200010"))).toBe(true);
});

it("a desk that cannot tell is left to say so", async () => {
  vi.spyOn(begin("busy"), "checkPass").mockRejectedValue({ code: "in-use", data: null, incident: false });
  expect(await isPass(keys("12345678200010"))).toBe(true);
});

function begin(start: Start) {
  const desk = memoryDesk(start);
  use(desk);
  return desk;
}

function keys(text: string) {
  return [...text].map((key) => ({ key, code: "", shift: false }));
}
