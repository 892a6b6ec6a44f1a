"""The layout around every view: header, bottom navigation, footer, messages. Built once per tab."""

from nicegui import ui
from nicegui.element import Element

from gsapp.i18n import LANGUAGE_NAMES, LANGUAGES, Translator
from pages.components.basics import box, button, icon, illustration, link, text
from pages.components.dialogs import messages
from pages.components.helpline import helpline
from pages.core.session import Ctx
from pages.shell.notification_badge import Bell


def frame(ctx: Ctx, bell: Bell | None = None) -> Element:
    """Build the layout, with the notification badge for members, and return the element that views are built in."""
    t = ctx.t
    _connection(ctx)
    with ui.header(fixed=False, bordered=False).props("role=banner"), box("q-toolbar"):
        _brand()
        _main_menu(ctx)
        with box("gs-tools"):
            size_choice(ctx)
            language_choice(ctx)
            if bell is not None:
                bell.link()
            _account_menu(ctx)
    _skip_link(ctx)
    _leave_dialog(t)
    text("", "gs-heard", tag="p", id="gs-said", role="status")  # live region of `announcements.js`
    place, ctx.tab.show_message, ctx.tab.clear_messages = messages(t("Close"))
    main = box("gs-main", id="gs-main", data_me=str(ctx.actor.user_id) if ctx.actor else "")
    if ctx.tab.keys:  # where the key / goes from a page without a search
        main.props["data-find"] = "/board" if ctx.actor else "/help"
    place.move(main)
    with main:
        view = box("gs-view")
    _footer(ctx)
    _bottom(ctx, bell)
    return view


def bare(ctx: Ctx) -> Element:
    """The layout of a bare view: only the element for it and the status bar for a lost connection."""
    _connection(ctx)
    return box("gs-view gs-wall", id="gs-main")


def _connection(ctx: Ctx) -> None:
    """The status bar of `connection.js`: empty while connected, otherwise how old the page is."""
    t = ctx.t
    # The browser fills in the time, by its own clock.
    lost = t("No connection. You see how things were at {time}; we keep trying.", time="{time}")
    back = t("Connected again. All is up to date.")
    restarted = t("The site has been restarted. Please copy what you have typed, then reload this page.")
    kept = t("What you have typed is kept on this device.")
    words = {"data_lost": lost, "data_back": back, "data_restarted": restarted, "data_kept": kept}
    box("gs-lost", id="gs-lost", role="status", **words)


def _skip_link(ctx: Ctx) -> None:
    """The skip link, first in the tab order. Made after the header, which would otherwise come before it."""
    with ctx.client.layout:
        skip = link(ctx.t("Skip to the content"), "#gs-main", "gs-skip")
    skip.move(target_index=0)


def _brand() -> None:
    with box("gs-brand", tag="a", href="/", aria_label="好服务 GoodServices"):
        illustration("logo-mark", "gs-logo")
        with box(tag="span"):
            text("好服务", tag="b", lang="zh-CN")
            text("GoodServices", tag="small", lang="en")


def _main_menu(ctx: Ctx) -> None:
    t = ctx.t
    places = [(t("Board"), "/board")]
    if ctx.actor is None:
        places += [(t("Help and answers"), "/help")]
    else:
        places += [(t("My needs"), "/my/needs"), (t("My offers"), "/my/offers"), (t("Statistics"), "/stats")]
        places += _admin_links(ctx)
    with box("gs-nav gs-desk", tag="nav", aria_label=t("Main")):
        for words, to in places:
            link(words, to, data_nav="")


def _admin_links(ctx: Ctx) -> list[tuple[str, str]]:
    """The menu entries of coordinators; none for others."""
    t = ctx.t
    return [(t("Dashboard"), "/dashboard"), (t("Administration"), "/admin")] if ctx.me.is_coordinator else []


def size_choice(ctx: Ctx) -> None:
    """The button for larger text, or back to normal text."""
    t = ctx.t
    if ctx.tab.large:
        _preference("large", "0", t("Normal letters"), "text_decrease", short="A\N{MINUS SIGN}")
    else:
        _preference("large", "1", t("Larger letters"), "text_increase", short="A+")


def language_choice(ctx: Ctx) -> None:
    """The button for the other language, labelled in that language."""
    other = next(language for language in LANGUAGES if language != ctx.tab.language)
    _preference("lang", other, LANGUAGE_NAMES[other], "language", lang=other)


def _account_menu(ctx: Ctx) -> None:
    t = ctx.t
    if ctx.actor is None:
        with box("q-btn gs-btn gs-linkbtn gs-me", tag="a", href="/login"):
            icon("account_circle")
            text(t("Sign in"), tag="span")
        return
    with ui.button(color=None).props("unelevated no-caps :ripple=false").classes("gs-btn gs-me gs-desk") as me:
        icon("account_circle")
        text(ctx.actor.username, "gs-short", tag="span")
        me.props["aria-haspopup"] = "dialog"
        # Links and forms, not menu items: to a screen reader it is a small dialog.
        with ui.menu().props("anchor='bottom right' self='top right' offset=[0,8] auto-close role=dialog") as menu:
            menu.classes("gs-menu").props["aria-label"] = ctx.actor.username
            link(t("My profile"), "/profile", "gs-menu-item")
            link(t("Help and answers"), "/help", "gs-menu-item")
            theme_choice(ctx)
            sign_out(ctx)


def theme_choice(ctx: Ctx) -> None:
    """The buttons for the colour scheme: light, dark, or that of the device."""
    t = ctx.t
    names = {"auto": t("Light or dark: as the device"), "light": t("Light"), "dark": t("Dark")}
    with box("gs-themes", role="group", aria_label=t("Light or dark")):
        for key, words in names.items():
            _preference("theme", key, words, None, pressed=key == ctx.tab.theme)


def keys_choice(ctx: Ctx) -> None:
    """The button that turns the shortcut / for the search on or off: single-key shortcuts disturb speech input."""
    t = ctx.t
    words = t("Do not use the key / for the search") if ctx.tab.keys else t("Use the key / for the search")
    _preference("keys", "0" if ctx.tab.keys else "1", words, "keyboard")


def sign_out(ctx: Ctx) -> None:
    """The sign-out button, in a native form: only an HTTP response can delete the session cookie."""
    with box(tag="form", method="post", action="/auth/logout"):
        button(ctx.t("Sign out"), symbol="logout", kind="block", type="submit")


def _preference(
    name: str,
    value: str,
    words: str,
    symbol: str | None,
    *,
    short: str = "",
    lang: str = "",
    pressed: bool | None = None,
) -> None:
    """A button that sets one preference, in a native form: works without the websocket, and sets a cookie."""
    with box("gs-pref", tag="form", method="post", action="/auth/preferences"):
        box(tag="input", type="hidden", name=name, value=value)
        box(tag="input", type="hidden", name="next", value="", data_here="")
        with ui.button(color=None).props("unelevated no-caps :ripple=false type=submit").classes("gs-btn") as one:
            if symbol:
                icon(symbol)
            text(words, "gs-long" if short else "", tag="span")
            if short:
                one.props["aria-label"] = words
            if lang:
                one.props["lang"] = lang
            if pressed is not None:
                one.props["aria-pressed"] = str(pressed).lower()


def _footer(ctx: Ctx) -> None:
    t = ctx.t
    with box("gs-foot", tag="footer"):
        helpline(ctx, t("No smartphone? Ring us:"))
        with box("gs-foot-links"):
            link(t("Start page"), "/")
            link(t("Board"), "/board")
            link(t("Help and answers"), "/help")
            link(t("Privacy"), "/privacy")
            if ctx.actor:
                link(t("Statistics"), "/stats")
                link(t("My profile"), "/profile")
                for words, to in _admin_links(ctx):
                    link(words, to)


def _bottom(ctx: Ctx, bell: Bell | None) -> None:
    """The bottom navigation on phones: four entries, one of them the helpline. Coordinators get their pages instead."""
    t = ctx.t
    number = ctx.tab.settings.helpline
    last = ("call", t("Call us"), f"tel:{number}") if number else ("account_circle", t("My profile"), "/profile")
    places = [
        ("list_alt", t("Board"), "/board"),
        ("add", t("Ask"), "/needs/new"),
        ("home", t("Mine"), "/my/needs"),
        last,
    ]
    if ctx.actor and ctx.actor.is_coordinator:
        places[2:] = [("dashboard", t("Dashboard"), "/dashboard"), ("tune", t("Admin"), "/admin")]
    foot = ui.footer(fixed=True, bordered=False).classes("gs-bottom gs-phone").props("role=none")
    with foot, box("gs-bottom-nav", tag="nav", aria_label=t("Main")):
        for name, words, to in places:
            classes = "gs-publish" if name == "add" else ""
            also = "/my/offers /inbox /profile" if to == "/my/needs" and number else "/my/offers /inbox"
            marked = {"data_nav": also if to == "/my/needs" else ""}
            with box(classes, tag="a", href=to, **({} if to.startswith("tel:") else marked)):
                icon(name)
                text(words, tag="span")
                if bell is not None and to == "/my/needs":
                    bell.badge()


def _leave_dialog(t: Translator) -> None:
    with box("gs-dialog gs-leave", tag="dialog", id="gs-leave", aria_labelledby="gs-leave-q"):
        text(t("Leave this page?"), tag="h2", id="gs-leave-q")
        text(t("What you have typed has not been sent yet."), "gs-dialog-what")
        with box("gs-actions", tag="form", method="dialog"):
            button(t("Stay here"), kind="ask", type="submit", value="stay")
            button(t("Leave, and keep it for later"), type="submit", value="keep")
            button(t("Leave and throw it away"), type="submit", value="leave")
