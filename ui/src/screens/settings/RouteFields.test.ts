import { describe, expect, it } from "vitest";
import { changeOf } from "./RouteFields.svelte";

const draft = { proxy: "proxy.mairie.fr:3128", added: 0, forget: false, file: undefined };

describe("the way to the métropole", () => {
  it("keeps what was added unless the person says otherwise", async () => {
    expect(await changeOf(draft)).toEqual({ proxy: draft.proxy, authority: { kind: "keep" } });
    expect(await changeOf({ ...draft, forget: true })).toEqual({ proxy: draft.proxy, authority: { kind: "forget" } });
  });

  it("reads a chosen file once it is sent, and takes it over all else", async () => {
    const file = { text: async () => "-----BEGIN CERTIFICATE-----" } as File;
    const pem = "-----BEGIN CERTIFICATE-----";
    expect(await changeOf({ ...draft, forget: true, file })).toEqual({
      proxy: draft.proxy,
      authority: { kind: "add", pem },
    });
  });
});
