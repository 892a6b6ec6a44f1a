"""Unusual activity for coordinators: failed sign-ins, refusals, odd usernames, new coordinators and password links."""

from collections.abc import Sequence

from markupsafe import Markup

from gsapp.effects import event_words
from gsapp.i18n import N_
from gsapp.queries.unusual import unusual
from gsapp.schemas.unusual import Unusual
from pages.components import admin_layout
from pages.components.admin_layout import Column, linked
from pages.components.basics import box, text
from pages.core.actions import load as fetch
from pages.core.session import Ctx
from pages.shell.routes import View

KINDS = {
    "SignInFailed": N_("Failed sign-ins"),
    "PasswordCheckFailed": N_("Wrong current passwords"),
    "TooMany": N_("Too many tries"),
    "WaitMinutes": N_("Too many tries"),
    "BudgetSpent": N_("Too many steps in one day"),
    "CoordinatorsOnly": N_("Pages of coordinators"),
    "Suspended": N_("Sign-ins of suspended people"),
    "NotAllowed": N_("Things of others"),
}
"""Words for the names of errors; others are shown as they are."""


async def load(ctx: Ctx) -> View:
    found = await fetch(unusual, actor=ctx.me)
    return View(ctx.t("Unusual things"), lambda: _build(ctx, found))


def _build(ctx: Ctx, found: Unusual) -> None:
    t = ctx.t
    admin_layout.head(ctx, t("Unusual things"))
    text(t.n("Of the last {n} day.", "Of the last {n} days.", found.days), "gs-meta")
    _sign_ins(ctx, found)
    _refusals(ctx, found)
    _accounts(ctx, found)
    _usernames(ctx, found)
    _rights(ctx, found)


def _sign_ins(ctx: Ctx, found: Unusual) -> None:
    t = ctx.t
    columns = [Column(t("Day")), Column(t("Failed sign-ins"), "gs-num"), Column(t("From networks"), "gs-num")]
    rows = [[row.day.isoformat(), t.number(row.n), t.number(row.networks)] for row in found.sign_ins]
    _table(ctx, t("Failed sign-ins"), columns, rows)


def _refusals(ctx: Ctx, found: Unusual) -> None:
    t = ctx.t
    numbers = (t("How often"), t("From networks"), t("Most by one"))
    columns = [Column(t("What")), *(Column(words, "gs-num") for words in numbers)]
    rows = [
        [t(KINDS[row.kind]) if row.kind in KINDS else row.kind, *map(t.number, (row.n, row.networks, row.most_by_one))]
        for row in found.refusals
    ]
    _table(ctx, t("Refused"), columns, rows)


def _accounts(ctx: Ctx, found: Unusual) -> None:
    t = ctx.t
    columns = [Column(t("Username")), Column(t("How often"), "gs-num")]
    rows = [[linked(row.username, f"/admin/users/{row.user_id}"), t.number(row.n)] for row in found.accounts]
    _table(ctx, t("People who were refused often"), columns, rows)


def _usernames(ctx: Ctx, found: Unusual) -> None:
    t = ctx.t
    rows = [[linked(row.username, f"/admin/users/{row.user_id}")] for row in found.odd_usernames]
    checked = t.n("{n} username checked.", "{n} usernames checked.", found.usernames_checked)
    _table(ctx, t("Usernames that would be refused today"), [Column(t("Username"))], rows, checked)


def _rights(ctx: Ctx, found: Unusual) -> None:
    t = ctx.t
    columns = [Column(t("What")), Column(t("How often"), "gs-num")]
    issued = event_words.event_name(t, "PasswordLinkIssued")
    rows = [
        [linked(t("New coordinators"), "/admin/history?step=RoleChanged"), t.number(found.new_coordinators)],
        [linked(issued, "/admin/history?step=PasswordLinkIssued"), t.number(found.password_links)],
    ]
    _table(ctx, t("New rights"), columns, rows)


def _table(
    ctx: Ctx, title: str, columns: list[Column], rows: Sequence[Sequence[Markup | str]], below: str = ""
) -> None:
    with box("gs-part", tag="section"):
        text(title, "gs-h2", tag="h2")
        if rows:
            admin_layout.table(title, columns, rows)
        else:
            text(ctx.t("Nothing found."), "gs-meta")
        if below:
            text(below, "gs-meta")
