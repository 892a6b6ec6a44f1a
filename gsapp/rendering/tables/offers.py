"""Export of all offers, for coordinators."""

from gsapp.i18n import N_
from gsapp.rendering.columns import Column, Layout
from gsapp.schemas.admin_rows import AdminOfferRow
from gsapp.vocabulary import OFFER_WORDS, reason_text

OFFERS: Layout[AdminOfferRow] = Layout(
    "offers",
    (
        Column(N_("Number"), lambda offer, _: offer.id),
        Column(N_("Need"), lambda offer, _: offer.need_id),
        Column(N_("What is needed"), lambda offer, _: offer.need_title),
        Column(N_("Username"), lambda offer, _: offer.volunteer),
        Column(N_("Full name"), lambda offer, _: offer.volunteer_name),
        Column(N_("Asked by"), lambda offer, _: offer.author),
        Column(N_("Offered"), lambda offer, _: offer.created_at),
        Column(N_("State"), lambda offer, t: t(OFFER_WORDS[offer.state])),
        Column(N_("Decided"), lambda offer, _: offer.decided_at),
        Column(N_("Message"), lambda offer, _: offer.message),
        Column(N_("Reason"), lambda offer, t: reason_text(offer.reason, offer.reason_code, t)),
    ),
)
