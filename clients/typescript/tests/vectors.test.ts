/**
 * The protocol's vectors of the algebra: this client leans on quill-delta for it, and on its canonical form of what editors give.
 * The refusals are the server's part, and not run here.
 */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { canonical } from "../src/canonical.js";
import { contentsDigest } from "../src/contents-digest.js";
import { Delta, type Op } from "../src/index.js";

interface Vector {
  id: string;
  a: Op[];
  b: Op[];
  document: Op[];
  change: Op[];
  delta: Op[];
  index: number;
  priority: boolean;
  length: number;
}

const RUN: Record<string, (vector: Vector) => Op[] | number> = {
  compose: ({ a, b }) => whole(a).compose(whole(b)).ops,
  transform: ({ a, b, priority }) => whole(a).transform(whole(b), priority).ops,
  invert: ({ document, change }) => whole(change).invert(whole(document)).ops,
  position: ({ change, index, priority }) => whole(change).transformPosition(index, priority),
  lengths: ({ delta }) => whole(delta).length(),
};

function whole(ops: Op[]): Delta {
  return canonical(new Delta(ops));
}

test.each(Object.keys(RUN))("%s", (file) => {
  const path = new URL(`../../../protocol/vectors/v1/${file}.json`, import.meta.url);
  const vectors: (Vector & { expected: Op[] | number })[] = JSON.parse(readFileSync(path, "utf8"));
  expect(vectors.length).toBeGreaterThan(10);
  for (const vector of vectors) {
    expect({ id: vector.id, result: RUN[file]?.(vector) }).toEqual({
      id: vector.id,
      result: file === "lengths" ? vector.length : vector.expected,
    });
  }
});

test("digests", async () => {
  const path = new URL("../../../protocol/vectors/v1/digests.json", import.meta.url);
  const vectors: { id: string; contents: Op[]; digest: string }[] = JSON.parse(readFileSync(path, "utf8"));
  expect(vectors.length).toBeGreaterThan(100);
  for (const { id, contents, digest } of vectors)
    expect({ id, digest: await contentsDigest(new Delta(contents)) }).toEqual({ id, digest });
});
