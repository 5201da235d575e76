/** How safe the author's text is. */
import type { Reason } from "./messages.js";
import type { Replica } from "./replica.js";
import type { Sender } from "./sender.js";

/**
 * `typing`: not all of it is sent; `sent`: all of it is, not all is committed; `committed`: the server has it durably; `offline`: there is no
 * server to send it to; `rejected`: `count` changes will not be in the document.
 */
export interface SaveState {
  kind: "committed" | "typing" | "sent" | "offline" | "rejected";
  /** Of changes that wait, only those are counted that are stored. */
  count: number;
  reason?: Reason;
}

export function saveState(replica: Replica | null, online: boolean, sender: Sender | null): SaveState {
  if (replica !== null && !replica.synchronized) {
    const waiting = replica.waiting.reduce((sum, { changes }) => sum + changes, 0);
    const count = Math.max(0, waiting - (sender?.unstored ?? 0));
    if (!online) return { kind: "offline", count };
    const allSent = replica.pending?.seq === sender?.sent && replica.buffer === null;
    return { kind: allSent ? "sent" : "typing", count };
  }
  const last = replica?.kept.at(-1);
  if (replica === null || last === undefined) return { kind: "committed", count: 0 };
  return { kind: "rejected", count: replica.kept.length, reason: { code: last.code, message: last.message } };
}
