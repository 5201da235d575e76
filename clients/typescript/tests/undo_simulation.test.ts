/**
 * Several authors type, delete, undo and redo at once, over connections that delay and break. Whatever the schedule: undo and redo touch
 * only what is one's own, all converge, and who takes back everything leaves the others' text alone.
 */
import Delta from "quill-delta";
import { expect, test } from "vitest";
import type { ClientMessage, Hello, ServerMessage } from "../src/messages.js";
import { newState } from "../src/outbox.js";
import { Replica } from "../src/replica.js";
import { UndoStack } from "../src/undo.js";
import type { Update } from "../src/update.js";
import { Authority } from "./authority.js";
import { random } from "./random.js";

const SCHEDULES = process.env.DELTAPAD_TEST_SCALE === "full" ? 20_000 : 500;
const FIRST_SCHEDULE = Number(process.env.DELTAPAD_SEED ?? 0);
const STEPS = 100;
const START = "begin";
/** Each letter typed is another one, so that it can be told whose it is; every third takes two code units. */
const FIRST_LETTER = 0x4e00;
const FIRST_PAIR = 0x20000;

/** Who put each letter where it stands, and who took away each that is gone. */
class Traces {
  readonly inserted = new Map<string, string>();
  readonly deleted = new Map<string, string>();

  /** A change of the contents `before`, by the author of that name. */
  follow(change: Delta, before: Delta, author: string): void {
    const { gone, come } = letters(change, before);
    for (const letter of gone) this.deleted.set(letter, author);
    for (const letter of come) this.inserted.set(letter, author);
  }
}

function letters(change: Delta, before: Delta): { gone: string[]; come: string[] } {
  const gone: string[] = [];
  const come: string[] = [];
  let at = 0;
  for (const op of change.ops) {
    if (op.insert !== undefined) come.push(...String(op.insert));
    if (op.delete !== undefined) gone.push(...text(before.slice(at, at + op.delete)));
    at += op.insert === undefined ? Delta.Op.length(op) : 0;
  }
  return { gone, come };
}

const text = (contents: Delta) => contents.map(({ insert }) => insert).join("");

class World {
  readonly authority = new Authority();
  readonly authors: Author[];
  readonly typed = new Map<string, string>();
  /** Letters that another than who typed them brought back, and who is their author since. */
  readonly brought = new Set<string>();
  /** By whom each letter came last, and went last, in the order of the server. */
  readonly history = new Traces();
  /**
   * Letters whose deletion was undone before it was committed, and could not be called back. They go out as new ones, and who else takes
   * away the old ones meanwhile takes away those alone: from then on a letter says no longer whose it is.
   */
  readonly uncertain = new Set<string>();
  clock = 0;

  constructor(readonly pick: (limit: number) => number) {
    this.authority.commit({ client_id: "nobody", seq: 1, delta: [{ insert: START }] });
    this.authors = ["alice", "bobby", "carol"].map((name) => new Author(`${name}-client`, this));
  }

  step(): void {
    const author = this.authors[this.pick(this.authors.length)] as Author;
    const action = this.pick(100);
    this.clock += this.pick(500);
    if (!author.connected) author.connect();
    else if (action < 22) author.edit();
    else if (action < 34) author.take("undo");
    else if (action < 40) author.take("redo");
    else if (action < 68) this.deliverUp(author);
    else if (action < 96) author.deliverDown();
    else author.disconnect();
  }

  deliverUp(author: Author): void {
    const message = author.up.shift();
    if (message?.type === "hello") author.down.push(...this.authority.welcome(message as Hello));
    if (message?.type === "fetch") author.down.push(...this.authority.fetch(message.after));
    if (message?.type !== "submit") return;
    const before = this.authority.contents;
    const { revision, answer } = this.authority.submit(author.name, message);
    if (revision) this.remember(new Delta(revision.delta), before, author.name);
    if (answer) author.down.push(answer);
    for (const each of this.authors) {
      const joined = each.connected && !each.up.some(({ type }) => type === "hello");
      if (revision && joined) each.down.push({ type: "revisions", revisions: [structuredClone(revision)] });
    }
  }

  private remember(change: Delta, before: Delta, author: string): void {
    for (const letter of letters(change, before).come) if (this.typed.get(letter) !== author) this.brought.add(letter);
    this.history.follow(change, before, author);
  }

  /** Lets everything arrive. */
  settle(): void {
    for (const author of this.authors) if (!author.connected) author.connect();
    while (this.authors.some(({ up, down }) => up.length + down.length > 0)) {
      for (const author of this.authors) {
        this.deliverUp(author);
        author.deliverDown();
      }
    }
    for (const { replica } of this.authors) {
      expect(replica.synchronized).toBe(true);
      expect(replica.screen.ops).toEqual(this.authority.contents.ops);
    }
  }
}

class Author {
  readonly replica: Replica;
  readonly undoStack: UndoStack;
  readonly traces = new Traces();
  up: ClientMessage[] = [];
  down: ServerMessage[] = [];
  connected = false;

  constructor(
    readonly name: string,
    private readonly world: World,
  ) {
    this.replica = new Replica({ ...newState(), client_id: name });
    this.undoStack = new UndoStack(() => world.clock);
  }

  connect(): void {
    this.connected = true;
    this.up = [{ type: "hello", client_id: this.name, ...this.replica.position() }];
  }

  disconnect(): void {
    this.connected = false;
    this.up = [];
    this.down = [];
    this.replica.disconnected();
  }

  edit(): void {
    if (this.replica.contents === null) return;
    const change = this.draw();
    if (change.ops.length === 0) return;
    const inverse = this.undoStack.record(change, this.replica.screen);
    this.apply(change, () => this.replica.local(change, inverse));
  }

  /** Undoes or redoes a step; whether there was one. */
  take(direction: "undo" | "redo"): boolean {
    const step = this.undoStack[direction](this.replica.screen);
    if (step === null) return false;
    const { gone, come } = letters(step.delta, this.replica.screen);
    const certain = (each: string[]) => each.filter((letter) => !this.world.uncertain.has(letter));
    for (const letter of certain(gone)) expect(this.traces.inserted.get(letter), `took away ${letter}`).toBe(this.name);
    for (const letter of certain(come))
      expect(this.traces.deleted.get(letter), `brought back ${letter}`).toBe(this.name);
    this.apply(step.delta, () => this.replica.back(step.delta, step.inverse, step.inverses));
    for (const letter of come) if (this.onTheirWay().has(letter)) this.world.uncertain.add(letter);
    return true;
  }

  deliverDown(): void {
    const message = this.down.shift();
    if (message?.type === "welcome") this.show(this.replica.welcome(message));
    if (message?.type === "ack") this.show(this.replica.acknowledge(message.seq, message.version));
    if (message?.type === "revisions") this.show(this.replica.receive(message.revisions));
    if (message) this.speak();
  }

  private apply(change: Delta, take: () => void): void {
    this.traces.follow(change, this.replica.screen, this.name);
    take();
    this.speak();
  }

  private show({ contents, changes, fetchAfter }: Update): void {
    let screen = this.shown;
    if (contents) {
      this.undoStack.clear();
      this.traces.follow(contents, new Delta(), "someone");
      screen = contents;
    }
    for (const change of changes) {
      this.undoStack.remote(change);
      this.traces.follow(change, screen, "someone");
      screen = screen.compose(change);
    }
    this.shown = screen;
    if (fetchAfter !== undefined) this.up.push({ type: "fetch", after: fetchAfter });
  }

  private speak(): void {
    this.shown = this.replica.screen;
    const submission = this.connected ? this.replica.sendable() : null;
    if (submission) this.up.push(structuredClone(submission));
  }

  private shown = new Delta();

  /** Letters that changes which wait take away. */
  private onTheirWay(): Set<string> {
    let contents = this.replica.contents ?? new Delta();
    return new Set(
      this.replica.waiting.flatMap(({ delta }) => {
        const { gone } = letters(delta, contents);
        contents = contents.compose(delta);
        return gone;
      }),
    );
  }

  private draw(): Delta {
    const { pick, typed } = this.world;
    const all = [...text(this.replica.screen)];
    const from = pick(all.length);
    const delta = new Delta().retain(all.slice(0, from).join("").length);
    if (pick(10) < 6) {
      const letter = String.fromCodePoint((typed.size % 3 === 0 ? FIRST_PAIR : FIRST_LETTER) + typed.size);
      typed.set(letter, this.name);
      return delta.insert(letter);
    }
    const some = all.slice(from, Math.min(all.length - 1, from + 1 + pick(4))).join("");
    return delta.delete(some.length).chop();
  }
}

/** What the first author does not take back though it is its own, or takes along though it is not. */
function leftovers({ authority, typed, authors, uncertain, brought, history }: World): string[] {
  const { name } = authors[0] as Author;
  const visible = new Set(text(authority.contents));
  return [...typed, ...[...new Set(START)].map((letter) => [letter, "nobody"] as const)]
    .filter(([letter, author]) =>
      visible.has(letter)
        ? author === name && !brought.has(letter) && history.inserted.get(letter) === name
        : author !== name && history.deleted.get(letter) === name,
    )
    .map(([letter]) => letter)
    .filter((letter) => !uncertain.has(letter));
}

function play(seed: number): void {
  const world = new World(random(seed));
  try {
    for (let number = 0; number < STEPS; number++) world.step();
    world.settle();
    const [author] = world.authors as [Author];
    const before = text(world.authority.contents);
    let steps = 0;
    while (author.take("undo")) steps++;
    world.settle();
    expect(leftovers(world)).toEqual([]);
    while (steps-- > 0) expect(author.take("redo")).toBe(true);
    world.settle();
    expect(text(world.authority.contents)).toBe(before);
  } catch (error) {
    throw new Error(`DELTAPAD_SEED=${seed}`, { cause: error });
  }
}

test("undo takes back what is one's own and nothing else", async () => {
  for (let seed = FIRST_SCHEDULE; seed < FIRST_SCHEDULE + SCHEDULES; seed++) {
    play(seed);
    // Now and then the runner wants to hear that this goes on.
    if (seed % 100 === 0) await new Promise((resolve) => setTimeout(resolve));
  }
}, 300_000);
