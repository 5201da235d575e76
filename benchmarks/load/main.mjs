// The load generator: a job a line on standard input, what comes of it in lines of JSON on standard output.

import { createInterface } from "node:readline";
import { growth } from "./growth.mjs";
import { idle } from "./idle.mjs";
import { killing } from "./killing.mjs";
import { open } from "./opening.mjs";
import { replay } from "./replay.mjs";
import { flatOut, typing } from "./typing.mjs";

/** @type {Record<string, (job: any, told: any) => Promise<any>>} */
const JOBS = { typing, flatOut, replay, open, idle, killing, growth };

const EVENTS = ["begins", "quiet", "ends", "kill", "placed"];

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

/** @param {unknown} message */
const say = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);

/**
 * Tells the orchestrator of an event, and goes on when it has done what it does then: reads clocks, kills a server.
 * @param {string} event
 * @param {unknown} detail
 */
async function tell(event, detail) {
  say({ event, detail });
  return JSON.parse((await lines.next()).value ?? "null");
}

for (let line = await lines.next(); !line.done; line = await lines.next()) {
  const job = JSON.parse(line.value);
  try {
    const result = await new Promise((resolve, reject) => {
      const events = EVENTS.map((event) => [event, (detail = null) => tell(event, detail)]);
      const told = { ...Object.fromEntries(events), lost: reject };
      JOBS[job.do](job, told).then(resolve, reject);
    });
    say({ result });
  } catch (error) {
    say({ failed: error instanceof Error ? error.stack : String(error) });
  }
}
process.exit(0);
