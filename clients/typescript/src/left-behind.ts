/** What closed tabs of the author's left unsent: committed under their client_ids, beside this tab's own client. */
import type { DocumentClient } from "./client.js";
import type { Outbox } from "./outbox.js";
import type { Kept } from "./replica-state.js";

export class LeftBehind {
  searched = false;
  private readonly replaying = new Set<DocumentClient>();

  /** `makeClient` makes a client of an outbox; `keep` resolves once what could not be committed is stored here. */
  constructor(
    private readonly makeClient: (outbox: Outbox) => DocumentClient,
    private readonly keep: (kept: readonly Kept[]) => Promise<void>,
  ) {}

  /** Looks for them, once. */
  search(outbox: Outbox): void {
    if (this.searched) return;
    this.searched = true;
    void outbox.leftBehind((found) => this.replay(found));
  }

  close(): void {
    for (const other of this.replaying) other.close();
  }

  private replay(outbox: Outbox): void {
    const other = this.makeClient(outbox);
    this.replaying.add(other);
    other.on("closed", () => this.replaying.delete(other));
    other.on("save", ({ kind }) => {
      if (kind === "committed" || kind === "rejected") void this.takeOver(other);
    });
    other.connect();
  }

  /** What was kept there is kept here before it is let go there. */
  private async takeOver(other: DocumentClient): Promise<void> {
    if (!this.replaying.delete(other)) return;
    const { kept } = other;
    await this.keep(kept);
    for (const each of kept) other.discard(each);
    other.close();
  }
}
