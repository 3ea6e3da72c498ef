"""Every setting, read once at the edge from UTBLICK_* variables or a .env file."""

import os
import sys
from pathlib import Path

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from vectorstore.errors import UtblickError

PREFIX = "UTBLICK_"


class SettingsError(UtblickError):
    """A setting is wrong; the message names the key, the value and what is expected."""


class Settings(BaseSettings):
    """One object for the whole process; built by `read_settings`, passed to what needs it."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=".env", extra="ignore", frozen=True)

    data_dir: Path = Field(Path("data"), description="folder that holds everything that is written")
    catalogue_url: str = Field("", description="SQLAlchemy URL; empty means SQLite in the data folder")
    models_dir: Path = Field(
        Path(sys.prefix) / "share" / "utblick",
        description="folder the bundled embedding model is converted into; unset, in the environment",
    )
    embedding_model: str = Field(
        "", description="path or hub name of a sentence-transformers model; empty means the bundled e5-small"
    )
    embedding_revision: str = Field("", description="revision of a hub model")
    query_prefix: str = Field(
        "query: ",
        description="put before a query; unset means as the model itself says, or as E5 models want it",
    )
    passage_prefix: str = Field(
        "passage: ",
        description="put before a passage; unset means as the model itself says, or as E5 models want it",
    )
    register_dir: str = Field(
        "",
        description="folder with entries of your own for the register of names; empty means none",
    )
    host: str = Field("127.0.0.1", description="address to listen on; only loopback until sign-in exists")
    port: int = Field(8000, ge=0, le=65535, description="port to listen on")
    language: str = Field("sv", pattern="^(sv|en|no)$", description="language of the web pages")
    parse_seconds: float = Field(90, gt=0, description="longest time one file may take to read")
    parse_cpu_seconds: int = Field(60, gt=0, description="most processor time one file may take")
    parse_memory_mb: int = Field(1500, ge=256, description="most memory one file may take to read")
    question_characters: int = Field(2000, ge=100, description="longest question accepted")
    history_days: int = Field(
        30,
        ge=0,
        le=365,
        description="days that questions, answers, feedback and named conversations are kept; 0: none",
    )
    chat_model: str = Field(
        "",
        pattern="^([a-z_]+:.+)?$",
        description="language model that rephrases and writes answers, as provider:name; empty: none",
    )
    chat_url: str = Field("", pattern="^(https?://.+)?$", description="address of its provider's API")
    chat_key: SecretStr = Field(SecretStr(""), description="key for that address")
    chat_seconds: float = Field(4, gt=0, le=60, description="longest wait for a rephrased question")
    chat_answers: bool = Field(True, description="whether it writes answers too, or rephrases only")
    chat_answer_seconds: float = Field(20, gt=0, le=90, description="longest wait for a whole answer")
    chat_answer_tokens: int = Field(900, ge=100, le=8000, description="longest reply, in tokens")
    chat_tokens_a_day: int = Field(2_000_000, ge=0, description="most tokens in a day; 0 sets no limit")
    contact: str = Field("", description="person or address to refer to when the sources hold no answer")
    organisation: str = Field("", description="the body that is responsible for the service, by name")
    organisation_url: str = Field("", pattern="^(https?://.+)?$", description="its web site")
    privacy_contact: str = Field("", description="its data protection officer; empty means the contact")
    accessibility_contact: str = Field("", description="where faults are reported; empty means the contact")
    accessibility_date: str = Field(
        "", pattern=r"^(\d{4}-\d{2}-\d{2})?$", description="when the accessibility was last assessed"
    )
    public_url: str = Field(
        "",
        pattern="^(https?://[^/?#]+)?$",
        description="address that people reach the chat at, through a proxy; empty means this machine only",
    )
    embed_origins: str = Field(
        "", description="origins, separated by blanks, of the sites that may show the chat in their pages"
    )
    watch_hosts: str = Field(
        "", description="hosts, separated by blanks, whose pages may be watched; *.name means all below it"
    )
    watch_networks: str = Field(
        "", description="private networks, separated by blanks, that watched hosts may lie in; empty: none"
    )
    watch_seconds: float = Field(20, gt=0, le=120, description="longest time one watched page may take")
    watch_mb: int = Field(10, ge=1, le=50, description="most megabytes of one watched page")
    slack_signing_secret: SecretStr = Field(
        SecretStr(""), description="what Slack signs its requests with; empty: none are taken over HTTP"
    )
    slack_bot_token: SecretStr = Field(
        SecretStr(""), description="the bot's token, xoxb-...; empty: no Slack"
    )
    slack_app_token: SecretStr = Field(
        SecretStr(""), description="the app's token, xapp-..., for `utblick slack` (Socket Mode)"
    )
    slack_file: str = Field("", description="YAML file with settings for Slack channels; empty means none")
    slack_url: str = Field(
        "https://slack.com/api/", pattern="^https?://.+/$", description="address of Slack's Web API"
    )


def read_settings(env_file: str | None = ".env") -> Settings:
    """The settings as the environment gives them; raises SettingsError for a bad or unknown key."""
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    given = {name for name in os.environ if name.startswith(PREFIX)}
    if env_file and Path(env_file).is_file():
        given |= {name for name in dotenv_values(env_file) if name.upper().startswith(PREFIX)}
    for name in sorted(given):
        if name.upper() not in known:
            raise SettingsError(f"{name} is not a setting. Known settings: {', '.join(sorted(known))}")
    try:
        return Settings(_env_file=env_file)  # type: ignore[call-arg]
    except ValidationError as error:
        first = error.errors()[0]
        key = PREFIX + str(first["loc"][0]).upper()
        raise SettingsError(f"{key}={first['input']!r}: {first['msg']}") from error
