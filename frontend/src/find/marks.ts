import type { Selection } from "../editor/adapter";

/** The most matches that are marked at once: those around the one that one is at. */
const MOST = 1000;

/** Marks matches in the text as CSS highlights: the page's elements, and with them the document, stay as they are. */
export class Marks {
  private readonly all = highlight("found", 1);
  private readonly one = highlight("found-current", 2);

  constructor(private readonly range: (selection: Selection) => Range | null) {}

  show(matches: readonly Selection[], current: number): void {
    this.all?.clear();
    this.one?.clear();
    const first = Math.max(0, current - MOST / 2);
    matches.slice(first, first + MOST).forEach((match, number) => {
      const range = this.range(match);
      if (range) (first + number === current ? this.one : this.all)?.add(range);
    });
  }
}

function highlight(name: string, priority: number): Highlight | undefined {
  // An older browser marks nothing, and goes from match to match all the same.
  if (!("highlights" in CSS)) return undefined;
  const made = new Highlight();
  made.priority = priority;
  CSS.highlights.set(name, made);
  return made;
}
