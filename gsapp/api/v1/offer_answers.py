"""Offers as API responses, with system reasons translated into the caller's language."""

from gsapp.api.v1.envelope import Answer, answer, answer_page
from gsapp.i18n import Translate
from gsapp.schemas.api import Listed, ServiceResponse
from gsapp.schemas.needs import OfferRow
from gsapp.schemas.read_models import Page
from gsapp.vocabulary import reason_text


def offer_answer(offer: OfferRow, t: Translate) -> Answer[ServiceResponse]:
    """One offer."""
    return answer(ServiceResponse, _with_reason(offer, t))


def offers_answer(page: Page[OfferRow], t: Translate) -> Answer[Listed[ServiceResponse]]:
    """One page of offers."""
    return answer_page(
        ServiceResponse, page.model_copy(update={"items": tuple(_with_reason(o, t) for o in page.items)})
    )


def _with_reason(offer: OfferRow, t: Translate) -> OfferRow:
    return offer.model_copy(update={"reason": reason_text(offer.reason, offer.reason_code, t)})
