"""Visitors and members, and the sign-in form with its messages."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
from fastapi import FastAPI
from pydantic import SecretStr
from sqlmodel import Session

from gsapp import access, db, security
from gsapp.access import Actor
from gsapp.config import Settings
from gsapp.schemas.accounts import RegisterForm
from gsapp.schemas.forms import parse
from gsapp.security.cookies import Flash
from gsapp.services import accounts

PASSWORD = "Spring2026rain"
BASE_URL = "http://localhost:8080"
WRONG = "The username or the password is not right."


def make_settings(data_dir: Path, **changed: object) -> Settings:
    fixed: dict[str, object] = {
        "data_dir": data_dir,
        "secret_key": SecretStr("signs the cookies of this test, nothing else"),
        "data_key": SecretStr("protects the stored data of this test, no more"),
        "base_url": BASE_URL,
        "language": "en",
    }
    return Settings.model_validate(fixed | changed)


@asynccontextmanager
async def browser(
    app: FastAPI, base_url: str = BASE_URL, address: str = "203.0.113.7"
) -> AsyncIterator[httpx.AsyncClient]:
    """A visitor: keeps cookies, sends its origin with every form, follows nothing by itself."""
    transport = httpx.ASGITransport(app, client=(address, 50000))
    headers = {"Origin": base_url, "Accept-Language": "en"}
    async with httpx.AsyncClient(transport=transport, base_url=base_url, headers=headers) as client:
        yield client


def member(username: str, number: int = 1) -> int:
    typed = {
        "username": username,
        "id_type": "身份证",
        "id_number": f"1101011990030712{number:02d}",
        "name": "安娜",
        "phone": f"138000000{number:02d}",
        "password": PASSWORD,
    }
    hashed = security.vault().passwords.hash_password(PASSWORD)
    return db.write(accounts.register, form=parse(RegisterForm, typed), password_hash=hashed)


async def sign_in(
    visitor: httpx.AsyncClient, username: str = "anna", password: str = PASSWORD, **more: str
) -> httpx.Response:
    return await visitor.post("/auth/login", data={"username": username, "password": password, **more})


def who(visitor: httpx.AsyncClient) -> Actor | None:
    session = security.vault().cookies.session_hash(dict(visitor.cookies))
    return db.read(access.identify, session) if session else None


def flash(visitor: httpx.AsyncClient) -> Flash | None:
    return security.vault().cookies.read_flash(dict(visitor.cookies))


def told(visitor: httpx.AsyncClient) -> str:
    """The sentence that the sign-in page will show."""
    found = flash(visitor)
    return found["error"] if found else ""


def store(statement: object) -> None:
    def write(session: Session) -> None:
        session.connection().execute(statement)  # type: ignore[call-overload]

    db.write(write)
