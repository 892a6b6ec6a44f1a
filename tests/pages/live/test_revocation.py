"""Rights end where data leaves: a page is sent nothing after its session, account, role or link has ended.

Its client does nothing that it is told: it stays, says that it is hidden and visible again, and asks for other pages.
"""

import asyncio
import gc
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from nicegui import ui
from sqlalchemy import delete, update

from gsapp import clock, db, events
from gsapp.access import Actor
from gsapp.flows import authentication
from gsapp.models import LoginSession, User, WallLink
from gsapp.schemas.needs import ReasonForm
from gsapp.schemas.walls import WallLinkForm
from gsapp.security import vault
from gsapp.services import accounts, leaving, sessions, suspension, walls
from gsapp.vocabulary import Role
from pages.core.session import Tab
from pages.dashboard import wall
from pages.live import rights, sockets
from tests.support import lives
from tests.support.api.people import make_settings, store
from tests.support.open_page import NotOpened
from tests.support.pages.live_site import LiveSite, StubbornPage, live_site

MARK = "the need of after the end"
LONGER = 0.5  # seconds; than a page takes to show a change
End = Callable[[Actor, dict[str, str]], None]


@pytest.fixture
async def site(
    tmp_path: Path, sqlite_database: db.Database, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[LiveSite]:
    # NiceGUI looks for a running uvicorn among all objects of the process: a second for each test.
    monkeypatch.setattr(gc, "get_objects", list)
    monkeypatch.setattr(sockets, "CLOSE_SECONDS", 0.8)
    async with live_site(tmp_path) as running:
        yield running


def signs_out(actor: Actor, cookies: dict[str, str]) -> None:
    session = vault().cookies.session_hash(cookies)
    assert session is not None
    authentication.sign_out(session)


def session_is_ended_elsewhere(actor: Actor, cookies: dict[str, str]) -> None:
    assert actor.session_id is not None
    db.write(sessions.end_session, actor, session_id=actor.session_id)


def is_suspended(actor: Actor, cookies: dict[str, str]) -> None:
    db.write(suspension.suspend, lives.coordinator("other"), user_id=actor.user_id, form=ReasonForm(reason="spam"))


def leaves(actor: Actor, cookies: dict[str, str]) -> None:
    lives.coordinator("other")
    db.write(leaving.leave, actor)


def is_demoted(actor: Actor, cookies: dict[str, str]) -> None:
    lives.coordinator("other")
    db.write(accounts.set_role, actor=None, user_id=actor.user_id, role=Role.MEMBER)


def session_expires(actor: Actor, cookies: dict[str, str]) -> None:
    """By time, which no event announces."""
    store(update(LoginSession).values(expires_at=clock.now() - timedelta(seconds=1)))


def another_process_ends_it(actor: Actor, cookies: dict[str, str]) -> None:
    """Its event is lost, because Redis was not reachable."""
    store(delete(LoginSession))
    events.deliver(events.MissedEvents())


def another_process_demotes(actor: Actor, cookies: dict[str, str]) -> None:
    store(update(User).where(User.id == actor.user_id).values(role=Role.MEMBER))  # type: ignore[arg-type]
    events.deliver(events.MissedEvents())


ENDS: list[End] = [
    signs_out,
    session_is_ended_elsewhere,
    is_suspended,
    leaves,
    is_demoted,
    session_expires,
    another_process_ends_it,
    another_process_demotes,
]


async def lie(page: StubbornPage) -> None:
    """Look away and at it again at once, then ask for other pages."""
    await page.says("gs_hidden", "true")
    await page.says("gs_hidden", "false")
    await page.says("gs_nav", f'{{"url": "/board?q={MARK}", "n": 1}}')
    await page.says("gs_hidden", "true")


def change_everything(reader: Actor, need_id: int) -> None:
    author = lives.person("author")
    lives.publish(author, title=MARK)
    events.publish(events.NeedEdited(need_id))
    events.publish(events.InboxChanged(reader.user_id))


def only_orders(messages: list[str]) -> bool:
    """Whether a page was told to leave, and that its elements are gone, and nothing else."""
    return all("gs.navigation.replace" in each or '"update"' in each for each in messages)


@pytest.mark.parametrize("end", ENDS)
async def test_nothing_is_sent_to_a_page_whose_reader_may_not_read_it_any_more(
    site: LiveSite, monkeypatch: pytest.MonkeyPatch, end: End
) -> None:
    if end is session_expires:
        monkeypatch.setattr(rights, "CHECK_SECONDS", 0.3)
    reader, cookies = site.session(lives.coordinator())
    need_id = lives.publish(reader, title="before")
    pages = [await site.open(path, cookies) for path in ("/dashboard", "/board", f"/needs/{need_id}", "/inbox")]
    await pages[0].says("gs_hidden", "true")  # whether rights are looked at must not depend on it
    await asyncio.to_thread(end, reader, cookies)
    async with asyncio.timeout(5):
        for page in pages:
            await page.gets("gs.navigation.replace")
    before = [len(page.got) for page in pages]
    assert all(only_orders(page.got) for page in pages), [page.got for page in pages]
    await asyncio.to_thread(change_everything, reader, need_id)
    for page in pages:
        if page.page.client_id in page.client.instances:
            await lie(page)
    await asyncio.sleep(LONGER)
    assert [page.got[known:] for page, known in zip(pages, before, strict=True)] == [[], [], [], []]
    async with asyncio.timeout(5):
        while not all(page.is_closed for page in pages):  # noqa: ASYNC110 - it has no event of its own
            await asyncio.sleep(0.05)


async def test_what_is_still_running_for_a_page_when_it_ends_sends_nothing(site: LiveSite) -> None:
    _, cookies = site.session(lives.person("anna"))
    page = await site.open("/board", cookies)
    client = page.client
    tab = Tab(
        client=client,
        settings=make_settings(Path("nowhere")),
        language="en",
        theme="auto",
        large=False,
        session_hash=None,
        cookies={},
        address="",
    )
    rights.end(tab, "/login")
    with client:
        ui.label(MARK)
    client.run_javascript(f"console.log('{MARK}')")
    await page.gets("gs.navigation.replace")
    await asyncio.sleep(LONGER)
    assert not any(MARK in message for message in page.got)
    with pytest.raises(NotOpened, match=sockets.UNKNOWN_PAGE):
        await page.page.connect()


async def test_the_same_client_is_sent_all_of_it_as_long_as_it_may_read(site: LiveSite) -> None:
    """What the tests above rely on: without an end, it arrives."""
    reader, cookies = site.session(lives.coordinator())
    other, _ = site.session(reader)
    need_id = lives.publish(reader, title="before")
    desk, board = await site.open("/dashboard", cookies), await site.open("/board", cookies)
    await asyncio.to_thread(session_is_ended_elsewhere, other, {})  # of the same member
    await asyncio.to_thread(change_everything, reader, need_id)
    await desk.gets(MARK)
    await lie(board)
    await board.gets(MARK)
    assert not any("gs.navigation.replace" in message for message in desk.got)


@pytest.mark.parametrize("missed", [False, True], ids=["its event", "by a process whose event was lost"])
async def test_nothing_is_sent_to_a_wall_whose_link_is_switched_off(site: LiveSite, missed: bool) -> None:
    keeper = lives.coordinator()
    keys, links = [], []
    for label in ("hall", "library"):
        key, token_hash = wall.new_key()
        keys.append(key)
        links.append(db.write(walls.make_link, keeper, form=WallLinkForm(label=label), token_hash=token_hash))
    hall, library = [await site.open(f"/dashboard/wall?key={key}", {"gs_lang": "en"}) for key in keys]
    await hall.says("gs_hidden", "true")
    if missed:
        switched_off = update(WallLink).where(WallLink.id == links[0])  # type: ignore[arg-type]
        store(switched_off.values(revoked_at=clock.now(), revoked_by=keeper.user_id))
        events.deliver(events.MissedEvents())
    else:
        await asyncio.to_thread(db.write, walls.revoke_link, keeper, link_id=links[0])
    await hall.gets("gs.navigation.replace")
    assert only_orders(hall.got)
    known, library_known = len(hall.got), len(library.got)
    await asyncio.to_thread(change_everything, keeper, 1)
    await lie(hall)
    async with asyncio.timeout(5):
        while len(library.got) == library_known or not hall.is_closed:  # noqa: ASYNC110 - it has no event of its own
            await asyncio.sleep(0.05)
    assert hall.got[known:] == []
    assert not any("gs.navigation.replace" in message for message in library.got), "the other link still opens it"


async def test_a_session_that_ends_while_its_page_is_loaded_does_not_get_the_page(
    site: LiveSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader, cookies = site.session(lives.coordinator())
    ended: list[bool] = []

    def identified(self: rights.SessionRight, actor: Actor | None, url: str) -> None:
        if not ended:  # after the session was looked up, before anything is shown
            ended.append(True)
            events.publish(events.SessionsEnded(reader.user_id, (reader.session_id or 0,)))
            store(delete(LoginSession))
        original(self, actor, url)

    original = rights.SessionRight._identified
    monkeypatch.setattr(rights.SessionRight, "_identified", identified)
    answer = await site._http.get(
        f"{site.url}/dashboard", headers={"Cookie": "; ".join(map("=".join, cookies.items()))}
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")


async def test_a_member_who_becomes_a_coordinator_keeps_the_page(site: LiveSite) -> None:
    member = lives.person("anna")
    reader, cookies = site.session(member)
    board = await site.open("/board", cookies)
    await asyncio.to_thread(db.write, accounts.set_role, None, user_id=reader.user_id, role=Role.COORDINATOR)
    await asyncio.to_thread(lives.publish, lives.person("author"), title=MARK)
    await board.says("gs_nav", '{"url": "/dashboard", "n": 1}')
    await board.gets(MARK)
    assert not any("gs.navigation.replace" in message for message in board.got)
