"""The list of cities that every new database starts with."""

from collections import Counter

from gsapp.data import cities

MUNICIPALITIES = {"北京", "上海", "天津", "重庆"}

CITIES_AND_OTHERS = {
    "河北": (11, 0),
    "山西": (11, 0),
    "内蒙古": (9, 3),
    "辽宁": (14, 0),
    "吉林": (8, 1),
    "黑龙江": (12, 1),
    "江苏": (13, 0),
    "浙江": (11, 0),
    "安徽": (16, 0),
    "福建": (9, 0),
    "江西": (11, 0),
    "山东": (16, 0),
    "河南": (17, 0),
    "湖北": (12, 1),
    "湖南": (13, 1),
    "广东": (21, 0),
    "广西": (14, 0),
    "海南": (4, 0),
    "四川": (18, 3),
    "贵州": (6, 3),
    "云南": (8, 8),
    "西藏": (6, 1),
    "陕西": (10, 0),
    "甘肃": (12, 2),
    "青海": (2, 6),
    "宁夏": (5, 0),
    "新疆": (4, 10),
}
"""For each province or region: prefecture-level cities, and prefectures, autonomous prefectures and leagues."""


def kind(name: str) -> str:
    """Which of the five kinds a name says it is; a city's short name says nothing."""
    if name in MUNICIPALITIES:
        return "municipality"
    endings = {"自治州": "autonomous prefecture", "地区": "prefecture", "盟": "league"}
    return next((meaning for ending, meaning in endings.items() if name.endswith(ending)), "city")


def test_every_kind_of_division_is_complete() -> None:
    assert Counter(kind(city.name) for city in cities()) == {
        "city": 293,
        "prefecture": 7,
        "autonomous prefecture": 30,
        "league": 3,
        "municipality": 4,
    }


def test_every_province_has_its_number_of_cities() -> None:
    found = Counter((city.province, kind(city.name) == "city") for city in cities() if city.name not in MUNICIPALITIES)
    provinces = {province for province, _ in found}
    assert {p: (found[p, True], found[p, False]) for p in provinces} == CITIES_AND_OTHERS


def test_municipalities_are_their_own_province() -> None:
    assert {city.name for city in cities() if city.name == city.province} == MUNICIPALITIES | {"吉林"}
    assert {city.province for city in cities()} == MUNICIPALITIES | CITIES_AND_OTHERS.keys()


def test_no_two_cities_share_a_name() -> None:
    assert [name for name, times in Counter(city.name for city in cities()).items() if times > 1] == []


def test_names_are_the_familiar_ones() -> None:
    assert ("湖北", "武汉") in cities()
    assert ("湖北", "恩施土家族苗族自治州") in cities()
    assert not [city for city in cities() if city.name.endswith("市") or city.name != city.name.strip()]
