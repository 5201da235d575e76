/** The browser's locks, shared by tabs: each tab's are free again once it is closed, however it ended. */
interface Waiting {
  readonly tab: FakeTab;
  readonly name: string;
  resolve(): void;
}

type Granted = (lock: object | null) => unknown;

export class FakeTab {
  private static readonly holders = new Map<string, FakeTab>();
  private static waiting: Waiting[] = [];

  readonly locks = {
    request: async (name: string, { ifAvailable, signal }: LockOptions, granted: Granted): Promise<unknown> => {
      if (FakeTab.holders.has(name)) {
        if (ifAvailable) return granted(null);
        await this.turn(name, signal);
      }
      FakeTab.holders.set(name, this);
      try {
        return await granted({ name });
      } finally {
        if (FakeTab.holders.get(name) === this) FakeTab.free(name);
      }
    },
  };

  end(): void {
    FakeTab.waiting = FakeTab.waiting.filter(({ tab }) => tab !== this);
    for (const [name, holder] of FakeTab.holders) if (holder === this) FakeTab.free(name);
  }

  private turn(name: string, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiting = { tab: this, name, resolve };
      FakeTab.waiting.push(waiting);
      signal?.addEventListener("abort", () => {
        FakeTab.waiting = FakeTab.waiting.filter((each) => each !== waiting);
        reject(signal.reason);
      });
    });
  }

  private static free(name: string): void {
    FakeTab.holders.delete(name);
    const next = FakeTab.waiting.find((waiting) => waiting.name === name);
    if (next === undefined) return;
    FakeTab.waiting = FakeTab.waiting.filter((waiting) => waiting !== next);
    FakeTab.holders.set(name, next.tab);
    next.resolve();
  }
}
