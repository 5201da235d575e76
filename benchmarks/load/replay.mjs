// A recorded history, message by message, each acknowledged; then others open what it has become.

import { readFileSync } from "node:fs";
import { Board, Measures } from "./board.mjs";
import { Histogram } from "./histogram.mjs";
import { endsWith, opening } from "./opening.mjs";

// Messages on their way at once, where the protocol lets a client send on.
const WINDOW = 32;
const OPENS = 3;

/**
 * @param {any} job file (messages as JSON), end_sha256 (of the text)
 * @param {any} told
 */
export async function replay(job, told) {
  const { Client } = await import(job.client);
  const [place] = job.places;
  const payloads = Client.payloads(JSON.parse(readFileSync(job.file, "utf8")));
  const writer = await Client.join(place, place.people[0], new Board(new Measures(), "", told.lost));
  await writer.write("");
  await told.begins();
  const start = performance.now();
  const ack = await sendAll(writer, payloads, Client.pipelines ? WINDOW : 1);
  const seconds = (performance.now() - start) / 1000;
  await told.ends();
  const opens = [];
  while (opens.length < OPENS) opens.push(await opening(Client, place, endsWith(job.end_sha256)));
  writer.close();
  const difference = opens.every(({ right }) => right) ? null : "the text is not the trace's";
  return { ...summary(seconds, payloads.length, ack), opens: opens.map(({ text, ...rest }) => rest), difference };
}

/**
 * @param {any} writer
 * @param {any[]} payloads
 * @param {number} window
 */
async function sendAll(writer, payloads, window) {
  const ack = new Histogram();
  let next = 0;
  const work = async () => {
    while (next < payloads.length) {
      const sentAt = performance.now();
      await writer.change(payloads[next++]);
      ack.add(performance.now() - sentAt);
    }
  };
  await Promise.all(Array.from({ length: window }, work));
  return ack;
}

/**
 * @param {number} seconds
 * @param {number} messages
 * @param {Histogram} ack
 */
function summary(seconds, messages, ack) {
  return { accepted_seconds: seconds, messages, messages_per_second: messages / seconds, ack: ack.summary() };
}
