"""The ways to Redis that REDIS_URL can name, each against real servers: a subscription hears, also after a silence."""

import asyncio
import gc
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager
from typing import Any
from uuid import uuid4

import pytest
from channels_redis.pubsub import RedisPubSubChannelLayer

from collab import redis_url
from collab.layer import Layer, Message
from tests.collab.talk import PATIENCE
from tests.installed import missing, redis_binary
from tests.services import Redis

pytestmark = [
    pytest.mark.live,
    # The client leaves connections to Redis to the collector of garbage, which is called here.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


class Cluster(Redis):
    """A cluster of one."""

    def command(self) -> list[str]:
        return [*super().command(), "--cluster-enabled", "yes"]

    def start(self) -> None:
        super().start()
        self.execute("CLUSTER ADDSLOTSRANGE 0 16383")


class Sentinel(Redis):
    """Watches over `main`."""

    def __init__(self, main: Redis) -> None:
        super().__init__()
        self._main = main

    @property
    def url(self) -> str:
        return f"redis+sentinel://127.0.0.1:1,127.0.0.1:{self.port}/pad/0"

    def command(self) -> list[str]:
        settings = self.folder / "sentinel.conf"
        settings.write_text(
            f"port {self.port}\nbind 127.0.0.1\nsentinel monitor pad 127.0.0.1 {self._main.port} 1\n"
            "sentinel down-after-milliseconds pad 500\nsentinel failover-timeout pad 2000\n"
        )
        settings.chmod(0o666)
        return [str(redis_binary()), str(settings), "--sentinel"]

    def knows_of_a_follower(self) -> bool:
        return "slave" in self.execute("SENTINEL REPLICAS pad")


@pytest.fixture(autouse=True)
def collected() -> Iterator[None]:
    yield
    gc.collect()


@pytest.fixture
def services() -> Iterator[ExitStack]:
    if redis_binary() is None:
        missing(Redis.name, Redis.install)
    with ExitStack() as stack:
        yield stack


@asynccontextmanager
async def pair(url: str, **options: Any) -> AsyncIterator[tuple[Layer, asyncio.Queue[Message]]]:
    """One process that speaks, and what another one hears."""
    heard: asyncio.Queue[Message] = asyncio.Queue()
    hosts = [host | options for host in redis_url.hosts(url)]
    layers = [RedisPubSubChannelLayer(hosts=hosts, prefix="test") for _ in range(2)]
    speaker, listener = Layer(lambda message: None, layers[0]), Layer(heard.put_nowait, layers[1])
    await listener.subscribe(DOCUMENT)
    yield speaker, heard
    await speaker.close()
    await listener.close()
    for layer in layers:
        await layer.flush()


DOCUMENT = uuid4()


async def is_heard(speaker: Layer, heard: asyncio.Queue[Message]) -> None:
    async with asyncio.timeout(PATIENCE):
        while True:  # a doorbell may be missed
            speaker.send({"type": "document"}, DOCUMENT)
            try:
                async with asyncio.timeout(1):
                    await heard.get()
            except TimeoutError:
                continue
            return


@pytest.mark.parametrize(
    "url",
    [
        lambda stack: stack.enter_context(Redis()).url,
        lambda stack: " ".join(stack.enter_context(Redis()).url for _ in range(2)),
        lambda stack: stack.enter_context(Cluster()).url,
    ],
    ids=["one", "two", "cluster"],
)
async def test_it_works(services: ExitStack, url: Callable[[ExitStack], str]) -> None:
    async with pair(url(services)) as (speaker, heard):
        await is_heard(speaker, heard)


async def test_a_silence_longer_than_the_time_out_ends_no_subscription(services: ExitStack) -> None:
    async with pair(services.enter_context(Redis()).url, socket_timeout=0.3) as (speaker, heard):
        await is_heard(speaker, heard)
        await asyncio.sleep(1)
        assert heard.empty()
        speaker.send({"type": "document"}, DOCUMENT)
        async with asyncio.timeout(PATIENCE):
            await heard.get()


async def test_when_the_main_redis_dies_the_one_that_sentinel_names_is_asked(services: ExitStack) -> None:
    main, other = services.enter_context(Redis()), services.enter_context(Redis())
    other.execute(f"REPLICAOF 127.0.0.1 {main.port}")
    sentinel = services.enter_context(Sentinel(main))
    async with pair(sentinel.url) as (speaker, heard):
        await is_heard(speaker, heard)
        async with asyncio.timeout(30):
            while not sentinel.knows_of_a_follower():
                await asyncio.sleep(0.1)
        main.kill()
        await is_heard(speaker, heard)


@pytest.mark.parametrize(
    "url",
    ["secret", "http://secret", "redis+sentinel://secret", "redis+sentinel:///secret", "redis+sentinel://h/s/secret"],
)
def test_what_is_no_redis_is_refused_without_telling_it(url: str) -> None:
    with pytest.raises(ValueError, match=r"is|has") as raised:
        redis_url.hosts(url)
    assert "secret" not in str(raised.value)


def test_sentinel_has_credentials_of_its_own() -> None:
    (host,) = redis_url.hosts("redis+sentinel://me:p%40ss@one,two:5/pad/3?sentinel_password=other")
    assert host["sentinels"] == [("one", 26379), ("two", 5)]
    assert (host["username"], host["password"], host["db"]) == ("me", "p@ss", 3)
    assert host["sentinel_kwargs"]["password"] == "other"
