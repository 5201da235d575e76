/** The browser's locks, shared by tabs: each tab's are free again once it is closed, however it ended. */
type Granted = (lock: object | null) => unknown;

export class FakeTab {
  private static readonly holders = new Map<string, FakeTab>();

  readonly locks = {
    request: async (name: string, _options: { ifAvailable: true }, granted: Granted): Promise<unknown> => {
      if (FakeTab.holders.has(name)) return granted(null);
      FakeTab.holders.set(name, this);
      try {
        return await granted({ name });
      } finally {
        if (FakeTab.holders.get(name) === this) FakeTab.holders.delete(name);
      }
    },
  };

  end(): void {
    for (const [name, holder] of FakeTab.holders) if (holder === this) FakeTab.holders.delete(name);
  }
}
