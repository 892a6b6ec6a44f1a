"""The site map: one `Route` per address, and `register`, which adds the pages to the application."""

from functools import partial

from fastapi import FastAPI
from nicegui import core as nicegui
from nicegui import ui

from gsapp.config import Settings
from pages.core import open_pages, theme
from pages.core.js import server_paths
from pages.live.sockets import Guard
from pages.shell import pwa, root_page
from pages.shell.client_limits import ClientLimits
from pages.shell.routes import Route, pattern_of

# NiceGUI imports an element, and with it the script that its pages load, when it is first used.
ELEMENTS_WITH_SCRIPTS = ("dialog", "header", "input", "select", "timer")


def site_map() -> list[Route]:
    """All routes. Pages are imported here, not with the package: importing `pages` registers nothing."""
    from pages.account import leaving, login, password, person, profile, registration
    from pages.dashboard import dashboard, rows, wall, wall_links
    from pages.help import page, privacy
    from pages.home import home
    from pages.inbox import email_links, inbox
    from pages.inbox import settings as inbox_settings
    from pages.needs import board, form, my_lists, need, offer
    from pages.statistics import statistics

    return [
        Route("/", home.load, members_only=False),
        Route("/help", page.load, members_only=False),
        Route("/privacy", privacy.load, members_only=False),
        Route("/login", login.load, members_only=False),
        Route("/register", registration.load, members_only=False),
        Route("/board", board.load),
        Route("/needs/new", form.load_new),
        Route("/needs/{need_id}", need.load),
        Route("/needs/{need_id}/edit", form.load_edit),
        Route("/my/needs", my_lists.load_needs),
        Route("/my/offers", my_lists.load_offers),
        Route("/offers/{offer_id}", offer.load),
        Route("/users/{user_id}", person.load),
        Route("/profile", profile.load),
        Route("/goodbye", leaving.load_goodbye, members_only=False),
        Route("/inbox", inbox.load),
        Route("/inbox/settings", inbox_settings.load),
        Route("/stats", statistics.load),
        Route("/password/{token}", password.load, members_only=False),
        Route("/email/{token}", email_links.load_confirm, members_only=False),
        Route("/unsubscribe/{token}", email_links.load_unsubscribe, members_only=False),
        *_admin_pages(),
        Route("/dashboard", dashboard.load, coordinators_only=True),
        Route("/dashboard/rows", rows.load, coordinators_only=True),
        Route("/dashboard/links", wall_links.load, coordinators_only=True),
        Route("/dashboard/wall", wall.load, members_only=False),
    ]


def _admin_pages() -> list[Route]:
    from pages.admin import (
        calls,
        cities,
        history,
        offers,
        reports,
        resident,
        resident_new,
        start,
        types,
        unusual,
        user,
        users,
    )
    from pages.admin import needs as all_needs
    from pages.needs import form

    return [
        Route("/admin", start.load, coordinators_only=True),
        Route("/admin/users", users.load, coordinators_only=True),
        Route("/admin/users/{user_id}", user.load, coordinators_only=True),
        Route("/admin/needs", all_needs.load, coordinators_only=True),
        Route("/admin/offers", offers.load, coordinators_only=True),
        Route("/admin/types", types.load, coordinators_only=True),
        Route("/admin/cities", cities.load, coordinators_only=True),
        Route("/admin/reports", reports.load, coordinators_only=True),
        Route("/admin/history", history.load, coordinators_only=True),
        Route("/admin/unusual", unusual.load, coordinators_only=True),
        Route("/admin/calls", calls.load, coordinators_only=True),
        Route("/admin/residents/new", resident_new.load, coordinators_only=True),
        Route("/admin/residents/{user_id}", resident.load, coordinators_only=True),
        Route("/admin/residents/{user_id}/needs/new", form.load_for_resident, coordinators_only=True),
    ]


def register(app: FastAPI, settings: Settings) -> None:
    """Add all pages to the application. Call it last: the pages' catch-all route matches every path that is left."""
    # Of several processes, each must serve the scripts of pages that another one has built.
    for element in ELEMENTS_WITH_SCRIPTS:
        getattr(ui, element)
    theme.install(app)
    pwa.install(app, settings)
    routes = site_map()
    app.state.client_limits = ClientLimits()
    root_page.register(routes, settings, server_paths(app), app.state.client_limits)
    app.state.page_pattern = partial(pattern_of, routes)  # names the page in metrics and in the log
    open_pages.monitor()
    # NiceGUI's application is a singleton of the process: remove the middleware that an earlier `register` added.
    nicegui.app.user_middleware.clear()
    nicegui.app.middleware_stack = None
    # They would render one more page, which no visitor gets and which stays for a minute: after a bug in the layout,
    # and for an unknown script of NiceGUI's, whose address they would log as well.
    nicegui.app.exception_handlers.pop(Exception, None)
    nicegui.app.exception_handlers.pop(404, None)
    ui.run_with(
        app,
        title=theme.PRODUCT,
        # Draws under the notch of a display, too; the style sheets keep content clear of it.
        viewport="width=device-width, initial-scale=1, viewport-fit=cover",
        favicon=theme.ASSETS / "img/logo.svg",
        reconnect_timeout=30,
        gzip_middleware_factory=None,  # compressed outside, after the scripts have been hashed
        tailwind=False,
        show_welcome_message=False,
        markdown=False,
    )
    # Browsers send the true Origin header with a websocket; NiceGUI's default accepts any, also other sites.
    nicegui.sio.eio.cors_allowed_origins = list(settings.origins)
    Guard().install()
