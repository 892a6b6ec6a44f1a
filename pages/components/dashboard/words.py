"""What the regions of the dashboard share: how long something took, and where a number leads."""

from urllib.parse import urlencode

from gsapp.i18n import Translator
from gsapp.schemas.dashboard import DashboardFilter
from gsapp.vocabulary import MetricKey

HOUR, DAY = 60, 24 * 60
LONG = 10 * DAY


def lasting(t: Translator, minutes: int) -> str:
    """A duration as people tell it: 40 minutes, 5 hours, 2 days 3 hours, 12 days."""
    if minutes < HOUR:
        return t.n("{n} min", "{n} min", max(0, minutes))
    hours, days = minutes // HOUR, minutes // DAY
    if minutes < DAY:
        return t.n("{n} h", "{n} h", hours)
    if minutes >= LONG or not hours % 24:
        return t.n("{n} day", "{n} days", days)
    return t("{days} d {hours} h", days=t.number(days), hours=t.number(hours % 24))


def rows_address(filter: DashboardFilter, metric: MetricKey, **more: object) -> str:
    """Where the rows behind a number are listed; `place` and `type` narrow the filter in force."""
    query = {"metric": metric.value, **dashboard_query(filter), **more}
    return f"/dashboard/rows?{urlencode({name: value for name, value in query.items() if value not in (None, '')})}"


def dashboard_query(filter: DashboardFilter) -> dict[str, object]:
    """The filter as addresses of pages carry it."""
    place: object = filter.city_id if filter.city_id is not None else filter.province
    return {"place": place, "type": filter.type_id}
