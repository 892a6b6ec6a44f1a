"""Composition of an e-mail: headers, threading, one-click unsubscribe, plain-text body in the reader's language."""

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from urllib.parse import urlsplit

from gsapp import clock
from gsapp.config import Settings
from gsapp.effects.notification_texts import notification_text
from gsapp.flows import email_links
from gsapp.i18n import Translator, translator
from gsapp.mail_settings import header_value, mailbox
from gsapp.schemas.inbox import EmailEnvelope, NotificationRow
from gsapp.vocabulary import SECURITY_KINDS, TOPICS, reason_text

MAX_SUBJECT_LENGTH = 120


def email_message(envelope: EmailEnvelope, settings: Settings, *, last_today: bool = False) -> EmailMessage:
    """An e-mail with one notification or several. User input cannot inject headers or recipients."""
    t = translator(envelope.language or settings.language)
    message = EmailMessage(policy=SMTP)
    message["From"] = mailbox(settings.mail_from)
    # The name of the account is the choice of its owner, and not for an address that may be of another person.
    name = "" if envelope.confirmation_key else header_value(envelope.username)
    message["To"] = Address(display_name=name, addr_spec=envelope.address)
    message["Subject"] = _subject(t, envelope.notifications)
    message["Date"] = format_datetime(clock.now())
    if settings.mail_reply_to:
        message["Reply-To"] = mailbox(settings.mail_reply_to)
    host = urlsplit(settings.base_url).hostname
    message["Message-ID"] = f"<news-{envelope.notifications[0].id}@{host}>"
    needs = {row.need_id for row in envelope.notifications}
    if len(needs) == 1 and (need_id := needs.pop()):
        # Mail programs sort by the common parent, also if there is no such e-mail.
        message["In-Reply-To"] = message["References"] = f"<need-{need_id}.{envelope.user_id}@{host}>"
    message["Auto-Submitted"] = "auto-generated"
    body = _opening(t, envelope, settings.base_url)
    if last_today:
        body.append(t("This is the last letter today. More news is on the site, and in the letter of tomorrow."))
    if settings.mail_reply_to:
        body.append(t("You can answer this letter: the people who look after this site read it."))
    else:
        body.append(t("Answers to this letter reach nobody."))
    if not envelope.confirmation_key:
        end = settings.base_url + unsubscribe_path(envelope)
        message["List-Unsubscribe"] = f"<{end}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        body.append(t("You get this letter because you gave us this address. Here you can end it:") + f"\n{end}")
    message.set_content("\n\n".join(body) + "\n", cte="base64")
    return message


def unsubscribe_path(envelope: EmailEnvelope) -> str:
    """The path that ends e-mails like this one: its topics; all e-mails, if one is about the security of the account.

    Security notifications cannot be switched off by topic, so only an account without the address gets none.
    """
    rows = envelope.notifications
    security = any(row.kind in SECURITY_KINDS for row in rows)
    topics = set() if security else {TOPICS[row.kind] for row in rows}
    return email_links.unsubscribe_path(envelope.user_id, envelope.address, topics)


def _subject(t: Translator, rows: tuple[NotificationRow, ...]) -> str:
    text = notification_text(t, rows[0]) if len(rows) == 1 else t("{n} things have happened", n=t.number(len(rows)))
    subject = header_value(text)
    return subject if len(subject) <= MAX_SUBJECT_LENGTH else subject[: MAX_SUBJECT_LENGTH - 1] + "…"


def _opening(t: Translator, envelope: EmailEnvelope, site: str) -> list[str]:
    if key := envelope.confirmation_key:
        return [
            t("The account {name} asks us to send its news to this address.", name=envelope.username),
            t("Is it yours? Then open this page and confirm it. The link works once, for two days:")
            + f"\n{site}{email_links.confirmation_path(envelope.user_id, key)}",
            t("Is it not yours? Then do nothing: you get no news from us."),
        ]
    parts = [t("Dear {name},", name=envelope.username)]
    if len(envelope.notifications) > 1:
        parts.append(t("{n} things have happened", n=t.number(len(envelope.notifications))) + ":")
    return parts + [_paragraph(t, row, site) for row in envelope.notifications]


def _paragraph(t: Translator, row: NotificationRow, site: str) -> str:
    lines = [notification_text(t, row)]
    if why := reason_text(row.reason, row.reason_code, t):
        lines.append(t("Reason: {reason}", reason=why))
    return "\n".join([*lines, f"{site}{row.path}"])
