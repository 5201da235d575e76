// What one edit costs in a document that has grown.

import { Board, Measures } from "./board.mjs";
import { later } from "./later.mjs";
import { prose } from "./typing.mjs";

const PIECE = 1_000_000;
const WARM_EDITS = 20;

/**
 * Makes a document `length` long, if it is shorter, and then `edits` edits one by one in places all over it.
 * @param {any} job
 * @param {any} told
 */
export async function growth(job, told) {
  const { Client } = await import(job.client);
  const [place] = job.places;
  const board = new Board(new Measures(), "", told.lost);
  const client = await Client.join(place, place.people[0], board);
  for (let left = job.length - client.length; left > 0; left -= PIECE) {
    await client.change(JSON.stringify([{ insert: prose(Math.min(left, PIECE)) }]));
  }
  board.span = Math.max(job.length, client.length) - 1;
  await oneByOne(client, WARM_EDITS);
  await told.begins();
  board.measures.counting = true;
  const start = performance.now();
  await oneByOne(client, job.edits);
  const seconds = (performance.now() - start) / 1000;
  await told.ends();
  client.close();
  return { ack: board.measures.ack.summary(), seconds };
}

/**
 * @param {any} client
 * @param {number} edits
 */
async function oneByOne(client, edits) {
  for (let number = 0; number < edits; number++) {
    const acked = new Promise((resolve) => {
      client.whenFree = resolve;
    });
    client.submit([client.board.type(client)]);
    await acked;
  }
  await later(0);
}
