// A file that shows a document's text as it is now. Run it as `DOCUMENT=ws://… TOKEN=dp_… node mirror.mjs notes.txt`.
import { renameSync, writeFileSync } from "node:fs";
import { DocumentClient } from "@deltapad/client";
import WebSocket from "ws";

const [file] = process.argv.slice(2);
const client = new DocumentClient({ url: process.env.DOCUMENT, token: process.env.TOKEN, WebSocket });
const mirror = () => {
  writeFileSync(`${file}.new`, client.text);
  renameSync(`${file}.new`, file); // whoever reads it reads all of it
};
client.on("reset", mirror);
client.on("change", mirror);
await client.connect();
