// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { bindField, type Field, textChange } from "../src/field.js";
import { Delta, DocumentClient } from "../src/index.js";
import { FakeServer } from "./fake_server.js";
import { FakeSocket } from "./fake_socket.js";

let server: FakeServer;
let client: DocumentClient;
let unbind: () => void;

beforeEach(() => {
  FakeSocket.forget();
  server = new FakeServer();
});

afterEach(() => {
  unbind();
  client.close();
  document.body.replaceChildren();
});

/** A field bound to a document of that text, with the caret in it. */
async function bound(text: string, name: "textarea" | "input" = "textarea"): Promise<Field> {
  server.commit([{ insert: text }]);
  const field = document.createElement(name);
  document.body.append(field);
  client = new DocumentClient({ url: "ws://test/", WebSocket: FakeSocket });
  unbind = bindField(client, field);
  void client.connect();
  await server.run();
  field.focus();
  return field;
}

/** What the browser does when its person types. */
function type(field: Field, text: string, from: number, to = from): void {
  field.setRangeText(text, from, to, "end");
  field.dispatchEvent(new InputEvent("input"));
}

function committed(): string {
  return server.authority.contents.map(({ insert }) => insert).join("");
}

const caret = (field: Field) => [field.selectionStart, field.selectionEnd];

test("it works: what is typed in one stands in the other", async () => {
  const field = await bound("Hello");
  expect(field.value).toBe("Hello");
  type(field, ", Bob", 5);
  await server.run();
  expect(committed()).toBe("Hello, Bob\n");
  server.commit([{ insert: "Oh. " }]);
  expect(field.value).toBe("Oh. Hello, Bob");
});

describe("carets", () => {
  test.each([
    ["before it", [{ insert: "ab" }], [5, 5]],
    ["at it", [{ retain: 3 }, { insert: "ab" }], [3, 3]],
    ["after it", [{ retain: 4 }, { insert: "ab" }], [3, 3]],
    ["around it", [{ retain: 1 }, { delete: 4 }], [1, 1]],
  ])("one's own stays where it is in the text when others type %s", async (_, change, expected) => {
    const field = await bound("Hello");
    field.setSelectionRange(3, 3);
    server.commit(change);
    expect(caret(field)).toEqual(expected);
  });

  test("a selection keeps its ends and its direction", async () => {
    const field = await bound("Hello");
    field.setSelectionRange(1, 4, "backward");
    server.commit([{ retain: 2 }, { insert: "ab" }]);
    expect([...caret(field), field.selectionDirection]).toEqual([1, 6, "backward"]);
  });

  test("others are told where one is, and that one is gone", async () => {
    const field = await bound("Hello");
    field.setSelectionRange(1, 4);
    document.dispatchEvent(new Event("selectionchange"));
    field.blur();
    await new Promise((resolve) => setTimeout(resolve, 60));
    await server.run();
    const told = server.heard.filter(({ type }) => type === "presence").map(({ selection }) => selection);
    expect(told).toEqual([{ index: 1, length: 3 }, null]);
  });
});

describe("what is typed", () => {
  test("is the least change, at the caret", () => {
    expect(textChange("aaa", "aaaa", 2).ops).toEqual([{ retain: 1 }, { insert: "a" }]);
    expect(textChange("one two three", "one 2 three", 5).ops).toEqual([{ retain: 4 }, { insert: "2" }, { delete: 3 }]);
    expect(textChange("abc", "abc").ops).toEqual([]);
    expect(textChange("abab", "ab", 0).ops).toEqual([{ delete: 2 }]);
    expect(textChange("", "a").ops).toEqual([{ insert: "a" }]);
  });

  test("leaves the formats of all else", async () => {
    const field = await bound("Hello");
    server.commit([{ retain: 5, attributes: { bold: true } }]);
    type(field, "J", 0, 1);
    expect(client.contents.ops).toEqual([
      { insert: "J" },
      { insert: "ello", attributes: { bold: true } },
      { insert: "\n" },
    ]);
  });

  test("never cuts a character", async () => {
    const field = await bound("😀");
    type(field, "😁", 0, 2);
    await server.run();
    expect(committed()).toBe("😁\n");
  });

  test("is undone by the keys, and only what is one's own", async () => {
    const field = await bound("Hello");
    type(field, "mine", 0);
    server.commit([{ insert: "theirs" }]);
    const key = (init: KeyboardEventInit) =>
      field.dispatchEvent(new KeyboardEvent("keydown", { ctrlKey: true, ...init }));
    key({ key: "z" });
    expect(field.value).toBe("theirsHello");
    key({ key: "Z", shiftKey: true });
    expect(field.value).toContain("mine");
    expect(field.value).toContain("theirs");
  });
});

describe("an input method", () => {
  test("composes in peace: what others do meanwhile comes when it is done", async () => {
    const field = await bound("Hello");
    field.dispatchEvent(new CompositionEvent("compositionstart"));
    field.setRangeText("か", 5, 5, "end");
    field.dispatchEvent(new InputEvent("input", { isComposing: true }));
    server.commit([{ insert: "Oh. " }]);
    expect(field.value).toBe("Helloか");
    field.setRangeText("蚊", 5, 6, "end");
    field.dispatchEvent(new CompositionEvent("compositionend"));
    await server.run();
    expect(field.value).toBe("Oh. Hello蚊");
    expect(caret(field)).toEqual([10, 10]);
    expect(committed()).toBe("Oh. Hello蚊\n");
  });
});

describe("an <input>", () => {
  test("shows the lines one after the other, and keeps them", async () => {
    const field = await bound("one\ntwo", "input");
    expect(field.value).toBe("one two");
    type(field, "2", 4, 7);
    await server.run();
    expect(committed()).toBe("one\n2\n");
  });
});

describe("rights", () => {
  test("who may not edit can't, until they may", async () => {
    server.authority.capabilities = ["read", "history"];
    const field = await bound("Hello");
    expect(field.readOnly).toBe(true);
    FakeSocket.last.receive({ type: "access", role: "editor", capabilities: ["edit", "history", "read"] });
    expect(field.readOnly).toBe(false);
    FakeSocket.last.receive({ type: "document", state: "frozen" });
    expect(field.readOnly).toBe(true);
  });
});

test("a field that is let go is a field like any other", async () => {
  const field = await bound("Hello");
  unbind();
  server.commit([{ insert: "Oh. " }]);
  type(field, "!", 5);
  expect(field.value).toBe("Hello!");
  expect(client.contents.ops).toEqual(new Delta().insert("Oh. Hello\n").ops);
});
