import { expect, test } from "vitest";
import { initials } from "../src/avatars";

test.each([
  ["Ada", "A"],
  ["Ada Lovelace", "AL"],
  ["grace brewster hopper", "GH"],
  ["ada@example.com", "AC"],
  ["Gus (guest)", "G"],
  ["Grace Hopper (guest)", "GH"],
  [" 🦊 fox ", "🦊F"],
  ["(nobody)", "("],
  ["", "?"],
])("the letters for “%s” are %s", (name, letters) => {
  expect(initials(name)).toBe(letters);
});
