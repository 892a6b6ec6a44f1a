"""The people of a load-test town: their cities, times of registration, and table rows."""

from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from benchmarks.load.days import DAY, HOUR, Calendar, Timestamps
from benchmarks.load.rows import NULL, Rows, line
from gsapp.demo.content_people import PASSWORD
from gsapp.security import vault
from gsapp.vocabulary import IdType, Role

NEEDS_PER_PERSON = 20
MIN_PEOPLE = 200
MIN_PER_CITY = 8
"""The minimum number of people per city. The average is three times as many, so small towns have few cities."""
EARLY_SHARE = 0.4
"""The share of people who registered in the month before the first need."""
ENGLISH_EVERY = 16
ROWS_PER_BATCH = 5000
COLUMNS = (
    "id", "uname", "ctype", "idno", "idno_index", "bname", "bpwd", "phoneNo", "desc", "psrDate", "userlvl",
    "token_generation",
)  # fmt: skip

CITY_WEIGHTS = {
    "上海": 24, "北京": 22, "深圳": 18, "广州": 18, "成都": 16, "重庆": 16, "武汉": 13, "杭州": 12, "天津": 12,
    "西安": 11, "苏州": 11, "南京": 9, "郑州": 9, "长沙": 9, "青岛": 8, "沈阳": 8, "宁波": 8, "济南": 8, "合肥": 8,
    "东莞": 8, "佛山": 8, "哈尔滨": 7, "福州": 7, "昆明": 7, "大连": 6, "厦门": 5, "无锡": 5, "南昌": 5, "石家庄": 5,
    "温州": 5, "南宁": 5, "贵阳": 5, "长春": 5, "太原": 4, "泉州": 4, "常州": 4, "兰州": 3, "海口": 3,
}  # fmt: skip
DEFAULT_WEIGHT = 1.0

SURNAMES = (
    ("王", "wang"), ("李", "li"), ("张", "zhang"), ("刘", "liu"), ("陈", "chen"), ("杨", "yang"), ("黄", "huang"),
    ("赵", "zhao"), ("吴", "wu"), ("周", "zhou"), ("徐", "xu"), ("孙", "sun"), ("马", "ma"), ("朱", "zhu"),
    ("胡", "hu"), ("郭", "guo"), ("何", "he"), ("林", "lin"), ("高", "gao"), ("罗", "luo"), ("郑", "zheng"),
)  # fmt: skip
GIVEN = (
    ("秀英", "xiuying"), ("建国", "jianguo"), ("丽", "li"), ("伟", "wei"), ("桂兰", "guilan"), ("强", "qiang"),
    ("敏", "min"), ("军", "jun"), ("玉梅", "yumei"), ("志刚", "zhigang"), ("婷", "ting"), ("浩", "hao"),
    ("淑珍", "shuzhen"), ("文斌", "wenbin"), ("雪", "xue"), ("家明", "jiaming"), ("小燕", "xiaoyan"), ("磊", "lei"),
    ("凤英", "fengying"),
)  # fmt: skip
ENGLISH_NAMES = ("Anna Meyer", "John Carter", "Maria Silva", "Ahmed Khan", "Emily Jones", "Pavel Novak", "Grace Osei")


@dataclass(frozen=True)
class People:
    """All people, numbered from 1 in the order in which they registered."""

    cities: Sequence[int]
    """The id of each one's city; the first belongs to person 1."""
    known: Sequence[int]
    """The number of people registered before each of the calendar's past days."""

    def in_cities(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {city: [] for city in set(self.cities)}
        for person, city in enumerate(self.cities, start=1):
            found[city].append(person)
        return found


def make_people(*, needs: int, seed: int, cities: Sequence[tuple[int, str]], calendar: Calendar) -> People:
    """Assign a city to each person, larger cities first (`cities` by id and name), and a day of registration."""
    people = max(MIN_PEOPLE, needs // NEEDS_PER_PERSON)
    largest_first = sorted(cities, key=lambda city: -CITY_WEIGHTS.get(city[1], DEFAULT_WEIGHT))
    largest_first = largest_first[: people // (3 * MIN_PER_CITY)]
    weights = [CITY_WEIGHTS.get(name, DEFAULT_WEIGHT) for _, name in largest_first]
    spare, total = people - MIN_PER_CITY * len(weights), sum(weights)
    rng = Random(f"{seed}/people")  # noqa: S311 - not for secrets
    homes: list[tuple[float, int]] = []
    for (city, _), weight in zip(largest_first, weights, strict=True):
        here = MIN_PER_CITY + round(spare * weight / total)
        homes += [((place + rng.random()) / here, city) for place in range(here)]
    homes.sort()
    late = (1 - EARLY_SHARE) * len(homes)
    known = [int(len(homes) - late + late * share) for share in (0.0, *calendar.busy())]
    return People([city for _, city in homes], known)


def speaks_english(person: int) -> bool:
    return person % ENGLISH_EVERY == 0


def username(person: int) -> str:
    if speaks_english(person):
        return f"{ENGLISH_NAMES[person // ENGLISH_EVERY % len(ENGLISH_NAMES)].replace(' ', '_').lower()}{person}"
    return f"{SURNAMES[person % len(SURNAMES)][1]}_{GIVEN[person % len(GIVEN)][1]}{person}"


def rows(people: People, calendar: Calendar) -> Iterator[Rows]:
    """The rows of all people in batches. They share one password hash; the first person is the coordinator."""
    password_hash = vault().passwords.hash_password(PASSWORD)
    stamp = Timestamps(calendar)
    for start in range(1, len(people.cities) + 1, ROWS_PER_BATCH):
        found: list[str] = []
        for person in range(start, min(start + ROWS_PER_BATCH, len(people.cities) + 1)):
            found.append(_row(person, password_hash, stamp(_registered_at(person, people, calendar))))
        yield Rows.of("buser_table", COLUMNS, found)


def registration_times(people: People, calendar: Calendar) -> Iterator[tuple[int, int]]:
    """All people with the instants of their registrations, in order."""
    return ((person, _registered_at(person, people, calendar)) for person in range(1, len(people.cities) + 1))


def _registered_at(person: int, people: People, calendar: Calendar) -> int:
    """The instant of a registration: before the first need, or on the day given by `People.known`."""
    early = people.known[0]
    if person <= early:
        return calendar.instant(calendar.first, 0) - 30 * DAY + int(30 * DAY * (person - 1) / early)
    day = bisect(people.known, person - 1) - 1
    return calendar.instant(calendar.first + day, 7 * HOUR + person % (12 * HOUR))


def _row(person: int, password_hash: str, registered: str) -> str:
    english = speaks_english(person)
    # Never issued: no identity card begins with 99, and the prefix 154 was never assigned to an operator.
    number = f"X{10_000_000 + person}" if english else _card(person)
    sealed = vault().id_numbers.seal(number)
    kind = IdType.PASSPORT if english else IdType.ID_CARD
    role = Role.COORDINATOR if person == 1 else Role.MEMBER
    return line(
        person, username(person), kind.value, sealed.text, sealed.index, _name(person), password_hash,
        f"154{person:08d}", NULL, registered, int(role), 0,
    )  # fmt: skip


def _name(person: int) -> str:
    if speaks_english(person):
        return ENGLISH_NAMES[person // ENGLISH_EVERY % len(ENGLISH_NAMES)]
    return SURNAMES[person % len(SURNAMES)][0] + GIVEN[person % len(GIVEN)][0]


def _card(person: int) -> str:
    """A number with the format of an identity card and a valid check digit."""
    serial, year, rest = person % 1000, 1940 + person // 1000 % 60, person // 60_000
    body = f"99{rest % 10_000:04d}{year}{1 + person % 12:02d}{1 + person % 28:02d}{serial:03d}"
    return body + "10X98765432"[sum(int(figure) * 2 ** (17 - place) for place, figure in enumerate(body)) % 11]
