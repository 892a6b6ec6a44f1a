"""The real site, but for passwords: to check one costs next to nothing, as no test that looks at pages is about that.

python -m tests.support.quick_site
"""

from gsapp import security
from gsapp.cli import cli
from gsapp.config import Settings

_configure = security.configure


def configure(settings: Settings, *, password_cost: int = 4) -> security.Vault:
    return _configure(settings, password_cost=password_cost)


if __name__ == "__main__":
    security.configure = configure
    cli(["serve"])
