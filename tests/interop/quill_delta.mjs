// Answers questions about Deltas, one JSON line each, with the real quill-delta.
import { createInterface } from "node:readline";
import Delta from "quill-delta";

const canonical = (delta) => delta.ops.reduce((pushed, op) => pushed.push(op), new Delta()).chop().ops;

const ANSWERS = {
  canonical: ({ a }) => canonical(new Delta(a)),
  compose: ({ a, b }) => canonical(new Delta(a).compose(new Delta(b))),
  transform: ({ a, b, priority }) => canonical(new Delta(a).transform(new Delta(b), priority)),
  invert: ({ a, b }) => canonical(new Delta(a).invert(new Delta(b))),
  position: ({ a, index, priority }) => new Delta(a).transformPosition(index, priority),
  length: ({ a }) => new Delta(a).length(),
};

for await (const line of createInterface({ input: process.stdin })) {
  const question = JSON.parse(line);
  process.stdout.write(`${JSON.stringify(ANSWERS[question.ask](question))}\n`);
}
