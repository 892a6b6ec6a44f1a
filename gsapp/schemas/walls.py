"""Links to the display on the wall: what is typed, what is shown."""

from datetime import datetime
from typing import Annotated

from sqlmodel import Field

from gsapp.schemas.forms import FilledLine, Form
from gsapp.schemas.read_models import ReadModel


class WallLinkForm(Form):
    """Where the screen hangs, so that the link can be told from others later."""

    label: Annotated[FilledLine, Field(min_length=1, max_length=100)]


class WallLinkRow(ReadModel):
    id: int
    label: str
    made_by: str
    created_at: datetime
    revoked_at: datetime | None
