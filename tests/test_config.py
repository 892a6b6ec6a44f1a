"""Settings: sources, validation, and the secrets generated on the first start."""

import re
import stat
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from gsapp.config import Settings, UnsafeSettings, load_settings, with_new_data_key
from gsapp.mail_settings import mailbox

GOOD_KEY = "0123456789abcdefghijklmnopqrstuvwxyz"
SAFE: dict[str, Any] = {
    "app_env": "production",
    "base_url": "https://help.example.org",
    "secret_key": GOOD_KEY,
    "data_key": GOOD_KEY[::-1],
}


@pytest.fixture(autouse=True)
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_without_any_setting_everything_has_a_default() -> None:
    settings = Settings()
    assert settings.database_url == "sqlite:///data/goodservices.db"
    assert settings.embedded_database
    assert settings.base_url == "http://localhost:8080"
    assert not settings.https
    assert settings.secret_key.get_secret_value() == ""


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "8311")
    monkeypatch.setenv("DATA_DIR", "elsewhere")
    monkeypatch.setenv("CORS_ORIGINS", "https://a.example, https://b.example,")
    monkeypatch.setenv("THROTTLE", "off")
    monkeypatch.setenv("LANGUAGE", "")
    settings = Settings()
    assert settings.base_url == "http://localhost:8311"
    assert settings.database_url == "sqlite:///elsewhere/goodservices.db"
    assert settings.cors_origins == ("https://a.example", "https://b.example")
    assert not settings.throttle
    assert settings.language == "zh-CN", "an empty setting is none"


def test_a_given_address_and_database_are_kept() -> None:
    settings = Settings(base_url="https://help.example.org/", database_url="mysql+pymysql://u:p@db/gs", port=9000)
    assert settings.base_url == "https://help.example.org"
    assert settings.https
    assert not settings.embedded_database


@pytest.mark.parametrize(
    ("given", "language"),
    [("en", "en"), ("zh-CN", "zh-CN"), ("en_GB:en", "en"), ("fr:zh_TW", "zh-CN"), ("fr", "zh-CN"), ("", "zh-CN")],
)
def test_the_language_variable_of_desktops_does_not_stop_the_start(
    monkeypatch: pytest.MonkeyPatch, given: str, language: str
) -> None:
    monkeypatch.setenv("LANGUAGE", given)
    assert Settings().language == language


@pytest.mark.parametrize(
    "wrong",
    [
        {"time_zone": "Mars/Olympus"},
        {"time_zone": "../../etc/passwd"},
        {"port": 0},
        {"port": 65536},
        {"session_hours": 0},
        {"base_url": "help.example.org"},
        {"base_url": "https://help.example.org/path"},
        {"base_url": "ftp://help.example.org"},
        {"app_env": "staging"},
        {"log_level": "LOUD"},
    ],
)
def test_a_setting_that_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as caught:
        Settings(**wrong)
    assert caught.value.errors()[0]["loc"] == (next(iter(wrong)),)


@pytest.mark.parametrize(
    ("base_url", "origins"),
    [
        ("https://help.example.org", ("https://help.example.org",)),
        ("http://localhost:8080", ("http://localhost:8080", "http://127.0.0.1:8080", "http://[::1]:8080")),
        ("http://[::1]:81", ("http://localhost:81", "http://127.0.0.1:81", "http://[::1]:81")),
        ("http://127.0.0.1", ("http://localhost", "http://127.0.0.1", "http://[::1]")),
    ],
)
def test_the_site_and_its_loopback_names_are_its_origins(base_url: str, origins: tuple[str, ...]) -> None:
    assert Settings(base_url=base_url).origins == origins


def test_production_starts_on_safe_settings_only() -> None:
    assert Settings(**SAFE).https


@pytest.mark.parametrize(
    ("unsafe", "named"),
    [
        ({"base_url": "http://help.example.org"}, "BASE_URL"),
        ({"throttle": False}, "THROTTLE"),
        ({"cors_origins": "*"}, "CORS_ORIGINS"),
        ({"log_level": "DEBUG"}, "LOG_LEVEL"),
        ({"secret_key": "short"}, "SECRET_KEY"),
        ({"secret_key": "a" * 64}, "SECRET_KEY"),
        ({"data_key": f"{GOOD_KEY},old"}, "DATA_KEY"),
        ({"metrics_token": "short"}, "METRICS_TOKEN"),
    ],
)
def test_production_refuses_an_unsafe_setting_by_name(unsafe: dict[str, Any], named: str) -> None:
    with pytest.raises(UnsafeSettings, match=named) as caught:
        Settings(**SAFE | unsafe)
    names = ("BASE_URL", "THROTTLE", "CORS_ORIGINS", "LOG_LEVEL", "SECRET_KEY", "DATA_KEY", "METRICS_TOKEN")
    assert [name for name in names if name in str(caught.value)] == [named]
    assert "short" not in str(caught.value)


def test_production_names_every_unsafe_setting_at_once() -> None:
    with pytest.raises(UnsafeSettings) as caught:
        Settings(app_env="production", throttle=False)
    assert "BASE_URL" in str(caught.value)
    assert "THROTTLE" in str(caught.value)


def test_the_first_start_makes_secrets_that_only_their_owner_reads(directory: Path) -> None:
    assert load_settings().data_key.get_secret_value() == "", "the start makes it, once it knows the database"
    first, second = (with_new_data_key(load_settings()) for _ in range(2))
    for name in ("secret_key", "data_key"):
        file = directory / "data" / name
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        made = getattr(first, name).get_secret_value()
        assert len(made) >= 64
        assert getattr(second, name).get_secret_value() == made == file.read_text().strip()
        assert made not in repr(first)
    assert first.secret_key != first.data_key
    assert stat.S_IMODE((directory / "data").stat().st_mode) == 0o700
    assert {file.name for file in (directory / "data").iterdir()} == {"data_key", "secret_key"}


def test_secrets_that_are_given_are_not_written_down(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", GOOD_KEY)
    monkeypatch.setenv("DATA_KEY", GOOD_KEY)
    assert load_settings().secret_key.get_secret_value() == GOOD_KEY
    assert list((directory / "data").iterdir()) == []


def test_every_setting_stands_in_the_example_with_its_default() -> None:
    example = (Path(__file__).parents[1] / ".env.example").read_text()
    for name in Settings.model_fields:
        assert f"\n# {name.upper()}=" in example, name


NO_MAILBOXES = (
    "Town, Help <help@example.org>",
    "Town; Help <help@example.org>",
    "[Town] <help@example.org>",
    "Help: now <help@example.org>",
    "a@example.org, b@example.org",
    "Town <help@münchen.example>",
    "<>",
    "undisclosed:;",
)


@pytest.mark.parametrize(
    "wrong",
    [
        {"smtp_url": "http://mail.example.org"},
        {"smtp_url": "smtp://"},
        {"smtp_url": "smtp://mail.example.org", "mail_from": ""},
        {"smtp_url": "smtp://mail.example.org", "mail_from": "x\r\nBcc: y@z.cn"},
        {"smtp_url": "smtp://mail.example.org?tls=maybe", "mail_from": "x@example.org"},
        {"smtp_url": "smtps://mail.example.org?tls=off", "mail_from": "x@example.org"},
        {"smtp_url": "smtp://me:secret@mail.example.org?tls=off", "mail_from": "x@example.org"},
        *({"mail_from": wrong} for wrong in NO_MAILBOXES),
        *({"mail_reply_to": wrong} for wrong in NO_MAILBOXES),
    ],
)
def test_mail_settings_that_make_no_sense_stop_the_start(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"SMTP|smtp|MAIL_FROM|must be|password|Header values"):
        Settings.model_validate(wrong)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("help@example.org", ""),
        ("GoodServices <help@example.org>", "GoodServices"),
        ('"Town, Help; [1]" <help@example.org>', "Town, Help; [1]"),
        ("Dr. Help <help@example.org>", "Dr. Help"),
        ("邻里互助 <help@example.org>", "邻里互助"),
    ],
)
def test_the_sender_of_mail_is_one_mailbox_whose_name_may_be_quoted(text: str, name: str) -> None:
    sender = mailbox(Settings(smtp_url=SecretStr("smtp://localhost"), mail_from=text).mail_from)
    assert (sender.display_name, sender.addr_spec) == (name, "help@example.org")


@pytest.mark.parametrize(
    ("proxies", "sentence"),
    [
        ("10.0.0.5, proxy.example.org", "'proxy.example.org' is no address or network"),
        ("10.0.0.5/24", "'10.0.0.5/24' is no address or network"),
        ("*", "'*' is no address or network"),
        ("0.0.0.0/0", "is every address"),
    ],
)
def test_a_proxy_is_an_address_or_a_network(monkeypatch: pytest.MonkeyPatch, proxies: str, sentence: str) -> None:
    monkeypatch.setenv("TRUSTED_PROXIES", proxies)
    with pytest.raises(ValidationError, match=re.escape(sentence)):
        Settings()


def test_proxies_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings().trusted_proxies == ("127.0.0.1", "::1")
    monkeypatch.setenv("TRUSTED_PROXIES", "10.0.0.5, 172.30.0.0/24,fd00::/8")
    assert Settings().trusted_proxies == ("10.0.0.5", "172.30.0.0/24", "fd00::/8")
