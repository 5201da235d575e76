// What a board says of texts, and a histogram of numbers, as one line of JSON.

import { Board, Measures } from "../../benchmarks/load/board.mjs";
import { Histogram } from "../../benchmarks/load/histogram.mjs";

const board = new Board(new Measures(), "base");
const client = {};
const [one, other] = [board.type(client), board.type(client)];
for (const edit of [one, other]) board.acked(edit, 0);

const histogram = new Histogram();
for (let value = 1; value <= 1000; value++) histogram.add(value);

const frame = Buffer.from(`{"insert":"${other.char}"},"é😀"`);
console.log(
  JSON.stringify({
    right: board.wrongWith(`b${one.char}as${other.char}e`),
    missing: board.wrongWith(`bas${other.char}e`),
    doubled: board.wrongWith(`${one.char}bas${other.char}e${one.char}`),
    changed: board.wrongWith(`bas${one.char}${other.char}`),
    in_frame: board.editsIn(frame, 0).map((edit) => edit === other),
    quantiles: [0.5, 0.99, 1].map((share) => Math.round(histogram.quantile(share) ?? 0)),
    nothing: new Histogram().quantile(0.5),
  }),
);
