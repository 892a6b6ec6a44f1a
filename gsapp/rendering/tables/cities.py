"""Export of the cities, for coordinators."""

from gsapp.i18n import N_
from gsapp.rendering.columns import Column, Layout
from gsapp.schemas.admin_rows import CityAdminRow

CITIES: Layout[CityAdminRow] = Layout(
    "cities",
    (
        Column(N_("Number"), lambda city, _: city.id),
        Column(N_("City"), lambda city, _: city.name),
        Column(N_("Province"), lambda city, _: city.province),
        Column(N_("Can be chosen"), lambda city, t: t("yes") if city.enabled else t("no")),
    ),
)
