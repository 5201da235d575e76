// ShareDB with rich text: `node sharedb.mjs [connection string [Redis]]`, in memory without one; Redis joins several.

import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import WebSocketJSONStream from "@teamwork/websocket-json-stream";
import pg from "pg";
import richText from "rich-text";
import ShareDB from "sharedb";
import PostgresDB from "sharedb-postgres";
import redisPubSub from "sharedb-redis-pubsub";
import { WebSocketServer } from "ws";

const [connectionString, redis] = process.argv.slice(2);

/** A database with sharedb-postgres's own tables. */
async function database() {
  const client = new pg.Client({ connectionString });
  await client.connect();
  const { rows } = await client.query("SELECT to_regclass('ops') AS made");
  if (!rows[0].made) {
    const structure = createRequire(import.meta.url).resolve("sharedb-postgres/structure.sql");
    await client.query(readFileSync(structure, "utf8"));
  }
  await client.end();
  return new PostgresDB({ connectionString });
}

ShareDB.types.register(richText.type);
const backend = new ShareDB({
  ...(connectionString ? { db: await database() } : {}),
  ...(redis ? { pubsub: redisPubSub({ url: redis }) } : {}),
});
const server = createServer();
new WebSocketServer({ server, perMessageDeflate: false }).on("connection", (socket) => {
  const stream = new WebSocketJSONStream(socket);
  stream.on("error", () => {}); // of what was still to go to someone who left
  backend.listen(stream);
});
server.listen(0, "127.0.0.1", () => console.log(`listening on ${server.address().port}`));
