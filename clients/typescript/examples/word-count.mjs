// Counts the words of a document while people type. Run it as `DOCUMENT=ws://… TOKEN=dp_… node word-count.mjs`.
import { DocumentClient } from "@deltapad/client";
import WebSocket from "ws";

const client = new DocumentClient({ url: process.env.DOCUMENT, token: process.env.TOKEN, WebSocket });
const count = () => console.log(`${client.text.split(/\s+/).filter(Boolean).length} words`);
client.on("reset", count);
client.on("change", count);
await client.connect();
