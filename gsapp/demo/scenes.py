"""The subjects of the sample town's photos, drawn: a dripping tap, a bus, a pot of soup."""

from collections.abc import Callable

from gsapp.demo.canvas import (
    BRICK,
    COBALT,
    CREAM,
    GREEN,
    GREY,
    INK,
    MINT,
    OCHRE,
    PAPER,
    PEACH,
    PERSIMMON,
    PLUM,
    SHADE,
    SKY,
    TEAL,
    VIOLET,
    WALL,
    WATER,
    WELL,
    Canvas,
)


def tap() -> Canvas:
    c = _tiles(SKY, PAPER)
    c.box(12, 52, 88, 58, GREY, round_=2)
    c.box(18, 58, 82, 75, PAPER)
    c.pen([(30, 52), (30, 22), (36, 16), (56, 16), (60, 20), (60, 30)], GREY, 6)
    c.pen([(30, 30), (30, 24)], INK, 7)
    c.pen([(20, 24), (30, 24)], PERSIMMON, 4)
    for y, size in ((36, 1.8), (44, 2.4)):
        c.drop(60, y, size)
    c.box(48, 48, 74, 52, TEAL, round_=1)
    c.disc(61, 48, 12, WATER, high=1.6)
    return c


def drain() -> Canvas:
    c = _tiles(MINT, PAPER)
    c.disc(50, 50, 46, SKY, high=22)
    c.disc(50, 50, 38, WATER, high=17)
    c.disc(50, 50, 14, GREY, high=7)
    for x in (42, 47, 53, 58):
        c.pen([(x, 47), (x, 53)], INK, 1.2)
    c.pen([(86, 0), (86, 8), (78, 14)], GREY, 3)
    c.shape([(82, 14), (74, 8), (66, 20), (72, 25)], INK)
    for x, y in ((64, 30), (58, 27), (66, 38)):
        c.drop(x, y, 1.3)
    return c


def toilet() -> Canvas:
    c = _tiles(SKY, WELL)
    c.disc(50, 69, 34, WATER, high=4)
    c.box(32, 10, 68, 36, PAPER, round_=3)
    c.box(30, 8, 70, 13, SHADE, round_=2)
    c.disc(50, 18, 2.5, PERSIMMON)
    c.disc(50, 42, 24, PAPER, high=9)
    c.disc(50, 41, 17, SKY, high=5.5)
    c.shape([(32, 46), (68, 46), (60, 68), (40, 68)], PAPER)
    c.drop(76, 52, 2)
    return c


def lamp() -> Canvas:
    c = Canvas(CREAM, PEACH)
    c.pen([(50, 0), (50, 18)], INK, 1.2)
    c.shape([(44, 18), (56, 18), (68, 34), (32, 34)], COBALT)
    c.disc(50, 38, 7, PAPER)
    c.pen([(46, 40), (48, 36), (52, 40), (54, 36)], GREY, 0.8)
    c.box(34, 62, 66, 65, BRICK, round_=1)
    for x in (37, 63):
        c.pen([(x, 65), (x, 75)], BRICK, 2)
    return c


def wheelchair() -> Canvas:
    c = Canvas(SKY, MINT)
    c.disc(86, 14, 8, PERSIMMON)
    _tree(c, 16, 56)
    c.ring(46, 54, 14, INK, 2)
    c.ring(66, 62, 6, INK, 2)
    c.disc(46, 54, 2, INK)
    c.pen([(34, 20), (40, 24), (42, 46), (62, 46), (66, 60)], COBALT, 3)
    c.box(40, 42, 62, 47, PERSIMMON, round_=1)
    c.pen([(42, 36), (58, 36)], COBALT, 2)
    return c


def telephone() -> Canvas:
    c = Canvas(PEACH, WALL)
    c.box(34, 8, 66, 68, INK, round_=4)
    c.box(36.5, 13, 63.5, 61, PAPER, round_=1)
    for row, colour in enumerate((COBALT, TEAL, BRICK, OCHRE, VIOLET, PLUM)):
        c.box(40 + row % 2 * 11, 17 + row // 2 * 12, 48 + row % 2 * 11, 25 + row // 2 * 12, colour, round_=2)
    c.pen([(40, 56), (60, 56)], SHADE, 2)
    c.pen([(78, 46), (70, 40), (63, 33)], PERSIMMON, 5)
    c.disc(84, 52, 9, PERSIMMON)
    return c


def window() -> Canvas:
    c = Canvas(WALL, SHADE, floor_at=62)
    c.box(18, 6, 82, 58, BRICK, round_=1)
    for left, right in ((22, 48.5), (51.5, 78)):
        c.box(left, 10, right, 54, SKY)
        c.shape([(left + 4, 54), (left + 14, 10), (left + 20, 10), (left + 10, 54)], PAPER)
    for x, y in ((28, 22), (38, 40), (60, 18), (70, 34), (64, 46)):
        c.disc(x, y, 3.2, SHADE, high=2)
    c.box(14, 58, 86, 62, PAPER, round_=1)
    c.box(62, 46, 76, 58, TEAL, round_=2)
    c.pen([(63, 46), (69, 38), (75, 46)], GREY, 1)
    return c


def boxes() -> Canvas:
    c = Canvas(WELL, SHADE, floor_at=64)
    for left, top, wide, high in ((14, 40, 30, 26), (46, 44, 34, 22), (20, 18, 26, 22), (52, 26, 22, 18)):
        c.box(left, top, left + wide, top + high, OCHRE)
        c.box(left + wide * 0.42, top, left + wide * 0.58, top + high, CREAM)
        c.pen([(left, top), (left + wide, top)], INK, 0.6)
    for row in range(5):
        c.box(80, 52 + row * 2.6, 96, 54 + row * 2.6, PAPER if row % 2 else SKY)
    return c


def cooler() -> Canvas:
    c = Canvas(SKY, WALL, floor_at=66)
    c.box(12, 10, 88, 36, PAPER, round_=3)
    c.box(16, 28, 84, 32, GREY, round_=1)
    for y in (14, 18, 22):
        c.pen([(20, y), (66, y)], SHADE, 0.8)
    c.disc(78, 18, 2, GREEN)
    for x in (28, 50, 72):
        c.pen([(x, 42), (x - 3, 47), (x + 3, 52), (x, 57)], WATER, 1.2)
    return c


def pills() -> Canvas:
    c = Canvas(MINT, PAPER, floor_at=58)
    for day in range(7):
        left = 9 + day * 12
        c.box(left, 26, left + 10.5, 46, COBALT if day % 2 else TEAL, round_=1.5)
        c.box(left + 1.5, 34, left + 9, 44.5, PAPER, round_=1)
        c.disc(left + 4, 40, 1.8, PERSIMMON)
        c.disc(left + 7, 38, 1.4, PLUM)
    for x, colour in ((30, BRICK), (44, OCHRE), (60, PERSIMMON)):
        c.pen([(x, 64), (x + 5, 66)], colour, 3.6)
    return c


def letters() -> Canvas:
    c = Canvas(WALL, SHADE, floor_at=68)
    c.box(28, 4, 72, 62, PAPER, round_=1)
    for row, (y, size) in enumerate(((13, 5.0), (26, 3.8), (37, 2.8), (46, 2.0), (54, 1.4))):
        count = row + 1
        for one in range(count):
            x = 50 + (one - (count - 1) / 2) * size * 2.8
            left, right, top, bottom = x - size, x + size, y - size, y + size
            c.pen([(right, top), (left, top), (left, bottom), (right, bottom)], INK, size / 3)
            c.pen([(left, y), (x + size / 2, y)], INK, size / 3)
    return c


def pot() -> Canvas:
    c = Canvas(CREAM, BRICK, floor_at=60)
    c.disc(50, 66, 30, INK, high=3)
    c.box(24, 34, 76, 64, COBALT, round_=6)
    c.box(20, 32, 80, 37, GREY, round_=2)
    c.disc(50, 31, 26, SKY, high=5)
    c.disc(50, 25.5, 3, PERSIMMON)
    for x in (18, 82):
        c.ring(x, 44, 4, INK, 1.6)
    for x in (38, 50, 62):
        c.pen([(x, 20), (x - 3, 15), (x + 3, 10), (x, 5)], SHADE, 1.4)
    return c


def bus() -> Canvas:
    c = Canvas(SKY, GREY)
    _tree(c, 12, 56)
    c.box(18, 18, 90, 60, PERSIMMON, round_=4)
    for left in (23, 37, 51, 65):
        c.box(left, 24, left + 12, 38, PAPER, round_=1)
    c.box(79, 24, 87, 56, PAPER, round_=1)
    c.box(18, 46, 76, 49, PAPER)
    for x in (34, 68):
        c.disc(x, 61, 7, INK)
        c.disc(x, 61, 3, SHADE)
    return c


SCENES: tuple[tuple[Callable[[], Canvas], tuple[str, ...]], ...] = (
    (tap, ("龙头", "接头", "水管", "热水器", "tap")),
    (drain, ("地漏", "花洒", "下水", "Shower")),
    (toilet, ("马桶", "Toilet")),
    (lamp, ("灯泡", "灯罩")),
    (wheelchair, ("轮椅", "康复", "透析", "physiotherapy")),
    (telephone, ("手机", "打车", "挂个号", "video calls")),
    (window, ("窗", "indows")),
    (boxes, ("纸箱", "箱子", "搬家", "搬上", "杂物", "boxes")),
    (cooler, ("空调", "冰箱", "air conditioners")),
    (pills, ("药", "edicine")),
    (letters, ("眼科", "老花镜", "eye doctor")),
    (pot, ("饭", "粥", "汤", "买菜", "切不了菜", "低盐菜", "饺", "碗面", "流食", "eals", "unch", "cook")),
    (bus, ("送", "来回", "回家", "school", "Airport")),
)
"""Each scene with words in titles of needs; the first match is used."""


def scene_of(title: str) -> Callable[[], Canvas] | None:
    """The function that draws the scene for the title of a need, or `None`."""
    return next((draw for draw, words in SCENES if any(word in title for word in words)), None)


def _tiles(tile: str, joint: str) -> Canvas:
    c = Canvas(tile)
    for x in range(0, 100, 14):
        c.box(x, 0, x + 0.7, 75, joint)
    for y in range(0, 75, 14):
        c.box(0, y, 100, y + 0.7, joint)
    return c


def _tree(c: Canvas, x: float, ground: float) -> None:
    c.pen([(x, ground), (x, ground - 18)], BRICK, 3)
    c.disc(x, ground - 26, 11, GREEN)
