"""Export of all needs, for coordinators."""

from gsapp.i18n import N_
from gsapp.rendering.columns import Column, Layout
from gsapp.schemas.admin_rows import AdminNeedRow
from gsapp.vocabulary import NEED_WORDS

NEEDS: Layout[AdminNeedRow] = Layout(
    "needs",
    (
        Column(N_("Number"), lambda need, _: need.id),
        Column(N_("What is needed"), lambda need, _: need.title),
        Column(N_("Kind of help"), lambda need, _: need.type_name),
        Column(N_("Province"), lambda need, _: need.province),
        Column(N_("City"), lambda need, _: need.city_name),
        Column(N_("Username"), lambda need, _: need.author_username),
        Column(N_("Full name"), lambda need, _: need.author_name),
        Column(N_("Published"), lambda need, _: need.published_at),
        Column(N_("From"), lambda need, _: need.starts_at),
        Column(N_("Until"), lambda need, _: need.ends_at),
        Column(N_("State"), lambda need, t: t(NEED_WORDS[need.status])),
        Column(N_("Helpers wanted"), lambda need, _: need.helpers_wanted),
        Column(N_("Helpers found"), lambda need, _: need.places_taken),
        Column(N_("Offers waiting"), lambda need, _: need.offers_pending),
        Column(N_("Reason"), lambda need, _: need.closed_reason),
    ),
)
