"""Settings, read from the environment or `.env`; `.env.example` documents each of them."""

import ipaddress
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from gsapp.mail_settings import Server, mailbox

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


class UnsafeSettings(Exception):
    """Settings that are not safe with `APP_ENV=production`; the message lists each."""


class UnusableDirectory(Exception):
    """DATA_DIR cannot be read or written; the message gives the reason."""


class UnusableKey(Exception):
    """A key file cannot be used, or does not fit the database; the message says what to do."""


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
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = ("127.0.0.1", "::1")
    drain_seconds: Annotated[int, Field(ge=0, le=300)] = 0
    redis_url: SecretStr = SecretStr("")
    time_zone: str = "Asia/Shanghai"
    language: Literal["zh-CN", "en"] = "zh-CN"
    helpline: str = ""
    operator: str = ""
    operator_contact: str = ""
    smtp_url: SecretStr = SecretStr("")
    mail_from: str = ""
    mail_reply_to: str = ""
    backup_recipient: str = ""
    session_hours: Annotated[int, Field(ge=1, le=24 * 365)] = 24 * 14
    coordinator_session_hours: Annotated[int, Field(ge=1, le=24 * 14)] = 12
    access_token_expire_minutes: Annotated[int, Field(ge=1)] = 24 * 60
    cors_origins: Annotated[tuple[str, ...], NoDecode] = ()
    throttle: bool = True
    metrics_token: SecretStr = SecretStr("")
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

    @field_validator("cors_origins", "trusted_proxies", mode="before")
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

    @field_validator("trusted_proxies")
    @classmethod
    def _addresses(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for proxy in value:
            try:
                network = ipaddress.ip_network(proxy)
            except ValueError:
                raise ValueError(f"{proxy!r} is no address or network such as 10.0.0.5 or 172.30.0.0/24") from None
            if not network.prefixlen:
                raise ValueError(f"{proxy} is every address: name those of your proxies")
        return value

    @field_validator("smtp_url")
    @classmethod
    def _mail_server(cls, value: SecretStr) -> SecretStr:
        if value:
            Server.of(value.get_secret_value())
        return value

    @field_validator("mail_from", "mail_reply_to")
    @classmethod
    def _address_of_mail(cls, value: str) -> str:
        if value:
            mailbox(value)
        return value

    @model_validator(mode="after")
    def _sender_of_mail(self) -> Self:
        if self.smtp_url and not self.mail_from:
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
        if self.app_env == "production" and (problems := self.unsafe()):
            raise UnsafeSettings("Unsafe settings for APP_ENV=production: " + "; ".join(problems))
        return self

    def unsafe(self) -> list[str]:
        """What `APP_ENV=production` refuses."""
        problems = []
        if not self.https:
            problems.append("BASE_URL must be the public https:// address")
        if not self.throttle:
            problems.append("THROTTLE must be on")
        if "*" in self.cors_origins:
            problems.append("CORS_ORIGINS must name the origins, not *")
        if self.log_level == "DEBUG":
            problems.append("LOG_LEVEL must not be DEBUG")
        secrets_given = {"SECRET_KEY": self.secret_key, "DATA_KEY": self.data_key, "METRICS_TOKEN": self.metrics_token}
        for name, secret in secrets_given.items():
            if any(len(key) < 32 or len(set(key)) < 10 for key in filter(None, secret.get_secret_value().split(","))):
                problems.append(f"{name} must be at least 32 random characters")
        return problems


def load_settings() -> Settings:
    """Load the settings with both secrets, from the environment or from the key files in DATA_DIR.

    A missing SECRET_KEY is generated. A missing DATA_KEY stays empty: `startup` generates it for a database without
    accounts. Raises `UnsafeSettings` in production, `UnusableDirectory`, `UnusableKey`.
    """
    given = Settings()
    with _usable_directory(given.data_dir):
        given.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        secret_key = given.secret_key.get_secret_value() or _created(given.data_dir / "secret_key")
        data_key = given.data_key.get_secret_value() or _stored(given.data_dir / "data_key")
    return given.model_copy(update={"secret_key": SecretStr(secret_key), "data_key": SecretStr(data_key)})


def stored_settings() -> Settings:
    """The settings with the secrets that exist, for inspection: creates no file. Raises what `load_settings` does."""
    given = Settings()
    found: dict[str, SecretStr] = {}
    with _usable_directory(given.data_dir):
        for name in ("secret_key", "data_key"):
            found[name] = SecretStr(getattr(given, name).get_secret_value() or _stored(given.data_dir / name))
    return given.model_copy(update=found)


def with_new_data_key(settings: Settings) -> Settings:
    """Generate DATA_KEY in DATA_DIR. Concurrent processes get the same key. Raises what `load_settings` does."""
    with _usable_directory(settings.data_dir):
        return settings.model_copy(update={"data_key": SecretStr(_created(settings.data_dir / "data_key"))})


def readable_by_others(settings: Settings) -> list[Path]:
    """The key files of DATA_DIR whose permissions let other users read them."""
    files = (settings.data_dir / name for name in ("secret_key", "data_key"))
    return [file for file in files if file.exists() and file.stat().st_mode & 0o077]


@contextmanager
def _usable_directory(data_dir: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UnusableDirectory(f"DATA_DIR {data_dir} cannot be used: {error.strerror}") from error


def _stored(file: Path) -> str:
    """The content of a key file; an empty text if there is none. Raises `UnusableKey` for an empty file."""
    try:
        key = file.read_text().strip()
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError:
        raise UnusableKey(f"{file} is not a text file; restore it from your backup") from None
    if not key:
        raise UnusableKey(
            f"{file} is empty; restore it from your backup, or delete it if this site has no accounts yet"
        )
    return key


def _created(file: Path) -> str:
    """The content of a key file, generated if there is none; it survives a power cut once this returns."""
    if not file.exists():
        with NamedTemporaryFile("w", dir=file.parent, prefix=f".{file.name}-") as fresh:  # NamedTemporaryFile is 0600
            fresh.write(secrets.token_urlsafe(48) + "\n")
            fresh.flush()
            os.fsync(fresh.fileno())
            # A hard link is atomic and never overwrites: two processes that start together read the same key.
            with suppress(FileExistsError):
                os.link(fresh.name, file)
        directory = os.open(file.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)
    return _stored(file)
