// A lean client of Hocuspocus, which puts the document's name before each message.

import { Socket } from "../../load/socket.mjs";
import { FIRST, YjsClient } from "./yjs.mjs";

/** @typedef {import("../../load/board.mjs").Board} Board */
/** @typedef {import("../../load/board.mjs").Edit} Edit */

const AUTH = 2;
const SYNC_STATUS = 8;

/** Hocuspocus answers each update with a status, in order; that is its acknowledgement. */
export class Client extends YjsClient {
  /** @type {(Edit | (() => void) | null)[]} */
  unacked = [];

  /**
   * @param {{url: string, name: string}} place
   * @param {{id: number}} person
   * @param {Board} board
   */
  static async join(place, person, board) {
    const socket = await Socket.open(place.url);
    const client = new Client(socket, place.name, person.id + FIRST + 1, board);
    client.send(AUTH, 0, "a token");
    for (let frame = await socket.next(); frame[client.start] !== AUTH; ) frame = await socket.next();
    await client.synchronize();
    socket.take((frame) => client.take(frame), board.lost);
    return client;
  }

  /** @param {Edit | (() => void) | null} what */
  sent(what) {
    this.unacked.push(what);
  }

  echoed() {}

  /**
   * @param {Buffer} frame
   * @param {number} now
   */
  other(frame, now) {
    if (frame[this.start] !== SYNC_STATUS) return;
    if (frame[this.start + 1] !== 1) this.board.lost(new Error("an update was refused"));
    const what = this.unacked.shift();
    if (typeof what === "function") what();
    else if (what) this.acked(what, now);
  }
}
