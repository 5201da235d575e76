import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { code, type Frame } from "../src/console/code";
import { shows } from "../src/console/filter";
import { misfit, type Schema } from "../src/console/schema";

const here = (path: string) => `${__dirname}/../../protocol/${path}`;
const schema = JSON.parse(readFileSync(here("specification/v1/schema.json"), "utf8")) as Schema;
const client: Schema = { $ref: "#/$defs/ClientMessage" };

interface Example {
  message: unknown;
  code?: string;
}

const examples = readdirSync(here("examples/v1/client"), { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".json"))
  .map((name) => [name, JSON.parse(readFileSync(here(`examples/v1/client/${name}`), "utf8")) as Example] as const);

describe("a message, by the served schema", () => {
  it.each(examples.filter(([, { code }]) => code === undefined))("%s fits", (_, { message }) => {
    expect(misfit(message, client, schema)).toBeUndefined();
  });

  it.each(examples.filter(([, { code }]) => code === "bad_message"))("%s does not", (_, { message }) => {
    expect(misfit(message, client, schema)).toBeDefined();
  });

  it.each([
    [{ type: "submit", seq: 0, base_version: 0, delta: [] }, "seq: ≥ 1"],
    [{ type: "submit", seq: 1, base_version: 0 }, "delta: required"],
    [{ type: "fetch", after: "1" }, "after: integer"],
    [{ type: "ping", more: 1 }, "more: unknown"],
    [{ type: "submit", seq: 1, base_version: 0, delta: [{ retain: 0 }] }, "delta[0].retain: ≥ 1"],
    [[], "message: object"],
  ])("says where %j is wrong", (message, told) => {
    expect(misfit(message, client, schema)).toBe(told);
  });

  it("names the types that there are", () => {
    expect(misfit({ type: "shout" }, client, schema)).toMatch(/^type: hello, submit/u);
  });
});

describe("a session as a program", () => {
  const said: Frame[] = [
    { type: "hello", client_id: "console-1", token: "dp_secret" },
    {
      type: "submit",
      seq: 1,
      base_version: 0,
      delta: [{ insert: "it's \\n", attributes: { bold: true, link: null } }],
    },
    { type: "seen", id: "x" },
  ];
  const program = (language: "websocat" | "python" | "typescript") =>
    code(language, "ws://pad.example/ws/documents/1/", said, "program-1");

  it.each(["websocat", "python", "typescript"] as const)(
    "holds no token in %s, and a client_id of its own",
    (language) => {
      expect(program(language)).not.toContain("dp_secret");
      expect(program(language)).toContain("program-1");
      expect(program(language)).not.toContain("seen");
    },
  );

  it("writes Python's own constants", () => {
    expect(program("python")).toContain('"attributes": {"bold": True, "link": None}');
  });

  it("quotes for the shell", () => {
    expect(program("websocat")).toContain("it'\\''s");
  });
});

describe("the filter", () => {
  const frame = { at: new Date(), sent: true, text: '{"type":"submit","seq":1}' };

  it("takes every word, whatever its case", () => {
    expect(shows({ words: "SUBMIT seq", direction: "both" }, frame)).toBe(true);
    expect(shows({ words: "submit ack", direction: "both" }, frame)).toBe(false);
  });

  it("takes one direction", () => {
    expect(shows({ words: "", direction: "sent" }, frame)).toBe(true);
    expect(shows({ words: "", direction: "heard" }, frame)).toBe(false);
  });
});
