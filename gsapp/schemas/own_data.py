"""Data export of a member: where each column with personal data is exported, or why it is left out."""

EXPORTED = {
    "sr_info.psr_userid": "needs",
    "response_info.response_userid": "offers",
    "thanks.from_user_id": "thanks",
    "thanks.to_user_id": "thanks",
    "notifications.user_id": "news",
    "notice_preferences.user_id": "news_wanted",
    "sessions.user_id": "signed_in",
    "history.actor_id": "steps",
    "history.on_behalf_of": "steps",
    "history.subject_id": "steps",
    "asked.volunteer_id": "questions",
    "asked.asked_by": "questions",
    "abuse_reports.reporter_id": "reports",
    "stored_files.uploader_id": "files",
    "calendar_links.user_id": "calendar_address",
    "one_time_links.user_id": "password_links",
    "one_time_links.used_by": "password_links",
    "wall_links.created_by": "wall_links",
    "wall_links.revoked_by": "wall_links",
}
"""The part of the export for each column that references a user."""

LEFT_OUT = {
    "notifications.actor_id": "notifications of other users about this user's events, which are exported as steps",
    "abuse_reports.person_id": "reporters are known to coordinators only, otherwise members would not dare to report",
    "abuse_reports.handled_by": "exported as a step of this user",
    "link_consents.user_id": "exported as a step of the coordinators concerned",
    "link_consents.asked_by": "exported as a step of this user",
    "link_consents.agreed_by": "exported as a step of this user",
    "known_browsers.user_id": "hashes that only recognize the browsers, which are exported as sessions",
    "email_pace.user_id": "when the next e-mail may be sent; the notifications are exported",
    "buser_table.recorded_by": "set for managed accounts only, which cannot sign in",
    "security_counts.user_id": "counts of refusals for coordinators, deleted after 30 days",
}

ACCOUNT = (
    *("id", "username", "name", "phone", "email", "email_pending", "bio"),
    *("language", "seen_language", "registered_at", "first_steps"),
    *("consent_at", "consent_version"),
)
ACCOUNT_LEFT_OUT = {
    "username_key": "derived from the username",
    "id_type": "exported as id_number_kind",
    "id_number": "exported as id_number_masked: files are often copied, and the owner knows the number",
    "id_number_index": "the keyed hash of the ID number",
    "password_hash": "only read to verify a password",
    "email_pending_key": "part of the link that confirms an address, of no use without a signature",
    "role": "exported by its name",
    "token_generation": "a counter that invalidates access tokens",
    "suspended_at": "suspended users cannot sign in to export",
    "left_at": "users who have left cannot sign in to export",
    "recorded_by": "set for managed accounts only",
    "consent_how": "set for managed accounts only",
    "reached_at": "set for managed accounts only",
}
