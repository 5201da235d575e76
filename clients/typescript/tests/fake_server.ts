/** A server in memory behind fake sockets. Nothing moves until `run`, so that a test decides what gets lost. */

import Delta from "quill-delta";
import { contentsDigest } from "../src/contents-digest.js";
import type { Check, Hello, Revision, Submit } from "../src/messages.js";
import { Authority } from "./authority.js";
import { FakeSocket } from "./fake_socket.js";

type Frame = ReturnType<FakeSocket["take"]>[number];

export class FakeServer {
  readonly authority = new Authority();
  private readonly opened = new Set<FakeSocket>();
  private readonly joined = new Map<FakeSocket, string>();
  /** Every frame taken in, of all clients. */
  readonly heard: Frame[] = [];
  /** Says a code for submissions that it is to refuse. */
  refuse: (submission: Submit) => string | null = () => null;

  /** Takes in and answers everything, until there is nothing more. */
  async run(): Promise<void> {
    for (let quiet = 0; quiet < 10; quiet++) {
      await new Promise((resolve) => setTimeout(resolve, 4));
      for (const socket of FakeSocket.made.filter(({ closed }) => !closed)) {
        if (!this.opened.has(socket)) socket.open();
        this.opened.add(socket);
        const frames = socket.take();
        for (const frame of frames) this.handle(socket, frame);
        if (frames.length > 0) quiet = 0;
      }
    }
  }

  /** Takes in what the clients sent; their answers are lost with their connections. */
  async commitAndDie(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 20));
    for (const [socket, clientId] of [...this.joined]) {
      const frames = socket.take();
      this.cut(socket);
      for (const frame of frames) if (frame.type === "submit") this.authority.submit(clientId, frame as never);
    }
  }

  cut(socket = FakeSocket.last, code = 1006): void {
    this.joined.delete(socket);
    socket.end(code);
  }

  /** Someone else commits. */
  commit(delta: Revision["delta"], seq = this.authority.ackedSeq("bob-client") + 1): void {
    this.broadcast(this.authority.commit({ client_id: "bob-client", seq, delta }));
  }

  private handle(socket: FakeSocket, frame: Frame): void {
    this.heard.push(frame);
    if (frame.type === "hello") {
      this.joined.set(socket, (frame as unknown as Hello).client_id);
      for (const message of this.authority.welcome(frame as unknown as Hello)) socket.receive(message);
    }
    if (frame.type === "fetch") for (const page of this.authority.fetch(frame.after as number)) socket.receive(page);
    if (frame.type === "submit") this.submit(socket, frame as unknown as Submit);
    if (frame.type === "check") void this.check(socket, frame as unknown as Check);
  }

  private async check(socket: FakeSocket, { version, digest }: Check): Promise<void> {
    const deltas = this.authority.revisions.slice(0, version).map(({ delta }) => new Delta(delta));
    const { ops } = deltas.reduce((all, delta) => all.compose(delta), new Delta([{ insert: "\n" }]));
    const same = (await contentsDigest(new Delta(ops))) === digest;
    const result = same ? "same" : "different";
    socket.receive({ type: "checked", version, result, ...(!same && { contents: ops }) });
  }

  private submit(socket: FakeSocket, submission: Submit): void {
    const code = this.refuse(submission);
    if (code !== null) {
      socket.receive({ type: "rejected", seq: submission.seq, code, message: `because ${code}` });
      return;
    }
    const { revision, answer } = this.authority.submit(this.joined.get(socket) ?? "", submission);
    if (answer) socket.receive(answer);
    if (revision) this.broadcast(revision);
  }

  private broadcast(revision: Revision): void {
    for (const socket of this.joined.keys())
      if (!socket.closed) socket.receive({ type: "revisions", revisions: [revision] });
  }
}
