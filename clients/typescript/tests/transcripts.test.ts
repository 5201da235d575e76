/** The session transcripts of the protocol, against the whole client. Their README says what each step means. */
import { readdirSync, readFileSync } from "node:fs";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { canonical } from "../src/canonical.js";
import { Delta, DocumentClient, MemoryOutbox, type Op, type ReplicaState } from "../src/index.js";
import { newState } from "../src/outbox.js";
import { FakeSocket } from "./fake_socket.js";

const FOLDER = new URL("../../../protocol/transcripts/v1/", import.meta.url);
const FILES = readdirSync(FOLDER).filter((file) => file.endsWith(".json"));
/** Time for what a client does at once but not in the same instant. */
const SOON = 60;

type Step = { [verb: string]: never };
type Frame = { type: string; delta?: Op[]; [field: string]: unknown };

class Session {
  private outbox: MemoryOutbox;
  private state: ReplicaState;
  private client!: DocumentClient;
  private screen = new Delta();
  private presence: Record<string, unknown> = {};
  private said: Frame[] = [];

  constructor(clientId: string) {
    this.state = { ...newState(), client_id: clientId };
    this.outbox = new MemoryOutbox(this.state);
    this.begin();
  }

  begin(): void {
    const store = this.outbox.store.bind(this.outbox);
    this.outbox.store = (state) => {
      this.state = JSON.parse(JSON.stringify(state));
      return store(state);
    };
    this.client = new DocumentClient({
      url: "ws://test/",
      WebSocket: FakeSocket,
      outbox: this.outbox,
      random: () => 0,
    });
    this.client.on("reset", ({ contents }) => {
      this.screen = contents;
    });
    this.client.on("change", ({ delta }) => {
      this.screen = this.screen.compose(delta);
    });
    this.client.on("presence", (present) => {
      this.presence = Object.fromEntries(present.map(({ sessionId, selection }) => [sessionId, selection]));
    });
    this.client.connect();
  }

  connect(): void {
    FakeSocket.last.open();
  }

  disconnect(): void {
    FakeSocket.last.end();
  }

  restart(): void {
    this.outbox = new MemoryOutbox(this.state);
    this.begin();
  }

  edit(ops: Op[]): void {
    const delta = new Delta(ops);
    this.screen = this.screen.compose(delta);
    this.client.edit(delta);
  }

  async check(): Promise<void> {
    // biome-ignore lint/complexity/useLiteralKeys: when a client asks is its own affair, that it may and what is not
    await this.client["conversation"]["checker"]?.ask();
  }

  select(selection: { index: number; length: number }): void {
    this.client.select(selection);
  }

  server(frame: Frame): void {
    FakeSocket.last.receive(frame);
  }

  /** What was sent and not yet compared, without what isn't counted. */
  listen(presenceCounts: boolean): Frame[] {
    this.said.push(...(FakeSocket.last.take() as Frame[]));
    const latest = this.said.findLast(({ type }) => type === "presence");
    return this.said.filter((frame) => {
      if (frame.type === "presence") return presenceCounts && frame === latest;
      return frame.type !== "ping" && frame.type !== "seen";
    });
  }

  client_(allowed: Frame[]): void {
    const presenceCounts = allowed.some(({ type }) => type === "presence");
    const frames = this.listen(presenceCounts).map(inCanonicalForm);
    this.said = [];
    expect(frames).toHaveLength(1);
    expect(allowed.map(inCanonicalForm)).toContainEqual(frames[0]);
  }

  expect(expected: Record<string, unknown>): void {
    const observed = this.observe();
    for (const [key, value] of Object.entries(expected)) expect({ [key]: observed[key] }).toEqual({ [key]: value });
  }

  private observe(): Record<string, unknown> {
    // biome-ignore lint/complexity/useLiteralKeys: what waits is private to the client and public in the transcripts
    const replica = this.client["conversation"].replica;
    expect(this.client.contents.ops).toEqual(this.screen.ops);
    const pending = replica?.pending;
    return {
      screen: this.screen.ops,
      version: this.client.version,
      pending: pending ? { seq: pending.seq, delta: pending.delta.ops } : null,
      buffer: replica?.buffer?.delta.ops ?? null,
      kept: this.client.kept.map(({ code, delta }) => ({ code, delta })),
      presence: this.presence,
    };
  }
}

function inCanonicalForm(frame: Frame): Frame {
  return frame.delta ? { ...frame, delta: canonical(new Delta(frame.delta)).ops } : frame;
}

async function run(transcript: { client_id: string; steps: Step[] }): Promise<void> {
  const session = new Session(transcript.client_id);
  await vi.advanceTimersByTimeAsync(0);
  for (const step of transcript.steps) {
    const [[verb, argument]] = Object.entries(step) as [[string, never]];
    if (verb !== "client") expect(session.listen(false)).toEqual([]);
    if (verb === "client") session.client_(argument);
    else if (verb !== "wait") await session[verb as "check"].call(session, ...([argument] as unknown as []));
    await vi.advanceTimersByTimeAsync(verb === "wait" ? argument * 1000 : SOON);
  }
  expect(session.listen(false)).toEqual([]);
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
  FakeSocket.forget();
});

test("there are transcripts", () => {
  expect(FILES.length).toBeGreaterThan(30);
});

test.each(FILES)("%s", async (file) => {
  await run(JSON.parse(readFileSync(new URL(file, FOLDER), "utf8")));
});
