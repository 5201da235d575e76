"""What is raised where something is sent to a socket whose other side is gone."""

from autobahn.exception import Disconnected

# uvicorn's is an OSError, Daphne's this.
GONE: tuple[type[Exception], ...] = (OSError, Disconnected)
