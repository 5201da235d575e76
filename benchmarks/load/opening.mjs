// What it takes somebody who has nothing yet to hold a document's text.

import { createHash } from "node:crypto";
import { Board, Measures } from "./board.mjs";
import { later } from "./later.mjs";

// How long a text may be another at first, as with servers that answer before they have read their database.
const PATIENCE_MS = 5000;
// What a server sends on behind the text comes within this time.
const SETTLED_MS = 200;

/**
 * Opens a document and waits until its text is as it should be, for so long at most.
 * @param {any} Client
 * @param {any} place
 * @param {(text: string) => boolean} right
 */
export async function opening(Client, place, right) {
  const start = performance.now();
  const client = await Client.join(place, place.people[0], new Board(new Measures(), ""));
  let text = client.text();
  let milliseconds = performance.now() - start;
  const at_once = right(text);
  while (!right(text) && performance.now() - start < PATIENCE_MS) {
    await later(20);
    text = client.text();
    milliseconds = performance.now() - start;
  }
  await later(SETTLED_MS);
  client.close();
  return { text, milliseconds, kib: client.socket.bytesIn / 1024, right: right(text), at_once };
}

/**
 * Whether a text has this digest; without one, any will do.
 * @param {string | undefined} digest
 * @returns {(text: string) => boolean}
 */
export const endsWith = (digest) => (text) => !digest || createHash("sha256").update(text).digest("hex") === digest;

/**
 * A cold open as a job of its own; `end_sha256` may be the text's.
 * @param {any} job
 */
export async function open(job) {
  const { Client } = await import(job.client);
  const { text, ...figures } = await opening(Client, job.places[0], endsWith(job.end_sha256));
  return { ...figures, length: text.length };
}
