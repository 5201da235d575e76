// Hocuspocus as its documentation starts it: `node hocuspocus.mjs [database [Redis]]`, in memory without a database. It
// is a file of SQLite; with Redis, which joins several, it is a PostgreSQL.

import { Database } from "@hocuspocus/extension-database";
import { Redis } from "@hocuspocus/extension-redis";
import { SQLite } from "@hocuspocus/extension-sqlite";
import { Server } from "@hocuspocus/server";
import pg from "pg";

const [database, redis] = process.argv.slice(2);

/** One table of documents, as the example for the extension has it. */
async function kept() {
  const pool = new pg.Pool({ connectionString: database });
  await pool.query("CREATE TABLE IF NOT EXISTS documents (name text PRIMARY KEY, data bytea)");
  return new Database({
    fetch: async ({ documentName }) => {
      const { rows } = await pool.query("SELECT data FROM documents WHERE name = $1", [documentName]);
      return rows[0]?.data ?? null;
    },
    store: async ({ documentName, state }) => {
      const upsert = "INSERT INTO documents VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET data = excluded.data";
      await pool.query(upsert, [documentName, state]);
    },
  });
}

/** Those for several processes, for one with a file, for one without. */
async function extensions() {
  if (!redis) return database ? [new SQLite({ database })] : [];
  const { hostname, port } = new URL(redis);
  return [new Redis({ host: hostname, port: Number(port) }), await kept()];
}

const server = new Server({
  address: "127.0.0.1",
  port: 0,
  quiet: true,
  extensions: await extensions(),
});
await server.listen();
console.log(`listening on ${server.address.port}`);
