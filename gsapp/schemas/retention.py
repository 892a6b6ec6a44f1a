"""Retention periods of rows and texts. `services.pruning` applies them, and the privacy notice shows them."""

from datetime import timedelta

EXPIRED_SESSIONS = timedelta(0)
"""An expired session signs in no one; sessions are deleted by the scheduler as well."""
CLOSED_LINKS = timedelta(days=30)
"""One-time links that were used or have expired: their owner can see for a month that one was issued."""
SENT_EMAILS = timedelta(days=30)
"""An e-mail that was sent: long enough to answer whether it was."""
FAILED_EMAILS = timedelta(days=90)
"""An e-mail that was given up: can be sent again until then (`outbox resend`)."""
READ_NOTIFICATIONS = timedelta(days=365)
"""A notification that its user has read; what happened stays in the history."""
UNREAD_NOTIFICATIONS = timedelta(days=3 * 365)
"""A notification that its user has never read, and whose e-mail does not wait any more."""
REASONS = timedelta(days=3 * 365)
"""Reasons that users typed, of needs that have ended, and earlier names; the codes of reasons and the steps stay."""
REPORTS = timedelta(days=2 * 365)
"""Words of a handled abuse report, of its note and of their copies in the history; that it was made stays."""
TAKEN_DOWN = timedelta(days=2 * 365)
"""The copy of a text that a coordinator has taken down."""
SECURITY_COUNTS = timedelta(days=30)
"""Daily counts of failed sign-ins and refusals."""
