"""How anything that is shown leaves the application."""

from pydantic import BaseModel, ConfigDict


class View(BaseModel):
    """Base of read models: plain frozen values, safe to hand to a page."""

    model_config = ConfigDict(frozen=True)
