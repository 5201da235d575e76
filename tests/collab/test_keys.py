"""The key by which the server signs who people are for applications."""

from pathlib import Path

import pytest

from collab import checks
from collab.config import Config
from collab.keys import has_key, new_key, signing_key


def config(path: Path, **settings: object) -> Config:
    return Config(data_dir=path, **settings)  # type: ignore[arg-type]


def production(key: str) -> Config:
    return Config(environment="production", secret_key="s" * 40, allowed_hosts=("a.example",), openid_signing_key=key)


def test_development_makes_one_and_keeps_it(tmp_path: Path) -> None:
    made = signing_key(config(tmp_path))
    assert has_key(config(tmp_path))
    assert signing_key(config(tmp_path)) == made
    assert (tmp_path / "openid_signing_key.pem").stat().st_mode & 0o077 == 0


def test_it_may_be_given_itself_or_by_its_file(tmp_path: Path) -> None:
    key = new_key()
    (tmp_path / "key.pem").write_text(key)
    assert signing_key(config(tmp_path, openid_signing_key=key)) == key
    assert signing_key(config(tmp_path, openid_signing_key=str(tmp_path / "key.pem"))) == key


@pytest.mark.parametrize("key", ["", "-----BEGIN nothing", "/nowhere/key.pem"])
def test_production_does_not_start_without_one(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    monkeypatch.setattr(checks, "config", production(key))
    (problem,) = checks.lasting_key()
    assert (problem.id, "OPENID_SIGNING_KEY" in problem.msg) == ("collab.E005", True)


def test_production_starts_with_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "config", production(new_key()))
    assert checks.lasting_key() == []
