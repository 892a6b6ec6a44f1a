"""gsapp stats and gsapp search, for scripts."""

import pytest
from sqlmodel import col, update

from gsapp import db
from gsapp.models import MonthlyTotal
from tests.support import lives
from tests.support.commands import call_json


@pytest.mark.usefixtures("sqlite_site")
def test_totals_and_search_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    lives.publish(lives.person("anna"), title="漏水", description="")
    assert call_json(capsys, "stats", "verify") == {"differences": []}
    db.write(lambda session: session.exec(update(MonthlyTotal).values(published=col(MonthlyTotal.published) + 5)))
    sentence = "1 differences; repair them with: python -m gsapp stats rebuild"
    [difference] = call_json(capsys, "stats", "verify", status=sentence)["differences"]
    assert "published 6 (counted 1)" in difference
    assert call_json(capsys, "stats", "rebuild") == {"totals": 1, "counts": 1}
    assert call_json(capsys, "stats", "verify") == {"differences": []}
    assert call_json(capsys, "search", "rebuild") == {"entries": 2}
