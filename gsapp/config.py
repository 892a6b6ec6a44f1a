"""Settings, read from the environment or `.env`; `.env.example` documents each of them."""

import os
import re
import secrets
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


class UnsafeSettings(Exception):
    """Settings that are not safe with `APP_ENV=production`; the message lists each."""


class UnusableDirectory(Exception):
    """DATA_DIR cannot be read or written; the message gives the reason."""


class Settings(BaseSettings):
    """All settings of one process. Create with `load_settings()`, which generates the secrets on the first start."""

    model_config = SettingsConfigDict(env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True)

    app_env: Literal["development", "production"] = "development"
    data_dir: Path = Path("data")
    database_url: str = ""
    database_wait: Annotated[int, Field(ge=0, le=3600)] = 60
    secret_key: SecretStr = SecretStr("")
    data_key: SecretStr = SecretStr("")
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 8080
    base_url: str = ""
    redis_url: SecretStr = SecretStr("")
    time_zone: str = "Asia/Shanghai"
    language: Literal["zh-CN", "en"] = "zh-CN"
    helpline: str = ""
    smtp_url: SecretStr = SecretStr("")
    mail_from: str = ""
    backup_recipient: str = ""
    session_hours: Annotated[int, Field(ge=1, le=24 * 365)] = 24 * 14
    access_token_expire_minutes: Annotated[int, Field(ge=1)] = 24 * 60
    cors_origins: Annotated[tuple[str, ...], NoDecode] = ()
    throttle: bool = True
    log_format: Literal["text", "json"] = "text"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @field_validator("language", mode="before")
    @classmethod
    def _not_gettexts(cls, value: object) -> object:
        # Desktops export LANGUAGE for gettext, such as en_GB:en: take the first supported one, or the default.
        if not isinstance(value, str):
            return value
        supported = {"zh": "zh-CN", "en": "en"}
        short = (part[:2] for part in value.replace(",", ":").split(":"))
        return next((supported[part] for part in short if part in supported), "zh-CN")

    @field_validator("cors_origins", mode="before")
    @classmethod
    def _comma_separated(cls, value: object) -> object:
        return tuple(filter(None, (part.strip() for part in value.split(",")))) if isinstance(value, str) else value

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError(f"unknown time zone {value!r}; use an IANA name such as Asia/Shanghai")
        return value

    @model_validator(mode="before")
    @classmethod
    def _fill_in(cls, values: dict[str, object]) -> dict[str, object]:
        port, data_dir = values.get("port") or 8080, values.get("data_dir") or "data"
        values.setdefault("base_url", f"http://localhost:{port}")
        values.setdefault("database_url", f"sqlite:///{data_dir}/goodservices.db")
        return values

    @field_validator("database_url")
    @classmethod
    def _known_kind_of_database(cls, value: str) -> str:
        try:
            url = make_url(value)
        except ArgumentError:
            raise ValueError("must be a URL such as mysql+pymysql://user:password@host/goodservices") from None
        if url.drivername not in ("sqlite", "mysql+pymysql", "mariadb+pymysql"):
            raise ValueError(f"must start with mysql+pymysql:// or sqlite:///, not with {url.drivername}://")
        return value

    @field_validator("base_url")
    @classmethod
    def _origin_only(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.netloc or parts.path.strip("/"):
            raise ValueError("must be scheme://host[:port] with no path, such as https://help.example.org")
        return f"{parts.scheme}://{parts.netloc}"

    @field_validator("smtp_url")
    @classmethod
    def _mail_server(cls, value: SecretStr) -> SecretStr:
        parts = urlsplit(value.get_secret_value())
        if value and (parts.scheme not in ("smtp", "smtps") or not parts.hostname):
            raise ValueError("must be smtp://user:password@host:port or smtps://...")
        return value

    @model_validator(mode="after")
    def _sender_of_mail(self) -> Self:
        if self.smtp_url and not re.fullmatch(r"[^\s<>]+@[^\s<>]+|[^\r\n<>@]+ <[^\s<>]+@[^\s<>]+>", self.mail_from):
            raise ValueError("SMTP_URL requires MAIL_FROM, an address such as GoodServices <help@example.org>")
        return self

    @field_validator("redis_url")
    @classmethod
    def _redis(cls, value: SecretStr) -> SecretStr:
        if value and urlsplit(value.get_secret_value()).scheme not in ("redis", "rediss", "unix"):
            raise ValueError("must be redis://host:port/0, rediss://... or unix:///path/of/the/socket")
        return value

    @property
    def https(self) -> bool:
        """Whether BASE_URL is https: cookies are then `__Host-` and Secure, and HSTS is sent."""
        return self.base_url.startswith("https://")

    @property
    def embedded_database(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def origins(self) -> tuple[str, ...]:
        """Origins that may open websockets and post forms: BASE_URL with its loopback aliases."""
        parts = urlsplit(self.base_url)
        host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
        if host not in LOOPBACK:
            return (self.base_url,)
        port = f":{parts.port}" if parts.port else ""
        return tuple(f"{parts.scheme}://{alias}{port}" for alias in LOOPBACK)

    @model_validator(mode="after")
    def _safe_in_production(self) -> Self:
        if self.app_env == "production" and (problems := self._unsafe()):
            raise UnsafeSettings("Unsafe settings for APP_ENV=production: " + "; ".join(problems))
        return self

    def _unsafe(self) -> list[str]:
        problems = []
        if not self.https:
            problems.append("BASE_URL must be the public https:// address")
        if not self.throttle:
            problems.append("THROTTLE must be on")
        if "*" in self.cors_origins:
            problems.append("CORS_ORIGINS must name the origins, not *")
        if self.log_level == "DEBUG":
            problems.append("LOG_LEVEL must not be DEBUG")
        for name, secret in (("SECRET_KEY", self.secret_key), ("DATA_KEY", self.data_key)):
            if any(len(key) < 32 or len(set(key)) < 10 for key in filter(None, secret.get_secret_value().split(","))):
                problems.append(f"{name} must be at least 32 random characters")
        return problems


def load_settings() -> Settings:
    """Load the settings with both secrets: from the environment, or from DATA_DIR, where the first start creates them.

    Raises `UnsafeSettings` in production, `UnusableDirectory`.
    """
    given = Settings()
    try:
        given.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        secret_key = _given_or_kept(given.secret_key, given.data_dir / "secret_key")
        data_key = _given_or_kept(given.data_key, given.data_dir / "data_key")
    except OSError as error:
        raise UnusableDirectory(f"DATA_DIR {given.data_dir} cannot be used: {error.strerror}") from error
    return given.model_copy(update={"secret_key": secret_key, "data_key": data_key})


def _given_or_kept(given: SecretStr, kept: Path) -> SecretStr:
    if given.get_secret_value():
        return given
    if not kept.exists():
        with NamedTemporaryFile("w", dir=kept.parent, prefix=f".{kept.name}-") as fresh:  # NamedTemporaryFile is 0600
            fresh.write(secrets.token_urlsafe(48) + "\n")
            fresh.flush()
            # A hard link is atomic and never overwrites: two processes that start together read the same key.
            with suppress(FileExistsError):
                os.link(fresh.name, kept)
    return SecretStr(kept.read_text().strip())
