import { Delta, type Kept } from "@deltapad/client";

/** Changes refused for one reason, one after the other: to their author they are one piece of text. */
export interface KeptText {
  readonly code: string;
  readonly changes: readonly Kept[];
  readonly contents: Delta;
}

/** The kept changes as pieces of text, in the order in which they were made. */
export function keptTexts(changes: readonly Kept[]): KeptText[] {
  const texts: KeptText[] = [];
  for (const change of changes) {
    const last = texts.at(-1);
    if (last?.code !== change.code) texts.push({ code: change.code, changes: [change], contents: added(change) });
    else texts[texts.length - 1] = joined(last, change);
  }
  return texts;
}

export function plainText(contents: Delta): string {
  return contents.ops.map(({ insert }) => (typeof insert === "string" ? insert : "")).join("");
}

/** A refused change leaves the screen, so what was typed right after it stands where it stood. */
function joined(text: KeptText, change: Kept): KeptText {
  const previous = text.changes.at(-1) as Kept;
  const apart = start(previous) !== start(change) && text.contents.ops.length > 0;
  const contents = (apart ? text.contents.concat(new Delta().insert("\n")) : text.contents).concat(added(change));
  return { code: text.code, changes: [...text.changes, change], contents };
}

const start = ({ delta }: Kept): number => (typeof delta[0]?.retain === "number" ? delta[0].retain : 0);

/** What the change wanted to add, as contents of its own. */
function added({ delta }: Kept): Delta {
  const result = new Delta();
  for (const op of delta) if (typeof op.insert === "string") result.insert(op.insert, op.attributes);
  return result;
}
