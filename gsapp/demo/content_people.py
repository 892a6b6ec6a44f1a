"""The people of the sample town, all invented, with phone and ID numbers that were never issued."""

from datetime import date

from gsapp.demo.content import ANY, ELDER, ENGLISH, FAMILY, Kind, Person
from gsapp.vocabulary import IdType

PASSWORD = "Haolinju88"  # noqa: S105 - of all sample accounts; the command prints it

REGIONS = {"武汉": "420100", "上海": "310100", "杭州": "330100", "成都": "510100", "广州": "440100"}
"""The cities' codes. Identity cards begin with the code of a district, so no real card begins with one of these."""

PEOPLE = (
    Person(
        "lin_zhihui", "林知慧", "武汉", FAMILY, date(1981, 4, 12), 370, 0, 0,
        "社区协调员。有事不会弄，就来找我。", coordinator=True,
    ),
    Person(
        "li_guilan", "李桂兰", "武汉", ELDER, date(1948, 9, 3), 364, 8, 0,
        "一个人住三楼，腿脚慢，谢谢各位邻居。",
    ),
    Person(
        "wang_decai", "王德才", "武汉", ELDER, date(1945, 2, 17), 362, 7, 0,
        "退休钳工，老伴身体不好。会下象棋。",
    ),
    Person(
        "zhang_min", "张敏", "武汉", FAMILY, date(1986, 7, 21), 350, 3, 3,
        "双职工，两个孩子。周末有空时也来帮忙。",
        good_at=(Kind.MEALS, Kind.CARE, Kind.DOCTOR, Kind.RIDES, Kind.CLEANING),
    ),
    Person(
        "zhou_jianguo", "周建国", "武汉", FAMILY, date(1964, 11, 5), 366, 0, 9,
        "干了三十年水电，退休了手还痒。工具自带。",
        good_at=(Kind.PLUMBING, Kind.CLEANING, Kind.CARE, Kind.RIDES),
    ),
    Person(
        "liu_haitao", "刘海涛", "武汉", FAMILY, date(1979, 3, 30), 358, 1, 8,
        "开出租，白班。车干净，开得稳，等人不急。",
        good_at=(Kind.RIDES, Kind.DOCTOR, Kind.PLUMBING, Kind.CLEANING),
    ),
    Person(
        "chen_xiaoyu", "陈晓雨", "武汉", ANY, date(2002, 5, 14), 322, 0, 7,
        "护理专业，大四。手轻，有耐心。", english=True,
        good_at=(Kind.CARE, Kind.DOCTOR, Kind.MEALS, Kind.CLEANING),
    ),
    Person(
        "maria_lopes", "Maria Lopes", "武汉", ENGLISH, date(1990, 8, 8), 310, 5, 1,
        "Language teacher, here for three years. I bake, and I can teach you Portuguese.",
        id_type=IdType.PASSPORT, english=True,
        good_at=(Kind.MEALS, Kind.CARE),
    ),
    Person(
        "pan_jie", "潘杰", "武汉", ANY, date(1993, 12, 1), 70, 0, 0,
        "刚搬来，先认识认识大家。",
    ),
    Person(
        "wu_meizhen", "吴美珍", "上海", ELDER, date(1950, 6, 25), 355, 7, 1,
        "退休会计。眼睛不好，耳朵灵。",
        good_at=(Kind.MEALS, Kind.CARE),
    ),
    Person(
        "gu_jianping", "顾建平", "上海", FAMILY, date(1962, 1, 19), 361, 0, 7,
        "原来在自来水公司。小修小补叫我就行。",
        good_at=(Kind.PLUMBING, Kind.CLEANING, Kind.CARE, Kind.DOCTOR),
    ),
    Person(
        "shen_yifan", "沈一凡", "上海", ANY, date(1996, 10, 10), 298, 0, 7,
        "写程序的，晚上和周末有空。会开车，会英语。", english=True,
    ),
    Person(
        "daniel_osei", "Daniel Osei", "上海", ENGLISH, date(1984, 3, 2), 270, 5, 2,
        "Father of one, civil engineer. Happy to lift heavy things.", id_type=IdType.PASSPORT, english=True,
        good_at=(Kind.PLUMBING, Kind.CLEANING, Kind.RIDES),
    ),
    Person(
        "xu_lina", "徐丽娜", "上海", FAMILY, date(1988, 2, 11), 317, 4, 3,
        "在医院做行政，挂号的事问我。",
        good_at=(Kind.DOCTOR, Kind.CARE, Kind.MEALS, Kind.RIDES),
    ),
    Person(
        "yao_bin", "姚斌", "上海", ANY, date(1985, 9, 9), 130, 0, 0,
    ),
    Person(
        "qian_shufen", "钱淑芬", "杭州", ELDER, date(1947, 12, 28), 345, 7, 0,
        "爱唱越剧，手机用得不太好。",
    ),
    Person(
        "ye_qing", "叶青", "杭州", FAMILY, date(1983, 5, 6), 330, 5, 3,
        "常出差，家里老人多亏邻居照应。",
        good_at=(Kind.MEALS, Kind.DOCTOR, Kind.RIDES, Kind.CARE),
    ),
    Person(
        "lou_afang", "楼阿芳", "杭州", ELDER, date(1958, 8, 18), 352, 2, 7,
        "开过二十年小饭馆。想吃什么，讲一声。",
        good_at=(Kind.MEALS, Kind.CARE, Kind.CLEANING, Kind.DOCTOR),
    ),
    Person(
        "fang_zheng", "方峥", "杭州", ANY, date(1990, 4, 4), 336, 0, 7,
        "会修东西，也会陪人说话。", english=True,
    ),
    Person(
        "luo_yuzhen", "罗玉珍", "成都", ELDER, date(1949, 3, 15), 340, 7, 0,
        "八十不到，精神还好，就是膝盖不争气。",
    ),
    Person(
        "deng_kai", "邓凯", "成都", FAMILY, date(1987, 6, 30), 348, 1, 8,
        "跑货运，有辆面包车。隔天休息。",
        good_at=(Kind.RIDES, Kind.PLUMBING, Kind.CLEANING, Kind.CARE, Kind.DOCTOR),
    ),
    Person(
        "he_jing", "何静", "成都", FAMILY, date(1991, 1, 23), 326, 4, 4,
        "社区护士，下了班也是邻居。", english=True,
        good_at=(Kind.DOCTOR, Kind.CARE, Kind.MEALS, Kind.CLEANING),
    ),
    Person(
        "yang_xue", "杨雪", "成都", ANY, date(2003, 7, 7), 45, 0, 0,
        "大学生，想找机会帮帮忙。",
    ),
    Person(
        "liang_huizhen", "梁惠珍", "广州", ELDER, date(1951, 10, 31), 335, 6, 1,
        "煲汤可以，爬楼梯不行。",
        good_at=(Kind.MEALS, Kind.CARE),
    ),
    Person(
        "huang_zhiqiang", "黄志强", "广州", FAMILY, date(1975, 4, 26), 342, 0, 7,
        "装修师傅，水电木工都做过。",
        good_at=(Kind.PLUMBING, Kind.CLEANING, Kind.RIDES, Kind.CARE),
    ),
    Person(
        "chan_kayan", "陈嘉欣", "广州", FAMILY, date(1994, 11, 11), 312, 2, 6,
        "在广州工作第五年。会粤语、普通话和英语。", id_type=IdType.TRAVEL_PERMIT, english=True,
        good_at=(Kind.DOCTOR, Kind.CARE, Kind.MEALS, Kind.CLEANING, Kind.RIDES),
    ),
)  # fmt: skip


def phone(person: Person) -> str:
    """A phone number that does not exist: the prefix 154 was never assigned to an operator."""
    return f"154{(20_387_411 + 3_519_737 * PEOPLE.index(person)) % 10**8:08d}"


def id_number(person: Person) -> str:
    """A well-formed ID number that was never issued; the last character of an identity card is its check digit."""
    serial = PEOPLE.index(person) + 1
    if person.id_type is IdType.PASSPORT:
        return f"X{90_000_000 + serial * 1237}"
    if person.id_type is IdType.TRAVEL_PERMIT:
        return f"H{90_000_000 + serial * 1237}"
    body = f"{REGIONS[person.city]}{person.born:%Y%m%d}{serial:03d}"
    return body + "10X98765432"[sum(int(figure) * 2 ** (17 - place) for place, figure in enumerate(body)) % 11]
