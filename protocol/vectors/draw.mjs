// Random documents and changes from a seed: the same seed gives the same ones, on any machine.
import { createHash } from "node:crypto";
import Delta from "quill-delta";

const WORDS = ["a", "b", "xyz", "the ", "quick ", "Hello", ".", '"', "\\", "\t", " ", "\n", "\n\n"];
const ASTRAL = [
  "😀",
  "👩‍💻",
  "🏳️‍🌈",
  "🇩🇪",
  "𠮷",
  "𝒳",
  "1️⃣",
  "é",
  "e\u0301",
  "漢字",
  "हिन्दी",
  "\ufffc",
  "\ufffd",
  "\u200d",
];
const EMBEDS = [
  { image: "https://example.org/a.png" },
  { image: "https://example.org/b.png" },
  { divider: true },
  { mention: { id: 7, name: "Ünï" } },
];
const VALUES = {
  bold: [true, false],
  italic: [true],
  color: ["red", "#00f", ""],
  link: ["https://example.org/"],
  header: [1, 2],
  comment: [{ id: 1 }, { id: 2, by: ["x", null] }],
};

const KINDS = {
  plain: { texts: WORDS, formats: false, embeds: false },
  rich: { texts: WORDS, formats: true, embeds: false },
  emoji: { texts: [...WORDS, ...ASTRAL, ...ASTRAL], formats: true, embeds: false },
  same_position: { texts: WORDS, formats: true, embeds: false, crowded: true },
  embed: { texts: WORDS, formats: true, embeds: true },
};

export class Draw {
  /** Draws from `seed` what belongs to `kind`, one of `Draw.kinds`. */
  constructor(seed, kind) {
    this.state = createHash("sha256").update(seed).digest().readUInt32LE();
    this.kind = KINDS[kind];
  }

  static kinds = Object.keys(KINDS);

  /** A whole number from 0 to `count` - 1 (mulberry32). */
  below(count) {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = this.state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * count);
  }

  coin() {
    return this.below(2) === 1;
  }

  one(choices) {
    return choices[this.below(choices.length)];
  }

  text() {
    return Array.from({ length: 1 + this.below(3) }, () => this.one(this.kind.texts)).join("");
  }

  /** Attributes or nothing; with `nulls`, such as also take attributes away. */
  attributes(nulls) {
    if (!this.kind.formats || this.coin()) return undefined;
    const names = Array.from({ length: 1 + this.below(2) }, () => this.one(Object.keys(VALUES)));
    return Object.fromEntries(
      names.map((name) => [name, nulls && this.below(3) === 0 ? null : this.one(VALUES[name])]),
    );
  }

  insertInto(delta) {
    delta.insert(this.kind.embeds && this.below(3) === 0 ? this.one(EMBEDS) : this.text(), this.attributes(false));
  }

  document() {
    const document = new Delta();
    for (let runs = 1 + this.below(4); runs > 0; runs -= 1) this.insertInto(document);
    return document.insert("\n").ops;
  }

  /** A change of the document, in canonical form, that cuts no character in two. */
  changeOf(document) {
    const change = new Delta();
    const characters = document.flatMap(({ insert }) => (typeof insert === "string" ? [...insert] : [{ length: 1 }]));
    characters.pop();
    while (characters.length > 0 && this.below(6) > 0) {
      const places = this.kind.crowded ? 1 : 4;
      const length = characters.splice(0, 1 + this.below(places)).reduce((sum, character) => sum + character.length, 0);
      const step = this.below(4);
      if (step === 0) change.delete(length);
      else change.retain(length, step === 1 ? this.attributes(true) : undefined);
      if (this.below(this.kind.crowded ? 2 : 3) === 0) this.insertInto(change);
    }
    if (change.length() === 0) this.insertInto(change);
    return change.chop().ops;
  }
}
