import type { Delta } from "@deltapad/client";

export interface Heading {
  /** Where its line begins, in UTF-16 code units. */
  readonly index: number;
  readonly level: number;
  readonly text: string;
}

/** The headings of a document that have any text, in order. */
export function headingsOf(contents: Delta): Heading[] {
  const headings: Heading[] = [];
  let line = "";
  let index = 0;
  for (const { insert, attributes } of contents.ops) {
    const text = typeof insert === "string" ? insert : "\ufffc";
    const level = Number(attributes?.header ?? 0);
    const ended = level > 0 ? text.split("\n").slice(0, -1) : [];
    ended.forEach((part, number) => {
      const title = (number === 0 ? line + part : part).replaceAll("\ufffc", "").trim();
      const before = ended.slice(0, number).reduce((sum, { length }) => sum + length + 1, 0);
      if (title) headings.push({ index: number === 0 ? index - line.length : index + before, level, text: title });
    });
    const end = text.lastIndexOf("\n");
    line = end < 0 ? line + text : text.slice(end + 1);
    index += text.length;
  }
  return headings;
}

/** How deep each heading stands under others, from 0: the levels that a document skips leave no gap. */
export function depths(headings: readonly Heading[]): number[] {
  const above: number[] = [];
  return headings.map(({ level }) => {
    while (above.length > 0 && (above.at(-1) as number) >= level) above.pop();
    above.push(level);
    return above.length - 1;
  });
}
