"""Django's settings as they come out: what protects the data, and what protects people."""

import os
import re
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from collab.config import ROOT
from collab.keys import new_key
from tests.live import LiveServer, clean_environment, run_python
from tests.services import PostgreSQL

PRODUCTION = {
    "ENVIRONMENT": "production",
    "SECRET_KEY": "correct horse battery staple " * 3,
    "ALLOWED_HOSTS": "a.example",
    "OPENID_SIGNING_KEY": new_key(),
}
SHOW = "from django.db import connection; c = connection.cursor(); print(*[c.execute(q).fetchone()[0] for q in {}])"
SQLITE = ["PRAGMA journal_mode", "PRAGMA synchronous", "PRAGMA foreign_keys"]
POSTGRESQL = ["SHOW synchronous_commit", "SHOW lock_timeout", "SHOW statement_timeout"]


def shown(queries: list[str], environment: dict[str, str]) -> str:
    script = SHOW.format(queries)
    return run_python("manage.py", "shell", "-v0", "-c", script, environment=clean_environment() | environment).strip()


@pytest.mark.parametrize(("durability", "synchronous"), [("full", "2"), ("relaxed", "1")])
def test_sqlite_keeps_what_it_acknowledged(tmp_path: os.PathLike[str], durability: str, synchronous: str) -> None:
    environment = {"DATA_DIR": str(tmp_path), "DURABILITY": durability}
    assert shown(SQLITE, environment) == f"wal {synchronous} 1"


@pytest.mark.parametrize(("durability", "synchronous"), [("full", "on"), ("relaxed", "off")])
def test_postgresql_keeps_what_it_acknowledged(postgresql: PostgreSQL, durability: str, synchronous: str) -> None:
    environment = {"DATABASE_URL": postgresql.url, "DURABILITY": durability}
    assert shown(POSTGRESQL, environment) == f"{synchronous} 5s 30s"


@pytest.mark.django_db
def test_the_tests_run_on_a_database_like_the_real_one() -> None:
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            assert [cursor.execute(query).fetchone()[0] for query in SQLITE] == ["wal", 2, 1]


def test_a_shell_has_the_database_of_make_run() -> None:
    script = "from django.db import connection; print(connection.settings_dict['NAME'])"
    name = run_python("manage.py", "shell", "-v0", "-c", script, environment=clean_environment())
    assert name.strip() == str(ROOT / "var" / "deltapad.sqlite3")


@pytest.mark.django_db
def test_pages_allow_nothing_from_elsewhere(client: Client) -> None:
    policy = client.get("/accounts/login/").headers["Content-Security-Policy"]
    directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert directives.pop("style-src-attr") == "'unsafe-inline'"
    assert directives.pop("img-src") == "'self' data:"
    assert set(directives.values()) == {"'self'", "'none'"}


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/signup/", "/api/docs"])
def test_no_page_names_a_file_elsewhere(client: Client, path: str) -> None:
    page = client.get(path).content.decode()
    assert "<html" in page
    assert not any(f'{attribute}="{scheme}' in page for attribute in ("src", "href") for scheme in ("http", "//"))


def test_production_passes_djangos_own_review() -> None:
    environment = clean_environment() | PRODUCTION | {"EMAIL_URL": "smtp://mail.example"}
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING", "--tag", "security"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_production_serves_the_collected_files(tmp_path: Path) -> None:
    environment = PRODUCTION | {"DATA_DIR": str(tmp_path), "HTTPS": "false", "ALLOWED_HOSTS": "127.0.0.1"}
    run_python("manage.py", "collectstatic", "--no-input", "-v0", environment=clean_environment() | environment)
    with LiveServer(environment=environment) as server:
        page = urllib.request.urlopen(f"{server.url}/accounts/login/", timeout=60).read().decode()
        asset = re.search(r'/static/assets/[^"]+', page)
        assert asset, page
        answer = urllib.request.urlopen(server.url + asset[0], timeout=60)
        assert "immutable" in answer.headers["Cache-Control"]


def test_production_does_not_start_without_the_collected_files(tmp_path: Path) -> None:
    environment = clean_environment() | PRODUCTION | {"DATA_DIR": str(tmp_path)}
    command = [sys.executable, "manage.py", "serve"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "collectstatic" in done.stderr


def test_cookies_stay_out_of_scripts_and_other_sites() -> None:
    assert settings.SESSION_COOKIE_HTTPONLY
    assert settings.SESSION_COOKIE_SAMESITE == settings.CSRF_COOKIE_SAMESITE == "Lax"


def test_mail_that_reaches_nobody_is_warned_of_in_production() -> None:
    environment = clean_environment() | PRODUCTION
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "collab.W001" in done.stderr
