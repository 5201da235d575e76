"""Who may do how much, by principal and by cost, so that nobody is slowed by what others do.

Submissions are only slowed while somebody else waits too: who waits for each acknowledgement goes at full speed on an
idle server. Everything else a client can send costs little, is counted all the same, and ends the connection beyond
any honest use.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from protocol.errors import ProtocolError
from protocol.limits import Limits

if TYPE_CHECKING:
    from collab.submissions import Waiting

# Seconds' worth of the rate that may come at once.
BURST = 10.0
# Submissions of one principal that may wait in this process at once; more are put off.
MOST_OUTSTANDING = 200
# Of one principal to this process.
MOST_CONNECTIONS = 500
# Who has no more than these waiting has to wait for answers, and so gets no more than a fair turn.
FEW = 4
# Of one principal in one batch while others wait too, and of all together.
SHARE = 16
MOST_TOGETHER = 256


@dataclass(slots=True)
class Bucket:
    """Tokens that refill at `rate` a second, up to `BURST` seconds' worth."""

    rate: float
    tokens: float
    filled_at: float

    @classmethod
    def full(cls, rate: float, now: float) -> "Bucket":
        return cls(rate, rate * BURST, now)

    def take(self, cost: float, now: float) -> float:
        """Takes `cost` tokens; the seconds until there would have been enough, 0 where there were."""
        self.tokens = min(self.rate * BURST, self.tokens + (now - self.filled_at) * self.rate)
        self.filled_at = now
        missing = max(0.0, cost - self.tokens)
        self.tokens = max(0.0, self.tokens - cost)
        return missing / self.rate


@dataclass(slots=True)
class Account:
    """What one person has used."""

    submissions: Bucket
    submitted_bytes: Bucket
    others: Bucket
    connections: int = 0
    outstanding: int = 0

    @property
    def used_at(self) -> float:
        return max(bucket.filled_at for bucket in (self.submissions, self.submitted_bytes, self.others))


class Throttle:
    """The accounts of those who are connected to this process."""

    def __init__(self, limits: Limits, clock: Callable[[], float]) -> None:
        self._limits = limits
        self._clock = clock
        self._accounts: dict[str, Account] = {}
        self._busy = 0

    def enter(self, user_id: str) -> None:
        """A connection of this person begins. Raises rate_limited where they have too many."""
        account = self._account(user_id)
        if account.connections >= MOST_CONNECTIONS:
            raise ProtocolError("rate_limited")
        account.connections += 1

    def leave(self, user_id: str) -> None:
        """A connection of this person ended. What they used stays used: coming back gains nothing."""
        self._account(user_id).connections -= 1

    def sweep(self) -> None:
        """Forgets those who are gone and have nothing used up any more."""
        longest_filling = self._clock() - BURST
        gone = [
            user_id
            for user_id, account in self._accounts.items()
            if not account.connections and not account.outstanding and account.used_at < longest_filling
        ]
        for user_id in gone:
            del self._accounts[user_id]

    def submission(self, user_id: str, size: int) -> float:
        """0 where a submission may go in (`done` follows); else the seconds after which it may come again."""
        account, now = self._account(user_id), self._clock()
        wait = account.submitted_bytes.take(size, now)
        too_many = account.submissions.take(1, now)
        if account.outstanding >= FEW:
            wait = max(wait, too_many)
        others_wait = self._busy > (1 if account.outstanding else 0)
        if account.outstanding >= MOST_OUTSTANDING:
            return max(wait, 1.0)
        if wait and others_wait:
            return wait
        self._busy += not account.outstanding
        account.outstanding += 1
        return 0.0

    def done(self, user_id: str) -> None:
        """A submission of this person was answered."""
        account = self._account(user_id)
        account.outstanding -= 1
        self._busy -= not account.outstanding

    @property
    def outstanding(self) -> int:
        """How many submissions have no answer yet."""
        return sum(account.outstanding for account in self._accounts.values())

    def other(self, user_id: str) -> bool:
        """Whether a frame that is no submission may still be taken."""
        return self._account(user_id).others.take(1, self._clock()) == 0

    def _account(self, user_id: str) -> Account:
        account = self._accounts.get(user_id)
        if account is None:
            now, limits = self._clock(), self._limits
            account = self._accounts[user_id] = Account(
                Bucket.full(limits.frames_per_second, now),
                Bucket.full(limits.bytes_per_second, now),
                Bucket.full(limits.frames_per_second, now),
            )
        return account


def fair_share(queue: "list[Waiting]") -> "tuple[list[Waiting], list[Waiting]]":
    """The next batch, in the order of arrival, and what is left: no person fills it while others wait."""
    if len(queue) == 1:
        return queue, []
    authors = Counter(waiting.connection.principal.user_id for waiting in queue)
    share = SHARE if len(authors) > 1 else MOST_TOGETHER
    taken: list[Waiting] = []
    left: list[Waiting] = []
    had: Counter[str] = Counter()
    for waiting in queue:
        author = waiting.connection.principal.user_id
        if had[author] < share and len(taken) < MOST_TOGETHER:
            had[author] += 1
            taken.append(waiting)
        else:
            left.append(waiting)
    return taken, left
