"""Everything that the environment decides, typed and in one place; docs/settings.md is written from it.

Each setting is read from the environment variable of its name in capitals, else from a file `.env` beside manage.py.
"""

import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Annotated, Any, Literal

from django.core.exceptions import ImproperlyConfigured
from pydantic import AnyHttpUrl, Field, TypeAdapter, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from collab import redis_url

ROOT = Path(__file__).resolve().parent.parent

CommaList = Annotated[tuple[str, ...], NoDecode]
"""Several values in one variable, separated by commas."""


def setting(default: Any, description: str, **bounds: Any) -> Any:
    return Field(default, description=description, **bounds)


class Config(BaseSettings):
    """The settings of one installation."""

    model_config = SettingsConfigDict(env_file=ROOT / ".env", extra="ignore", frozen=True, env_ignore_empty=True)

    environment: Literal["development", "production"] = setting(
        "development",
        "`production` refuses to start without `SECRET_KEY` and `ALLOWED_HOSTS`, and asks for HTTPS.",
    )
    secret_key: str = setting(
        "", "Signs sessions and links. Development makes one and keeps it in `DATA_DIR`.", repr=False
    )
    debug: bool = setting(
        False, "Development only: show tracebacks in the browser. Slow: Django then keeps every database query."
    )
    data_dir: Path = setting(Path("var"), "What the server keeps on disk, relative to the project.")

    static_dir: Path | None = setting(
        None, "Where `manage.py collectstatic` puts the pages' files; empty means `static` in `DATA_DIR`."
    )

    host: str = setting("127.0.0.1", "The address to listen on; `0.0.0.0` for all.")
    port: int = setting(8000, "The port to listen on; 0 for any free one.", ge=0, le=65535)
    server: Literal["daphne", "uvicorn"] = setting("daphne", "The ASGI server: `daphne` or `uvicorn`.")
    workers: int = setting(1, "How many server processes. More than one needs `REDIS_URL`.", ge=1, le=256)
    shutdown_seconds: float = setting(
        20, "How long `manage.py serve` waits for its processes to finish before it kills them.", gt=0
    )

    database_url: str = setting(
        "", "`postgres://user:password@host/name`; empty means SQLite in `DATA_DIR`.", repr=False
    )
    database_pool: int = setting(
        10,
        "PostgreSQL connections per process, at most. Editing and jobs keep 6, pages share the rest: 7 at least.",
        ge=7,
    )
    durability: Literal["full", "relaxed"] = setting(
        "full",
        "`full`: what is acknowledged survives power loss. `relaxed`: it survives a crash of the server, "
        "not of the machine; clients are told so.",
    )
    redis_url: str = setting(
        "",
        "`redis://host:6379/0` joins several processes; empty means one process, in memory. Also "
        "`redis+sentinel://host:26379,host:26379/service/0`, and several URLs with spaces between them, which share "
        "the documents ([how](guides/deploy.md#redis)).",
        repr=False,
    )

    allowed_hosts: CommaList = setting(
        (), "Host names that the server answers to, with commas. Development answers to all."
    )
    allowed_origins: CommaList = setting(
        (),
        "Pages elsewhere that may open a socket and use REST ([how](guides/getting-in.md)): exact "
        "`scheme://host:port`, with commas. The server's own pages always may.",
    )
    https: bool = setting(
        True, "Production only: redirect to HTTPS and mark cookies secure. false where nothing else can serve HTTPS."
    )
    trusted_proxies: int = setting(
        0, "How many proxies stand in front and set `X-Forwarded-For` and `X-Forwarded-Proto`.", ge=0
    )

    sign_up: bool = setting(True, "Whether anyone may make an account.")
    email_verification: Literal["none", "optional", "mandatory"] = setting(
        "optional", "Whether a new e-mail address must be confirmed: `none`, `optional` or `mandatory`."
    )
    email_url: str = setting(
        "",
        "`smtp://user:password@host:587` (STARTTLS), `smtps://host:465`; empty means that mail is printed.",
        repr=False,
    )
    email_from: str = setting("Deltapad <deltapad@localhost>", "The sender of mail.")
    openid_signing_key: str = setting(
        "",
        "Signs who people are for [applications](guides/getting-in.md#applications): an RSA key as PEM, or the path of"
        " its file. Production needs one; development makes one and keeps it in `DATA_DIR`.",
        repr=False,
    )
    openid_url: str = setting("", "OpenID Connect: the issuer's URL, `https://sso.example.com`. Empty turns it off.")
    openid_name: str = setting("Single sign-on", "OpenID Connect: what the button says.")
    openid_client_id: str = setting("", "OpenID Connect: the client id.")
    openid_client_secret: str = setting("", "OpenID Connect: the client secret.", repr=False)

    head_check_seconds: float = setting(
        4, "How often a document that has heard nothing asks the database whether it was edited elsewhere.", gt=0
    )
    access_check_seconds: float = setting(
        20,
        "How often the rights of every open connection are read again: what ends them otherwise ends them within this,"
        " should the channel layer be down.",
        gt=0,
    )
    heartbeat_timeout: int = setting(
        60,
        "Seconds within which a session whose line died is told of as gone; a sixth of it, if its server died.",
        ge=10,
    )
    seen_timeout: float = setting(30, "Seconds that a client has to show that it reads what it is sent.", gt=0)

    quota_bytes: int = setting(
        0,
        "What the documents of one person may take, with their histories; 0: no bound. The admin sets it for single"
        " people. Whoever is beyond it makes no more documents.",
        ge=0,
    )
    run_jobs: bool = setting(True, "Run background jobs inside the server; False where `manage.py worker` does it.")
    webhook_hosts: CommaList = setting(
        (),
        "Hosts that webhooks may go to though they are not public, and by http too, with commas: for development. Their"
        " other hosts are public ones, by https.",
    )
    metrics_token: str = setting(
        "",
        "Who sends it (`Authorization: Bearer …`, 16 ASCII characters or more) reads `/metrics`; empty: nobody does.",
        repr=False,
    )
    log_format: Literal["line", "json"] = setting(
        "line", "How lines are logged: `line` for people, `json` for machines, one object each."
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = setting(
        "INFO", "The least severe lines to log: `DEBUG`, `INFO`, `WARNING` or `ERROR`."
    )

    @field_validator("allowed_hosts", "allowed_origins", "webhook_hosts", mode="before")
    @classmethod
    def split(cls, value: Any) -> Any:
        return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value

    @field_validator("allowed_origins")
    @classmethod
    def exact_origins(cls, origins: tuple[str, ...]) -> tuple[str, ...]:
        for origin in origins:
            url = TypeAdapter(AnyHttpUrl).validate_python(origin)
            if url.path not in (None, "/") or url.query or url.username or origin.endswith("/"):
                raise ValueError(f"{origin} is not scheme://host:port")
        return origins

    @field_validator("redis_url")
    @classmethod
    def known_redis(cls, url: str) -> str:
        redis_url.hosts(url)
        return url

    @field_validator("data_dir", "static_dir")
    @classmethod
    def inside_project(cls, path: Path | None) -> Path | None:
        return path and ROOT / path

    @model_validator(mode="after")
    def fit_for_production(self) -> "Config":
        if self.production and len(self.secret_key) < 32:
            raise ValueError("SECRET_KEY of at least 32 characters is required when ENVIRONMENT=production")
        if self.production and self.debug:
            raise ValueError("DEBUG is for development, not for ENVIRONMENT=production")
        if self.production and not self.allowed_hosts:
            raise ValueError("ALLOWED_HOSTS is required when ENVIRONMENT=production")
        return self

    @field_validator("metrics_token")
    @classmethod
    def unguessable(cls, token: str) -> str:
        if token and (len(token) < 16 or not token.isascii()):
            raise ValueError("at least 16 ASCII characters are required")
        return token

    @property
    def production(self) -> bool:
        return self.environment == "production"


def load() -> Config:
    """Reads the settings.

    Raises:
        ImproperlyConfigured: one readable line for each setting that is wrong or missing.
    """
    try:
        return Config()
    except ValidationError as error:
        lines = [_line(problem["loc"], problem["msg"]) for problem in error.errors()]
        raise ImproperlyConfigured("\n".join(lines)) from None


def _line(location: tuple[int | str, ...], message: str) -> str:
    name = str(location[0]).upper() + ": " if location else ""
    return name + message.removeprefix("Value error, ")


def new_secret() -> str:
    return secrets.token_urlsafe(48)


def kept_secret(path: Path, make: Callable[[], str] = new_secret) -> str:
    """The secret in the file at `path`, made there at first use; safe when several processes start at once."""
    if not path.exists():
        with NamedTemporaryFile("w", dir=path.parent) as whole:  # readable by its owner alone
            whole.write(make())
            whole.flush()
            with suppress(FileExistsError):  # another process was first: its secret is the one
                os.link(whole.name, path)
    return path.read_text()


config = load()
