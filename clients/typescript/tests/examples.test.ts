// @vitest-environment jsdom
/** The examples for web pages, in the frameworks that they are for; those for Node run in tests/clients/test_examples.py. */
import { act, createElement, StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { flushSync, mount, unmount } from "svelte";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Notes } from "../examples/Notes.jsx";
import SvelteNotes from "../examples/Notes.svelte";
import { FakeServer } from "./fake_server.js";
import { FakeSocket } from "./fake_socket.js";

let server: FakeServer;
const ended: (() => unknown)[] = [];

beforeEach(() => {
  FakeSocket.forget();
  server = new FakeServer();
  server.commit([{ insert: "Hello" }]);
  vi.stubGlobal("WebSocket", FakeSocket);
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
});

afterEach(async () => {
  for (const end of ended.splice(0)) await end();
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

interface Framework {
  /** Shows the notes; returns what takes them away. */
  show(): Promise<() => unknown>;
  /** Does something, and lets the page follow. */
  run(doing: () => unknown): Promise<void>;
}

const react: Framework = {
  async show() {
    const root = createRoot(document.body);
    const notes = createElement(Notes, { url: "ws://test/" });
    await act(async () => root.render(createElement(StrictMode, null, notes)));
    return () => act(async () => root.unmount());
  },
  run: (doing) => act(async () => void (await doing())),
};

const svelte: Framework = {
  async show() {
    const notes = mount(SvelteNotes, { target: document.body, props: { url: "ws://test/" } });
    return () => unmount(notes);
  },
  async run(doing) {
    await doing();
    flushSync();
  },
};

test.each([
  ["React", react],
  ["Svelte", svelte],
])("the notes in %s: several people write at once", async (_, { show, run }) => {
  ended.push(await show());
  await run(() => server.run());
  const [field, button, output] = ["textarea", "button", "output"].map((name) => document.querySelector(name));
  const textarea = field as HTMLTextAreaElement;
  expect(textarea.value).toBe("Hello");
  expect(document.querySelector("h2")?.textContent).toBe("T");

  await run(() => {
    textarea.setRangeText("!", 5, 5, "end");
    textarea.dispatchEvent(new InputEvent("input"));
  });
  expect(output?.textContent).toMatch(/^7 characters, (typing|sent)$/);
  await run(() => server.run());
  expect(output?.textContent).toBe("7 characters, committed");
  await run(() => server.commit([{ insert: "Oh. " }]));
  expect(textarea.value).toBe("Oh. Hello!");

  await run(() => (button as HTMLButtonElement).click());
  expect(textarea.value).toBe("Oh. Hello");
  expect((button as HTMLButtonElement).disabled).toBe(true);

  const sockets = FakeSocket.made.filter(({ closed }) => !closed);
  expect(sockets).toHaveLength(1);
  await (ended.pop() as () => unknown)();
  expect(sockets[0]?.closed).toBe(true);
});

test("the form: a field bound to a document", async () => {
  document.body.innerHTML = '<textarea data-url="ws://test/"></textarea>';
  const loaded = import("../examples/form.js");
  await vi.waitFor(async () => {
    await server.run();
    expect(document.querySelector("textarea")?.value).toBe("Hello");
  });
  await loaded;
  FakeSocket.last.end(4404);
});
