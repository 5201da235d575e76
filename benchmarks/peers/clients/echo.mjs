// A lean client of y-websocket's protocol, whose servers acknowledge nothing: one's own update coming back stands for it.

import { Socket } from "../../load/socket.mjs";
import { FIRST, SYNC, UPDATE, YjsClient } from "./yjs.mjs";

/** @typedef {import("../../load/board.mjs").Board} Board */
/** @typedef {import("../../load/board.mjs").Edit} Edit */

export class Client extends YjsClient {
  /** @type {(() => void)[]} */
  changes = [];

  /**
   * @param {{url: string}} place
   * @param {{id: number}} person
   * @param {Board} board
   */
  static async join(place, person, board) {
    const socket = await Socket.open(place.url);
    const client = new Client(socket, "", person.id + FIRST + 1, board);
    await client.synchronize();
    socket.take((frame) => client.take(frame), board.lost);
    return client;
  }

  /** @param {Edit | (() => void) | null} what */
  sent(what) {
    if (typeof what === "function") this.changes.push(what);
  }

  /** @param {Buffer} frame */
  take(frame) {
    if (frame[0] === SYNC && frame[1] === UPDATE) this.changes.shift()?.();
    super.take(frame);
  }

  /**
   * @param {Edit} edit
   * @param {number} now
   */
  echoed(edit, now) {
    this.acked(edit, now);
  }

  other() {}
}
