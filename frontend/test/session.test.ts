import { Delta, type DocumentClient } from "@deltapad/client";
import { expect, it } from "vitest";
import type { EditorSurface } from "../src/editor/adapter";
import { showDocument } from "../src/editor/session";

const DOCUMENT = new Delta().insert("Hello\n");

/** A session whose client holds DOCUMENT, with an editor that shows `shown`. */
function begin(shown: Delta) {
  const listeners = new Map<string, (payload: object) => void>();
  const client = { contents: DOCUMENT, on: (name: string, listener: () => void) => listeners.set(name, listener) };
  const screen = { shown, redrawn: 0 };
  const surface = {
    shows: (contents: Delta) => contents.diff(screen.shown).ops.length === 0,
    setContents: (contents: Delta) => {
      screen.shown = contents;
    },
  };
  showDocument(client as unknown as DocumentClient, surface as EditorSurface, () => {
    screen.redrawn += 1;
  });
  return { screen, verified: () => listeners.get("verified")?.({ version: 1 }) };
}

it("draws the text anew where the editor shows another one than the client holds, and says so", () => {
  const { screen, verified } = begin(new Delta().insert("Jello\n"));
  verified();
  expect(screen).toEqual({ shown: DOCUMENT, redrawn: 1 });
  verified();
  expect(screen.redrawn).toBe(1);
});

it("leaves an editor alone that shows the document", () => {
  const { screen, verified } = begin(new Delta().insert("Hello\n"));
  verified();
  expect(screen.redrawn).toBe(0);
});
