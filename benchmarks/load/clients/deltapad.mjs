// A lean client of the Deltapad protocol: it keeps its version, and makes changes on it.

import Delta from "quill-delta";
import { Socket } from "../socket.mjs";

/** @typedef {import("../board.mjs").Board} Board */
/** @typedef {import("../board.mjs").Edit} Edit */

const REVISIONS = Buffer.from('{"type":"revisions"');

export class Client {
  /** Whether several submissions may be on their way at once. */
  static pipelines = false;

  /**
   * @param {{url: string}} place
   * @param {{token: string, id: number}} person
   * @param {Board} board
   */
  static async join(place, person, board) {
    const socket = await Socket.open(place.url, ["deltapad.v1"]);
    const id = `bench-${person.id}-${Math.random().toString(36).slice(2, 8)}`.padEnd(12, "0");
    socket.send(JSON.stringify({ type: "hello", client_id: id, token: person.token }));
    const welcome = JSON.parse(String(await socket.next()));
    if (welcome.type !== "welcome") throw new Error(`no welcome: ${JSON.stringify(welcome)}`);
    return new Client(socket, id, welcome, board);
  }

  /**
   * @param {Socket} socket
   * @param {string} id
   * @param {any} welcome
   * @param {Board} board
   */
  constructor(socket, id, welcome, board) {
    this.socket = socket;
    this.id = id;
    this.board = board;
    this.cursor = board.framesSeen;
    this.seq = 0;
    this.version = welcome.document.version;
    this.contents = welcome.contents;
    /** @type {any[]} */
    this.received = [];
    /** @type {Edit[]} */
    this.pending = [];
    /** @type {string} */
    this.submitted = "";
    /** @type {() => void} */
    this.whenFree = () => {};
    /** @type {(() => void) | null} */
    this.changed = null;
    this.lost = board.lost;
    socket.take(
      (frame) => this.take(frame),
      (error) => this.lost(error),
    );
  }

  get busy() {
    return this.pending.length > 0;
  }

  /**
   * Makes characters one change, each at a place of its own.
   * @param {Edit[]} edits
   */
  submit(edits) {
    this.pending = edits.slice();
    this._send(this._ops(edits));
  }

  /** @param {Edit[]} edits */
  _ops(edits) {
    const positions = edits.map(() => Math.floor(Math.random() * this.board.span)).sort((a, b) => a - b);
    let at = 0;
    let ops = "";
    edits.forEach((edit, index) => {
      const gap = positions[index] - at;
      at = positions[index];
      ops += `${ops && ","}${gap ? `{"retain":${gap}},` : ""}{"insert":"${edit.char}"}`;
    });
    return `[${ops}]`;
  }

  /** @param {string} delta */
  _send(delta) {
    this.seq += 1;
    this.submitted = `{"type":"submit","seq":${this.seq},"base_version":${this.version},"delta":${delta}}`;
    this.socket.send(this.submitted);
  }

  /**
   * Messages of a trace, as `change` takes them.
   * @param {{delta: object[]}[]} messages
   */
  static payloads(messages) {
    return messages.map(({ delta }) => JSON.stringify(delta));
  }

  /**
   * Submits a change that is no typed character; returns when it is committed. One at a time.
   * @param {string} delta
   * @returns {Promise<void>}
   */
  change(delta) {
    this._send(delta);
    return new Promise((resolve) => {
      this.changed = resolve;
    });
  }

  /** Of the document when it was opened, in UTF-16 code units. */
  get length() {
    return this.contents.reduce((/** @type {number} */ sum, /** @type {any} */ op) => sum + (op.insert.length ?? 1), 0);
  }

  /**
   * Puts a first text into an empty document.
   * @param {string} text
   * @param {object[]} [ops] the same, with attributes
   */
  async write(text, ops = [{ insert: text }]) {
    this.board.begin(text);
    if (text) await this.change(JSON.stringify(ops));
  }

  /** @param {Buffer} frame */
  take(frame) {
    if (!REVISIONS.equals(frame.subarray(0, REVISIONS.length))) return this._other(JSON.parse(String(frame)));
    const now = performance.now();
    const { first, last, edits, revisions } = this.board.parsed(this, frame, (bytes) => this._parse(bytes));
    if (last <= this.version) return undefined;
    if (first !== this.version + 1) return this.lost(new Error(`version ${first} after ${this.version}`));
    this.version = last;
    this.received.push(revisions);
    for (const edit of edits) {
      if (edit.author === this) this._acked(edit, now);
      else this.board.seen(edit, now);
    }
    if (this.changed) this._look(revisions);
    return undefined;
  }

  /** @param {any[]} revisions */
  _look(revisions) {
    if (!revisions.some(({ client_id, seq }) => client_id === this.id && seq === this.seq)) return;
    const changed = this.changed;
    this.changed = null;
    changed?.();
  }

  /** @param {Buffer} bytes */
  _parse(bytes) {
    const { revisions } = JSON.parse(String(bytes));
    const edits = this.board.editsIn(bytes, REVISIONS.length);
    return { first: revisions[0]?.version, last: revisions.at(-1)?.version ?? 0, edits, revisions };
  }

  /**
   * @param {Edit} edit
   * @param {number} now
   */
  _acked(edit, now) {
    this.board.acked(edit, now);
    if (this.pending.pop() && !this.pending.length) this.whenFree();
  }

  /** @param {any} message */
  _other(message) {
    if (message.type === "probe") this.socket.send(JSON.stringify({ type: "seen", id: message.id }));
    else if (message.type === "slow_down" && message.seq) {
      setTimeout(() => this.socket.send(this.submitted), message.retry_after * 1000);
    } else if (["rejected", "error", "ack"].includes(message.type)) this.lost(new Error(JSON.stringify(message)));
  }

  /** What the frames that this client got make of the document. */
  text() {
    let text = new Delta(this.contents);
    for (const revision of this.received.flat()) text = text.compose(new Delta(revision.delta));
    return text.ops
      .map((op) => op.insert)
      .join("")
      .slice(0, -1);
  }

  close() {
    this.socket.close();
  }
}
