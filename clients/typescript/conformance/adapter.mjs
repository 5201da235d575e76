// The TypeScript client, built, behind the conformance kit's client interface: a JSON object a line in, one a line out.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { Delta, DocumentClient, MemoryOutbox } from "@deltapad/client";
import WebSocket from "ws";

/** Keeps what is unsent in a file. */
class FileOutbox extends MemoryOutbox {
  constructor(file) {
    super(existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined);
    this.file = file;
  }

  async store(state) {
    writeFileSync(this.file, JSON.stringify(state));
  }
}

let client;
let screen = null;
let reason = "";
let selections = {};

const commands = {
  about: () => ({ name: "@deltapad/client", version: "0.1.0", can: ["check", "select", "storage"] }),
  open({ url, token, storage }) {
    commands.close();
    client = new DocumentClient({ url, token, WebSocket, outbox: new FileOutbox(`${storage}/outbox.json`) });
    client.on("reset", ({ contents }) => {
      screen = contents;
    });
    client.on("change", ({ delta }) => {
      screen = screen.compose(delta);
    });
    client.on("presence", (present) => {
      selections = Object.fromEntries(present.map(({ sessionId, selection }) => [sessionId, selection]));
    });
    client.on("closed", ({ code }) => {
      reason = code;
    });
    client.connect().catch(() => {});
  },
  edit({ delta }) {
    const change = new Delta(delta);
    screen = screen.compose(change);
    client.edit(change);
  },
  select(selection) {
    client.select(selection);
  },
  state() {
    const connection = { online: "online", closed: "closed" }[client.connection] ?? "offline";
    const { version, unsent } = client;
    const kept = client.kept.map(({ code, delta }) => ({ code, delta }));
    return { contents: screen?.ops ?? null, version, unsent, connection, reason, kept, selections };
  },
  close() {
    client?.close();
    [client, screen, reason, selections] = [undefined, null, "", {}];
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { do: command, ...given } = JSON.parse(line);
  try {
    console.log(JSON.stringify((await commands[command](given)) ?? {}));
  } catch (error) {
    console.log(JSON.stringify({ error: error.message }));
  }
}
process.exit();
