// A WebSocket as lean clients use it: frames as bytes, to be awaited one by one, or taken as they come.

import WebSocket from "ws";

export class Socket {
  /**
   * @param {string} url
   * @param {string[]} [protocols]
   */
  static async open(url, protocols = []) {
    const raw = new WebSocket(url, protocols, { perMessageDeflate: false, skipUTF8Validation: true, maxPayload: 0 });
    const socket = new Socket(raw);
    await new Promise((resolve, reject) => {
      raw.once("open", resolve);
      raw.once("error", reject);
    });
    return socket;
  }

  /** @param {any} raw */
  constructor(raw) {
    this.raw = raw;
    this.bytesIn = 0;
    /** @type {Buffer[]} */
    this.waiting = [];
    /** @type {((frame: Buffer) => void) | null} */
    this.taker = null;
    /** @type {((error: Error) => void) | null} */
    this.lost = null;
    this.closing = false;
    raw.on("message", (/** @type {Buffer} */ data) => {
      this.bytesIn += data.length;
      if (this.taker) this.taker(data);
      else this.waiting.push(data);
    });
    raw.on("error", () => {});
    raw.on("close", (/** @type {number} */ code, /** @type {Buffer} */ reason) => {
      if (!this.closing) this.lost?.(new Error(`the server closed a connection: ${code} ${reason}`));
    });
  }

  /**
   * The next frame. Fails where the connection ends first.
   * @returns {Promise<Buffer>}
   */
  next() {
    const frame = this.waiting.shift();
    if (frame) return Promise.resolve(frame);
    return new Promise((resolve, reject) => {
      this.lost = reject;
      this.taker = (data) => {
        this.taker = null;
        resolve(data);
      };
    });
  }

  /**
   * From now on every frame goes here, those that wait first.
   * @param {(frame: Buffer) => void} taker
   * @param {(error: Error) => void} lost
   */
  take(taker, lost) {
    this.taker = taker;
    this.lost = lost;
    for (const frame of this.waiting.splice(0)) taker(frame);
  }

  /** This end's port. */
  get port() {
    return this.raw._socket.localPort;
  }

  /** @param {string | Uint8Array} data */
  send(data) {
    this.raw.send(data);
  }

  close() {
    this.closing = true;
    this.raw.terminate();
  }
}
