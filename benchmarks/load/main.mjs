// The load generator: a job a line on standard input, what comes of it in lines of JSON on standard output.

import { createInterface } from "node:readline";
import { flatOut, typing } from "./typing.mjs";

/** @type {Record<string, (job: any, told: any) => Promise<any>>} */
const JOBS = { typing, flatOut };

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

/** @param {unknown} message */
const say = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);

/** @param {string} event */
async function tell(event) {
  say({ event });
  await lines.next(); // the orchestrator reads the clocks of all processes meanwhile
}

for (let line = await lines.next(); !line.done; line = await lines.next()) {
  const job = JSON.parse(line.value);
  try {
    const result = await new Promise((resolve, reject) => {
      const told = { begins: () => tell("begins"), ends: () => tell("ends"), lost: reject };
      JOBS[job.do](job, told).then(resolve, reject);
    });
    say({ result });
  } catch (error) {
    say({ failed: error instanceof Error ? error.stack : String(error) });
  }
}
process.exit(0);
