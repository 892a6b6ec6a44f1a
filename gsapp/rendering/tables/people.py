"""Export of accounts, for coordinators; phone and ID numbers are left out."""

from gsapp.i18n import N_
from gsapp.rendering.columns import Column, Layout
from gsapp.schemas.admin_rows import UserRow
from gsapp.vocabulary import ROLE_WORDS

PEOPLE: Layout[UserRow] = Layout(
    "people",
    (
        Column(N_("Number"), lambda user, _: user.id),
        Column(N_("Username"), lambda user, _: user.username),
        Column(N_("Full name"), lambda user, _: user.name),
        Column(N_("Role"), lambda user, t: t(ROLE_WORDS[user.role])),
        Column(N_("Registered"), lambda user, _: user.registered_at),
        Column(N_("Suspended since"), lambda user, _: user.suspended_at),
    ),
)
