"""Links to the wall display: form and read model."""

from datetime import datetime
from typing import Annotated

from sqlmodel import Field

from gsapp.schemas.forms import FilledLine, Form
from gsapp.schemas.read_models import ReadModel


class WallLinkForm(Form):
    """The label of a link, such as the place of the screen, to identify it later."""

    label: Annotated[FilledLine, Field(min_length=1, max_length=100)]


class WallLinkRow(ReadModel):
    id: int
    label: str
    made_by: str
    created_at: datetime
    revoked_at: datetime | None
