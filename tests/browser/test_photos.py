"""Photos and videos: upload, order, gallery; rejected and interrupted uploads."""

import re
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import CDPSession, Locator, Page, Route, expect

from tests.browser.conftest import PHONE, Visitor
from tests.support.browser import looks
from tests.support.browser.acts import Wish, fill_need, offer, say_yes
from tests.support.browser.chromium import Watch
from tests.support.browser.people import Person, ready, register, sign_in, somebody
from tests.support.browser.pictures import chosen, photo

SLOW = 150_000  # bytes a second
pytestmark = pytest.mark.slow
# A film of a second, made by the browser itself, chosen as people choose one.
FILM = """async () => {
    const canvas = document.createElement("canvas"), pen = canvas.getContext("2d");
    const recorder = new MediaRecorder(canvas.captureStream(10), {mimeType: "video/webm"}), parts = [];
    recorder.ondataavailable = ({data}) => parts.push(data);
    const over = new Promise(done => { recorder.onstop = done; });
    recorder.start();
    for (let step = 0; step < 10; step++) {
        pen.fillStyle = step % 2 ? "teal" : "orange";
        pen.fillRect(0, 0, 300, 150);
        await new Promise(done => setTimeout(done, 100));
    }
    recorder.stop();
    await over;
    const files = new DataTransfer(), input = document.querySelector("gs-files input[type=file]");
    files.items.add(new File(parts, "film.webm", {type: "video/webm"}));
    input.files = files.files;
    input.dispatchEvent(new Event("change", {bubbles: true}));
}"""
WEIGH = """() => { const send = XMLHttpRequest.prototype.send;
    XMLHttpRequest.prototype.send = function (body) { window.weight = body.get("file").size; send.call(this, body); };
}"""


@pytest.fixture(scope="module")
def known() -> dict[str, Person]:
    return {}


@pytest.fixture
def resident(visitor: Visitor, known: dict[str, Person]) -> Page:
    """Somebody with a phone who asks for help."""
    page = visitor(language="en", size=PHONE)
    if "resident" in known:
        sign_in(page, known["resident"].username)
    else:
        known["resident"] = register(page, somebody("photos_resident"))
    return page


def test_photos_are_sent_put_in_order_published_and_seen_large(resident: Page, watch: Watch) -> None:
    _begin(resident, "Three taps drip")
    line = _throttle(resident, SLOW)
    _choose(resident, photo("red.jpg", "red", noisy=True), photo("green.jpg", "green"), photo("blue.jpg", "blue"))
    bar = resident.get_by_role("progressbar", name="red.jpg")
    expect(bar).to_have_attribute("aria-valuenow", re.compile("^[1-9]"))
    expect(resident.get_by_text(re.compile(r"^0\.\d of 0\.\d MB$"))).to_be_visible()
    _publish(resident)
    expect(resident.locator(".gs-summary")).to_contain_text("is still being sent")
    line.send("Network.disable")
    line.detach()
    expect(_rows(resident, "sent")).to_have_count(3)
    expect(_rows(resident, "sent").first).to_contain_text("The board shows this one")
    resident.get_by_role("button", name="Later: Photo 1 (red.jpg)").press("Enter")
    expect(resident.get_by_role("button", name="Later: Photo 2 (red.jpg)")).to_be_focused()
    resident.get_by_role("button", name="Remove: Photo 3 (blue.jpg)").press("Enter")
    expect(resident.get_by_role("button", name="Remove: Photo 2 (red.jpg)")).to_be_focused()
    first = _names(resident)[0]

    _publish(resident)
    say_yes(resident)
    resident.wait_for_url(re.compile(r"/needs/\d+$"))
    pictures = resident.locator("[data-pic]")
    expect(pictures).to_have_count(2)
    expect(pictures.first).to_have_attribute("href", f"/files/{first}")
    expect(pictures.first.get_by_role("img", name="Photo 1 of 2 of: Three taps drip")).to_be_visible()
    _look_through(resident, pictures)
    for place in ("/board?q=Three taps drip", "/my/needs"):
        resident.goto(place)
        small = resident.locator("tr.gs-need", has_text="Three taps drip").locator("img")
        expect(small).to_have_attribute("src", f"/files/{first}/small")
        expect(small).to_have_js_property("complete", True)
        assert small.evaluate("one => one.naturalWidth") > 0
    # Whoever sits down at the same computer next finds its address in the history.
    watch.allow("status of 401|Applying inline style")  # the browser draws around a picture by itself
    resident.goto(f"/files/{first}")
    resident.context.clear_cookies(name="gs_session")
    resident.goto(f"/files/{first}")
    expect(resident.get_by_text("Please sign in first.")).to_be_visible()


def _look_through(page: Page, pictures: Locator) -> None:
    """With the keyboard alone."""
    pictures.first.press("Enter")
    large = page.get_by_role("dialog", name="Photo 1 of 2 of: Three taps drip")
    expect(large.get_by_role("img")).to_have_js_property("complete", True)
    assert looks.axe(page) + looks.sideways(page) == []
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("dialog", name="Photo 2 of 2 of: Three taps drip")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(pictures.nth(1)).to_be_focused()


def test_a_large_photo_is_made_smaller_and_upright_before_it_is_sent(resident: Page) -> None:
    _begin(resident, "Mobile data is dear")
    taken = photo("camera.jpg", size=(3000, 2000), noisy=True, turned=True)
    resident.evaluate(WEIGH)
    _choose(resident, taken)
    expect(_rows(resident, "sent")).to_have_count(1)
    assert 1000 < resident.evaluate("window.weight") < len(taken["buffer"]) / 1.5
    name = _names(resident)[0]
    kept = Image.open(BytesIO(resident.request.get(f"/files/{name}").body()))
    assert kept.size == (1365, 2048)


def test_what_cannot_be_taken_says_why_and_nothing_else_is_lost(resident: Page, watch: Watch) -> None:
    watch.allow("status of 40[01]")
    resident.route("**/files", lambda route: route.fulfill(status=401, body="Who?", content_type="text/plain"), times=1)
    _begin(resident, "Something is wrong here")
    _choose(
        resident,
        chosen("letter.pdf", "application/pdf", b"%PDF"),
        chosen("long.mp4", "video/mp4", bytes(11 * 1024 * 1024)),
        chosen("fake.png", "image/png", b"<svg onload=window.pwned=1>"),
        chosen("IMG_0428.HEIC", "image/heic", b"....ftypheic"),
        chosen("good.JPG", "image/jpg", photo("good.jpg")["buffer"]),
    )
    failed = _rows(resident, "failed")
    expect(failed).to_have_count(4)
    expect(failed.nth(0)).to_contain_text("Only photos (JPG, PNG, WebP, GIF) and videos (MP4, WebM, MOV) can be sent.")
    expect(failed.nth(1)).to_contain_text("This is larger than 10 MB.")
    expect(failed.nth(2)).to_contain_text("Sign in in another window, then try again.")
    failed.nth(2).get_by_role("button", name="Try again").click()
    expect(failed.nth(2)).to_contain_text("Only photos (JPG, PNG, WebP, GIF) and videos (MP4, WebM, MOV) can be added.")
    expect(failed.nth(3)).to_contain_text("Take a screenshot of it and add that")
    expect(_rows(resident, "sent")).to_have_count(1)
    assert looks.axe(resident) + looks.sideways(resident) == []
    _publish(resident)
    expect(resident.locator(".gs-summary")).to_contain_text("was not sent. The reason is beside it")
    for _ in range(4):
        failed.first.get_by_role("button", name="Remove").click()
    expect(resident.get_by_label("2. One sentence")).to_have_value("Something is wrong here")
    _publish(resident)
    say_yes(resident)
    expect(resident.locator("[data-pic]")).to_have_count(1)


def test_a_lost_connection_loses_no_photo(resident: Page, watch: Watch) -> None:
    watch.allow("ERR_INTERNET_DISCONNECTED|ERR_FAILED|status of 503")
    _begin(resident, "In the lift there is no network")
    resident.route("**/files", lambda route: route.abort(), times=1)
    resident.route("**/files", lambda route: route.fulfill(status=503), times=1)  # this one comes first
    _choose(resident, photo("door.jpg"))
    expect(_rows(resident, "sending")).to_contain_text("We are trying again")
    expect(_rows(resident, "sent")).to_have_count(1)
    resident.context.set_offline(True)
    _choose(resident, photo("lift.jpg"))
    expect(_rows(resident, "failed")).to_contain_text("The connection was lost. We try again as soon as it is back.")
    resident.get_by_role("button", name="Try again: Photo 2 (lift.jpg)").click()
    expect(_rows(resident, "failed")).to_have_count(1)
    resident.context.set_offline(False)
    expect(_rows(resident, "sent")).to_have_count(2)
    ready(resident)
    resident.wait_for_function("window.socket.connected")
    _publish(resident)
    say_yes(resident)
    expect(resident.locator("[data-pic]")).to_have_count(2)


def test_photos_are_still_there_after_a_reload_until_the_form_begins_afresh(resident: Page) -> None:
    _begin(resident, "The battery dies")
    _choose(resident, photo("one.jpg", "red"), photo("two.jpg", "green"))
    expect(_rows(resident, "sent")).to_have_count(2)
    resident.get_by_role("button", name="Earlier: Photo 2").click()
    names = _names(resident)
    resident.wait_for_function("names => JSON.stringify(localStorage).includes(names)", arg=",".join(names))
    resident.on("dialog", lambda dialog: dialog.accept())
    resident.reload()
    ready(resident)
    expect(_rows(resident, "sent")).to_have_count(2)
    assert _names(resident) == names
    resident.get_by_role("button", name="Start afresh").click()
    expect(_rows(resident, "sent")).to_have_count(0)
    resident.wait_for_load_state("networkidle")
    assert [resident.request.get(f"/files/{name}").status for name in names] == [404, 404]
    _choose(resident, photo("one.jpg", "red"))
    expect(_rows(resident, "sent")).to_have_count(1)
    resident.wait_for_function("name => JSON.stringify(localStorage).includes(name)", arg=_names(resident)[0])
    asked: list[Route] = []
    # "Is it still there?" takes its time.
    resident.route(re.compile(r"/files/\w+\.jpg$"), lambda route: asked.append(route))  # noqa: PLW0108 - no built-in
    resident.reload()
    resident.get_by_role("button", name="Start afresh").click()
    expect(resident.locator(".gs-kept")).to_have_count(0)
    for question in asked:
        question.continue_()
    resident.wait_for_load_state("networkidle")
    expect(_rows(resident, "sent")).to_have_count(0)


def test_an_offer_has_photos_for_the_one_who_asked(resident: Page, visitor: Visitor) -> None:
    _begin(resident, "Which tool is this")
    _publish(resident)
    say_yes(resident)
    resident.wait_for_url(re.compile(r"/needs/\d+$"))
    need = resident.evaluate("location.pathname")
    helper = visitor(language="en")
    register(helper, somebody("photos_helper"))
    helper.goto(need)
    ready(helper)
    _choose(helper, photo("tool.jpg"))
    expect(_rows(helper, "sent")).to_have_count(1)
    helper.get_by_role("button", name="I can help").click()
    say_yes(helper)
    expect(helper.locator(".gs-offer [data-pic]")).to_have_count(1)
    helper.get_by_role("button", name="Change my words").click()
    expect(helper.locator(".gs-sheet .gs-sent--sent")).to_have_count(1)
    expect(helper.get_by_text("The board shows this one")).to_be_hidden()
    helper.locator(".gs-sheet textarea").fill("This one fits.")
    say_yes(helper)
    expect(helper.locator(".gs-offer")).to_contain_text("This one fits.")
    expect(helper.locator(".gs-offer [data-pic]")).to_have_count(1)
    expect(resident.locator(".gs-offer [data-pic]")).to_have_count(1)


def test_a_film_is_sent_and_plays_on_whatever_happens(resident: Page, visitor: Visitor) -> None:
    _begin(resident, "Listen how it rattles")
    resident.evaluate(FILM)
    expect(_rows(resident, "sent")).to_have_count(1)
    _publish(resident)
    say_yes(resident)
    film = resident.get_by_label("Video 1 of 1 of: Listen how it rattles")
    film.evaluate("film => { film.muted = true; return film.play(); }")
    assert film.evaluate("film => film.videoWidth") > 0
    film.evaluate("film => { film.mark = 'still this one'; }")
    helper = visitor(language="en")
    register(helper, somebody("photos_listener"))
    offer(helper, resident.evaluate("location.pathname"), "That is the fan.")
    expect(resident.get_by_text("Something has changed on this page.")).to_be_visible()
    assert film.evaluate("film => film.mark") == "still this one"


def test_a_need_is_changed_without_one_of_its_photos_and_with_another(resident: Page) -> None:
    _begin(resident, "Photos come and go")
    _choose(resident, photo("old.jpg", "red"), photo("kept.jpg", "green"))
    expect(_rows(resident, "sent")).to_have_count(2)
    _publish(resident)
    say_yes(resident)
    resident.wait_for_url(re.compile(r"/needs/\d+$"))
    resident.get_by_role("link", name="Change it").click()
    expect(_rows(resident, "sent")).to_have_count(2)
    old, kept = _names(resident)
    resident.get_by_role("button", name="Remove: Photo 1").click()
    _choose(resident, photo("new.jpg", "blue"))
    expect(_rows(resident, "sent")).to_have_count(2)
    resident.get_by_role("button", name="Save the change").click()
    say_yes(resident)
    resident.wait_for_url(re.compile(r"/needs/\d+$"))
    expect(resident.locator("[data-pic]")).to_have_count(2)
    expect(resident.locator("[data-pic]").first).to_have_attribute("href", f"/files/{kept}")
    assert resident.request.get(f"/files/{old}").status == 404


def _begin(page: Page, title: str) -> None:
    page.goto("/needs/new")
    fill_need(page, Wish(title, "西宁"))


def _choose(page: Page, *files: object) -> None:
    page.get_by_label("Add a photo or video").set_input_files(list(files))  # type: ignore[arg-type]


def _rows(page: Page, state: str) -> Locator:
    return page.locator(f"gs-files .gs-sent--{state}")


def _names(page: Page) -> list[str]:
    value: str = page.locator("gs-files input[type=hidden]").input_value()
    return value.split(",")


def _publish(page: Page) -> None:
    page.locator(".gs-main").get_by_role("button", name="Publish").click()


def _throttle(page: Page, upload: int) -> CDPSession:
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    conditions = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": upload}
    line.send("Network.emulateNetworkConditions", conditions)
    return line
