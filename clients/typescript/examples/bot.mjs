// A bot: it writes © wherever somebody types (c). Run it as `DOCUMENT=ws://… TOKEN=dp_… node bot.mjs`.
import { Delta, DocumentClient } from "@deltapad/client";
import WebSocket from "ws"; // browsers, and Node from 22 on, have their own

const client = new DocumentClient({ url: process.env.DOCUMENT, token: process.env.TOKEN, WebSocket });
client.on("change", () => {
  const index = client.text.indexOf("(c)");
  if (index >= 0) client.edit(new Delta().retain(index).insert("©").delete(3));
});
await client.connect();
console.log(`in ${client.title}`);
