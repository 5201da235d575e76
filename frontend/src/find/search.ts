import { Delta } from "@deltapad/client";
import type { Selection } from "../editor/adapter";

export interface Query {
  readonly text: string;
  readonly matchCase: boolean;
  readonly wholeWords: boolean;
}

/** Stands for an embed in the text that is searched, so that its places are those of the document. */
const EMBED = "\ufffc";
const WORD = String.raw`[\p{L}\p{M}\p{N}_]`;

/** The text of contents, as long as they are: in UTF-16 code units, an embed is one. */
export function searchedText(contents: Delta): string {
  return contents.ops.map(({ insert }) => (typeof insert === "string" ? insert : EMBED)).join("");
}

/** Where the text holds what is looked for, in order; what is found does not overlap. */
export function findMatches(text: string, query: Query): Selection[] {
  if (!query.text) return [];
  const matches = text.matchAll(pattern(query));
  return Array.from(matches, (match) => ({ index: match.index, length: match[0].length }));
}

function pattern({ text, matchCase, wholeWords }: Query): RegExp {
  const literal = text.replace(/[\\^$.*+?()[\]{}|/]/gu, String.raw`\$&`);
  const whole = wholeWords ? `(?<!${WORD})${literal}(?!${WORD})` : literal;
  return new RegExp(whole, matchCase ? "gu" : "giu");
}

/** Which match comes first at or after a place, going round at the end; -1 where there is none. */
export function matchAfter(matches: readonly Selection[], place: number): number {
  if (matches.length === 0) return -1;
  let [low, high] = [0, matches.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((matches[middle] as Selection).index < place) low = middle + 1;
    else high = middle;
  }
  return low % matches.length;
}

/** One change that puts `text` in the place of every match, each in the look that its first character has. */
export function replacement(contents: Delta, matches: readonly Selection[], text: string): Delta {
  const change = new Delta();
  const looks = new Looks(contents);
  let end = 0;
  for (const { index, length } of matches) {
    change
      .retain(index - end)
      .insert(text, looks.at(index))
      .delete(length);
    end = index + length;
  }
  return change;
}

/** The attributes at places that are asked for in order, in one walk. */
class Looks {
  private op = 0;
  private end = 0;

  constructor(private readonly contents: Delta) {}

  at(place: number): Record<string, unknown> | undefined {
    const { ops } = this.contents;
    while (this.op < ops.length && this.end <= place) {
      const insert = ops[this.op]?.insert;
      this.end += typeof insert === "string" ? insert.length : 1;
      this.op += 1;
    }
    return ops[this.op - 1]?.attributes;
  }
}
