import { describe, expect, it } from "vitest";
import * as format from "./format";

/** Spaces made visible: `_` no-break, `.` narrow. */
const shown = (text: string) => text.replaceAll("\u00a0", "_").replaceAll("\u202f", ".");

describe("format", () => {
  it("shows the cents of an amount only when there are some", () => {
    expect(shown(format.amount(0))).toBe("0_€");
    expect(shown(format.amount(1_000))).toBe("10_€");
    expect(shown(format.amount(1_250))).toBe("12,50_€");
    expect(shown(format.amount(5))).toBe("0,05_€");
    expect(shown(format.amount(187_000))).toBe("1.870_€");
    expect(shown(format.amount(-1_000))).toBe("-10_€");
    expect(shown(format.amount(18_000_000_000))).toBe("180.000.000_€");
  });

  it("groups the thousands of a count", () => {
    expect(shown(format.count(999))).toBe("999");
    expect(shown(format.count(155_000))).toBe("155.000");
    expect(shown(format.count(-1_000))).toBe("-1.000");
  });

  it("writes the first of a month as an ordinal, and no other day", () => {
    expect(shown(format.dayAndMonth("2026-10-01"))).toBe("1er_octobre");
    expect(shown(format.dayAndMonth("2026-11-19"))).toBe("19_novembre");
    expect(shown(format.dayMonthYear("2026-08-01"))).toBe("1er_août_2026");
    expect(format.shortDay("2026-10-08")).toBe("08/10/2026");
  });

  it("names the weekday, and the year only when it is another one", () => {
    expect(shown(format.weekdayAndDay("2026-11-19", "2026-11-21"))).toBe("jeudi 19_novembre");
    expect(shown(format.weekdayAndDay("2025-12-31", "2026-11-21"))).toBe("mercredi 31_décembre_2025");
  });

  it("keeps hours and durations in one piece", () => {
    expect(shown(format.hour("09:05"))).toBe("9_h_05");
    expect(shown(format.hours("14:00:00", "16:00:00"))).toBe("14_h_00 – 16_h_00");
    expect(shown(format.duration(45))).toBe("45_min");
    expect(shown(format.duration(450))).toBe("7_h_30");
    expect(shown(format.duration(6_000_000))).toBe("100.000_h_00");
  });

  it("says an instant on the clock it was noted with", () => {
    expect(shown(format.instant("2026-11-01T18:05:12.345+01:00"))).toBe("1er_novembre, 18_h_05");
  });

  it("groups a SIRET as its owners read it", () => {
    expect(shown(format.siret("99999999000013"))).toBe("999_999_990_00013");
  });
});
