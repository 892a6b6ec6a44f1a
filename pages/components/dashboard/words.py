"""Durations in words, and addresses of the rows behind a number."""

from urllib.parse import urlencode

from gsapp.i18n import Translator
from gsapp.schemas.dashboard import DashboardFilter
from gsapp.vocabulary import MetricKey

HOUR, DAY = 60, 24 * 60
LONG = 10 * DAY


def lasting(t: Translator, minutes: int) -> str:
    """A duration rounded down: 40 min, 5 h, 2 d 3 h, 12 days."""
    if minutes < HOUR:
        return t.n("{n} min", "{n} min", max(0, minutes))
    hours, days = minutes // HOUR, minutes // DAY
    if minutes < DAY:
        return t.n("{n} h", "{n} h", hours)
    if minutes >= LONG or not hours % 24:
        return t.n("{n} day", "{n} days", days)
    return t("{days} d {hours} h", days=t.number(days), hours=t.number(hours % 24))


def rows_address(filter: DashboardFilter, metric: MetricKey, **more: object) -> str:
    """The address of the rows behind a number; `more` may narrow the filter by `place`, `type` and `day`."""
    query = {"metric": metric.value, **dashboard_query(filter), **more}
    return f"/dashboard/rows?{urlencode({name: value for name, value in query.items() if value not in (None, '')})}"


def dashboard_query(filter: DashboardFilter) -> dict[str, object]:
    """The filter as query parameters of pages."""
    place: object = filter.city_id if filter.city_id is not None else filter.province
    return {"place": place, "type": filter.type_id}
