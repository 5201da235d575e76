// A lean client of Etherpad: it keeps the revision and the length of each line, and has one changeset on its way.
// Socket.IO's frames are read and written by hand: `42["message",{…}]` is an event, `2` a ping, `3` its answer.

import { Socket } from "../../load/socket.mjs";

/** @typedef {import("../../load/board.mjs").Board} Board */
/** @typedef {import("../../load/board.mjs").Edit} Edit */
/** @typedef {{line: number, column: number, edit: Edit}} Key */

const EVENT = '42["message",';
const PING = 0x32;
const OP = /(?:\*[0-9a-z]+)*(?:\|([0-9a-z]+))?([-+=])([0-9a-z]+)/g;

/** @param {number} number */
const base36 = (number) => number.toString(36);

/**
 * The changeset of a delta, and the text after it. Etherpad counts line breaks and puts deletions before insertions.
 * @param {string} text with its last line break
 * @param {any[]} delta
 */
function changeset(text, delta) {
  let [ops, bank, result, deleted, inserted, at] = ["", "", "", "", "", 0];
  const flush = () => {
    ops += span("-", deleted) + span("+", inserted, "*0");
    bank += inserted;
    result += inserted;
    [deleted, inserted] = ["", ""];
  };
  for (const op of delta) {
    if (op.insert) inserted += op.insert;
    const passed = text.slice(at, at + (op.delete ?? op.retain ?? 0));
    at += passed.length;
    if (op.delete) deleted += passed;
    if (!op.retain) continue;
    flush();
    ops += span("=", passed);
    result += passed;
  }
  flush();
  result += text.slice(at);
  const grown = result.length - text.length;
  const head = `Z:${base36(text.length)}${grown < 0 ? "<" : ">"}${base36(Math.abs(grown))}`;
  return { changeset: `${head}${ops}$${bank}`, text: result };
}

/**
 * @param {string} sign
 * @param {string} text what it spans
 * @param {string} [attributes]
 */
function span(sign, text, attributes = "") {
  const lines = text.split("\n").length - 1;
  const whole = text.lastIndexOf("\n") + 1;
  const first = whole ? `${attributes}|${base36(lines)}${sign}${base36(whole)}` : "";
  return text.length > whole ? `${first}${attributes}${sign}${base36(text.length - whole)}` : first;
}

export class Client {
  static pipelines = false;
  /** `text` is what it was when this client opened it: only Etherpad's own library can follow what comes later. */
  static follows = false;

  /**
   * @param {{url: string, name: string}} place
   * @param {{id: number}} _person
   * @param {Board} board
   */
  static async join(place, _person, board) {
    const socket = await Socket.open(place.url);
    await socket.next();
    socket.send("40");
    await socket.next();
    const token = `t.${Math.random().toString(36).slice(2).padEnd(20, "0")}`;
    const userInfo = { colorId: null, name: null };
    const ready = { component: "pad", type: "CLIENT_READY", padId: place.name, sessionID: null, token, userInfo };
    socket.send(`${EVENT}${JSON.stringify(ready)}]`);
    let message = null;
    while (message?.type !== "CLIENT_VARS") message = event(await socket.next());
    return new Client(socket, message.data, board);
  }

  /**
   * @param {Socket} socket
   * @param {any} variables
   * @param {Board} board
   */
  constructor(socket, variables, board) {
    this.socket = socket;
    this.board = board;
    this.cursor = board.framesSeen;
    const { initialAttributedText, rev } = variables.collab_client_vars;
    this.revision = rev;
    this.contents = initialAttributedText.text;
    this.apool = { numToAttrib: { 0: ["author", variables.userId] }, nextNum: 1 };
    this._count(this.contents);
    /** @type {Key[]} */
    this.pending = [];
    /** @type {(() => void) | null} */
    this.changed = null;
    this.whenFree = () => {};
    socket.take((frame) => this.take(frame), board.lost);
  }

  get busy() {
    return this.pending.length > 0;
  }

  /** @param {string} text */
  _count(text) {
    this.length = text.length;
    this.lines = text
      .split("\n")
      .slice(0, -1)
      .map((line) => line.length + 1);
  }

  /** @param {Edit[]} edits */
  submit(edits) {
    const place = (/** @type {Edit} */ edit) => {
      const line = Math.floor(Math.random() * this.lines.length);
      return { line, column: Math.floor(Math.random() * this.lines[line]), edit };
    };
    const keys = edits.map(place).sort((one, other) => one.line - other.line || one.column - other.column);
    this.pending = keys;
    let [ops, line, column] = ["", 0, 0];
    for (const key of keys) {
      if (key.line > line) {
        const passed = this.lines.slice(line, key.line).reduce((sum, length) => sum + length, -column);
        ops += `|${base36(key.line - line)}=${base36(passed)}`;
        [line, column] = [key.line, 0];
      }
      ops += `${key.column > column ? `=${base36(key.column - column)}` : ""}*0+1`;
      column = key.column;
    }
    const bank = keys.map(({ edit }) => edit.char).join("");
    this._send(`Z:${base36(this.length)}>${base36(keys.length)}${ops.replaceAll(/(?:\*0\+1)+/g, together)}$${bank}`);
  }

  /** @param {string} text */
  _send(text) {
    const data = { type: "USER_CHANGES", baseRev: this.revision, changeset: text, apool: this.apool };
    this.socket.send(`${EVENT}${JSON.stringify({ type: "COLLABROOM", component: "pad", data })}]`);
  }

  /**
   * Messages of a trace, as `change` takes them.
   * @param {{delta: object[]}[]} messages
   */
  static payloads(messages) {
    let text = "\n";
    return messages.map(({ delta }) => {
      const change = changeset(text, delta);
      text = change.text;
      return change;
    });
  }

  /**
   * Submits what is no typed character; returns when it is acknowledged. One at a time.
   * @param {{changeset: string, text: string}} change
   * @returns {Promise<void>}
   */
  change(change) {
    this._send(change.changeset);
    return new Promise((resolve) => {
      this.changed = () => {
        this._count(change.text);
        resolve();
      };
    });
  }

  /** @param {string} text */
  async write(text) {
    this.board.begin(text);
    if (text) await this.change(changeset("\n", [{ insert: text }]));
  }

  /** @param {Buffer} frame */
  take(frame) {
    if (frame.length === 1 && frame[0] === PING) return this.socket.send("3");
    const now = performance.now();
    const { message, edits } = this.board.parsed(this, frame, (bytes) => ({
      message: event(bytes) ?? {},
      edits: this.board.editsIn(bytes, 0),
    }));
    if (message.disconnect) this.board.lost(new Error(`the server says ${message.disconnect}`));
    const { data = {} } = message;
    if (data.type === "ACCEPT_COMMIT") this._accepted(data.newRev, now);
    if (data.type !== "NEW_CHANGES") return undefined;
    this.revision = data.newRev;
    this._move(data.changeset);
    for (const edit of edits) this.board.seen(edit, now);
    return undefined;
  }

  /**
   * @param {number} revision
   * @param {number} now
   */
  _accepted(revision, now) {
    this.revision = revision;
    const { changed, pending } = this;
    [this.changed, this.pending] = [null, []];
    changed?.();
    for (const { line } of pending) this._grow(line);
    for (const { edit } of pending) this.board.acked(edit, now);
    if (pending.length) this.whenFree();
  }

  /** @param {string} text a changeset of typed characters */
  _move(text) {
    let line = 0;
    for (const [, lines, sign, length] of text.slice(0, text.indexOf("$")).matchAll(OP)) {
      if (sign === "=") line += lines ? Number.parseInt(lines, 36) : 0;
      else for (let left = Number.parseInt(length, 36); left; left--) this._grow(line);
    }
  }

  /** @param {number} line */
  _grow(line) {
    this.lines[line] += 1;
    this.length += 1;
  }

  text() {
    return this.contents.slice(0, -1);
  }

  close() {
    this.socket.close();
  }
}

/** @param {string} run of insertions at one place */
const together = (run) => `*0+${base36(run.length / "*0+1".length)}`;

/** @param {Buffer} frame */
function event(frame) {
  const text = String(frame);
  return text.startsWith(EVENT) ? JSON.parse(text.slice(EVENT.length, -1)) : null;
}
