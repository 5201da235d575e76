// Hocuspocus as its documentation starts it: `node hocuspocus.mjs [database]`, in memory without one.

import { SQLite } from "@hocuspocus/extension-sqlite";
import { Server } from "@hocuspocus/server";

const [database] = process.argv.slice(2);
const server = new Server({
  address: "127.0.0.1",
  port: 0,
  quiet: true,
  extensions: database ? [new SQLite({ database })] : [],
});
await server.listen();
console.log(`listening on ${server.address.port}`);
