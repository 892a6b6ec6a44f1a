"""Which messages the source holds, and how the catalogue follows: python -m gsapp.i18n.extraction

New messages appear in `messages.po` without a translation, unused ones go. Run by `make messages`; a test fails while
the two differ.
"""

from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[2]
PACKAGES = ("gsapp", "pages")
CATALOGUE = Path(__file__).parent / "zh_CN" / "messages.po"
KEYWORDS = {"N_": None, "t": None, "n": (1, 2)}


def extracted() -> Catalog:
    """Every message marked in the source: `N_("...")`, `t("...")`, `t.n("...", "...", n)`."""
    catalogue = Catalog(locale="zh_CN", fuzzy=False, project="GoodServices")
    for package in PACKAGES:
        found = extract_from_dir(ROOT / package, method_map=[("**.py", "python")], keywords=KEYWORDS)
        for file, line, message, _, _ in found:
            # No line numbers in the file: they would change with every edit above a message.
            catalogue.add(message, locations=[(f"{package}/{file}", 0)] if line else [])
    return catalogue


def stored() -> Catalog:
    """The Chinese catalogue as it stands in the repository."""
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="zh_CN")


def update() -> None:
    """Bring the stored catalogue in line with the source, keeping its translations."""
    catalogue = stored()
    catalogue.update(extracted(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    with CATALOGUE.open("wb") as file:
        write_po(file, catalogue, no_location=True, omit_header=True, sort_output=True, width=110)


if __name__ == "__main__":
    update()
