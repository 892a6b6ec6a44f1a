"""Extracts messages from the source and updates the catalogue: python -m gsapp.i18n.extraction

New messages are added to `messages.po` without a translation, unused ones removed. Run by `make messages`; a test fails
while source and catalogue differ.
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
    """A catalogue of all messages marked in the source: `N_("...")`, `t("...")`, `t.n("...", "...", n)`."""
    catalogue = Catalog(locale="zh_CN", fuzzy=False, project="GoodServices")
    for package in PACKAGES:
        found = extract_from_dir(ROOT / package, method_map=[("**.py", "python")], keywords=KEYWORDS)
        for file, line, message, _, _ in found:
            # Without line numbers, which would change with every edit above a message.
            catalogue.add(message, locations=[(f"{package}/{file}", 0)] if line else [])
    return catalogue


def stored() -> Catalog:
    """The Chinese catalogue of the repository."""
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="zh_CN")


def update() -> None:
    """Update the stored catalogue from the source; existing translations are kept."""
    catalogue = stored()
    catalogue.update(extracted(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    with CATALOGUE.open("wb") as file:
        write_po(file, catalogue, no_location=True, omit_header=True, sort_output=True, width=110)


if __name__ == "__main__":
    update()
