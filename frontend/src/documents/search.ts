import { api, type Found } from "../api";

/** Milliseconds without a key before the server is asked. */
const PAUSE = 200;

/** What is looked for, and what the server has found for it. */
export class Search {
  /** The best first; null while nothing is looked for. */
  found: Found[] | null = null;
  private timer = 0;
  private asked = 0;

  constructor(
    private readonly field: HTMLInputElement,
    private readonly typed: () => void,
  ) {
    field.addEventListener("input", () => {
      window.clearTimeout(this.timer);
      this.timer = window.setTimeout(this.typed, this.words ? PAUSE : 0);
    });
  }

  /** Asks the server. An answer that comes after a newer question counts for nothing. */
  async ask(): Promise<void> {
    this.asked += 1;
    const { asked, words } = this;
    const found = words ? await api.search(words) : null;
    if (asked === this.asked) this.found = found;
  }

  private get words(): string {
    return this.field.value.trim();
  }
}
