"""Each metric once: its name, and the sentence that pages show as its definition. Counted in `gsapp.queries`."""

from dataclasses import dataclass

from gsapp.i18n import N_


@dataclass(frozen=True)
class Metric:
    """`name` and `sentence` are messages of the catalogues."""

    key: str
    name: str
    sentence: str


PUBLISHED = Metric(
    "published",
    N_("Published"),
    N_("Needs whose begin lies in the month, cancelled ones included."),
)
COMPLETED = Metric(
    "completed",
    N_("Completed"),
    N_("Offers accepted in the month whose neighbour did not drop out."),
)
RATE = Metric(
    "rate",
    N_("Share done"),
    N_("Completed divided by published. Help is often found in a later month, so a month may exceed 100%."),
)
MONTHLY = (PUBLISHED, COMPLETED, RATE)
FEWEST = 5
"""Below this many a comparison or a share says nothing and is left out, unless its numbers stand right beside it."""
