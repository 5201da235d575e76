import { Delta } from "@deltapad/client";
import type { Authorship } from "./requests";

/** The attribute that says who wrote a piece, as a place among the authors. No document can hold it. */
export const AUTHOR = "author";
/** The attribute that says what became of a piece between two versions: `added`, `removed` or `formatted`. */
export const CHANGE = "change";

/** Contents in which each piece says who wrote it. */
export function withAuthors(contents: Delta, runs: NonNullable<Authorship["runs"]>): Delta {
  const marks = new Delta();
  for (const [length, author] of runs) marks.retain(length, author === null ? undefined : { [AUTHOR]: author });
  return contents.compose(marks);
}

/** The two versions in one: what `change` puts in and takes out of `before`, each marked. */
export function withChanges(before: Delta, change: Delta): Delta {
  const both = new Delta();
  let at = 0;
  for (const { insert, retain, delete: removed, attributes } of change.ops) {
    if (insert !== undefined) {
      both.insert(insert, { ...attributes, [CHANGE]: "added" });
      continue;
    }
    const length = removed ?? Number(retain);
    const piece = before.slice(at, at + length);
    const formats = removed ? { [CHANGE]: "removed" } : attributes && { ...attributes, [CHANGE]: "formatted" };
    const shown = formats ? piece.compose(new Delta().retain(length, formats)) : piece;
    for (const op of shown.ops) both.push(op);
    at += length;
  }
  return both.concat(before.slice(at));
}
