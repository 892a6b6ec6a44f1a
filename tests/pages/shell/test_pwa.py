"""The web app manifest; `tests/browser/test_pwa.py` tests it in a browser."""

from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from pages.core import theme
from pages.shell import pwa
from tests.support.api.people import make_settings


@pytest.mark.parametrize(("asked", "told"), [("", "en"), ("?lang=fr", "en"), ("?lang=zh-CN", "zh-CN")])
async def test_the_manifest_speaks_the_language_that_is_asked_for_or_that_of_the_site(
    tmp_path: Path, asked: str, told: str
) -> None:
    app = FastAPI()
    pwa.install(app, make_settings(tmp_path, language="en"))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://here") as client:
        assert (await client.get(theme.MANIFEST + asked)).json()["lang"] == told
