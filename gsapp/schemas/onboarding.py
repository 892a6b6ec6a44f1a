"""Onboarding progress of a member."""

from gsapp.schemas.read_models import ReadModel
from gsapp.vocabulary import AdminArea


class FirstSteps(ReadModel):
    """Steps that this member has done at least once: as an author, as a volunteer, and as a coordinator."""

    asked: bool
    chosen: bool
    confirmed: bool
    introduced: bool
    offered: bool
    helped: bool
    looked_at: frozenset[AdminArea] | None = None  # `None` unless a coordinator

    @property
    def done(self) -> bool:
        """Whether the list is complete: for a member as author or volunteer, for a coordinator all areas opened."""
        if self.looked_at is not None:
            return self.looked_at == frozenset(AdminArea)
        return self.confirmed or self.helped
