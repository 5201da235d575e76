/** The server's half, in memory, as strict as the real one where a client could be wrong: for simulations. */
import Delta, { type Op } from "quill-delta";
import { canonical } from "../src/canonical.js";
import { equal } from "../src/json.js";
import type { Hello, Revision, ServerMessage, Submit } from "../src/messages.js";

const AT = "2026-01-01T12:00:00Z";

export class Authority {
  readonly revisions: Revision[] = [];
  contents = new Delta([{ insert: "\n" }]);
  capabilities = ["edit", "history", "read"];
  /** Versions below this are no longer kept. */
  historyFrom = 0;

  get version(): number {
    return this.revisions.length;
  }

  /** The welcome, and the pages that follow it. */
  welcome({ client_id, version, last }: Hello): ServerMessage[] {
    const known = version === undefined ? null : this.after(version, last);
    const welcome: ServerMessage = {
      type: "welcome",
      protocol: 1,
      session_id: `session of ${client_id}`,
      user: { id: "u", name: "U", color: "#000000" },
      role: "editor",
      capabilities: this.capabilities,
      document: { id: "d", title: "T", version: this.version, state: "open", last: this.nameAt(this.version) },
      ...(known ? { revisions: known.slice(0, 3) } : { contents: structuredClone(this.contents.ops) }),
      ...(version !== undefined && !known && { resync: "history_gone" as const }),
      acked_seq: this.ackedSeq(client_id),
      participants: [],
      limits: {},
    };
    return known && known.length > 3 ? [welcome, ...this.fetch((version ?? 0) + 3)] : [welcome];
  }

  /** The pages of revisions after a version; an empty one where there are none, or none that are kept. */
  fetch(after: number): ServerMessage[] {
    const revisions = after < this.historyFrom ? [] : this.revisions.slice(after);
    const pages: ServerMessage[] = [];
    do pages.push({ type: "revisions", revisions: revisions.splice(0, 3) });
    while (revisions.length > 0);
    return structuredClone(pages);
  }

  /** Commits a submission, or finds that it is committed. Throws where a right client would never have sent it. */
  submit(client_id: string, submission: Submit): { revision?: Revision; answer?: ServerMessage } {
    const { seq, base_version } = submission;
    const own = this.revisions.filter((revision) => revision.client_id === client_id);
    const known = own.find((revision) => revision.seq === seq);
    if (known) return { answer: { type: "ack", seq, version: known.version } };
    if (seq <= this.ackedSeq(client_id)) throw new Error(`seq ${seq} is too old`);
    if (base_version < (own.at(-1)?.version ?? 0)) throw new Error(`base_version ${base_version} is behind`);
    if (base_version > this.version) throw new Error(`base_version ${base_version} is ahead`);
    const delta = this.revisions
      .slice(base_version)
      .reduce((change, revision) => new Delta(revision.delta).transform(change, false), checked(submission.delta));
    return { revision: this.commit({ client_id, seq, delta: delta.ops }) };
  }

  commit({ client_id, seq, delta }: { client_id: string; seq: number; delta: Op[] }): Revision {
    const revision = { version: this.version + 1, client_id, seq, user_id: "u", at: AT, delta };
    this.contents = this.contents.compose(new Delta(delta));
    this.revisions.push(revision);
    if (!isDocument(this.contents)) throw new Error(`not a document: ${JSON.stringify(this.contents.ops)}`);
    return structuredClone(revision);
  }

  ackedSeq(clientId: string): number {
    return Math.max(0, ...this.revisions.filter(({ client_id }) => client_id === clientId).map(({ seq }) => seq));
  }

  private nameAt(version: number): { client_id: string; seq: number } | null {
    const revision = this.revisions[version - 1];
    return revision ? { client_id: revision.client_id, seq: revision.seq } : null;
  }

  private after(version: number, last: Hello["last"]): Revision[] | null {
    const name = this.nameAt(version);
    const same = !last || (name?.client_id === last.client_id && name.seq === last.seq);
    return same && version >= this.historyFrom ? structuredClone(this.revisions.slice(version)) : null;
  }
}

function checked(ops: Op[]): Delta {
  const delta = new Delta(structuredClone(ops));
  if (!equal(canonical(delta).ops, ops)) throw new Error(`not in canonical form: ${JSON.stringify(ops)}`);
  return delta;
}

function isDocument(contents: Delta): boolean {
  const last = contents.ops.at(-1)?.insert;
  return contents.ops.every(({ insert }) => insert !== undefined) && typeof last === "string" && last.endsWith("\n");
}
