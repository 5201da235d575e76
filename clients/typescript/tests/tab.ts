/** Tabs whose clients talk to one server in memory. A test file that uses them says `beforeEach(begin)` and `afterEach(end)`. */
import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { expect, vi } from "vitest";
import type { Conversation } from "../src/conversation.js";
import { Delta, DocumentClient, indexedDBOutbox, type Kept, type Outbox, type SaveState } from "../src/index.js";
import { FakeTab } from "./fake_locks.js";
import { FakeServer } from "./fake_server.js";
import { FakeSocket } from "./fake_socket.js";

/** Of the present test, as `begin` made it. */
export let server: FakeServer;
let tabs: Tab[];

/** A client with an editor's screen, and what it heard. */
export class Tab {
  readonly client: DocumentClient;
  screen = new Delta();
  readonly saves: SaveState[] = [];
  readonly refused: string[] = [];
  readonly closed: string[] = [];
  kept: readonly Kept[] = [];

  constructor(
    readonly browser = new FakeTab(),
    outbox?: Outbox,
  ) {
    vi.stubGlobal("navigator", { locks: browser.locks });
    this.client = new DocumentClient({
      url: "ws://test/",
      WebSocket: FakeSocket,
      random: () => 0,
      ...(outbox && { outbox }),
    });
    this.client.on("reset", ({ contents }) => {
      this.screen = contents;
    });
    this.client.on("change", ({ delta }) => {
      this.screen = this.screen.compose(delta);
    });
    this.client.on("save", (state) => this.saves.push(state));
    this.client.on("rejected", ({ code }) => this.refused.push(code));
    this.client.on("kept", (kept) => {
      this.kept = kept;
    });
    this.client.on("closed", ({ code }) => this.closed.push(code));
    this.client.connect();
    tabs.push(this);
  }

  type(text: string, index = this.client.contents.length() - 1): void {
    const delta = new Delta().retain(index).insert(text);
    this.screen = this.screen.compose(delta);
    this.client.edit(delta);
  }

  get text(): string {
    expect(this.client.contents.ops).toEqual(this.screen.ops);
    return this.screen.map(({ insert }) => insert).join("");
  }

  /** Ends as a crash does: nothing is said or stored any more, and the browser frees the locks. */
  crash(): void {
    const { conversation } = this.client as unknown as { conversation: Conversation };
    const { socket, outbox } = conversation;
    socket.close();
    outbox.store = () => new Promise(() => {});
    this.browser.end();
  }
}

/** A tab that keeps what is unsent in the browser's storage. */
export const durable = () => new Tab(new FakeTab(), indexedDBOutbox({ user: "u", document: "d" }));

/** Time for a client to store and send, while nobody answers. */
export const soon = () => new Promise((resolve) => setTimeout(resolve, 8));

/** What the server holds. */
export function text(): string {
  return server.authority.contents.map(({ insert }) => insert).join("");
}

/** A new server, and a browser that has stored nothing. */
export function begin(): void {
  vi.stubGlobal("indexedDB", new IDBFactory());
  server = new FakeServer();
  tabs = [];
}

/** Ends every tab, and forgets what the test put in the place of something else. */
export function end(): void {
  for (const tab of tabs) {
    tab.client.close();
    tab.browser.end();
  }
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  FakeSocket.forget();
}
