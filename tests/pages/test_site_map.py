"""The real site map."""

from pathlib import Path

from fastapi import FastAPI

import pages
from gsapp import db, security
from tests.support.api.people import make_settings


def test_the_pages_can_be_added_to_several_applications(tmp_path: Path, sqlite_database: db.Database) -> None:
    settings = make_settings(tmp_path)
    security.configure(settings, password_cost=4)
    for _ in range(2):
        pages.register(FastAPI(), settings)
    security.forget()


def test_each_address_is_mapped_once() -> None:
    patterns = [route.pattern for route in pages.site_map()]
    assert len(patterns) == len(set(patterns))
    assert all(route.loader.__module__.startswith("pages.") for route in pages.site_map())
