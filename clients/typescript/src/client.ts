/** One document, edited together: what an editor talks to. */
import Delta from "quill-delta";
import { editorChange } from "./canonical.js";
import { Checker } from "./checker.js";
import { Connection, type ConnectionState } from "./connection.js";
import { Emitter } from "./events.js";
import type { DocumentClientEvents, DocumentClientOptions, RemoteSelection } from "./interface.js";
import { LeftBehind } from "./left-behind.js";
import {
  type Checked,
  type DocumentState,
  encodedLength,
  type Hello,
  type Limits,
  type Participant,
  type Reason,
  type Selection,
  type ServerMessage,
  type Submit,
  type UserInfo,
  type Welcome,
} from "./messages.js";
import { type Fallback, MemoryOutbox, type Outbox } from "./outbox.js";
import { Selections } from "./presence.js";
import { PresenceSender } from "./presence-sender.js";
import { Diverged, Replica, type Update } from "./replica.js";
import type { Kept } from "./replica-state.js";
import { type SaveState, saveState } from "./save-state.js";
import { Sender } from "./sender.js";

type Handler<Message> = (message: Message, replica: Replica) => void;

export class DocumentClient {
  /** Resolves with the first contents; rejects if the server turns this client away before. */
  readonly ready: Promise<void>;
  user?: UserInfo;
  role?: string;
  /** Names this connection to the others. */
  sessionId?: string;
  capabilities: ReadonlySet<string> = new Set();
  title = "";
  documentState: DocumentState = "open";
  /** Whether it failed the server's integrity check: it stays frozen until it passes. */
  documentDamaged = false;

  private readonly events = new Emitter<DocumentClientEvents>({
    save: { kind: "committed", count: 0 },
    presence: [],
    fallback: null,
  });
  private readonly outbox: Outbox;
  private readonly socket: Connection;
  private readonly presence: PresenceSender;
  private opening: Promise<Replica> | null = null;
  private replica: Replica | null = null;
  private sender: Sender | null = null;
  private selections = new Selections(0, []);
  private limits: Limits = {};
  private distrusted = false;
  private checker: Checker | null = null;
  private readonly leftBehind: LeftBehind;
  private settleReady: { resolve: () => void; reject: (reason: Error) => void } | undefined;

  private readonly handlers: { [Type in ServerMessage["type"]]?: Handler<Extract<ServerMessage, { type: Type }>> } = {
    welcome: (message, replica) => this.welcome(message, replica),
    revisions: ({ revisions }, replica) => {
      this.show(replica.receive(revisions));
      this.selections.advance(revisions);
    },
    ack: ({ seq, version }, replica) => this.show(replica.acknowledge(seq, version)),
    rejected: (message) => this.refuse(message.seq, message),
    slow_down: ({ seq, retry_after }, replica) => {
      if (seq) replica.slowDown(seq);
      this.sender?.pause(retry_after);
    },
    error: (message, replica) => {
      if (message.retry === "never") this.show(replica.giveUp(message));
    },
    joined: ({ participant }) => {
      this.selections.joined(participant);
      this.events.emit("participants", this.participants);
    },
    left: ({ session_id }) => {
      this.selections.left(session_id);
      this.events.emit("participants", this.participants);
    },
    presence: ({ participants }) => {
      this.selections.heard(participants.filter(({ session_id }) => session_id !== this.sessionId));
    },
    access: ({ role, capabilities }, replica) => {
      this.accessChanged(role, capabilities);
      this.show(replica.accessChanged(capabilities));
    },
    checked: (message, replica) => this.checked(message, replica),
    document: ({ title, state, damaged }) =>
      this.documentChanged(title ?? this.title, state ?? this.documentState, damaged ?? this.documentDamaged),
    banner: ({ text }) => this.events.tell("banner", text),
    probe: ({ id }) => this.socket.send({ type: "seen", id }),
  };

  constructor(private readonly options: DocumentClientOptions) {
    this.leftBehind = new LeftBehind(
      (outbox) => this.beside(outbox),
      (kept) => this.keep(kept),
    );
    this.outbox = options.outbox ?? new MemoryOutbox();
    this.socket = new Connection({
      url: options.url,
      WebSocket: options.WebSocket ?? WebSocket,
      random: options.random ?? Math.random,
      hello: () => this.hello(),
      onMessage: (message) => this.receive(message),
      onState: (state) => this.connectionChanged(state),
      onClosed: (reason) => this.turnedAway(reason),
    });
    this.presence = new PresenceSender((selection, typing) => {
      const message = this.replica?.presence(selection, typing);
      return message ? this.socket.send(message) : false;
    });
    this.ready = new Promise((resolve, reject) => {
      this.settleReady = { resolve, reject };
    });
    this.ready.catch(() => {});
  }

  /** Joins, and stays joined until `close` or until the server says not to come back. */
  connect(): void {
    void this.opened();
    this.socket.open();
  }

  /** Leaves for good; what is unsent stays in the outbox, free for whoever opens it next. */
  close(): void {
    this.leftBehind.close();
    this.socket.close();
    this.presence.stop();
    this.checker?.stop();
    void Promise.resolve(this.sender?.advance()).then(() => this.outbox.close());
  }

  /** Hears of `name` until the returned function is called. */
  on<Name extends keyof DocumentClientEvents>(
    name: Name,
    listener: (payload: DocumentClientEvents[Name]) => void,
  ): () => void {
    return this.events.on(name, listener);
  }

  /** Takes a change that the author made, already on the screen. Throws before `ready`. */
  submit(delta: Delta): void {
    const replica = this.joined();
    const { change, correction } = editorChange(replica.screen, delta);
    if (change.ops.length > 0) replica.local(change);
    this.presence.move(change, true);
    this.checker?.quiet();
    if (correction.ops.length > 0) this.events.emit("change", { delta: correction });
    this.advance();
  }

  /** Resolves once nothing waits any more: all is committed, or refused and kept. */
  async committed(): Promise<void> {
    if (!this.unsent) return;
    await new Promise<void>((resolve) => {
      const stop = this.on("save", () => {
        if (this.unsent) return;
        stop();
        resolve();
      });
    });
  }

  /** Tells the others where the author is, in the positions of the screen; null: nowhere. */
  select(range: Selection | null, typing = false): void {
    this.presence.select(range, typing);
  }

  /** The author has taken back, or given up, what was kept. */
  discard(kept: Kept): void {
    this.replica?.release(kept);
    this.events.emit("kept", this.kept);
    this.advance();
  }

  get connection(): ConnectionState {
    return this.socket.state;
  }

  /** What the screen shows. */
  get contents(): Delta {
    return this.replica?.screen ?? new Delta();
  }

  get version(): number {
    return this.replica?.version ?? 0;
  }

  get participants(): ReadonlyMap<string, Participant> {
    return this.selections.participants;
  }

  /** Changes of the author's that are not in the document and wait to be taken back or discarded. */
  get kept(): readonly Kept[] {
    return this.replica?.kept ?? [];
  }

  /** Why unsent changes would not outlive this page; null where they would, or were never meant to. */
  get fallback(): Fallback | null {
    return this.outbox.fallback;
  }

  /** Whether leaving now leaves something that is not committed. */
  get unsent(): boolean {
    return this.replica !== null && !this.replica.synchronized;
  }

  get saveState(): SaveState {
    return saveState(this.replica, this.connection === "online", this.sender);
  }

  private joined(): Replica {
    if (this.replica?.contents) return this.replica;
    throw new Error("The document is not there yet: wait for `ready`.");
  }

  private opened(): Promise<Replica> {
    this.opening ??= this.open();
    return this.opening;
  }

  private async open(): Promise<Replica> {
    const replica = new Replica(await this.outbox.open());
    this.replica = replica;
    this.sender = new Sender(replica, this.outbox, (submission) => this.transmit(submission));
    this.checker = new Checker(replica, (check) => this.socket.send(check), this.options.random ?? Math.random);
    if (replica.contents !== null) this.show({ contents: replica.screen, changes: [] });
    if (replica.kept.length > 0) this.events.emit("kept", replica.kept);
    this.events.tell("save", this.saveState);
    this.events.tell("fallback", this.fallback);
    return replica;
  }

  private async hello(): Promise<Hello> {
    const replica = await this.opened();
    const { token, client } = this.options;
    const credentials = typeof token === "function" ? await token() : token;
    return {
      type: "hello",
      client_id: replica.clientId,
      ...(credentials !== undefined && { token: credentials }),
      ...(!this.distrusted && replica.position()),
      ...(client !== undefined && { client }),
    };
  }

  private receive(message: ServerMessage): void {
    const { replica } = this;
    if (replica === null) return;
    try {
      const handle = this.handlers[message.type] as Handler<ServerMessage> | undefined;
      handle?.(message, replica);
      this.advance();
    } catch (error) {
      if (!(error instanceof Diverged)) throw error;
      this.distrusted = true;
      this.events.emit("kept", this.kept);
      this.socket.restart();
    }
  }

  private welcome(message: Welcome, replica: Replica): void {
    if (this.outbox.user !== undefined && this.outbox.user !== message.user.id) {
      this.socket.close();
      this.turnedAway({ code: "another_user", message: "Someone else is signed in; these changes are not theirs." });
      return;
    }
    this.distrusted = false;
    this.user = message.user;
    this.sessionId = message.session_id;
    this.limits = message.limits;
    this.presence.interval = (message.limits.presence_interval ?? 0.05) * 1000;
    this.presence.forget();
    this.selections = new Selections(
      message.contents ? message.document.version : replica.version,
      message.participants,
    );
    this.show(replica.welcome(message));
    this.selections.advance(message.revisions ?? []);
    this.events.emit("participants", this.participants);
    this.accessChanged(message.role, message.capabilities);
    this.checker?.welcomed(message.limits.check_interval ?? undefined);
    const { title, state, damaged } = message.document;
    this.documentChanged(title, state, damaged ?? false);
    this.events.tell("banner", message.banner ?? "");
    this.advance();
  }

  private checked(message: Checked, replica: Replica): void {
    const { version, result } = message;
    const mismatches = this.checker?.answered(message) ?? 0;
    if (mismatches > 0) this.events.emit("mismatched", { version, times: mismatches });
    this.show(replica.checked(message));
    if (result === "same") this.events.emit("verified", { version });
  }

  /** Brings what the replica made of a message to the screen. */
  private show({ contents, changes, kept, fetchAfter }: Update): void {
    if (contents !== undefined) this.events.emit("reset", { contents });
    for (const delta of changes) {
      this.presence.move(delta, false);
      this.events.emit("change", { delta });
    }
    if (kept !== undefined) this.events.emit("kept", this.kept);
    if (fetchAfter !== undefined) this.socket.send({ type: "fetch", after: fetchAfter });
    if (contents !== undefined) this.arrived();
  }

  /** Stores and sends what there is, and tells what has changed by it. */
  private advance(): void {
    void this.sender?.advance().then(() => this.stored());
    this.presence.flush();
    this.events.tell("save", this.saveState);
    this.events.tell("presence", this.remoteSelections());
  }

  private stored(): void {
    this.events.tell("fallback", this.fallback);
    this.events.tell("save", this.saveState);
  }

  private transmit(submission: Submit): void {
    const limit = this.limits.frame_in ?? Number.POSITIVE_INFINITY;
    if (encodedLength(submission) <= limit) this.socket.send(submission);
    else this.refuse(submission.seq, { code: "too_large", message: "The change is larger than the server takes." });
    this.advance();
  }

  private refuse(seq: number, reason: Reason): void {
    const update = this.replica?.rejected(seq, reason);
    if (update === undefined) return;
    this.show(update);
    if (update.kept === undefined) return;
    this.events.emit("refused", { ...update.kept, delta: new Delta(update.kept.delta) });
  }

  private arrived(): void {
    this.settleReady?.resolve();
    if (this.connection === "online") this.leftBehind.search(this.outbox);
  }

  /** A client of another outbox, which looks for no further ones. */
  private beside(outbox: Outbox): DocumentClient {
    const other = new DocumentClient({ ...this.options, outbox });
    other.leftBehind.searched = true;
    return other;
  }

  private async keep(kept: readonly Kept[]): Promise<void> {
    this.replica?.take(kept);
    this.events.emit("kept", this.kept);
    await this.sender?.advance();
  }

  private connectionChanged(state: ConnectionState): void {
    if (state !== "online") {
      this.sender?.disconnected();
      this.presence.stop();
      this.checker?.stop();
    }
    this.events.emit("connection", state);
    this.events.tell("save", this.saveState);
  }

  private turnedAway(reason: Reason): void {
    this.settleReady?.reject(new Error(`${reason.code}: ${reason.message}`));
    this.events.emit("closed", reason);
  }

  private accessChanged(role: string, capabilities: readonly string[]): void {
    this.role = role;
    this.capabilities = new Set(capabilities);
    this.events.emit("access", { role, capabilities: this.capabilities });
  }

  private documentChanged(title: string, state: DocumentState, damaged: boolean): void {
    this.title = title;
    this.documentState = state;
    this.documentDamaged = damaged;
    this.events.emit("document", { title, state, damaged });
  }

  private remoteSelections(): RemoteSelection[] {
    const unsent = this.replica?.waiting.map(({ delta }) => delta) ?? [];
    return this.selections.onScreen(unsent).flatMap(({ session_id: sessionId, selection, typing }) => {
      const user = this.participants.get(sessionId)?.user;
      return user ? [{ sessionId, user, selection, typing: typing === true }] : [];
    });
  }
}
