"""Seed data for every new database.

`cities.csv` (columns province, name) lists the 333 prefecture-level divisions of mainland China and the four
municipalities, in the order of the administrative codes. Cities and provinces have their common short names (武汉 in
湖北, 呼和浩特 in 内蒙古); prefectures, autonomous prefectures and leagues keep their full official name. Hong Kong,
Macau and Taiwan have no prefecture-level cities and are left out; a coordinator can add any place by hand.
"""

import csv
from functools import cache
from importlib.resources import files
from typing import NamedTuple


class CityRecord(NamedTuple):
    """One line of `cities.csv`; names are unique."""

    province: str
    name: str


@cache
def cities() -> tuple[CityRecord, ...]:
    """All cities in the order of the file, which is read once and cached."""
    lines = files(__name__).joinpath("cities.csv").read_text(encoding="utf-8").splitlines()
    return tuple(CityRecord(row["province"], row["name"]) for row in csv.DictReader(lines))


@cache
def confusables() -> tuple[str, ...]:
    """Groups of characters that look alike (UTS 39), after NFKC and case folding; the first one stands for all."""
    lines = files(__name__).joinpath("confusables.txt").read_text(encoding="utf-8").splitlines()
    return tuple(line for line in lines if not line.startswith("#"))


@cache
def common_passwords() -> frozenset[str]:
    """The 10,000 most common passwords of published leaks, in lower case, with some that are common in Chinese."""
    return frozenset(files(__name__).joinpath("common_passwords.txt").read_text(encoding="utf-8").splitlines())
