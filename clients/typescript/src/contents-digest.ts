/** The digest of a document's contents, by which a client and a server find out whether they hold the same. */

import { canonical } from "./canonical.js";
import type { Delta } from "./delta.js";

/** SHA-256 of the canonical JSON (RFC 8785) of the contents, in hexadecimal. Only where `canDigest`. */
export async function contentsDigest(contents: Delta): Promise<string> {
  const text = new TextEncoder().encode(canonicalJson(canonical(contents).ops));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", text));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Browsers digest on pages from https and from this machine alone. */
export function canDigest(): boolean {
  return globalThis.crypto?.subtle !== undefined;
}

function canonicalJson(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([name, inner]) => `${JSON.stringify(name)}:${canonicalJson(inner)}`).join(",")}}`;
}
