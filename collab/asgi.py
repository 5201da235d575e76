"""The one entry for HTTP and WebSocket, under any ASGI server."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "collab.settings")

application = get_asgi_application()
