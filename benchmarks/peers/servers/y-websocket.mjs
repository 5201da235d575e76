// y-websocket's server: `node y-websocket.mjs`, in memory; YPERSISTENCE names the folder of a LevelDB.

import { createServer } from "node:http";
import { setupWSConnection } from "@y/websocket-server/utils";
import { WebSocketServer } from "ws";

const server = createServer();
new WebSocketServer({ server, perMessageDeflate: false }).on("connection", setupWSConnection);
server.listen(0, "127.0.0.1", () => console.log(`listening on ${server.address().port}`));
