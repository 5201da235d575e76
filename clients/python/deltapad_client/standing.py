"""What the server says of who is asking and of the document as a whole."""

from protocol.messages import Access, Banner, DocumentChanged, ServerMessage, UserInfo, Welcome

from . import events


class Standing:
    """As last told; before the first welcome nothing is known."""

    def __init__(self) -> None:
        self.user: UserInfo | None = None
        self.session_id: str | None = None
        self.role: str | None = None
        self.capabilities: frozenset[str] = frozenset()
        self.title = ""
        self.document_state = "open"
        self.document_damaged = False
        self.banner = ""

    def welcome(self, message: Welcome) -> None:
        """The connection stands."""
        self.user, self.session_id = message.user, message.session_id
        self.role, self.capabilities = message.role, frozenset(message.capabilities)
        document = message.document
        self.title, self.document_state, self.document_damaged = document.title, document.state, bool(document.damaged)
        self.banner = message.banner or ""

    def heard(self, message: ServerMessage) -> None:
        """Something may have changed."""
        match message:
            case Access():
                self.role, self.capabilities = message.role, frozenset(message.capabilities)
            case DocumentChanged():
                self.title = self.title if message.title is None else message.title
                self.document_state = message.state or self.document_state
                self.document_damaged = self.document_damaged if message.damaged is None else message.damaged
            case Banner():
                self.banner = message.text

    def news(self) -> list[events.Access | events.Document | events.Banner]:
        """All of it, as events."""
        return [
            events.Access(self.role or "", self.capabilities),
            events.Document(self.title, self.document_state, self.document_damaged),
            events.Banner(self.banner),
        ]
