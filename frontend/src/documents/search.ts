/** Milliseconds without a key before the server is asked. */
const PAUSE = 200;

/** What is looked for. */
export class Search {
  private timer = 0;

  constructor(
    private readonly field: HTMLInputElement,
    typed: () => void,
  ) {
    field.addEventListener("input", () => {
      window.clearTimeout(this.timer);
      this.timer = window.setTimeout(typed, this.words ? PAUSE : 0);
    });
  }

  /** Empty while nothing is. */
  get words(): string {
    return this.field.value.trim();
  }
}
