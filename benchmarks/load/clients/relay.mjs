// A client of the bare relay, which sends each frame to everyone: the frames are such as Deltapad's are.

import { Socket } from "../socket.mjs";

/** @typedef {import("../board.mjs").Board} Board */
/** @typedef {import("../board.mjs").Edit} Edit */

const USER = "90db9076-509f-4124-9487-7093479cbe8a";

export class Client {
  static pipelines = true;

  /**
   * @param {{url: string}} place
   * @param {{id: number}} person
   * @param {Board} board
   */
  static async join(place, person, board) {
    return new Client(await Socket.open(place.url), `bench-${person.id}-00000000`.slice(0, 12), board);
  }

  /**
   * @param {Socket} socket
   * @param {string} id
   * @param {Board} board
   */
  constructor(socket, id, board) {
    this.socket = socket;
    this.id = id;
    this.board = board;
    this.cursor = board.framesSeen;
    this.version = 0;
    this.whenFree = () => {};
    this.busy = false;
    socket.take((frame) => this.take(frame), board.lost);
  }

  /** @param {Edit[]} edits */
  submit(edits) {
    for (const edit of edits) {
      this.version += 1;
      const at = new Date().toISOString();
      const delta = [{ retain: Math.floor(Math.random() * 5000) }, { insert: edit.char }];
      const revision = { version: this.version, client_id: this.id, seq: this.version, user_id: USER, at, delta };
      this.socket.send(JSON.stringify({ type: "revisions", revisions: [revision] }));
    }
  }

  /** @param {string} text */
  async write(text) {
    this.board.begin(text);
  }

  /** @param {Buffer} frame */
  take(frame) {
    const now = performance.now();
    for (const edit of this.board.parsed(this, frame, (bytes) => this.board.editsIn(bytes, 0))) {
      if (edit.author === this) {
        this.board.acked(edit, now);
        this.whenFree();
      } else this.board.seen(edit, now);
    }
  }

  close() {
    this.socket.close();
  }
}
