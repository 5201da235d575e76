"""A whole session in memory: one authority, several replicas, and frames that wait until a test lets them arrive.

Everything said goes through the real messages, as JSON text.
"""

from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime

from protocol.authority import Accepted, ClientRow, Duplicate, Head, Submission, judge
from protocol.content import Content
from protocol.delta import Delta
from protocol.errors import ERRORS
from protocol.limits import LIMITS
from protocol.messages import (
    Ack,
    DocumentInfo,
    Fetch,
    Hello,
    Last,
    Part,
    Rejected,
    Resync,
    Revision,
    Revisions,
    SlowDown,
    Submit,
    UserInfo,
    Welcome,
    encode,
)
from protocol.parsing import parse_client, parse_server
from protocol.replica import Kept, Replica, ReplicaState, Update

PAGE = 3


@dataclass
class Connection:
    """Frames under way, each way; lost with it."""

    user_id: str
    to_server: deque[str] = field(default_factory=deque)
    to_client: deque[str] = field(default_factory=deque)
    client_id: str = ""

    def tell(self, message: Part) -> None:
        self.to_client.append(encode(message))


class Server:
    """The least that a server is: it keeps a log, judges in order, tells everyone after."""

    def __init__(self) -> None:
        self.head = Head(0, Content.EMPTY)
        self.log: list[Revision] = []
        self.snapshots = [Content.EMPTY]
        self.clients: dict[str, ClientRow] = {}
        self.rejections: list[tuple[Connection, Submit]] = []
        self.connections: list[Connection] = []
        self.history_from = 0
        self.refusal: str | None = None
        self.busy = False

    def reads(self, connection: Connection) -> None:
        """Take one frame from a connection."""
        message = parse_client(connection.to_server.popleft())
        if isinstance(message, Hello):
            self.greet(connection, message)
        elif isinstance(message, Fetch):
            self.send_pages(connection, message.after)
        elif isinstance(message, Submit):
            self.take(connection, message)

    def greet(self, connection: Connection, hello: Hello) -> None:
        connection.client_id = hello.client_id
        self.connections = [one for one in self.connections if one.client_id != hello.client_id] + [connection]
        after = hello.version
        if after is not None and (after > self.head.version or hello.last != self.last(after)):
            connection.tell(self.welcome(connection, "history_changed"))
        elif after is not None and after < self.history_from:
            connection.tell(self.welcome(connection, "history_gone"))
        else:
            connection.tell(self.welcome(connection, None, after))
            if after is not None:
                self.send_pages(connection, after + PAGE)

    def welcome(self, connection: Connection, resync: Resync | None, after: int | None = None) -> Welcome:
        row = self.clients.get(connection.client_id)
        return Welcome(
            protocol=1,
            session_id=connection.client_id,
            user=UserInfo(id=connection.user_id, name=connection.user_id, color="#000000"),
            role="editor",
            capabilities=("read", "edit"),
            document=DocumentInfo(
                id="d", title="", version=self.head.version, state="open", last=self.last(self.head.version)
            ),
            contents=self.head.content.to_delta() if after is None else None,
            revisions=None if after is None else tuple(self.log[after : after + PAGE]),
            acked_seq=row.acked_seq if row else 0,
            resync=resync,
            participants=(),
            limits=LIMITS,
        )

    def last(self, version: int) -> Last | None:
        if version == 0:
            return None
        return Last(client_id=self.log[version - 1].client_id, seq=self.log[version - 1].seq)

    def send_pages(self, connection: Connection, after: int) -> None:
        for start in range(after, self.head.version, PAGE):
            connection.tell(Revisions(revisions=tuple(self.log[start : start + PAGE])))

    def take(self, connection: Connection, message: Submit) -> None:
        if self.busy:
            connection.tell(SlowDown(retry_after=0, seq=message.seq))
            return
        submission = Submission(connection.client_id, message.seq, message.base_version, message.delta)
        since = [revision.delta for revision in self.log[message.base_version :]]
        verdict = judge(
            self.head,
            submission,
            user_id=connection.user_id,
            client=self.clients.get(connection.client_id),
            committed_at=self.committed_at(submission),
            since=since if message.base_version >= self.history_from else None,
            rejected_seq=self.rejected_seq(connection),
            refusal=self.refusal,
        )
        if isinstance(verdict, Accepted):
            self.commit(connection, submission, verdict)
        elif isinstance(verdict, Duplicate):
            connection.tell(Ack(seq=message.seq, version=verdict.version))
        else:
            row = ERRORS[verdict.code]
            self.rejections.append((connection, message))
            connection.tell(Rejected(seq=message.seq, code=row.code, message=row.message))

    def committed_at(self, submission: Submission) -> int | None:
        name = (submission.client_id, submission.seq)
        return next((one.version for one in self.log if (one.client_id, one.seq) == name), None)

    def rejected_seq(self, connection: Connection) -> int:
        own = (message.seq for one, message in self.rejections if one.client_id == connection.client_id)
        return max(own, default=0)

    def commit(self, connection: Connection, submission: Submission, accepted: Accepted) -> None:
        self.head = accepted.head
        self.snapshots.append(accepted.head.content)
        self.clients[submission.client_id] = ClientRow(connection.user_id, submission.seq, accepted.version)
        revision = Revision(
            version=accepted.version,
            client_id=submission.client_id,
            seq=submission.seq,
            user_id=connection.user_id,
            at=datetime(2026, 1, 1, tzinfo=UTC),
            delta=accepted.delta,
        )
        self.log.append(revision)
        for one in self.connections:
            one.tell(Revisions(revisions=(revision,)))


class Person:
    """Someone with a replica, and at times a connection."""

    def __init__(self, server: Server, name: str) -> None:
        self.server = server
        self.name = name
        self.replica = Replica(ReplicaState(client_id=f"{name}-client"))
        self.connection: Connection | None = None
        self.screen = self.replica.screen
        self.refused: list[Kept] = []
        self.caret = 0

    @property
    def text(self) -> str:
        return self.screen.text()[:-1]

    def joins(self) -> None:
        self.leaves()
        self.connection = Connection(self.name)
        self.say(self.replica.hello())

    def leaves(self) -> None:
        """The connection breaks: what is under way is lost, both ways."""
        if self.connection in self.server.connections:
            self.server.connections.remove(self.connection)
        self.connection = None
        self.replica.disconnected()

    def restarts(self) -> None:
        """The program ends and begins anew from what it remembered."""
        self.leaves()
        remembered = self.replica.state().model_dump_json()
        self.replica = Replica(ReplicaState.model_validate_json(remembered))

    def does(self, delta: Delta) -> None:
        self.screen = self.screen.apply(delta)
        self.replica.local(delta)

    def types(self, index: int, text: str) -> None:
        self.does(Delta([*([{"retain": index}] if index else []), {"insert": text}]))

    def deletes(self, index: int, length: int) -> None:
        self.does(Delta([*([{"retain": index}] if index else []), {"delete": length}]))

    def say(self, message: Part) -> None:
        if self.connection is not None:
            self.connection.to_server.append(encode(message))

    def sends(self) -> None:
        submit = self.replica.sendable()
        if submit is not None:
            self.say(submit)

    def reads(self) -> None:
        """Take one frame from the server, and put on the screen what the replica says."""
        assert self.connection is not None
        message = parse_server(self.connection.to_client.popleft())
        update = Update()
        match message:
            case Welcome():
                update = self.replica.welcome(message)
            case Revisions():
                update = self.replica.receive(message.revisions)
            case Ack():
                update = self.replica.acknowledge(message)
            case Rejected():
                update = self.replica.rejected(message)
            case SlowDown():
                self.replica.slow_down(message)
        self.show(update)

    def show(self, update: Update) -> None:
        if update.contents is not None:
            self.screen = update.contents
        for change in update.changes:
            self.screen = self.screen.apply(change)
            self.caret = change.transform_position(self.caret, True)
        if update.kept is not None:
            self.refused.append(update.kept)
        if update.fetch is not None:
            self.say(update.fetch)


class Session:
    """A server and its people, all joined to the empty document."""

    def __init__(self, *names: str) -> None:
        self.server = Server()
        self.people = [Person(self.server, name) for name in names]
        for person in self.people:
            person.joins()
        self.settle()

    def settle(self) -> None:
        """Let everything arrive, everyone send, until nothing is left to say."""
        for _ in range(10_000):
            for person in self.people:
                person.sends()
            moved = [self.deliver(person) for person in self.people]
            if not any(moved):
                return
        raise AssertionError("the session never came to rest")

    def deliver(self, person: Person) -> bool:
        """Let one frame each way of a person's arrive; whether there was one."""
        connection = person.connection
        if connection is None or not (connection.to_server or connection.to_client):
            return False
        if connection.to_server:
            self.server.reads(connection)
        if connection.to_client:
            person.reads()
        return True

    def assert_converged(self) -> None:
        for person in self.people:
            assert person.replica.synchronized, person.name
            assert person.replica.version == self.server.head.version
            assert person.replica.contents == self.server.head.content
            assert person.screen == person.replica.screen == self.server.head.content
