import { beforeEach, describe, expect, it, vi } from "vitest";
import { SaveIndicator, saveText } from "../src/editor/save_state";

describe("the save state", () => {
  it.each([
    [{ kind: "committed", count: 0 }, "Saved"],
    [{ kind: "typing", count: 1 }, "Typing…"],
    [{ kind: "sent", count: 1 }, "Sent, being saved…"],
    [{ kind: "offline", count: 0 }, "Offline"],
    [{ kind: "offline", count: 1 }, "Offline, 1 change kept"],
    [{ kind: "offline", count: 3 }, "Offline, 3 changes kept"],
    [{ kind: "waiting", count: 1 }, "No answer, 1 change kept"],
    [{ kind: "waiting", count: 3, inTab: true }, "No answer, 3 changes kept in this tab"],
    [{ kind: "closed", count: 2 }, "Offline, 2 changes kept"],
    [
      { kind: "rejected", count: 1, reason: { code: "document_frozen", message: "Frozen." } },
      "Refused, because the document is frozen",
    ],
  ] as const)("%j reads %s", (state, text) => {
    expect(saveText(state)).toBe(text);
  });
});

describe("the indicator", () => {
  const element = document.createElement("p");
  const text = document.createElement("span");
  const announce = vi.fn();
  let indicator: SaveIndicator;

  beforeEach(() => {
    vi.useFakeTimers();
    announce.mockReset();
    indicator = new SaveIndicator(element, text, announce);
    indicator.show({ kind: "committed", count: 0 });
  });

  it("does not flicker between two keys, but never says “Saved” too early", () => {
    indicator.show({ kind: "typing", count: 1 });
    indicator.show({ kind: "committed", count: 0 });
    expect(text.textContent).toBe("Typing…");
    indicator.show({ kind: "typing", count: 1 });
    vi.advanceTimersByTime(1000);
    expect(text.textContent).toBe("Typing…");
    indicator.show({ kind: "committed", count: 0 });
    vi.runAllTimers();
    expect(text.textContent).toBe("Saved");
  });

  it("speaks up when offline, back, or refused, and only then", () => {
    indicator.show({ kind: "typing", count: 1 });
    indicator.show({ kind: "sent", count: 1 });
    expect(announce).not.toHaveBeenCalled();
    indicator.show({ kind: "offline", count: 1 });
    indicator.show({ kind: "offline", count: 2 });
    indicator.show({ kind: "committed", count: 0 });
    vi.runAllTimers();
    expect(announce.mock.calls.map(([said]) => said)).toEqual(["Offline, 1 change kept", "Saved"]);
  });

  it("says that there is no answer, also while one types on, until there is", () => {
    indicator.show({ kind: "typing", count: 0 });
    vi.advanceTimersByTime(2000);
    indicator.show({ kind: "typing", count: 1 });
    expect(text.textContent).toBe("Typing…");
    vi.advanceTimersByTime(600);
    expect(text.textContent).toBe("No answer, 1 change kept");
    indicator.show({ kind: "typing", count: 2 });
    expect(text.textContent).toBe("No answer, 2 changes kept");
    indicator.show({ kind: "sent", count: 1 });
    expect(text.textContent).toBe("Sent, being saved…");
    indicator.show({ kind: "committed", count: 0 });
    vi.advanceTimersByTime(10_000);
    expect(text.textContent).toBe("Saved");
    expect(announce.mock.calls.map(([said]) => said)).toEqual(["No answer, 1 change kept", "Sent, being saved…"]);
  });
});
