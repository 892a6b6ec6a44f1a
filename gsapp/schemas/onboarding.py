"""How far a new member has come."""

from gsapp.schemas.read_models import ReadModel
from gsapp.vocabulary import AdminArea


class FirstSteps(ReadModel):
    """What this member has done at least once: as one who asks, as one who helps, and as a coordinator."""

    asked: bool
    chosen: bool
    confirmed: bool
    introduced: bool
    offered: bool
    helped: bool
    looked_at: frozenset[AdminArea] | None = None  # `None` for everybody but coordinators

    @property
    def done(self) -> bool:
        """Whoever has walked one way to its end needs no list any more; coordinators walk their own."""
        if self.looked_at is not None:
            return self.looked_at == frozenset(AdminArea)
        return self.confirmed or self.helped
