/** What client and server say to each other about one document, and what that means for the screen. */

import { editorChange } from "./canonical.js";
import { Checker } from "./checker.js";
import { Closed, Connection, type ConnectionState } from "./connection.js";
import { Delta } from "./delta.js";
import { Emitter } from "./events.js";
import type { DocumentClientEvents, DocumentClientOptions, RemoteSelection } from "./interface.js";
import {
  type Checked,
  type DocumentState,
  encodedLength,
  type Hello,
  type Limits,
  type Reason,
  type Selection,
  type ServerMessage,
  type Submit,
  type UserInfo,
  type Welcome,
} from "./messages.js";
import { MemoryOutbox, type Outbox } from "./outbox.js";
import { Selections } from "./presence.js";
import { PresenceSender } from "./presence-sender.js";
import { Replica } from "./replica.js";
import type { Kept } from "./replica-state.js";
import { type SaveState, saveState } from "./save-state.js";
import { Sender } from "./sender.js";
import { UndoStack } from "./undo.js";
import { Diverged, type Update } from "./update.js";

type Handler<Message> = (message: Message, replica: Replica) => void;

export class Conversation {
  user?: UserInfo;
  role?: string;
  sessionId?: string;
  capabilities: ReadonlySet<string> = new Set();
  title = "";
  documentState: DocumentState = "open";
  documentDamaged = false;
  replica: Replica | null = null;
  selections = new Selections(0, []);
  /** Why it is over. */
  closed: Closed | null = null;
  readonly undoStack = new UndoStack();
  readonly outbox: Outbox;
  readonly socket: Connection;
  readonly events = new Emitter<DocumentClientEvents>({
    save: { kind: "committed", count: 0 },
    presence: [],
    undo: { canUndo: false, canRedo: false },
    fallback: null,
  });

  private readonly presence: PresenceSender;
  private opening: Promise<Replica> | null = null;
  private sender: Sender | null = null;
  private limits: Limits = {};
  private distrusted = false;
  private checker: Checker | null = null;

  private readonly handlers: { [Type in ServerMessage["type"]]?: Handler<Extract<ServerMessage, { type: Type }>> } = {
    welcome: (message, replica) => this.welcome(message, replica),
    revisions: ({ revisions }, replica) => {
      this.show(replica.receive(revisions));
      this.selections.advance(revisions);
    },
    ack: ({ seq, version }, replica) => this.show(replica.acknowledge(seq, version)),
    rejected: (message) => this.reject(message.seq, message),
    slow_down: ({ seq, retry_after }, replica) => {
      if (seq) replica.slowDown(seq);
      this.sender?.pause(retry_after);
    },
    error: (message, replica) => {
      if (message.retry === "never") this.show(replica.giveUp(message));
    },
    joined: ({ participant }) => {
      this.selections.joined(participant);
      this.events.emit("participants", this.selections.participants);
    },
    left: ({ session_id }) => {
      this.selections.left(session_id);
      this.events.emit("participants", this.selections.participants);
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
  }

  begin(): void {
    this.closed = null;
    void this.opened();
    this.socket.open();
  }

  end(): void {
    this.closed ??= new Closed({ code: "closed", message: "The client was closed." });
    this.socket.close();
    this.presence.stop();
    this.checker?.stop();
    void Promise.resolve(this.sender?.advance()).then(() => this.outbox.close());
  }

  /** A change of the author's, already on the screen. Throws before the first contents. */
  edit(delta: Delta): void {
    const replica = this.joined();
    const { change, correction } = editorChange(replica.screen, delta);
    if (change.ops.length > 0) {
      replica.local(change, this.undoStack.record(change, replica.screen));
    }
    this.edited(change);
    this.events.emit("edit", { delta: change });
    if (correction.ops.length > 0) this.events.emit("change", { delta: correction });
    this.advance();
  }

  /** Takes back, or makes again, a change of the author's, on the screen too. Whether there was one. */
  step(direction: "undo" | "redo"): boolean {
    const replica = this.joined();
    const step = this.undoStack[direction](replica.screen);
    if (step === null) return false;
    const { delta, selection } = step;
    replica.back(delta, step.inverse, step.inverses);
    this.edited(delta);
    this.events.emit("change", { delta, selection });
    this.advance();
    return true;
  }

  select(selection: Selection | null, typing: boolean): void {
    if (selection) this.undoStack.select(selection);
    this.presence.select(selection, typing);
  }

  discard(kept: Kept): void {
    this.replica?.release(kept);
    this.events.emit("kept", this.kept);
    this.advance();
  }

  /** Keeps what another client of the author's kept; resolves once it is stored. */
  async keep(kept: readonly Kept[]): Promise<void> {
    this.replica?.take(kept);
    this.events.emit("kept", this.kept);
    await this.sender?.advance();
  }

  get kept(): readonly Kept[] {
    return this.replica?.kept ?? [];
  }

  get saveState(): SaveState {
    return saveState(this.replica, this.socket.state === "online", this.sender);
  }

  get remoteSelections(): RemoteSelection[] {
    const unsent = this.replica?.waiting.map(({ delta }) => delta) ?? [];
    return this.selections.onScreen(unsent).flatMap(({ session_id: sessionId, selection, typing }) => {
      const user = this.selections.participants.get(sessionId)?.user;
      return user ? [{ sessionId, user, selection, typing: typing === true }] : [];
    });
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
    this.events.tell("fallback", this.outbox.fallback);
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
      const { pending } = replica;
      const handle = this.handlers[message.type] as Handler<ServerMessage> | undefined;
      handle?.(message, replica);
      const settled = pending !== null && pending.seq !== replica.pending?.seq && message.type !== "rejected";
      if (settled) this.events.emit("acknowledged", { seq: pending.seq, version: replica.version });
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
    this.events.emit("participants", this.selections.participants);
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
    if (contents !== undefined) {
      this.undoStack.clear();
      this.events.emit("reset", { contents });
    }
    for (const delta of changes) {
      this.presence.move(delta, false);
      this.undoStack.remote(delta);
      this.events.emit("change", { delta });
    }
    if (kept !== undefined) this.events.emit("kept", this.kept);
    if (fetchAfter !== undefined) this.socket.send({ type: "fetch", after: fetchAfter });
  }

  private edited(change: Delta): void {
    this.presence.move(change, true);
    this.checker?.quiet();
  }

  /** Stores and sends what there is, and tells what has changed by it. */
  private advance(): void {
    void this.sender?.advance().then(() => this.stored());
    this.presence.flush();
    this.events.tell("save", this.saveState);
    this.events.tell("presence", this.remoteSelections);
    const { canUndo, canRedo } = this.undoStack;
    this.events.tell("undo", { canUndo, canRedo });
  }

  private stored(): void {
    this.events.tell("fallback", this.outbox.fallback);
    this.events.tell("save", this.saveState);
  }

  private transmit(submission: Submit): void {
    const limit = this.limits.frame_in ?? Number.POSITIVE_INFINITY;
    if (encodedLength(submission) <= limit) this.socket.send(submission);
    else this.reject(submission.seq, { code: "too_large", message: "The change is larger than the server takes." });
    this.advance();
  }

  private reject(seq: number, reason: Reason): void {
    const update = this.replica?.rejected(seq, reason);
    if (update === undefined) return;
    this.show(update);
    if (update.kept === undefined) return;
    this.events.emit("rejected", { ...update.kept, delta: new Delta(update.kept.delta) });
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
    this.closed = new Closed(reason);
    this.events.emit("closed", this.closed);
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
}
