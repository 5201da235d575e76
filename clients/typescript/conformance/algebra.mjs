// The TypeScript client's algebra, as `deltapad-conformance vectors` asks it: a JSON object a line in, one a line out.
import { createInterface } from "node:readline";
import { Delta } from "@deltapad/client";
import { canonical } from "../dist/canonical.js";
import { contentsDigest } from "../dist/contents-digest.js";

const whole = (ops) => canonical(new Delta(ops));

// What is refused is the server's part.
const FUNCTIONS = {
  compose: ({ a, b }) => whole(a).compose(whole(b)).ops,
  transform: ({ a, b, priority }) => whole(a).transform(whole(b), priority).ops,
  invert: ({ document, change }) => whole(change).invert(whole(document)).ops,
  position: ({ change, index, priority }) => whole(change).transformPosition(index, priority),
  lengths: ({ delta }) => whole(delta).length(),
  digests: ({ contents }) => contentsDigest(new Delta(contents)),
};

for await (const line of createInterface({ input: process.stdin })) {
  const { do: name, ...question } = JSON.parse(line);
  const answer = name === "about" ? { can: Object.keys(FUNCTIONS) } : { result: await FUNCTIONS[name](question) };
  console.log(JSON.stringify(answer));
}
