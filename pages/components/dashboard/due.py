"""What waits for a coordinator elsewhere, above the numbers of the dashboard; nothing while nothing waits."""

from markupsafe import Markup

from gsapp.i18n import Translator
from gsapp.schemas.admin_rows import Due
from pages.components.markup import icon, joined

DUE = Markup('<p hidden data-aloud="due">{aloud}</p>{links}')
LINKS = Markup('<p class="dk-due">{links}</p>')
LINK = Markup('<a class="q-btn gs-btn gs-linkbtn" href="{to}">{glyph}<span>{words}</span></a>')


def due(t: Translator, data: Due) -> Markup:
    waiting = (
        (data.open_reports, "/admin/reports", "flag", t.n("{n} report waits", "{n} reports wait", data.open_reports)),
        (data.calls, "/admin/calls", "phone_in_talk", t.n("{n} to ring up", "{n} to ring up", data.calls)),
    )
    due_now = [one for one in waiting if one[0]]
    links = joined(LINK.format(to=to, glyph=icon(name), words=words) for _, to, name, words in due_now)
    aloud = t(", ").join(words for *_, words in due_now)
    return DUE.format(aloud=aloud, links=LINKS.format(links=links) if links else "")
