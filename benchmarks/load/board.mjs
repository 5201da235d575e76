// What is known of one document from outside: every character that was typed, who has it, and since when.

import { Histogram } from "./histogram.mjs";

// Letters of one UTF-16 unit and three bytes, which nothing else in a frame looks like.
const RANGES = [
  [0x3400, 0x4dc0],
  [0x4e00, 0xa000],
  [0xac00, 0xd7a4],
];
const LETTERS = RANGES.flatMap(([start, end]) => Array.from({ length: end - start }, (_, index) => start + index));
const FRAMES_KEPT = 64;

/**
 * @typedef {object} Edit One typed character.
 * @property {string} char
 * @property {object} author the client that typed it
 * @property {number} typedAt
 * @property {boolean} counted whether it was typed in the measured window
 * @property {number} unseen how many others have not got it yet
 * @property {boolean} acked
 */

/** What several documents of one run are measured with together. */
export class Measures {
  constructor() {
    this.visible = new Histogram();
    this.ack = new Histogram();
    this.late = new Histogram();
    this.counting = false;
    this.typed = 0;
    this.ackedNow = 0;
    this.deliveredNow = 0;
    this.framesNow = 0;
    this.unseen = 0;
    this.unacked = 0;
  }
}

export class Board {
  /**
   * @param {Measures} measures
   * @param {string} base what the document holds at first
   * @param {(error: Error) => void} [lost] told of what must not happen to a client
   */
  constructor(measures, base, lost = () => {}) {
    this.measures = measures;
    this.base = base;
    /** Keys fall on places before this one, which every version has, in UTF-16 code units. */
    this.span = base.length;
    this.lost = lost;
    /** @type {Set<object>} */
    this.clients = new Set();
    /** @type {Edit[]} */
    this.byLetter = new Array(0xd7a4);
    /** @type {Map<string, number>} */
    this.accepted = new Map();
    this.next = 0;
    /** @type {{bytes: Buffer, value: any}[]} */
    this.frames = [];
    this.framesSeen = 0;
  }

  /**
   * The document holds this before anyone types.
   * @param {string} text
   */
  begin(text) {
    this.base = text;
    this.span = text.length;
  }

  /** All edits, as long as there are no more than letters. */
  edits() {
    return this.byLetter.filter(Boolean);
  }

  /**
   * A key pressed now.
   * @param {object} author
   * @returns {Edit}
   */
  type(author) {
    const letter = LETTERS[this.next++ % LETTERS.length];
    const counted = this.measures.counting;
    const others = this.clients.size - 1;
    const edit = {
      char: String.fromCharCode(letter),
      author,
      typedAt: performance.now(),
      counted,
      unseen: others,
      acked: false,
    };
    this.byLetter[letter] = edit;
    this.measures.typed += counted ? 1 : 0;
    this.measures.unseen += others;
    this.measures.unacked += 1;
    return edit;
  }

  /**
   * The server says that an edit is in.
   * @param {Edit} edit
   * @param {number} now
   */
  acked(edit, now) {
    if (edit.acked) throw new Error(`${edit.char} was acknowledged twice`);
    edit.acked = true;
    const measures = this.measures;
    measures.unacked -= 1;
    this.accepted.set(edit.char, (this.accepted.get(edit.char) ?? 0) + 1);
    if (measures.counting) measures.ackedNow += 1;
    if (edit.counted) measures.ack.add(now - edit.typedAt);
  }

  /**
   * An edit has reached the socket of a client that is not its author's.
   * @param {Edit} edit
   * @param {number} now
   */
  seen(edit, now) {
    const measures = this.measures;
    edit.unseen -= 1;
    measures.unseen -= 1;
    if (measures.counting) measures.deliveredNow += 1;
    if (edit.counted) measures.visible.add(now - edit.typedAt);
  }

  /**
   * The edits whose letters stand in a frame.
   * @param {Uint8Array} bytes
   * @param {number} from
   * @returns {Edit[]}
   */
  editsIn(bytes, from) {
    const edits = [];
    for (let at = from; at < bytes.length - 2; at++) {
      const first = bytes[at];
      if (first < 0xe3 || first > 0xed) continue;
      const second = bytes[at + 1];
      const third = bytes[at + 2];
      if ((second & 0xc0) !== 0x80 || (third & 0xc0) !== 0x80) continue;
      const edit = this.byLetter[((first & 0x0f) << 12) | ((second & 0x3f) << 6) | (third & 0x3f)];
      if (edit) edits.push(edit);
      at += 2;
    }
    return edits;
  }

  /**
   * What `parse` makes of a frame; the same bytes, which everyone gets, are parsed once.
   * @param {{cursor: number}} client
   * @param {Buffer} bytes
   * @param {(bytes: Buffer) => any} parse
   */
  parsed(client, bytes, parse) {
    if (this.measures.counting) this.measures.framesNow += 1;
    const expected = this._frame(client.cursor);
    if (expected?.bytes.equals(bytes)) {
      client.cursor += 1;
      return expected.value;
    }
    for (let index = this.framesSeen - 1; index >= Math.max(0, this.framesSeen - FRAMES_KEPT); index--) {
      const frame = this._frame(index);
      if (frame?.bytes.equals(bytes)) {
        client.cursor = index + 1;
        return frame.value;
      }
    }
    const value = parse(bytes);
    this.frames[this.framesSeen % FRAMES_KEPT] = { bytes, value };
    this.framesSeen += 1;
    client.cursor = this.framesSeen;
    return value;
  }

  /** @param {number} index */
  _frame(index) {
    return index < this.framesSeen && index >= this.framesSeen - FRAMES_KEPT
      ? this.frames[index % FRAMES_KEPT]
      : undefined;
  }

  /**
   * What is wrong with a text that a client ended with; null where nothing is: the base, and each accepted letter as
   * often as it was accepted.
   * @param {string} text
   */
  wrongWith(text) {
    const left = new Map(this.accepted);
    let others = "";
    for (const char of text) {
      if (!left.has(char)) others += char;
      else left.set(char, (left.get(char) ?? 0) - 1);
    }
    if (others !== this.base) return "the first text is not what it was";
    const missing = [...left.values()].filter((count) => count > 0).length;
    const doubled = [...left.values()].filter((count) => count < 0).length;
    return missing || doubled ? `${missing} letters missing, ${doubled} too often` : null;
  }
}
