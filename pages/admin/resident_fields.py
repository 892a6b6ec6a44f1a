"""Form fields for a resident without internet access, to record and to edit one."""

from datetime import datetime

from gsapp.schemas.on_behalf import CONSENT_WORDS, Consent, ResidentForm
from pages.components.fields import FormFields


def resident_fields(
    fields: FormFields[ResidentForm], *, at: datetime, name: str = "", phone: str = "", how: Consent | None = None
) -> None:
    """Add the fields with their initial values; `at` is the local time of the consent."""
    t = fields.ctx.t
    fields.line("name", t("Their name"), value=name, maxlength="50", hint=t("Only whoever comes to help sees it."))
    fields.line("phone", t("Mobile number"), value=phone, autocomplete="off", maxlength="20")
    ways = {way.value: t(words) for way, words in CONSENT_WORDS.items()}
    fields.choice(
        "consent_how",
        t("How they agreed"),
        ways,
        value=how.value if how else None,
        hint=t("Please ask: may we write down your name and number, and speak for you?"),
    )
    when = at.strftime("%Y-%m-%dT%H:%M")
    fields.line("consent_at", t("When they agreed"), value=when, type="datetime-local")
