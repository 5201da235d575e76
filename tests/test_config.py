"""Settings: what each means is in one place, and docs/settings.md says the same."""

import threading
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from collab.config import ROOT, Config, kept_secret, load
from collab.database import READERS
from tests import settings_table


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Config.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def test_development_needs_nothing() -> None:
    config = load()
    assert not config.production
    assert (config.host, config.port, config.server, config.workers) == ("127.0.0.1", 8000, "daphne", 1)


def test_lists_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOWED_HOSTS", "a.example, b.example,")
    assert load().allowed_hosts == ("a.example", "b.example")


def test_the_documented_table_is_the_one_in_code() -> None:
    assert (ROOT / "docs" / "settings.md").read_text() == settings_table.page(), "run: python -m tests.settings_table"


def test_secrets_are_not_in_the_repr(monkeypatch: pytest.MonkeyPatch) -> None:
    secret = "s" * 40
    for name in (
        "SECRET_KEY",
        "DATABASE_URL",
        "EMAIL_URL",
        "OPENID_CLIENT_SECRET",
        "OPENID_SIGNING_KEY",
        "METRICS_TOKEN",
    ):
        monkeypatch.setenv(name, secret)
    monkeypatch.setenv("REDIS_URL", f"redis://:{secret}@redis.example")
    assert secret not in repr(load())


@pytest.mark.parametrize("key", ["", "short"])
def test_production_needs_a_long_secret_key(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    monkeypatch.setenv("ENVIRONMENT", "production")
    monkeypatch.setenv("ALLOWED_HOSTS", "example.com")
    monkeypatch.setenv("SECRET_KEY", key)
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY"):
        load()


@pytest.mark.parametrize("token", ["short", "é" * 20])
def test_the_token_for_metrics_is_not_to_be_guessed(monkeypatch: pytest.MonkeyPatch, token: str) -> None:
    monkeypatch.setenv("METRICS_TOKEN", token)
    with pytest.raises(ImproperlyConfigured, match="METRICS_TOKEN"):
        load()


@pytest.mark.parametrize(
    "origin", ["example.com", "https://example.com/", "https://example.com/path", "*", "ftp://example.com", "null"]
)
def test_an_origin_is_exact(monkeypatch: pytest.MonkeyPatch, origin: str) -> None:
    monkeypatch.setenv("ALLOWED_ORIGINS", f"https://good.example:8443,{origin}")
    with pytest.raises(ImproperlyConfigured, match="ALLOWED_ORIGINS"):
        load()


def test_what_is_wrong_is_told_all_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "70000")
    monkeypatch.setenv("SERVER", "apache")
    with pytest.raises(ImproperlyConfigured) as raised:
        load()
    assert [line.split(":")[0] for line in str(raised.value).splitlines()] == ["PORT", "SERVER"]


def test_the_development_key_is_made_once_and_is_private(tmp_path: Path) -> None:
    path = tmp_path / "secret_key"
    first = kept_secret(path)
    assert len(first) >= 50
    assert kept_secret(path) == first
    assert path.stat().st_mode & 0o077 == 0


def test_processes_that_start_together_agree_on_the_key(tmp_path: Path) -> None:
    keys: list[str] = []
    threads = [threading.Thread(target=lambda: keys.append(kept_secret(tmp_path / "key"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(keys)) == 1


def test_a_pool_leaves_a_connection_for_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    kept_by_threads = READERS + 1 + 1  # who reads, who writes, who does jobs
    monkeypatch.setenv("DATABASE_POOL", str(kept_by_threads + 1))
    load()
    monkeypatch.setenv("DATABASE_POOL", str(kept_by_threads))
    with pytest.raises(ImproperlyConfigured, match="DATABASE_POOL"):
        load()
