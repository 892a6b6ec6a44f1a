"""`next` never redirects to another site."""

from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gsapp.security.paths import local_path

SITE = "https://help.example.org/login"


@pytest.mark.parametrize(
    "path", ["/", "/board", "/needs/12", "/board?city=杭州市&page=2", "/stats?from=2026-01#chart", "/a:b"]
)
def test_an_address_of_this_site_is_kept(path: str) -> None:
    assert local_path(path, "/home") == path


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "\t//evil.example",
        " /board",
        "https://evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "board",
        "",
        "/board\r\nSet-Cookie: a=b",
        "/board\0",
        "/\u2028/evil.example",
        "/" + "a" * 2000,
        "/auth/logout",
        "/api/v1/needs",
        "//[",
        None,
        7,
    ],
)
def test_anything_else_is_not(path: object) -> None:
    assert local_path(path, "/home") == "/home"


@given(st.text(alphabet="/\\.:@?#[]%\t\n evilhtps", max_size=20))
def test_a_browser_never_leaves_the_site(path: str) -> None:
    kept = local_path(path, "/home")
    # What browsers do before they resolve an address.
    seen = "".join(letter for letter in kept if letter not in "\t\n\r").replace("\\", "/")
    assert urlsplit(urljoin(SITE, seen)).netloc == "help.example.org"
