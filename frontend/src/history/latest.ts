/** Does a task for the latest of what is wanted; what was wanted meanwhile is left out. One task at a time. */
export class Latest<T> {
  private wanted: T | undefined;
  private running: Promise<void> | null = null;

  constructor(private readonly task: (wanted: T, isLatest: () => boolean) => Promise<void>) {}

  /** Wants this now; resolves when nothing is wanted any more. */
  want(wanted: T): Promise<void> {
    this.wanted = wanted;
    this.running ??= this.run();
    return this.running;
  }

  private async run(): Promise<void> {
    while (this.wanted !== undefined) {
      const wanted = this.wanted;
      this.wanted = undefined;
      await this.task(wanted, () => this.wanted === undefined);
    }
    this.running = null;
  }
}
