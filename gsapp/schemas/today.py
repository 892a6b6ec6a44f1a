"""What is agreed for now and the next day."""

from datetime import datetime

from gsapp.schemas.read_models import ReadModel


class RunningHelp(ReadModel):
    """Help that is agreed, as one of the two sees it; `name` is the other."""

    need_id: int
    title: str
    name: str
    helping: bool
    city_name: str
    starts_at: datetime  # wall-clock time of TIME_ZONE
    ends_at: datetime
