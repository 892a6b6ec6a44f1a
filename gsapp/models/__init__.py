"""The database tables (SQLModel). Column names of existing GoodServices databases are given by `name=`.

Importing this package declares all tables on `SQLModel.metadata`.
"""

from sqlmodel import SQLModel

from gsapp.models.asking import Asked
from gsapp.models.calendars import CalendarLink
from gsapp.models.files import StoredFile
from gsapp.models.history import History
from gsapp.models.needs import Need
from gsapp.models.notifications import EmailPace, Notification, NotificationPreference, OutboxMessage
from gsapp.models.offers import Match, Offer, Thanks
from gsapp.models.places import City, ServiceType
from gsapp.models.reports import AbuseReport, TakenDownNeed
from gsapp.models.security_counts import SecurityCount
from gsapp.models.site import SiteState
from gsapp.models.totals import MonthlyTotal, NeedCount
from gsapp.models.users import FormerName, KnownBrowser, LinkConsent, LoginSession, OneTimeLink, User
from gsapp.models.walls import WallLink
from gsapp.models.words import NeedWord

metadata = SQLModel.metadata

__all__ = [
    "AbuseReport",
    "Asked",
    "CalendarLink",
    "City",
    "EmailPace",
    "FormerName",
    "History",
    "KnownBrowser",
    "LinkConsent",
    "LoginSession",
    "Match",
    "MonthlyTotal",
    "Need",
    "NeedCount",
    "NeedWord",
    "Notification",
    "NotificationPreference",
    "Offer",
    "OneTimeLink",
    "OutboxMessage",
    "SecurityCount",
    "ServiceType",
    "SiteState",
    "StoredFile",
    "TakenDownNeed",
    "Thanks",
    "User",
    "WallLink",
    "metadata",
]
