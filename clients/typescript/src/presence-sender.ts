/** Tells the others where this author is: the latest only, not too often, and not while the screen is ahead of them. */
import type { Delta } from "./delta.js";
import { equal } from "./json.js";
import type { Selection } from "./messages.js";
import { moveSelection } from "./presence.js";

export class PresenceSender {
  private selection: Selection | null = null;
  private typing = false;
  private told = true;
  /** Milliseconds between two frames. */
  interval = 50;
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** `send` returns whether it could be said now. */
  constructor(private readonly send: (selection: Selection | null, typing: boolean) => boolean) {}

  select(selection: Selection | null, typing: boolean): void {
    if (this.typing === typing && equal(this.selection, selection)) return;
    this.selection = selection;
    this.typing = typing;
    this.told = false;
    this.flush();
  }

  /** Moves the selection as the others move it: over the author's `own` change it goes along, else it stays left. */
  move(change: Delta, own: boolean): void {
    this.selection = this.selection && moveSelection(this.selection, change, !own);
  }

  /** Nobody knows yet: the connection is a new one. */
  forget(): void {
    this.told = this.selection === null;
  }

  /** Tells what is not told yet, if it may be told now. */
  flush(): void {
    if (this.told || this.timer !== undefined || !this.send(this.selection, this.typing)) return;
    this.told = true;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.flush();
    }, this.interval);
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }
}
