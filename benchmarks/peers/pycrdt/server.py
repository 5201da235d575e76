"""pycrdt-websocket under uvicorn, its updates in SQLite: `python server.py FILE`."""

import logging
import socket
import sys
from contextlib import suppress

import uvicorn
from pycrdt.store import SQLiteYStore, YDocNotFound
from pycrdt.websocket import ASGIServer, WebsocketServer, YRoom
from pycrdt.websocket.websocket_server import exception_logger


class Store(SQLiteYStore):
    """One file for all rooms."""

    db_path = sys.argv[1]


class Rooms(WebsocketServer):
    """Rooms that hold what is stored before anyone is let in."""

    async def get_room(self, name: str) -> YRoom:
        if name not in self.rooms:
            room = self.rooms[name] = YRoom(ready=False, ystore=Store(name), log=self.log)
            await self.start_room(room)
            await room.ystore.started.wait()
            with suppress(YDocNotFound):
                await room.ystore.apply_updates(room.ydoc)
            room.ready = True
        await self.rooms[name].ready_event.wait()
        await self.rooms[name].ydoc_observed.wait()
        return self.rooms[name]


class Server(uvicorn.Server):
    """Serves while the rooms are open."""

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        async with rooms:
            await super().serve(sockets)


rooms = Rooms(exception_handler=exception_logger, log=logging.getLogger("rooms"))
listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
print(f"listening on {listener.getsockname()[1]}", flush=True)
config = uvicorn.Config(
    ASGIServer(rooms),
    log_level="warning",
    ws_per_message_deflate=False,
    ws_max_size=2**26,
    ws_ping_interval=None,  # a server that falls behind would end everyone's connection
)
# Opened anew, the socket knows that it is TCP, and asyncio turns Nagle's delay off.
Server(config).run(sockets=[socket.socket(fileno=listener.detach())])
