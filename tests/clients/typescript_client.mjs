// The built client in Node, behind a pipe: a command a line in, what it came to a line out. It stands for a browser of one
// person in which tabs come and go, so that what one tab leaves behind is there for the next.
import "fake-indexeddb/auto";
import { createInterface } from "node:readline";
import { Delta, DocumentClient, indexedDBOutbox } from "@deltapad/client";
import WebSocket from "ws";

const [url, token, user] = process.argv.slice(2);

const held = new Set();
const locks = {
  async request(name, _options, granted) {
    if (held.has(name)) return granted(null);
    held.add(name);
    return granted({ name });
  },
};
Object.defineProperty(globalThis, "navigator", { value: { locks }, configurable: true });

let client;
let screen = new Delta();
let socket;
let presence = [];

class Socket extends WebSocket {
  constructor(...where) {
    super(...where);
    socket = this;
  }
}

const commands = {
  async join() {
    client = new DocumentClient({ url, token, WebSocket: Socket, outbox: indexedDBOutbox({ user, document: url }) });
    client.on("reset", ({ contents }) => {
      screen = contents;
    });
    client.on("change", ({ delta }) => {
      screen = screen.compose(delta);
    });
    client.on("presence", (present) => {
      presence = present;
    });
    client.connect();
    await client.ready;
  },
  edit({ ops }) {
    const delta = new Delta(ops);
    screen = screen.compose(delta);
    client.edit(delta);
  },
  select({ index, length }) {
    client.select({ index, length });
  },
  cut() {
    socket.terminate();
  },
  // Ends as a tab does: its locks are free, and what it sends no longer goes anywhere.
  async crash() {
    socket.send = () => {};
    await new Promise((resolve) => setTimeout(resolve, 50));
    client.close();
    held.clear();
  },
  state() {
    const { version, saveState, connection, kept, unsent } = client;
    const contents = client.contents.ops;
    return { contents, screen: screen.ops, version, save: saveState.kind, connection, kept, unsent, presence };
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { command, ...given } = JSON.parse(line);
  try {
    console.log(JSON.stringify((await commands[command](given)) ?? {}));
  } catch (error) {
    console.log(JSON.stringify({ error: `${error.code}: ${error.message}` }));
  }
}
process.exit();
