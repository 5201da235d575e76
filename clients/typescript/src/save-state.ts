/** How safe the author's text is. */
import type { Reason } from "./messages.js";
import type { Replica } from "./replica.js";

/**
 * `typing`: not all of it is sent; `sent`: all of it is, not all is committed; `committed`: the server has it durably; `offline`: `count`
 * changes are kept here; `refused`: `count` changes will not be in the document.
 */
export interface SaveState {
  kind: "committed" | "typing" | "sent" | "offline" | "refused";
  count: number;
  reason?: Reason;
}

/** `sent` is the seq that went out last on this connection. */
export function saveState(replica: Replica | null, online: boolean, sent: number | null): SaveState {
  if (replica !== null && !replica.synchronized) {
    const count = replica.waiting.reduce((sum, { changes }) => sum + changes, 0);
    if (!online) return { kind: "offline", count };
    return { kind: replica.pending?.seq === sent && replica.buffer === null ? "sent" : "typing", count };
  }
  const last = replica?.kept.at(-1);
  if (replica === null || last === undefined) return { kind: "committed", count: 0 };
  return { kind: "refused", count: replica.kept.length, reason: { code: last.code, message: last.message } };
}
