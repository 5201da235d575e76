/** One document, edited together: what an editor or a program talks to. */

import type { Closed, ConnectionState } from "./connection.js";
import { Conversation } from "./conversation.js";
import { Delta, type Op } from "./delta.js";
import type { DocumentClientEvents, DocumentClientOptions, RemoteSelection } from "./interface.js";
import { LeftBehind } from "./left-behind.js";
import type { DocumentState, Participant, Selection, UserInfo } from "./messages.js";
import type { Fallback, Outbox } from "./outbox.js";
import type { Kept } from "./replica-state.js";
import type { SaveState } from "./save-state.js";

export class DocumentClient {
  /** Resolves with the first contents; rejects with Closed if the server turns this client away before. */
  readonly ready: Promise<void>;

  private readonly conversation: Conversation;
  private readonly leftBehind: LeftBehind;

  constructor(private readonly options: DocumentClientOptions) {
    this.conversation = new Conversation(options);
    this.leftBehind = new LeftBehind(
      (outbox) => this.beside(outbox),
      (kept) => this.conversation.keep(kept),
    );
    this.ready = new Promise((resolve, reject) => {
      this.on("reset", () => resolve());
      this.on("closed", reject);
    });
    this.ready.catch(() => {});
    this.on("reset", () => {
      if (this.connection === "online") this.leftBehind.search(this.conversation.outbox);
    });
  }

  /** Joins, and stays joined until `close` or until the server says not to come back. Resolves as `ready` does. */
  connect(): Promise<void> {
    this.conversation.begin();
    return this.ready;
  }

  /** Leaves for good; what is not committed stays in the outbox, free for whoever opens it next. */
  close(): void {
    this.leftBehind.close();
    this.conversation.end();
  }

  /** Hears of `name` until the returned function is called. */
  on<Name extends keyof DocumentClientEvents>(
    name: Name,
    listener: (payload: DocumentClientEvents[Name]) => void,
  ): () => void {
    return this.conversation.events.on(name, listener);
  }

  /** Makes a change, which an editor shows already. Throws before `ready`. */
  edit(change: Delta | Op[]): void {
    this.conversation.edit(new Delta(change));
  }

  /** Inserts text at `index`. */
  insert(index: number, text: string, attributes?: Op["attributes"]): void {
    this.edit(new Delta().retain(index).insert(text, attributes));
  }

  /** Deletes `length` units at `index`. */
  delete(index: number, length: number): void {
    this.edit(new Delta().retain(index).delete(length));
  }

  /** Sets attributes of `length` units at `index`; null removes one. */
  format(index: number, length: number, attributes: Op["attributes"]): void {
    this.edit(new Delta().retain(index).retain(length, attributes));
  }

  /** Takes back the author's last change, and nothing of anyone else's: a `change` says what. False if there is none. */
  undo(): boolean {
    return this.conversation.step("undo");
  }

  /** Makes again what was taken back last. False if there is nothing. */
  redo(): boolean {
    return this.conversation.step("redo");
  }

  /** The next change begins an undo step of its own; without it, changes in quick succession are one. */
  cutoff(): void {
    this.conversation.undoStack.cutoff();
  }

  /** Tells the others where the author is, in the positions of the screen; null: nowhere. */
  select(selection: Selection | null, typing = false): void {
    this.conversation.select(selection, typing);
  }

  /** Resolves once nothing waits: all is committed, or rejected and kept. Rejects with Closed if it is over before. */
  async committed(): Promise<void> {
    if (!this.unsent) return;
    const stops: (() => void)[] = [];
    await new Promise<void>((resolve, reject) => {
      const look = () => {
        if (!this.unsent) resolve();
        else if (this.connection === "closed") reject(this.conversation.closed as Closed);
      };
      stops.push(this.on("save", look), this.on("closed", look), this.on("connection", look));
      look();
    }).finally(() => {
      for (const stop of stops) stop();
    });
  }

  /** The author has taken back, or given up, what was kept. */
  discard(kept: Kept): void {
    this.conversation.discard(kept);
  }

  /** Names this copy of the document; with a seq, it names a submission for ever. Empty before `ready`. */
  get clientId(): string {
    return this.conversation.replica?.clientId ?? "";
  }

  /** Names this connection to the others. */
  get sessionId(): string | undefined {
    return this.conversation.sessionId;
  }

  /** `connecting`, `online`, `offline` (it comes back by itself) or `closed`. */
  get connection(): ConnectionState {
    return this.conversation.socket.state;
  }

  /** Who the author is to the server. */
  get user(): UserInfo | undefined {
    return this.conversation.user;
  }

  /** The author's role in the document. */
  get role(): string | undefined {
    return this.conversation.role;
  }

  /** What the author may do here. */
  get capabilities(): ReadonlySet<string> {
    return this.conversation.capabilities;
  }

  /** The document's title. */
  get title(): string {
    return this.conversation.title;
  }

  /** `open`, `frozen` (nobody edits) or `trashed`. */
  get documentState(): DocumentState {
    return this.conversation.documentState;
  }

  /** Whether the document failed the server's integrity check: it stays frozen until it passes. */
  get documentDamaged(): boolean {
    return this.conversation.documentDamaged;
  }

  /** The document as it is here, with what is not yet committed: what the screen shows. */
  get contents(): Delta {
    return this.conversation.replica?.screen ?? new Delta();
  }

  /** Its text, the last newline included; U+FFFC stands for an embed. */
  get text(): string {
    return this.contents.map(({ insert }) => (typeof insert === "string" ? insert : "\ufffc")).join("");
  }

  /** Its length in UTF-16 code units, the last newline included. */
  get length(): number {
    return this.contents.length();
  }

  /** The version that is confirmed here. */
  get version(): number {
    return this.conversation.replica?.version ?? 0;
  }

  /** Who is here, by session, this one included. */
  get participants(): ReadonlyMap<string, Participant> {
    return this.conversation.selections.participants;
  }

  /** Where the others are on this screen. */
  get presence(): readonly RemoteSelection[] {
    return this.conversation.remoteSelections;
  }

  /** Changes of the author's that are not in the document and wait to be taken back or discarded. */
  get kept(): readonly Kept[] {
    return this.conversation.kept;
  }

  /** Whether `undo` has something to take back. */
  get canUndo(): boolean {
    return this.conversation.undoStack.canUndo;
  }

  /** Whether `redo` has something to make again. */
  get canRedo(): boolean {
    return this.conversation.undoStack.canRedo;
  }

  /** Why unsent changes would not outlive this page; null where they would, or were never meant to. */
  get fallback(): Fallback | null {
    return this.conversation.outbox.fallback;
  }

  /** Whether leaving now leaves something that is not committed. */
  get unsent(): boolean {
    const { replica } = this.conversation;
    return replica !== null && !replica.synchronized;
  }

  /** How safe the author's text is. */
  get saveState(): SaveState {
    return this.conversation.saveState;
  }

  /** A client of another outbox, which looks for no further ones. */
  private beside(outbox: Outbox): DocumentClient {
    const other = new DocumentClient({ ...this.options, outbox });
    other.leftBehind.searched = true;
    return other;
  }
}
