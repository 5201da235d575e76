"""Everything that the environment decides, typed and in one place (docs/settings.md is its table)."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent


class Config(BaseSettings):
    """The settings of one installation, read from the environment and `.env`."""

    model_config = SettingsConfigDict(env_file=ROOT / ".env", extra="ignore")

    environment: str = Field("development", description="`development` or `production`.")
    secret_key: str = Field("development-only", description="Signs sessions; production refuses to start without one.")
    database_url: str = Field(f"sqlite:///{ROOT / 'var' / 'deltapad.sqlite3'}", description="Where documents live.")
    redis_url: str = Field("", description="The channel layer between processes; empty means in memory.")


config = Config()
