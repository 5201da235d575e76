// Writes the vectors of version 1 from a seed, with the real quill-delta as the oracle.
//
//   node protocol/vectors/generate.mjs            writes v1/*.json
//   node protocol/vectors/generate.mjs --check    fails unless they are what the seed gives
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import Delta from "quill-delta";
import { Draw } from "./draw.mjs";
import { digests, lengths, refused } from "./fixed.mjs";

const SEED = "deltapad.v1";
const COUNT = 80;
const FOLDER = new URL("v1/", import.meta.url);

/** Canonical form, which quill-delta's results only have once every op was pushed anew. */
const canonical = (delta) => delta.ops.reduce((pushed, op) => pushed.push(op), new Delta()).chop().ops;

const OPERATIONS = {
  compose(draw) {
    const document = draw.document();
    const a = draw.changeOf(document);
    const b = draw.changeOf(new Delta(document).compose(new Delta(a)).ops);
    return { a, b, expected: canonical(new Delta(a).compose(new Delta(b))) };
  },
  transform(draw) {
    const document = draw.document();
    const a = draw.changeOf(document);
    const b = draw.changeOf(document);
    const priority = draw.coin();
    return { a, b, priority, expected: canonical(new Delta(a).transform(new Delta(b), priority)) };
  },
  invert(draw) {
    const document = draw.document();
    const change = draw.changeOf(document);
    return { document, change, expected: canonical(new Delta(change).invert(new Delta(document))) };
  },
  position(draw) {
    const document = draw.document();
    const change = draw.changeOf(document);
    const index = draw.below(new Delta(document).length());
    const priority = draw.coin();
    return { change, index, priority, expected: new Delta(change).transformPosition(index, priority) };
  },
};

const drawn = (operation) =>
  Draw.kinds.flatMap((kind) =>
    Array.from({ length: COUNT }, (_, index) => {
      const id = `${operation}-${kind}-${index + 1}`;
      return { id, ...OPERATIONS[operation](new Draw(`${SEED}/${id}`, kind)) };
    }),
  );

/** RFC 8785: what JSON.stringify gives, once the names are in order. (No name here is a number, which would go first.) */
const canonicalJson = (value) =>
  JSON.stringify(value, (_name, inner) =>
    inner !== null && typeof inner === "object" && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );

const sha256 = (text) => createHash("sha256").update(text).digest("hex");

const drawnDigests = () =>
  Draw.kinds.flatMap((kind) =>
    Array.from({ length: 20 }, (_, index) => {
      const id = `digests-${kind}-${index + 1}`;
      const contents = new Draw(`${SEED}/${id}`, kind).document();
      return { id, contents, json: canonicalJson(contents) };
    }),
  );

/** One case a line, so that a difference shows which case it is. */
const written = (cases) => `[\n${cases.map((one) => JSON.stringify(one)).join(",\n")}\n]\n`;

const files = Object.entries({
  ...Object.fromEntries(Object.keys(OPERATIONS).map((operation) => [operation, drawn(operation)])),
  digests: [...drawnDigests(), ...digests].map((one) => ({ ...one, digest: sha256(one.json) })),
  lengths,
  refused,
}).map(([name, cases]) => [new URL(`${name}.json`, FOLDER), written(cases)]);

if (process.argv.includes("--check")) {
  const stale = files.filter(([file, text]) => readFileSync(file, "utf8") !== text).map(([file]) => file.pathname);
  if (stale.length > 0) {
    console.error(`Not what the seed gives; run generate.mjs: ${stale.join(", ")}`);
    process.exitCode = 1;
  }
} else {
  for (const [file, text] of files) writeFileSync(file, text);
}
