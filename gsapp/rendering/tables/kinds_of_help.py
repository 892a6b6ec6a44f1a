"""Export of the kinds of help, for coordinators."""

from gsapp.i18n import N_
from gsapp.rendering.columns import Column, Layout
from gsapp.schemas.admin_rows import TypeAdminRow

KINDS_OF_HELP: Layout[TypeAdminRow] = Layout(
    "kinds-of-help",
    (
        Column(N_("Number"), lambda kind, _: kind.id),
        Column(N_("Kind of help"), lambda kind, _: kind.name),
        Column(N_("Target in hours"), lambda kind, _: kind.target_hours),
        Column(N_("Can be chosen"), lambda kind, t: t("yes") if kind.enabled else t("no")),
    ),
)
