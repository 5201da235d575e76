// People type until the server is killed; when it is back, what they were told to be in is looked for.

import { later } from "./later.mjs";
import { opening } from "./opening.mjs";
import { Crowd, pace } from "./typing.mjs";

/**
 * @param {any} job
 * @param {any} told
 */
export async function killing(job, told) {
  let alive = true;
  const lost = (/** @type {Error} */ error) => {
    if (alive) told.lost(error);
  };
  const crowd = await Crowd.gather(job, { ...told, lost });
  for (const client of crowd.writers) pace(client, job.rate, crowd.measures, () => alive);
  crowd.measures.counting = true;
  await later(job.seconds * 1000);
  while (!crowd.measures.ackedNow) await later(5); // there must be something to lose
  alive = false;
  const [place] = await told.kill();
  crowd.leave();
  return { typed: crowd.measures.typed, ...crowd.placed, ...(await losses(crowd, place)) };
}

/**
 * What was acknowledged, or seen by anyone, and is no more there.
 * @param {Crowd} crowd
 * @param {any} place
 */
async function losses(crowd, place) {
  const [{ board }] = crowd.documents;
  /** @type {import("./board.mjs").Edit[]} */
  const edits = board.edits();
  const others = board.clients.size - 1;
  const { text } = await opening(crowd.Client, place, (text) => edits.every((edit) => text.includes(edit.char)));
  const lost = edits.filter((edit) => !text.includes(edit.char));
  return {
    acked: edits.filter((edit) => edit.acked).length,
    acked_lost: lost.filter((edit) => edit.acked).length,
    seen_lost: lost.filter((edit) => edit.unseen < others).length,
    difference: edits.some((edit) => text.split(edit.char).length > 2) ? "an edit is in twice" : null,
  };
}
