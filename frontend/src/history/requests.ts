import type { Op } from "@deltapad/client";
import { type DocumentRow, type Person, request } from "../api";

/** Neighbouring revisions of one author, without a long pause. */
export interface Stretch {
  first_version: number;
  last_version: number;
  user: Person | null;
  /** Who an imported archive says it was, unchecked. */
  claimed_name: string | null;
  origin: string | null;
  began_at: string;
  ended_at: string;
  /** What was changed is no longer kept. */
  removed: boolean;
  /** The version cannot be opened any more. */
  gone: boolean;
}

export interface NamedVersion {
  version: number;
  name: string;
  user: Person | null;
  at: string;
}

export interface Authorship {
  reached: number;
  authors: Person[];
  runs: [length: number, author: number | null][] | null;
}

/** How many revisions were removed, and how much of their text still stands, where that can be told. */
export interface Purged {
  removed: number;
  still_there: number | null;
}

/** How many revisions the server tells at once. */
export const PAGE = 500;

/** What the server tells of a document's past. */
export function pastOf(id: string) {
  const at = `documents/${id}`;
  return {
    document: () => request<DocumentRow & { version: number }>("GET", at),
    contents: (version: number) => request<{ contents: Op[] }>("GET", `${at}/contents?version=${version}`),
    revisions: (after: number) =>
      request<{ revisions: { version: number; delta: Op[] }[] }>("GET", `${at}/revisions?after=${after}&limit=${PAGE}`),
    timeline: (before: number | null, limit: number) =>
      request<{ stretches: Stretch[]; next_before: number | null }>(
        "GET",
        `${at}/timeline?limit=${limit}${before === null ? "" : `&before=${before}`}`,
      ),
    named: (before: number | null) =>
      request<{ versions: NamedVersion[]; next_before: number | null }>(
        "GET",
        `${at}/versions${before === null ? "" : `?before=${before}`}`,
      ),
    authorship: (version: number) => request<Authorship>("GET", `${at}/authorship?version=${version}`),
    compare: (before: number, after: number) =>
      request<{ contents: Op[]; delta: Op[] }>("GET", `${at}/comparison?before=${before}&after=${after}`),
    name: (version: number, name: string) => request<NamedVersion>("PUT", `${at}/versions/${version}`, { name }),
    unname: (version: number) => request<void>("DELETE", `${at}/versions/${version}`),
    restore: (version: number) => request<{ version: number }>("POST", `${at}/restore`, { version }),
    purge: (first_version: number, last_version: number) =>
      request<Purged>("DELETE", `${at}/revisions?first=${first_version}&last=${last_version}`),
    undo: (first_version: number, last_version: number) =>
      request<{ version: number }>("POST", `${at}/undo`, { first_version, last_version }),
  };
}

export type Past = ReturnType<typeof pastOf>;
