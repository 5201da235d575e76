/**
 * The form in which a change waits and is sent. It is the server's own canonical form: what waits in another form moves
 * otherwise than what the server holds, and the two diverge.
 */
import { Delta, type Op } from "./delta.js";
import { equal } from "./json.js";

type Attributes = NonNullable<Op["attributes"]>;

/** What an editor's change comes to, and what the editor must change on its screen to agree (mostly nothing). */
export interface Edit {
  readonly change: Delta;
  readonly correction: Delta;
}

/**
 * The canonical form of any change: nothing empty, no nulls on inserts, neighbours of one kind merged, insert before delete at one
 * place, no plain retain at the end.
 */
export function canonical(delta: Delta): Delta {
  const change = new Delta();
  for (const op of delta.ops) {
    if (op.insert !== undefined) change.insert(op.insert, withoutNulls(op.attributes));
    else if (op.delete !== undefined) change.delete(op.delete);
    else if (op.retain !== undefined) change.retain(op.retain, op.attributes);
  }
  return change.chop();
}

/**
 * The canonical form of what an editor did to `contents`. A change that cuts a surrogate pair is widened to whole characters;
 * one that deletes the last newline, or inserts after it, as replacing a whole document does, is rewritten so that it stays.
 */
export function editorChange(contents: Delta, delta: Delta): Edit {
  const plain = canonical(delta);
  const change = keepLastNewline(contents, wholeCharacters(contents, plain));
  if (change === plain) return { change, correction: new Delta() };
  const agree = equal(contents.compose(plain).ops, contents.compose(change).ops);
  return { change, correction: agree ? new Delta() : plain.invert(contents).compose(change) };
}

/**
 * The change of `contents` without what it takes away only to put it back. As one change it would be new text: whoever else takes away
 * the old one meanwhile would find it there again.
 */
export function withoutRoundTrips(contents: Delta, change: Delta): Delta {
  const result = new Delta();
  let put = new Delta();
  let at = 0;
  for (const op of [...change.ops, { delete: 0 }]) {
    if (op.insert !== undefined) {
      put.push(op);
      continue;
    }
    const length = Delta.Op.length(op);
    const taken = op.delete ? contents.slice(at, at + op.delete) : new Delta();
    const replaced = wholeCharacters(taken, taken.diff(put));
    for (const each of replaced.ops) result.push(each);
    if (op.delete === undefined) result.push(op);
    else result.retain(op.delete - baseLength(replaced));
    put = new Delta();
    at += length;
  }
  return canonical(result);
}

function withoutNulls(attributes: Attributes = {}): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== null));
}

/** The change of `contents`, widened to whole characters where it cuts surrogate pairs; halves that stay alone are dropped. */
export function wholeCharacters(contents: Delta, change: Delta): Delta {
  if (!cutsCharacters(contents, change)) return change;
  const rest = contents.length() - baseLength(change);
  const ops = joinRetains(contents, rest > 0 ? [...change.ops, { retain: rest }] : change.ops);
  const whole = new Delta();
  let at = 0;
  for (const op of ops) {
    if (typeof op.retain !== "number") {
      whole.push(op);
      at += op.delete ?? 0;
      continue;
    }
    const end = at + op.retain;
    const from = isCut(contents, at) ? at + 1 : at;
    const to = isCut(contents, end) ? end - 1 : end;
    replaceHalf(whole, contents, at, from, op.attributes);
    whole.retain(to - from, op.attributes);
    replaceHalf(whole, contents, to, end, op.attributes);
    at = end;
  }
  return withoutLoneHalves(whole);
}

/** Moves a border between two formats out of the character that it cuts. */
function joinRetains(contents: Delta, ops: readonly Op[]): Op[] {
  const joined = ops.map((op) => ({ ...op }));
  let at = 0;
  joined.forEach((op, index) => {
    const next = joined[index + 1];
    if (typeof op.retain === "number" && typeof next?.retain === "number" && isCut(contents, at + op.retain)) {
      op.retain += 1;
      next.retain -= 1;
    }
    at += typeof op.retain === "number" ? op.retain : (op.delete ?? 0);
  });
  return joined;
}

function replaceHalf(change: Delta, contents: Delta, from: number, to: number, attributes?: Attributes): void {
  for (const { insert, attributes: before } of contents.slice(from, to).ops) {
    if (insert === undefined || from === to) continue;
    change.insert(insert, Delta.AttributeMap.compose(before, attributes)).delete(1);
  }
}

function withoutLoneHalves(change: Delta): Delta {
  const ops = change.ops.map((op) =>
    typeof op.insert === "string" ? { ...op, insert: op.insert.replace(/\p{Cs}/gu, "") } : op,
  );
  return canonical(new Delta(ops));
}

function cutsCharacters(contents: Delta, change: Delta): boolean {
  let at = 0;
  return change.ops.some((op) => {
    if (typeof op.insert === "string" && /\p{Cs}/u.test(op.insert)) return true;
    at += op.insert === undefined ? Delta.Op.length(op) : 0;
    return isCut(contents, at);
  });
}

function isCut(contents: Delta, position: number): boolean {
  if (position === 0) return false;
  const around = contents.slice(position - 1, position + 1).ops[0]?.insert;
  return typeof around === "string" && /^[\ud800-\udbff][\udc00-\udfff]$/.test(around);
}

function baseLength(change: Delta): number {
  return change.reduce((length, op) => length + (op.insert === undefined ? Delta.Op.length(op) : 0), 0);
}

function keepLastNewline(contents: Delta, change: Delta): Delta {
  const last = contents.length() - 1;
  if (!touchesEnd(change, last)) return change;
  const before = contents.ops.at(-1)?.attributes;
  const { kept, end } = splitAtEnd(change, last, before);
  const ends = endsInNewline(end);
  for (const op of (ends ? end.slice(0, end.length() - 1) : end).ops) kept.push(op);
  return kept.retain(1, Delta.AttributeMap.diff(before, ends ? end.ops.at(-1)?.attributes : before)).chop();
}

/** Whether the change deletes the character at `last`, or reaches beyond it. */
function touchesEnd(change: Delta, last: number): boolean {
  let at = 0;
  return change.ops.some((op) => {
    if (op.insert !== undefined) return at > last;
    at += Delta.Op.length(op);
    return op.delete === undefined ? at > last + 1 : at > last;
  });
}

/** The change up to what it leaves of the text before the last newline, and all that stands after that: its `end`. */
function splitAtEnd(change: Delta, last: number, newline?: Attributes): { kept: Delta; end: Delta } {
  const kept = new Delta();
  let end = new Delta();
  let at = 0;
  for (const op of change.ops) {
    if (op.insert !== undefined) {
      end.push(op);
      continue;
    }
    const length = Delta.Op.length(op);
    const before = Math.max(0, Math.min(length, last - at));
    if (op.delete !== undefined) {
      kept.delete(before);
    } else if (before > 0) {
      for (const inserted of end.ops) kept.push(inserted);
      kept.retain(before, op.attributes);
      end = new Delta();
    }
    const keepsNewline = op.retain !== undefined && at <= last && at + length > last;
    if (keepsNewline) end.insert("\n", Delta.AttributeMap.compose(newline, op.attributes));
    at += length;
  }
  return { kept, end };
}

function endsInNewline(delta: Delta): boolean {
  const insert = delta.ops.at(-1)?.insert;
  return typeof insert === "string" && insert.endsWith("\n");
}

/** Whether contents can be a document's: text and embeds alone, with a newline at the end. */
export function isDocument(contents: Delta): boolean {
  const last = contents.ops.at(-1)?.insert;
  return contents.ops.every(({ insert }) => insert !== undefined) && typeof last === "string" && last.endsWith("\n");
}
