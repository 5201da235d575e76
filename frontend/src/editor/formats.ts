import { Delta, type Op } from "@deltapad/client";
import { isImageId, MAX_ALT } from "../images/address";
import { addressOf } from "../tables/layout";
import type { Formats } from "./adapter";

type Check = (value: unknown) => boolean;

const isTrue: Check = (value) => value === true;
const oneOf =
  (...values: unknown[]): Check =>
  (value) =>
    values.includes(value);
const matches =
  (pattern: RegExp): Check =>
  (value) =>
    typeof value === "string" && pattern.test(value);
const color = matches(/^#[0-9a-f]{6}$/iu);

/** The formats that this editor makes and accepts, with the values of each; the server has the last word. */
export const FORMATS: Readonly<Record<string, Check>> = {
  bold: isTrue,
  italic: isTrue,
  underline: isTrue,
  strike: isTrue,
  code: isTrue,
  link: (value) => typeof value === "string" && safeAddress(value) === value,
  color,
  background: color,
  header: oneOf(1, 2, 3, 4, 5, 6),
  list: oneOf("bullet", "ordered", "checked", "unchecked"),
  indent: oneOf(1, 2, 3, 4, 5, 6, 7, 8),
  align: oneOf("center", "right", "justify"),
  direction: oneOf("rtl"),
  blockquote: isTrue,
  "code-block": (value) => value === true || matches(/^[a-z0-9+#-]{1,32}$/u)(value),
  table: (value) => addressOf(value) !== null,
  alt: (value) => typeof value === "string" && value.length <= MAX_ALT,
};

/** The formats that say what a line is; a line in a table takes none of the others. */
export const BLOCKS: readonly string[] = ["header", "list", "indent", "blockquote", "code-block", "table"];

/** What takes every look away from text. */
export const NO_LOOK: Formats = Object.fromEntries(
  ["bold", "italic", "underline", "strike", "code", "link", "color", "background"].map((name) => [name, false]),
);

/** The address as a document may hold it, or null: http, https and mailto, nothing else. */
export function safeAddress(text: string): string | null {
  const address = text.trim();
  if (!address || /\s/u.test(address)) return null;
  const complete = completed(address);
  try {
    const { protocol, hostname, pathname } = new URL(complete);
    if (protocol === "mailto:") return pathname ? complete : null;
    return (protocol === "http:" || protocol === "https:") && hostname ? complete : null;
  } catch {
    return null;
  }
}

function completed(address: string): string {
  if (/^[a-z][a-z0-9+.-]*:/iu.test(address) && !/^[^/]+:\d+(\/|$)/u.test(address)) return address;
  return /^[^\s@/]+@[^\s@/]+$/u.test(address) ? `mailto:${address}` : `https://${address}`;
}

/** The given attributes without those that the allow-list does not know. */
export function allowedAttributes(attributes: Formats | undefined): Formats {
  const entries = Object.entries(attributes ?? {});
  return Object.fromEntries(entries.filter(([name, value]) => FORMATS[name]?.(value)));
}

/** Pasted contents as the document may hold them: no embeds but its images, no unknown formats, no characters that break it. */
export function allowedContents(contents: Delta): Delta {
  const result = new Delta();
  for (const op of contents.ops) {
    const image = imageOf(op.insert);
    if (image) result.insert({ image }, allowedAttributes(op.attributes));
    if (typeof op.insert !== "string") continue;
    const text = cleanText(op.insert);
    if (text) result.insert(text, withoutPageColors(allowedAttributes(op.attributes)));
  }
  return result;
}

/** The id of the image that an insert is, or null. */
export function imageOf(insert: unknown): string | null {
  const id = typeof insert === "object" && insert !== null ? (insert as { image?: unknown }).image : null;
  return isImageId(id) ? id : null;
}

/** Line ends as `\n`; U+0000, byte order marks and unpaired surrogates are left out. */
export function cleanText(text: string): string {
  return text
    .replace(/\r\n?/gu, "\n")
    .replaceAll("\0", "")
    .replaceAll("\ufeff", "")
    .replace(/\p{Surrogate}/gu, "");
}

/** Black on white is what a page looks like, not what its author meant; in dark mode it would be unreadable. */
function withoutPageColors(attributes: Formats): Formats {
  const { color: ink, background, ...others } = attributes;
  if (typeof ink === "string" && !isGrey(ink)) others.color = ink;
  if (typeof background === "string" && !isGrey(background)) others.background = background;
  return others;
}

function isGrey(hex: string): boolean {
  const channels = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
  return Math.max(...channels) - Math.min(...channels) < 24;
}

/**
 * A change as Quill can show it, of the same length everywhere: what it does not know is left out or replaced.
 * Quill turns `\r` into line ends and takes U+FEFF for its own caret.
 */
export function showable(delta: Delta): Delta {
  const result = new Delta();
  for (const op of delta.ops) {
    if (typeof op.delete === "number") result.delete(op.delete);
    else if (typeof op.retain === "number") result.retain(op.retain, knownAttributes(op.attributes));
    else if (typeof op.insert === "string") result.insert(shownText(op.insert), knownAttributes(op.attributes));
    else result.push(shownEmbed(op.insert, op.attributes));
  }
  return result;
}

function shownEmbed(insert: unknown, attributes: Formats | undefined): Op {
  const image = imageOf(insert);
  return image ? { insert: { image }, attributes: knownAttributes(attributes) } : { insert: "\u25a2" };
}

const shownText = (text: string) => text.replaceAll("\r", " ").replaceAll("\ufeff", "\u200b");

function knownAttributes(attributes: Formats | undefined): Formats {
  return Object.fromEntries(Object.entries(attributes ?? {}).filter(([name]) => name in FORMATS));
}
