"""Larger letters, text spacing, high contrast and reduced motion."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Visitor
from tests.support.browser.looks import cut_off, sideways
from tests.support.browser.people import PASSWORD, ready, sign_in
from tests.support.browser.sights import Sights, visit

# What WCAG 2.2 (1.4.12) says that readers may set by themselves.
SPACING = """* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }
p { margin-bottom: 2em !important; }"""
MOVING = """() => document.getAnimations().filter(one => {
    const {duration, iterations} = one.effect.getComputedTiming();
    return one.playState === 'running' && (duration > 1 || iterations === Infinity);
}).map(one => `${one.animationName ?? one.transitionProperty}: ${one.effect.target?.className}`)"""


def test_wider_spacing_and_text_of_twice_the_size_cut_nothing_off(sights: Sights, visitor: Visitor) -> None:
    member, stranger = visitor(language="en"), visitor(language="en")
    found = []
    for page, path in sights.walk(member, stranger):
        if "/dashboard/wall" in path:
            continue  # a picture of one size, for a screen on a wall
        # As after Ctrl +, twice the size in a window of 1440 px.
        page.set_viewport_size({"width": 720, "height": 450})
        spacing = page.add_style_tag(content=SPACING)
        found += [f"{path}, spaced: {problem}" for problem in [*sideways(page), *cut_off(page)]]
        spacing.evaluate("style => style.remove()")
        page.set_viewport_size({"width": 1440, "height": 900})
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        found += [f"{path}, text of 200 %: {problem}" for problem in [*sideways(page), *cut_off(page)]]
        page.evaluate("document.documentElement.style.fontSize = ''")
    assert not found, "\n".join(found)


def test_larger_letters_make_larger_targets(page: Page) -> None:
    page.goto("/login")
    ready(page)
    button = page.get_by_role("button", name="登录", exact=True)
    before = button.bounding_box()
    page.get_by_role("button", name="大字").click()
    expect(page.locator("html.gs-large")).to_be_attached()
    page.goto("/board")
    expect(page.locator("html.gs-large")).to_be_attached()
    # The sign says which way it goes.
    sign = page.get_by_role("button", name="普通字").locator("use")
    expect(sign).to_have_attribute("xlink:href", re.compile("text_decrease"))
    page.goto("/login")
    after = button.bounding_box()
    assert before
    assert after
    assert after["height"] >= 1.2 * before["height"]


def test_nothing_moves_for_those_who_asked_for_that(sights: Sights, visitor: Visitor) -> None:
    member, stranger = visitor(language="en"), visitor(language="en")
    found = []
    for page, path in sights.walk(member, stranger):
        found += [f"{path}: {moving}" for moving in page.evaluate(MOVING)]
        if "/dashboard/wall" in path:
            continue
        page.locator(".gs-btn >> visible=true").first.hover()
        found += [f"{path}: {moving}" for moving in page.evaluate(MOVING)]
    assert not found, "\n".join(found)


def test_states_and_the_focus_are_seen_in_high_contrast(sights: Sights, visitor: Visitor) -> None:
    page = visitor(language="en")
    page.emulate_media(forced_colors="active")
    sign_in(page, sights.author, PASSWORD)
    visit(page, "/board")
    on, off = (page.locator(f".gs-filter[aria-pressed={pressed}]").first for pressed in ("true", "false"))
    background = "button => getComputedStyle(button).backgroundColor"
    assert on.evaluate(background) != off.evaluate(background)
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    visit(page, "/needs/new")
    tile = page.locator(".gs-choice").first
    expect(tile).to_have_css("outline-style", "none")
    page.get_by_role("radio").first.check(force=True)
    expect(tile).to_have_css("outline-style", "solid")
