"""Personal data inventory (record of processing): each column of the database, who sees it, how long it is kept.

The privacy notice, the sentences on profile and registration, and docs/privacy.md are made from these rules.
Columns without personal data are listed in `NOT_PERSONAL`; a test fails for a column that is in neither.
"""

from gsapp.i18n import N_, Translator
from gsapp.schemas import retention
from gsapp.schemas.privacy_rules import ALWAYS, Leaving, Reader, Rule
from gsapp.schemas.privacy_rules import columns_of as _columns

VERSION = "1"
"""Version of the privacy notice. Members see the notice once after a change of this number."""


NEVER_SHOWN = N_("nobody else")
UNTIL_LEAVING = N_("until you change it or leave")


def seen_by(t: Translator, key: str) -> str:
    """Who sees this kind of personal data, as words."""
    readers = RULES[key].seen_by
    return " · ".join(t(reader.value) for reader in readers) if readers else t(NEVER_SHOWN)


def kept_for(t: Translator, rule: Rule) -> str:
    """How long this kind of personal data is kept, as words."""
    if rule.kept is None:
        return t(UNTIL_LEAVING)
    if rule.kept == ALWAYS:
        return t("as long as the site exists")
    if not rule.kept:
        return t("until it ends")
    years, days = divmod(rule.kept.days, 365)
    if years and not days:
        return t.n("{n} year", "{n} years", years)
    return t.n("{n} day", "{n} days", rule.kept.days)


_SEEN = (Reader.MEMBERS, Reader.COORDINATORS)

_ALL = (
    Rule(
        "username",
        N_("Username"),
        N_("Neighbours know you by it, and you sign in with it."),
        _SEEN,
        None,
        Leaving.OVERWRITTEN,
        (*_columns("buser_table", "uname username_key"), *_columns("former_names", "name_hash user_id")),
    ),
    Rule(
        "name",
        N_("Your name"),
        N_("So that the two of you know who rings the bell."),
        (Reader.MATCHED, Reader.COORDINATORS),
        None,
        Leaving.OVERWRITTEN,
        _columns("buser_table", "bname"),
    ),
    Rule(
        "phone",
        N_("Mobile number"),
        N_("So that the two of you can arrange the help."),
        (Reader.MATCHED, Reader.COORDINATORS_RECORDED),
        None,
        Leaving.OVERWRITTEN,
        _columns("buser_table", "phoneNo"),
    ),
    Rule(
        "id_number",
        N_("Kind and number of a document"),
        N_("So that each person has one account only. It is kept encrypted."),
        (Reader.COORDINATORS_MASKED,),
        None,
        Leaving.OVERWRITTEN,
        _columns("buser_table", "ctype idno idno_index"),
    ),
    Rule(
        "email",
        N_("E-mail address"),
        N_("Only if you give one: for news by e-mail."),
        (),
        None,
        Leaving.DELETED,
        _columns("buser_table", "email email_pending email_pending_key"),
    ),
    Rule(
        "bio",
        N_("About you"),
        N_("Only if you write it: so that neighbours know what you can help with."),
        _SEEN,
        None,
        Leaving.DELETED,
        _columns("buser_table", "desc"),
    ),
    Rule(
        "password",
        N_("Password"),
        N_("For signing in. Only a form that cannot be read back is stored."),
        (),
        None,
        Leaving.OVERWRITTEN,
        _columns("buser_table", "bpwd"),
    ),
    Rule(
        "since",
        N_("Here since"),
        N_("So that neighbours see how long you have been here."),
        _SEEN,
        None,
        Leaving.STAYS_ANONYMOUS,
        _columns("buser_table", "psrDate"),
    ),
    Rule(
        "account",
        N_("Your account: role, language, consent, first steps"),
        N_("To run the account, and to show that you agreed."),
        (Reader.COORDINATORS,),
        None,
        Leaving.STAYS_ANONYMOUS,
        _columns(
            "buser_table",
            "id userlvl language seen_language suspended_at token_generation recorded_by consent_at consent_how "
            "consent_version reached_at left_at first_steps",
        ),
    ),
    Rule(
        "sessions",
        N_("Browsers you are signed in with, their network addresses, and your calendar address"),
        N_("So that you stay signed in, and see where you are."),
        (),
        retention.EXPIRED_SESSIONS,
        Leaving.DELETED,
        (
            *_columns("sessions", "id token_hash user_id created_at seen_at expires_at user_agent address"),
            *_columns("sessions", "authenticated_at"),
            *_columns("calendar_links", "user_id key made_at"),
        ),
    ),
    Rule(
        "links",
        N_("Links for a new password"),
        N_("So that a link works once, and ends in time."),
        (Reader.COORDINATORS,),
        retention.CLOSED_LINKS,
        Leaving.DELETED,
        (
            *_columns("one_time_links", "token_hash purpose user_id created_at expires_at used_at used_by issuer_id"),
            *_columns("link_consents", "user_id asked_by asked_at agreed_by"),
        ),
    ),
    Rule(
        "browsers",
        N_("Browsers and networks that you have signed in from, in a form that cannot be read back"),
        N_("So that you learn of a sign-in from a new one."),
        (),
        None,
        Leaving.DELETED,
        _columns("known_browsers", "user_id mark seen_at"),
    ),
    Rule(
        "needs",
        N_("Needs that you publish, with photos and videos"),
        N_("So that neighbours can find what they can help with."),
        _SEEN,
        None,
        Leaving.EMPTIED,
        (
            *_columns("sr_info", "id psr_userid ps_title ps_desc ps_begindate ps_enddate file_list ps_state stype_id"),
            *_columns("sr_info", "cityID published_at"),
            *_columns("need_words", "word need_id"),
            *_columns("stored_files", "name media_type size width height uploader_id uploaded_at need_id offer_id"),
        ),
    ),
    Rule(
        "taken_down",
        N_("The words of a need that a coordinator has taken down"),
        N_("To be able to look at the decision again."),
        (Reader.COORDINATORS,),
        retention.TAKEN_DOWN,
        Leaving.DELETED,
        _columns("taken_down_needs", "need_id title description attachments taken_down_at"),
    ),
    Rule(
        "offers",
        N_("Offers, and what comes of them"),
        N_("So that you find each other and agree when it is done."),
        (Reader.CONCERNED, Reader.COORDINATORS),
        None,
        Leaving.EMPTIED,
        (
            *_columns("response_info", "id srid response_userid response_desc file_list response_state response_date"),
            *_columns("response_info", "decided_at"),
            *_columns("accept_info", "id srid response_id accept_date state reported_at confirmed_at ended_at"),
            *_columns("asked", "id need_id volunteer_id asked_by at"),
        ),
    ),
    Rule(
        "thanks",
        N_("Thanks, with stars and words"),
        N_("So that neighbours see how the help was."),
        _SEEN,
        None,
        Leaving.EMPTIED,
        _columns("thanks", "id match_id from_user_id to_user_id stars text created_at"),
    ),
    Rule(
        "reasons",
        N_("Reasons that you write, and your earlier names"),
        N_("So that the other side understands, and a quarrel can be settled."),
        (Reader.CONCERNED, Reader.COORDINATORS),
        retention.REASONS,
        Leaving.DELETED,
        (
            *_columns("response_info", "reason reason_code"),
            *_columns("accept_info", "reason"),
            *_columns("sr_info", "closed_reason"),
            *_columns("history", "reason reason_code"),
        ),
    ),
    Rule(
        "history",
        N_("The history: who did what, and when"),
        N_("So that mistakes can be put right and misuse is seen."),
        (Reader.COORDINATORS,),
        ALWAYS,
        Leaving.STAYS_ANONYMOUS,
        _columns("history", "id at action actor_id on_behalf_of subject_id need_id offer_id match_id old new"),
    ),
    Rule(
        "walls",
        N_("Links that you make, as a coordinator, for the display on the wall"),
        N_("So that it is known who made them."),
        (Reader.COORDINATORS,),
        ALWAYS,
        Leaving.STAYS_ANONYMOUS,
        _columns("wall_links", "id token_hash label created_by created_at revoked_at revoked_by"),
    ),
    Rule(
        "news",
        N_("News for you, letters, and what you want to hear"),
        N_("So that you learn what has happened. A letter itself is not kept."),
        (),
        retention.UNREAD_NOTIFICATIONS,
        Leaving.DELETED,
        (
            *_columns("notifications", "id user_id kind actor_id need_id offer_id match_id reason reason_code at"),
            *_columns("notifications", "read_at shown"),
            *_columns("notice_preferences", "user_id topic in_inbox by_mail"),
            *_columns("outbox", "notification_id state tries next_try_at sent_at address"),
            *_columns("email_pace", "user_id next_at day_began_at sent_today"),
        ),
    ),
    Rule(
        "reports",
        N_("Reports that you write, or that are about you"),
        N_("So that a coordinator can protect people."),
        (Reader.COORDINATORS,),
        retention.REPORTS,
        Leaving.STAYS,
        _columns(
            "abuse_reports",
            "id reporter_id kind thing_id person_id reason created_at waiting handled_at handled_by note",
        ),
    ),
    Rule(
        "security",
        N_("How often a sign-in failed or something was refused, by day"),
        N_("So that an attack is seen. Networks are stored in a form that cannot be read back."),
        (Reader.COORDINATORS,),
        retention.SECURITY_COUNTS,
        Leaving.STAYS,
        _columns("security_counts", "day kind network user_id n"),
    ),
)

RULES: dict[str, Rule] = {rule.key: rule for rule in _ALL}
"""The rules by their key, in the order of the privacy notice."""

NOT_PERSONAL = frozenset(
    (
        *_columns("city_info", "id cityName provinceName enabled"),
        *_columns("service_type", "id typename icon position enabled target_hours"),
        *_columns("site_state", "name value"),
        *_columns("need_counts", "stype_id cityID phase n"),
        *_columns("report", "monthID stype_id cityID ps_num rs_num"),
        *_columns("sr_info", "helpers_wanted phase places_taken places_done offers_pending client_key"),
        *_columns("response_info", "active client_key"),
    )
)
"""Columns without personal data: names of the site itself, counts, and keys of requests."""
