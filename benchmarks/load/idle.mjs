// Many documents with one person each, who does nothing.

import { Board, Measures } from "./board.mjs";
import { later } from "./later.mjs";
import { prose } from "./typing.mjs";

// Opened before anything is counted, so that what a server needs once is there: threads, caches, tables that grow by leaps.
const BEFORE = 50;

/**
 * @param {any} job
 * @param {any} told
 */
export async function idle(job, told) {
  const { Client } = await import(job.client);
  const clients = [];
  const before = Math.min(BEFORE, job.places.length - 1);
  let lost = 0;
  for (const place of job.places) {
    if (clients.length === before) await told.begins();
    const board = new Board(new Measures(), "", () => lost++);
    const client = await Client.join(place, place.people[0], board);
    await client.write(prose(job.base));
    clients.push(client);
  }
  await later(job.seconds * 1000);
  await told.quiet();
  await later(job.seconds * 1000);
  await told.ends();
  for (const client of clients) client.close();
  return { connections: clients.length - before, difference: lost ? `${lost} connections were lost` : null };
}
