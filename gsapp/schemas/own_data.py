"""What a member is told of everything that is kept about them, and what is left out, with the reason."""

TOLD = {
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
"""Where each column that points to a person is told."""

LEFT_OUT = {
    "notifications.actor_id": "what others heard of this person's steps, which are told themselves",
    "abuse_reports.person_id": "who reported somebody is known to coordinators only, or nobody would dare to",
    "abuse_reports.handled_by": "told among the steps, as what this person did",
    "buser_table.recorded_by": "of residents without the internet, by whose account nobody signs in",
}

ACCOUNT = ("id", "username", "name", "phone", "email", "bio", "language", "registered_at", "first_steps")
ACCOUNT_LEFT_OUT = {
    "id_type": "told as id_number_kind",
    "id_number": "told as id_number_masked: a file is copied about, and its owner knows the number",
    "id_number_index": "the hash of that number",
    "password_hash": "leaves the database to be checked against only",
    "role": "told in words",
    "token_generation": "a counter that ends access tokens",
    "suspended_at": "nobody who is suspended gets here",
    "left_at": "nor anybody who has left",
    "recorded_by": "of residents without the internet",
    "consent_at": "the same",
    "consent_how": "the same",
    "reached_at": "the same",
}
