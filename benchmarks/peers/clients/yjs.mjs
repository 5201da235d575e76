// What lean clients of Yjs servers share: updates are written and read as bytes, and a Y.Doc is made only to compare texts.

import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import * as Y from "yjs";

/** @typedef {import("../../load/board.mjs").Board} Board */
/** @typedef {import("../../load/board.mjs").Edit} Edit */
/** @typedef {import("../../load/socket.mjs").Socket} Socket */

export const SYNC = 0;
const STEP_1 = 0;
const STEP_2 = 1;
export const UPDATE = 2;
/** Whose the first text is; all ids are small, so that no number in a frame looks like a letter. */
export const FIRST = 1;
const NAME = "text";
const EMPTY_UPDATE = Uint8Array.of(0, 0);
const EMPTY_STATE = Uint8Array.of(0);

/**
 * A message in lib0's encoding, of numbers, strings and byte arrays.
 * @param {string} prefix
 * @param {(number | string | Uint8Array)[]} parts
 */
function message(prefix, ...parts) {
  const encoder = encoding.createEncoder();
  if (prefix) encoding.writeVarString(encoder, prefix);
  for (const part of parts) {
    if (typeof part === "number") encoding.writeVarUint(encoder, part);
    else if (typeof part === "string") encoding.writeVarString(encoder, part);
    else encoding.writeVarUint8Array(encoder, part);
  }
  return encoding.toUint8Array(encoder);
}

/** One connection to one document; `prefix` is what each of its messages begins with. */
export class YjsClient {
  static pipelines = true;

  /**
   * @param {Socket} socket
   * @param {string} prefix
   * @param {number} id
   * @param {Board} board
   */
  constructor(socket, prefix, id, board) {
    this.socket = socket;
    this.prefix = prefix;
    this.start = prefix ? prefix.length + 1 : 0;
    this.id = id;
    this.board = board;
    this.cursor = board.framesSeen;
    this.clock = 0;
    this.busy = false;
    this.whenFree = () => {};
    /** @type {Uint8Array[]} */
    this.updates = [];
  }

  /** Brings both sides to the same state. */
  async synchronize() {
    this.send(SYNC, STEP_1, EMPTY_STATE);
    for (let synced = false; !synced; ) {
      const frame = await this.socket.next();
      const [type, step] = frame.subarray(this.start);
      if (type === SYNC && step === STEP_1) this.answer();
      if (type === SYNC && step === STEP_2) {
        this.updates.push(payload(frame, this.start + 2));
        synced = true;
      }
    }
  }

  /** @param {(number | string | Uint8Array)[]} parts */
  send(...parts) {
    this.socket.send(message(this.prefix, ...parts));
  }

  /** This client has nothing that the server lacks. */
  answer() {
    this.sent(null);
    this.send(SYNC, STEP_2, EMPTY_UPDATE);
  }

  /** @param {Edit[]} edits */
  submit(edits) {
    for (const edit of edits) {
      const update = this._update(edit.char);
      this.updates.push(update);
      this.sent(edit);
      this.send(SYNC, UPDATE, update);
    }
  }

  /**
   * Remembers what is to be told when the next message is acknowledged: of an edit, of another change, of nothing.
   * @param {Edit | (() => void) | null} _what
   */
  sent(_what) {}

  /**
   * The insert of one character between two of the first text's.
   * @param {string} char
   */
  _update(char) {
    const left = Math.floor(Math.random() * (this.board.span - 1));
    const encoder = encoding.createEncoder();
    // One client, one struct; a string (4) that has both neighbours (0x80, 0x40); nothing deleted.
    for (const number of [1, 1, this.id, this.clock++]) encoding.writeVarUint(encoder, number);
    encoding.writeUint8(encoder, 0xc4);
    for (const number of [FIRST, left, FIRST, left + 1]) encoding.writeVarUint(encoder, number);
    encoding.writeVarString(encoder, char);
    encoding.writeVarUint(encoder, 0);
    return encoding.toUint8Array(encoder);
  }

  /**
   * Messages of a trace, as `change` takes them: one update each.
   * @param {{patches: [number, number, string][]}[]} messages
   */
  static payloads(messages) {
    const doc = new Y.Doc();
    doc.clientID = FIRST;
    const text = doc.getText(NAME);
    /** @type {Uint8Array[]} */
    const updates = [];
    doc.on("update", (update) => updates.push(update));
    for (const { patches } of messages) {
      doc.transact(() => {
        for (const [position, deleted, inserted] of patches) {
          if (deleted) text.delete(position, deleted);
          if (inserted) text.insert(position, inserted);
        }
      });
    }
    return updates;
  }

  /**
   * Sends an update that is no typed character; returns when it is acknowledged.
   * @param {Uint8Array} update
   * @returns {Promise<void>}
   */
  change(update) {
    return new Promise((resolve) => {
      this.sent(resolve);
      this.send(SYNC, UPDATE, update);
    });
  }

  /** @param {string} text */
  async write(text) {
    this.board.begin(text);
    if (text) await this.change(YjsClient.payloads([{ patches: [[0, 0, text]] }])[0]);
  }

  /** @param {Buffer} frame */
  take(frame) {
    const now = performance.now();
    const type = frame[this.start];
    if (type === SYNC) {
      if (frame[this.start + 1] === STEP_1) return this.answer();
      const value = this.board.parsed(this, frame, (bytes) => ({
        edits: this.board.editsIn(bytes, this.start + 2),
        update: payload(bytes, this.start + 2),
      }));
      this.updates.push(value.update);
      for (const edit of value.edits) {
        if (edit.author === this) this.echoed(edit, now);
        else this.board.seen(edit, now);
      }
    } else this.other(frame, now);
    return undefined;
  }

  /**
   * @param {Edit} edit
   * @param {number} now
   */
  acked(edit, now) {
    this.board.acked(edit, now);
    this.whenFree();
  }

  text() {
    const doc = new Y.Doc();
    doc.transact(() => {
      for (const update of this.updates) Y.applyUpdate(doc, update);
    });
    return doc.getText(NAME).toString();
  }

  close() {
    this.socket.close();
  }
}

/**
 * @param {Uint8Array} frame
 * @param {number} from
 */
function payload(frame, from) {
  return decoding.readVarUint8Array(decoding.createDecoder(frame.subarray(from)));
}
