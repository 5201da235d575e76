import type { Delta } from "@deltapad/client";
import type { Person } from "../api";
import { type Decorate, writeBlocks } from "../editor/html";
import { gettext, interpolate } from "../gettext";
import { AUTHOR, CHANGE } from "./marks";

/** The text of a version, read only. Of what it shows next, it changes no more than differs. */
export class TextView {
  constructor(private readonly paper: HTMLElement) {}

  show(contents: Delta, authors: readonly Person[] = []): void {
    const next = document.createElement("div");
    writeBlocks(next, contents, decorator(authors));
    const [before, after] = [[...this.paper.children], [...next.children]];
    const start = countSame(before, after);
    const end = countSame(before.slice(start).reverse(), after.slice(start).reverse());
    const middle = after.slice(start, after.length - end);
    const following = before[before.length - end] ?? null;
    for (const block of before.slice(start, before.length - end)) block.remove();
    for (const block of middle) this.paper.insertBefore(block, following);
  }

  /** Words in place of the text, as where a version is gone. */
  say(sentence: string): void {
    const words = document.createElement("p");
    words.className = "past-words";
    words.textContent = sentence;
    this.paper.replaceChildren(words);
  }

  /** Brings the first change that is marked into view. */
  revealChange(): void {
    this.paper.querySelector("ins, del, .is-formatted")?.scrollIntoView({ block: "center" });
  }
}

function countSame(some: readonly Element[], others: readonly Element[]): number {
  let count = 0;
  while (count < some.length && others[count] && some[count]?.isEqualNode(others[count] ?? null)) count += 1;
  return count;
}

const TAGS: Readonly<Record<string, string>> = { added: "ins", removed: "del", formatted: "span" };

function decorator(authors: readonly Person[]): Decorate {
  return (piece, attributes) => {
    const tag = TAGS[String(attributes[CHANGE])];
    if (tag) {
      const mark = document.createElement(tag);
      if (tag === "span") {
        mark.className = "is-formatted";
        mark.title = gettext("The format changed");
      }
      mark.append(piece);
      return mark;
    }
    const author = authors[Number(attributes[AUTHOR] ?? -1)];
    if (!author) return piece;
    const mark = document.createElement("span");
    mark.className = "by-author";
    mark.title = interpolate(gettext("By %(name)s"), { name: author.name });
    mark.style.setProperty("--person", author.color);
    mark.append(piece);
    return mark;
  };
}
