// A lean client of ShareDB with rich text: it keeps its version, and has one operation on its way.

import richText from "rich-text";
import { Socket } from "../../load/socket.mjs";

/** @typedef {import("../../load/board.mjs").Board} Board */
/** @typedef {import("../../load/board.mjs").Edit} Edit */

const COLLECTION = "documents";
const { type: RICH_TEXT } = richText;

export class Client {
  static pipelines = false;

  /**
   * @param {{url: string, name: string}} place
   * @param {{id: number}} _person
   * @param {Board} board
   */
  static async join(place, _person, board) {
    const socket = await Socket.open(place.url);
    await socket.next();
    socket.send(JSON.stringify({ a: "hs", id: null, protocol: 1, protocolMinor: 2 }));
    await socket.next();
    socket.send(JSON.stringify({ a: "s", c: COLLECTION, d: place.name }));
    const { data } = JSON.parse(String(await socket.next()));
    return new Client(socket, place.name, data, board);
  }

  /**
   * @param {Socket} socket
   * @param {string} name
   * @param {{v: number, data?: any}} snapshot
   * @param {Board} board
   */
  constructor(socket, name, snapshot, board) {
    this.socket = socket;
    this.name = name;
    this.board = board;
    this.cursor = board.framesSeen;
    this.seq = 0;
    this.version = snapshot.v;
    this.contents = snapshot.data;
    /**
     * What happened, for `text`: operations of others, and one's own where it was sent and where it was acknowledged.
     * @type {{sent?: any, received?: any, acked?: boolean}[]}
     */
    this.history = [];
    /**
     * What came and has not had its turn.
     * @type {Map<number, any>}
     */
    this.early = new Map();
    /** @type {Edit[]} */
    this.pending = [];
    this.whenFree = () => {};
    socket.take((frame) => this.take(frame), board.lost);
  }

  get busy() {
    return this.pending.length > 0;
  }

  /** @param {Edit[]} edits */
  submit(edits) {
    this.pending = edits;
    const positions = edits.map(() => Math.floor(Math.random() * this.board.span)).sort((a, b) => a - b);
    const ops = edits.flatMap((edit, index) => {
      const gap = positions[index] - (positions[index - 1] ?? 0);
      return gap ? [{ retain: gap }, { insert: edit.char }] : [{ insert: edit.char }];
    });
    this.history.push({ sent: ops });
    this._send({ op: { ops } });
  }

  /** @param {object} what */
  _send(what) {
    this.seq += 1;
    this.socket.send(
      JSON.stringify({ a: "op", c: COLLECTION, d: this.name, v: this.version, seq: this.seq, x: {}, ...what }),
    );
  }

  /**
   * Messages of a trace, as `change` takes them.
   * @param {{delta: object[]}[]} messages
   */
  static payloads(messages) {
    return messages.map(({ delta }) => ({ op: { ops: delta } }));
  }

  /**
   * Submits what is no typed character; returns when it is acknowledged. One at a time.
   * @param {object} what
   * @returns {Promise<void>}
   */
  change(what) {
    this._send(what);
    return new Promise((resolve) => {
      this.whenFree = resolve;
    });
  }

  /** @param {string} text */
  async write(text) {
    this.board.begin(text);
    await this.change({ create: { type: RICH_TEXT.uri, data: [{ insert: `${text}\n` }] } });
  }

  /** @param {Buffer} frame */
  take(frame) {
    const now = performance.now();
    const { message, edits } = this.board.parsed(this, frame, (bytes) => this._parse(bytes));
    if (message.error) this.board.lost(new Error(JSON.stringify(message.error)));
    // The same operation may come twice: by subscription, and in answer to a stale submission.
    if (message.a !== "op" || message.v < this.version || this.early.has(message.v)) return;
    this._advance(message);
    if (message.op) {
      for (const edit of edits) this.board.seen(edit, now);
    } else {
      const acked = this.pending;
      this.pending = [];
      for (const edit of acked) this.board.acked(edit, now);
      this.whenFree();
    }
  }

  /** @param {any} message */
  _advance(message) {
    this.early.set(message.v, message.op ? { received: message.op } : { acked: true });
    for (let happened = this.early.get(this.version); happened; happened = this.early.get(this.version)) {
      this.history.push(happened);
      this.early.delete(this.version);
      this.version += 1;
    }
  }

  /** @param {Buffer} bytes */
  _parse(bytes) {
    return { message: JSON.parse(String(bytes)), edits: this.board.editsIn(bytes, 0) };
  }

  /** What the frames that this client got make of the document. */
  text() {
    let text = RICH_TEXT.create(this.contents);
    /** @type {any} */
    let pending = null;
    for (const { sent, received, acked } of this.history) {
      if (sent) pending = sent;
      else if (received) {
        text = RICH_TEXT.apply(text, received);
        if (pending) pending = RICH_TEXT.transform(pending, received, "left");
      } else if (acked) text = RICH_TEXT.apply(text, pending);
    }
    return text.ops
      .map((/** @type {any} */ op) => op.insert)
      .join("")
      .slice(0, -1);
  }

  close() {
    this.socket.close();
  }
}
