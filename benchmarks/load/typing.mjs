// Workloads of people who type: at a pace, or as fast as they are let.

import { Board, Measures } from "./board.mjs";
import { later } from "./later.mjs";
import { placed } from "./placing.mjs";

/** @typedef {import("./board.mjs").Edit} Edit */

const JOINING_AT_ONCE = 20;
const DRAIN_MS = 20_000;
const TEXTS_COMPARED = 10;

/**
 * Ordinary text of a length.
 * @param {number} length
 */
export function prose(length) {
  const sentence = "The quick brown fox jumps over the lazy dog, and then it rests for a while in the shade.\n";
  return sentence.repeat(Math.ceil(length / sentence.length)).slice(0, length);
}

const LOOKS = [
  { bold: true },
  { italic: true, color: "#7e22ce" },
  { link: "https://example.com/a/page" },
  { underline: true, background: "#fef3c7" },
  {},
];

/**
 * A text in so many pieces, each with other attributes than its neighbours.
 * @param {string} text
 * @param {number} pieces
 */
function rich(text, pieces) {
  return Array.from({ length: pieces }, (_, index) => {
    const [start, end] = [index, index + 1].map((edge) => Math.floor((text.length * edge) / pieces));
    return { insert: text.slice(start, end), attributes: LOOKS[index % LOOKS.length] };
  });
}

/** People in documents: everyone has joined, and each document holds its first text. */
export class Crowd {
  /**
   * @param {any} job places (documents with their people), base (length of the first text), placing (on which processes)
   * @param {any} told
   */
  static async gather(job, told) {
    const { Client } = await import(job.client);
    const crowd = new Crowd(Client, told.lost);
    for (const place of job.places) await crowd._fill(place, prose(job.base), job.pieces);
    await crowd._join();
    if (job.placing) crowd.placed = await placed(crowd, told, job.placing === "evenly");
    crowd.writers = crowd.documents.flatMap(({ clients }) => clients.filter(({ person }) => person.writes));
    for (const { seeder } of crowd.documents) seeder.close();
    return crowd;
  }

  /**
   * @param {any} Client
   * @param {(error: Error) => void} lost
   */
  constructor(Client, lost) {
    this.Client = Client;
    this.lost = lost;
    this.measures = new Measures();
    /** @type {any[]} */
    this.writers = [];
    /** @type {{place: any, board: any, clients: any[], seeder: any}[]} */
    this.documents = [];
    this.placed = {};
  }

  /**
   * @param {any} place
   * @param {string} text
   * @param {number} [pieces] with attributes
   */
  async _fill(place, text, pieces) {
    const board = new Board(this.measures, "", this.lost);
    const seeder = await this.Client.join(place, place.people[0], board);
    await seeder.write(text, pieces ? rich(text, pieces) : undefined);
    // The seeder stays until others are there: what no one has open, a server in memory forgets.
    this.documents.push({ place, board, clients: [], seeder });
  }

  /** Lets everyone in. */
  async _join() {
    const tasks = this.documents.flatMap((document) =>
      document.place.people.map((/** @type {any} */ person) => ({ document, person })),
    );
    const work = async () => {
      for (let task = tasks.shift(); task; task = tasks.shift()) await this._letIn(task.document, task.person);
    };
    await Promise.all(Array.from({ length: JOINING_AT_ONCE }, work));
  }

  /**
   * @param {any} document
   * @param {any} person whose `url` is where to go, if it is not the document's
   */
  async _letIn({ board, place, clients }, person) {
    const client = await this.Client.join({ ...place, url: person.url ?? place.url }, person, board);
    client.person = person;
    clients.push(client);
    board.clients.add(client);
  }

  /**
   * A client leaves, and the same person comes in anew.
   * @param {any} document
   * @param {any} client
   */
  async callAgain(document, client) {
    await this._letIn(document, client.person);
    document.clients.splice(document.clients.indexOf(client), 1);
    document.board.clients.delete(client);
    client.close();
  }

  /** Waits until everyone has got everything, for so long at most; how long it took, in milliseconds. */
  async drain() {
    const start = performance.now();
    const { measures } = this;
    while ((measures.unseen || measures.unacked) && performance.now() - start < DRAIN_MS) await later(5);
    return performance.now() - start;
  }

  /** Compares the texts of a document's clients and of somebody who opens it now; what is wrong, or null. */
  async difference() {
    if (!this.Client.prototype.text) return null;
    for (const { board, place, clients } of sample(this.documents, 5)) {
      const fresh = await this.Client.join(place, place.people[0], new Board(new Measures(), board.base));
      const text = fresh.text();
      fresh.close();
      const wrong = board.wrongWith(text);
      if (wrong) return `a fresh open: ${wrong}`;
      const followed = this.Client.follows === false ? [] : sample(clients, TEXTS_COMPARED);
      if (followed.some((client) => client.text() !== text)) return "texts differ";
    }
    return null;
  }

  leave() {
    for (const { clients } of this.documents) for (const client of clients) client.close();
  }
}

/**
 * @template T
 * @param {T[]} all
 * @param {number} count
 */
function sample(all, count) {
  return all.length <= count ? all : all.slice(0, count - 1).concat(all.slice(-1));
}

/**
 * Everyone who writes presses `rate` keys a second. What is typed while a change is on its way waits, and goes as one
 * change each.
 * @param {any} job
 * @param {any} told
 */
export async function typing(job, told) {
  const crowd = await Crowd.gather(job, told);
  let typing = true;
  const paster = job.paste && crowd.writers.pop();
  for (const client of crowd.writers) pace(client, job.rate, crowd.measures, () => typing);
  const pasted = paster && paste(paster, job);
  const result = await measured(crowd, job, told);
  typing = false;
  return await ended(crowd, { ...result, paste_ms: await pasted });
}

/**
 * Somebody pastes a long text at the beginning, in the middle of the window; milliseconds until it is in.
 * @param {any} client
 * @param {any} job
 */
async function paste(client, job) {
  await later((job.warm + job.seconds / 2) * 1000);
  const text = prose(job.paste);
  const start = performance.now();
  await client.change(JSON.stringify([{ insert: text }]));
  client.board.base = text + client.board.base;
  return performance.now() - start;
}

/**
 * @param {any} client
 * @param {number} rate
 * @param {Measures} measures
 * @param {() => boolean} goesOn
 */
export function pace(client, rate, measures, goesOn) {
  const interval = 1000 / rate;
  const start = performance.now();
  /** @type {Edit[]} */
  const waiting = [];
  const submit = () => {
    const edit = waiting.shift();
    if (edit) client.submit([edit]);
  };
  client.whenFree = submit;
  const plan = (/** @type {number} */ number) => {
    const due = start + (number + Math.random()) * interval;
    setTimeout(() => {
      if (!goesOn()) return;
      if (measures.counting) measures.late.add(performance.now() - due);
      waiting.push(client.board.type(client));
      if (client.constructor.pipelines || !client.busy) submit();
      plan(number + 1);
    }, due - performance.now());
  };
  plan(0);
}

/**
 * Everyone who writes keeps `window` characters unacknowledged: in changes of their own where the protocol takes
 * several at once, else composed into the one that may be on its way.
 * @param {any} job
 * @param {any} told
 */
export async function flatOut(job, told) {
  const crowd = await Crowd.gather(job, told);
  let typing = true;
  for (const client of crowd.writers) {
    const count = client.constructor.pipelines ? 1 : job.window;
    client.whenFree = () => {
      if (typing) client.submit(Array.from({ length: count }, () => client.board.type(client)));
    };
    for (let started = 0; started < job.window; started += count) client.whenFree();
  }
  const result = await measured(crowd, job, told);
  typing = false;
  return await ended(crowd, result);
}

/**
 * Warms up, then counts for `seconds`.
 * @param {Crowd} crowd
 * @param {any} job
 * @param {any} told
 */
async function measured(crowd, job, told) {
  const { measures } = crowd;
  await later(job.warm * 1000);
  await told.begins();
  measures.counting = true;
  const start = performance.now();
  await later(job.seconds * 1000);
  while (!measures.typed) await later(5); // on a machine so busy that nobody came to type
  measures.counting = false;
  const seconds = (performance.now() - start) / 1000;
  await told.ends();
  return {
    visible: measures.visible,
    ack: measures.ack,
    late: measures.late,
    seconds,
    typed: measures.typed,
    acked_now: measures.ackedNow,
    acked_per_second: measures.ackedNow / seconds,
    deliveries_per_second: measures.deliveredNow / seconds,
    frames_per_second: measures.framesNow / seconds,
  };
}

/**
 * @param {Crowd} crowd
 * @param {any} result
 */
async function ended(crowd, result) {
  const drain_ms = await crowd.drain();
  const { unseen, unacked } = crowd.measures;
  const behind = unseen || unacked ? `${unacked} not acknowledged, ${unseen} not delivered` : null;
  const difference = behind ? null : await crowd.difference();
  crowd.leave();
  const { visible, ack, late } = result;
  return {
    ...result,
    ...crowd.placed,
    visible: visible.summary(),
    ack: ack.summary(),
    late: late.summary(),
    drain_ms,
    behind,
    difference,
  };
}
