const FRAME_MILLISECONDS = 50;

/** Plays the history: from where it stands to its end, the whole of it in about so many seconds. */
export class Player {
  private timer: number | null = null;

  constructor(
    private readonly button: HTMLButtonElement,
    private readonly speed: HTMLSelectElement,
    private readonly steps: { at(): number; end(): number; show(version: number): Promise<void> },
  ) {
    button.addEventListener("click", () => (this.playing ? this.stop() : this.start()));
  }

  get playing(): boolean {
    return this.timer !== null;
  }

  stop(): void {
    if (this.timer !== null) window.clearTimeout(this.timer);
    this.timer = null;
    this.button.setAttribute("aria-pressed", "false");
  }

  private start(): void {
    const first = this.steps.at() < this.steps.end() ? this.steps.at() : 0;
    this.button.setAttribute("aria-pressed", "true");
    this.wait(first, performance.now());
  }

  /** Each frame shows where it ought to be by now: on a slow line there are fewer, and it takes no longer. */
  private wait(first: number, began: number): void {
    this.timer = window.setTimeout(async () => {
      const elapsed = (performance.now() - began) / 1000;
      const passed = Math.ceil((elapsed / Number(this.speed.value)) * this.steps.end());
      const version = Math.min(first + Math.max(1, passed), this.steps.end());
      await this.steps.show(version);
      if (!this.playing) return;
      if (version === this.steps.end()) this.stop();
      else this.wait(first, began);
    }, FRAME_MILLISECONDS);
  }
}
