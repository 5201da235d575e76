/**
 * Several replicas and one authority, over connections that delay, break and lose what is under way, and programs that end and begin
 * again. Whatever the schedule, all converge, and every letter typed is in the history exactly once, or kept for its author.
 */
import Delta, { type Op } from "quill-delta";
import { expect, test } from "vitest";
import { editorChange } from "../src/canonical.js";
import type { ClientMessage, Hello, Revision, ServerMessage } from "../src/messages.js";
import { newState } from "../src/outbox.js";
import { Replica } from "../src/replica.js";
import type { Update } from "../src/update.js";
import { Authority } from "./authority.js";
import { random } from "./random.js";

const SCHEDULES = process.env.DELTAPAD_TEST_SCALE === "full" ? 20_000 : 1000;
const STEPS = 120;
/** Each letter typed is another one, so that it can be found again; every third takes two code units. */
const FIRST_LETTER = 0x4e00;
const FIRST_PAIR = 0x20000;

interface World {
  pick: (limit: number) => number;
  authority: Authority;
  clients: Client[];
  typed: Map<string, Client>;
  deleted: Set<string>;
  refusing: boolean;
}

class Client {
  replica: Replica;
  screen = new Delta();
  up: ClientMessage[] = [];
  down: ServerMessage[] = [];
  connected = false;

  constructor(
    readonly id: string,
    private readonly world: World,
  ) {
    this.replica = new Replica({ ...newState(), client_id: id });
  }

  get ready(): boolean {
    return this.screen.ops.length > 0;
  }

  connect(): void {
    this.connected = true;
    this.up = [{ type: "hello", client_id: this.id, ...this.replica.position() }];
  }

  disconnect(): void {
    this.connected = false;
    this.up = [];
    this.down = [];
    this.replica.disconnected();
  }

  /** Ends and begins anew from what was stored, with the document or without. */
  restart(withContents: boolean): void {
    this.disconnect();
    const state = JSON.parse(JSON.stringify(this.replica.state()));
    this.replica = new Replica(withContents ? state : { ...state, contents: null });
    this.screen = this.replica.contents ? this.replica.screen : new Delta();
  }

  edit(): void {
    const delta = this.draw();
    this.screen = this.screen.compose(delta);
    this.replica.local(editorChange(this.replica.screen, delta).change);
    this.speak();
  }

  deliverDown(): void {
    const message = this.down.shift();
    if (message === undefined) return;
    this.take(message);
    this.speak();
  }

  private take(message: ServerMessage): void {
    if (message.type === "welcome") this.show(this.replica.welcome(message));
    if (message.type === "revisions") this.show(this.replica.receive(message.revisions));
    if (message.type === "ack") this.show(this.replica.acknowledge(message.seq, message.version));
    if (message.type === "rejected") this.show(this.replica.rejected(message.seq, message));
    if (message.type === "slow_down") this.replica.slowDown(message.seq ?? 0);
  }

  private show({ contents, changes, fetchAfter }: Update): void {
    if (contents) this.screen = contents;
    for (const change of changes) this.screen = this.screen.compose(change);
    if (this.ready) expect(this.screen.ops).toEqual(this.replica.screen.ops);
    if (fetchAfter !== undefined) this.up.push({ type: "fetch", after: fetchAfter });
  }

  private speak(): void {
    const submission = this.connected ? this.replica.sendable() : null;
    if (submission) this.up.push(structuredClone(submission));
  }

  private draw(): Delta {
    const { pick, typed, deleted } = this.world;
    const letters = [...this.screen.map(({ insert }) => insert).join("")];
    const from = pick(letters.length);
    const before = letters.slice(0, from).join("").length;
    const delta = new Delta().retain(before);
    const kind = pick(10);
    if (kind < 6) {
      const number = typed.size;
      const letter = String.fromCodePoint((number % 3 === 0 ? FIRST_PAIR : FIRST_LETTER) + number);
      typed.set(letter, this);
      return delta.insert(letter, pick(4) === 0 ? { bold: true } : {});
    }
    const some = letters.slice(from, Math.min(letters.length - 1, from + 1 + pick(4)));
    if (kind < 8) return delta.retain(some.join("").length, { bold: pick(2) === 0 ? true : null }).chop();
    for (const letter of some) deleted.add(letter);
    return delta.delete(some.join("").length).chop();
  }
}

function deliverUp(world: World, client: Client): void {
  const message = client.up.shift();
  if (message === undefined) return;
  const { authority, clients, pick } = world;
  if (message.type === "hello") client.down.push(...authority.welcome(message as Hello));
  if (message.type === "fetch") client.down.push(...authority.fetch(message.after));
  if (message.type !== "submit") return;
  if (pick(12) === 0) {
    client.down.push({ type: "slow_down", retry_after: 0, seq: message.seq });
  } else if (world.refusing && pick(8) === 0 && authority.ackedSeq(client.id) < message.seq) {
    client.down.push({ type: "rejected", seq: message.seq, code: "not_allowed", message: "" });
  } else {
    const { revision, answer } = authority.submit(client.id, message);
    if (answer) client.down.push(answer);
    if (revision) for (const each of clients) broadcast(world, each, revision);
  }
}

/** To whoever has been welcomed; now and then one is lost, as a hint may be. */
function broadcast(world: World, client: Client, revision: Revision): void {
  const joined = client.connected && !client.up.some(({ type }) => type === "hello");
  if (joined && world.pick(15) > 0) client.down.push({ type: "revisions", revisions: [structuredClone(revision)] });
}

function step(world: World): void {
  const { pick, clients, authority } = world;
  const client = clients[pick(clients.length)] as Client;
  const action = pick(100);
  if (!client.connected) client.connect();
  else if (action < 30 && client.ready) client.edit();
  else if (action < 60) deliverUp(world, client);
  else if (action < 90) client.deliverDown();
  else if (action < 94) client.disconnect();
  else if (action < 98) client.restart(pick(2) === 0);
  else if (world.refusing) authority.historyFrom = pick(authority.version + 1);
}

/** Lets everything arrive, on new connections, until nobody has anything left to say. */
function settle(world: World): void {
  world.pick = () => 14;
  for (const client of world.clients) {
    client.disconnect();
    client.connect();
  }
  for (let round = 0; round < 10_000; round++) {
    for (const client of world.clients) {
      deliverUp(world, client);
      client.deliverDown();
    }
    if (world.clients.every(({ up, down }) => up.length + down.length === 0)) return;
  }
  throw new Error("it does not settle");
}

function inserted(ops: readonly Op[]): string[] {
  return ops.flatMap(({ insert }) => (typeof insert === "string" ? [...insert] : []));
}

function check({ authority, clients, typed, deleted }: World): void {
  for (const client of clients) {
    expect(client.replica.synchronized).toBe(true);
    expect(client.screen.ops).toEqual(authority.contents.ops);
  }
  const committed = authority.revisions.flatMap(({ delta }) => inserted(delta));
  const kept = clients.flatMap(({ replica }) => replica.kept.flatMap(({ delta }) => inserted(delta)));
  const count = new Map<string, number>();
  for (const letter of [...committed, ...kept]) count.set(letter, (count.get(letter) ?? 0) + 1);
  for (const letter of typed.keys()) {
    const times = count.get(letter) ?? 0;
    if (!(times === 1 || (times === 0 && deleted.has(letter)))) throw new Error(`${letter} is there ${times} times`);
  }
}

function play(seed: number, refusing: boolean): void {
  const world: World = {
    pick: random(seed),
    authority: new Authority(),
    clients: [],
    typed: new Map(),
    deleted: new Set(),
    refusing,
  };
  world.clients = ["alice-client", "bob-client", "carol-client"].map((id) => new Client(id, world));
  try {
    for (let number = 0; number < STEPS; number++) step(world);
    settle(world);
    check(world);
  } catch (error) {
    throw new Error(`seed ${seed}, refusing ${refusing}`, { cause: error });
  }
}

test.each([
  ["a server that takes everything", false],
  ["a server that refuses, and forgets its history", true],
])(
  "all converge and nothing is lost or doubled: %s",
  (_, refusing) => {
    for (let seed = 0; seed < SCHEDULES; seed++) play(seed, refusing);
  },
  300_000,
);
