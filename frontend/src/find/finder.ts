import type { Delta } from "@deltapad/client";
import type { Selection } from "../editor/adapter";
import { findMatches, matchAfter, type Query, searchedText } from "./search";

/** What is looked for in a text that others change meanwhile, and which of the matches one is at. */
export class Finder {
  matches: readonly Selection[] = [];
  private query: Query = { text: "", matchCase: false, wholeWords: false };
  private place = 0;

  /** Which of the matches one is at: the first at or after the place that was last gone to; -1 where there is none. */
  get current(): number {
    return matchAfter(this.matches, this.place);
  }

  get match(): Selection | undefined {
    return this.matches[this.current];
  }

  /** Looks for something, from a place on. */
  look(query: Query, contents: Delta, place = this.place): void {
    this.query = query;
    this.place = place;
    this.refresh(contents);
  }

  /** Looks again, after the text has changed. */
  refresh(contents: Delta): void {
    this.matches = this.query.text ? findMatches(searchedText(contents), this.query) : [];
  }

  /** The text changes: the place stays where it is in it. */
  carry(delta: Delta): void {
    this.place = delta.transformPosition(this.place);
  }

  goTo(place: number): void {
    this.place = place;
  }

  step(by: 1 | -1): void {
    const { length } = this.matches;
    if (length > 0) this.place = (this.matches[(this.current + by + length) % length] as Selection).index;
  }
}
