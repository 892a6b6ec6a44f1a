"""`next` never redirects to another site."""

from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gsapp.security.paths import local_path

SITE = "https://help.example.org/login"


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/board",
        "/needs/12",
        "/board?city=杭州市&page=2",
        "/stats?from=2026-01#chart",
        "/a:b",
        "/board?q=a//b/../c",
    ],
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
        "/.//evil.example/x",
        "/..//evil.example",
        "/.././/evil.example",
        "/%2e//evil.example",
        "/.%2E//evil.example",
        "/a/..//evil.example",
        "/help//evil.example",
        "/board/..",
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
    whole = urlsplit(urljoin(SITE, seen))
    assert whole.netloc == "help.example.org"
    # Nor when a page takes the path of the address that is shown as an address of its own.
    assert urlsplit(urljoin(SITE, whole.path)).netloc == "help.example.org"
