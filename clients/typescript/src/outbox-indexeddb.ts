/**
 * An outbox that survives closing the tab, in IndexedDB. A client_id is held by one tab at a time, through a lock that the browser
 * frees with the tab: what a closed or crashed tab left behind is adopted by the next one, a second or duplicated tab takes another.
 */
import { type Fallback, isUnsent, newState, type Outbox } from "./outbox.js";
import type { ReplicaState } from "./replica-state.js";

const DATABASE = "deltapad";
const STORE = "outbox";
/** An upgrade that another tab blocks, or a browser that never answers, must not keep a document from opening. */
const OPEN_TIMEOUT = 5000;
const AT_ONCE: LockOptions = { ifAvailable: true };

/** Whose outboxes, of which document. */
export interface OutboxName {
  user: string;
  document: string;
}

interface Stored extends OutboxName {
  client_id: string;
  state: ReplicaState;
}

/** Keeps the unsent changes of one person to one document; in memory, saying so in `fallback`, where the browser won't. */
export function indexedDBOutbox(name: OutboxName): Outbox {
  return new IndexedDBOutbox(name);
}

class Unavailable extends Error {
  constructor(readonly reason: Fallback) {
    super(reason);
  }
}

class IndexedDBOutbox implements Outbox {
  readonly user: string;
  fallback: Fallback | null = null;
  private database: IDBDatabase | null = null;
  private taken: ReplicaState | null = null;
  private clientId: string | null = null;
  private readonly closing = new AbortController();
  private release: () => void = () => {};

  constructor(private readonly name: OutboxName) {
    this.user = name.user;
  }

  async open(): Promise<ReplicaState> {
    try {
      this.taken ??= await this.takeAny();
    } catch (error) {
      this.fallBack(error);
    }
    return this.taken ?? newState();
  }

  async store(state: ReplicaState): Promise<void> {
    if (this.database === null) return;
    try {
      // Without the document: it may be large, is stored with every few letters, and the server has it.
      await write(this.database, { ...this.name, client_id: state.client_id, state: { ...state, contents: null } });
      this.fallback = null;
    } catch (error) {
      this.fallBack(error);
    }
  }

  async leftBehind(found: (outbox: Outbox) => void): Promise<void> {
    const { database } = this;
    if (database === null) return;
    const stored = await readAll(database, this.name);
    const others = stored.filter(({ client_id }) => client_id !== this.clientId);
    for (const { client_id } of others) void this.whenLeft(database, client_id, found);
  }

  close(): void {
    this.closing.abort();
    this.release();
  }

  private async takeAny(): Promise<ReplicaState> {
    if (typeof navigator === "undefined" || !navigator.locks) throw new Unavailable("no_locks");
    const database = await openDatabase();
    for (const { client_id } of (await readAll(database, this.name)).sort(mostWantedFirst)) {
      const state = await this.take(database, client_id, AT_ONCE);
      if (state !== null) return state;
    }
    const state = newState();
    await this.hold(state.client_id, AT_ONCE);
    this.database = database;
    return state;
  }

  /** Waits for the end of the tab that holds `clientId`, unless this one is closed before: it may leave something unsent. */
  private async whenLeft(database: IDBDatabase, clientId: string, found: (outbox: Outbox) => void): Promise<void> {
    const outbox = new IndexedDBOutbox(this.name);
    const state = await outbox.take(database, clientId, { signal: this.closing.signal }).catch(() => null);
    if (state !== null && isUnsent(state)) found(outbox);
    else outbox.close();
  }

  /** Takes over one client_id with what is stored under it; null where another tab holds it. */
  private async take(database: IDBDatabase, clientId: string, how: LockOptions): Promise<ReplicaState | null> {
    if (!(await this.hold(clientId, how))) return null;
    this.database = database;
    // Read again: whoever held it until now may have stored since.
    this.taken = (await readAll(database, this.name)).find(({ client_id }) => client_id === clientId) ?? null;
    return this.taken;
  }

  private hold(clientId: string, how: LockOptions): Promise<boolean> {
    this.clientId = clientId;
    const lock = [DATABASE, this.name.user, this.name.document, clientId].join("/");
    return new Promise((resolve, reject) => {
      navigator.locks
        .request(lock, how, (granted) => {
          resolve(granted !== null);
          if (granted === null) return undefined;
          return new Promise<void>((release) => {
            this.release = release;
          });
        })
        .catch(reject);
    });
  }

  /** From here on what is unsent lives as long as the page; the next store that works ends that. */
  private fallBack(error: unknown): void {
    if (error instanceof Unavailable) this.fallback = error.reason;
    else this.fallback = error instanceof DOMException && error.name === "QuotaExceededError" ? "quota" : "failed";
  }
}

function mostWantedFirst(a: ReplicaState, b: ReplicaState): number {
  const wanted = (state: ReplicaState) => (isUnsent(state) ? 2 : 0) + (state.kept.length > 0 ? 1 : 0);
  return wanted(b) - wanted(a);
}

function openDatabase(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    const timer = setTimeout(() => reject(new Unavailable("blocked")), OPEN_TIMEOUT);
    request.onupgradeneeded = () =>
      request.result.createObjectStore(STORE, { keyPath: ["user", "document", "client_id"] });
    request.onsuccess = () => {
      clearTimeout(timer);
      // Another tab with a newer version of this page must be able to upgrade.
      request.result.onversionchange = () => request.result.close();
      resolve(request.result);
    };
    request.onerror = () => {
      clearTimeout(timer);
      reject(request.error);
    };
  });
}

function write(database: IDBDatabase, stored: Stored): Promise<void> {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(STORE, "readwrite", { durability: "strict" });
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
    transaction.objectStore(STORE).put(stored);
    // At once, not when the browser finds that nothing more comes: the tab may be gone by then.
    transaction.commit();
  });
}

function readAll(database: IDBDatabase, { user, document }: OutboxName): Promise<ReplicaState[]> {
  return new Promise((resolve, reject) => {
    const ofDocument = IDBKeyRange.bound([user, document], [user, document, []]);
    const request: IDBRequest<Stored[]> = database.transaction(STORE).objectStore(STORE).getAll(ofDocument);
    request.onsuccess = () => resolve(request.result.map(({ state }) => state));
    request.onerror = () => reject(request.error);
  });
}
