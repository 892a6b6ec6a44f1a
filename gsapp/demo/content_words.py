"""Messages of the sample town: offers, thanks, and reasons for cancelling, dropping out or not coming. Data only.

Texts for one kind of help are under that kind, all others under `ANY_KIND`.
"""

from collections.abc import Mapping

from gsapp.demo.content import Kind

Thanks = Mapping[str, tuple[tuple[int, str], ...]]
ANY_KIND = "any"

OFFERS = {
    Kind.PLUMBING: (
        "我干过水电，工具都有，半小时的事。",
        "听着像垫圈老化，我带几个型号过来试。",
        "先把总阀关上，我到了再看。",
        "这种管子我家也换过，不难。配件照价就行。",
        "我带扳手和生料带，您家里不用准备什么。",
    ),
    Kind.CLEANING: (
        "我个子高，够得着，您别爬上爬下。",
        "抹布水桶我都有，您歇着就行。",
        "我叫上我弟弟一起来，他力气大。",
        "这些活我在家常做，手快。",
    ),
    Kind.MEALS: (
        "我家也吃得清淡，多做一份不麻烦。",
        "我会做软烂的，少油少盐，没问题。",
        "我手脚快，菜也买得新鲜。",
        "爱吃什么、不能吃什么，您跟我讲，我记下来。",
    ),
    Kind.CARE: (
        "我就住后面那栋楼，抬脚就到。",
        "不着急，慢慢来，弄到您满意为止。",
        "我正好想找人说说话。",
        "我就在附近，有事敲门比打电话还快。",
    ),
    Kind.DOCTOR: (
        "医院我常去，怎么排队我清楚。",
        "医生的话我记在纸上给您。",
        "我家里也有老人，这些手续都跑过。",
        "我请了半天假，不着急，办完为止。",
    ),
    Kind.RIDES: (
        "我有车，开得稳，箱子轮椅都放得下。",
        "那条路我天天走，顺路，不用给钱。",
        "接送的时间我都行，哪天有变您说一声。",
        "我走路慢，有耐心，您放心。",
    ),
    ANY_KIND: (
        "我住得不远，走路就到，随时可以。",
        "那天我休息，上午下午都行。",
        "做得不合您意，您直说。",
        "您别客气，谁家没有个难处。",
        "要是别人先来了，我也高兴，就当备一个。",
        "时间上我可以，早到几分钟没关系。",
        "这个我会，您放心。",
        "算我一个。",
        "正好有空，出来活动活动。",
        "有什么要带的，提前跟我讲。",
        "一个人忙不过来的话，叫上我。",
        "小事一桩，不用谢。",
        "我出门前给您打电话。",
        "您挑合适的人就好，我哪天都行。",
    ),
}

OFFERS_ENGLISH = {
    ANY_KIND: (
        "I live close by and can come whenever it suits you.",
        "I have done this at home before, should be fine.",
        "That day is free for me. Tell me what to bring.",
        "Happy to help, and my English is fine for this.",
        "I can be there ten minutes early.",
        "If somebody else is nearer, choose them. Otherwise count on me.",
        "No need to pay for anything, it is on my way.",
        "I speak both languages and have the time.",
    ),
}

THANKS_TO_VOLUNTEER: Thanks = {
    Kind.PLUMBING: (
        (5, "修好了，一滴都不漏。留他吃饭，他不肯。"),
        (5, "手脚麻利，走的时候还把地擦干净了。"),
        (4, "修好了，第二天又渗一点，他马上回来重弄。"),
    ),
    Kind.CLEANING: (
        (5, "亮得像新的一样，角落都擦到了。"),
        (5, "活做得细，东西都放回原处。"),
        (3, "帮了忙，只是没做完就要走，剩下的我自己弄了。"),
    ),
    Kind.MEALS: (
        (5, "饭菜软，味道也好，像家里做的。"),
        (5, "知道我们口味淡，还问了两遍。"),
        (4, "好吃，就是量多了，我们吃不完。"),
    ),
    Kind.CARE: (
        (5, "笑了一下午，好久没这么高兴。"),
        (5, "比自己孩子还有耐心。"),
        (5, "忙完还坐下陪着聊了一会儿，谢谢。"),
    ),
    Kind.DOCTOR: (
        (5, "该注意的一条一条写下来，字写得很大。"),
        (5, "有人在旁边，心里就不慌了。"),
        (4, "很热心。说话再慢一点就都听懂了。"),
    ),
    Kind.RIDES: (
        (5, "一路扶着，上下台阶都等站稳了再走。"),
        (5, "来得准时，开得稳，没有晕车。"),
        (4, "人很好，有一天晚了十分钟，先打了电话的。"),
    ),
    ANY_KIND: (
        (5, "话不多，做得好。我心里踏实了。"),
        (5, "多亏有您，全家都放心了。"),
        (5, "真是好邻居，谢谢您。"),
        (4, "帮了大忙。下回想约早一点的时间。"),
    ),
}

THANKS_TO_VOLUNTEER_ENGLISH: Thanks = {
    Kind.PLUMBING: ((5, "It works, and I now know the word for washer."),),
    Kind.DOCTOR: ((5, "I would have been lost there alone."),),
    Kind.RIDES: ((5, "Safe, friendly and on time. Thank you."),),
    ANY_KIND: (
        (5, "On time, patient, and would not even take tea."),
        (5, "Such a kind neighbour. I learned a lot."),
        (4, "Very kind. Came a little late but called first."),
    ),
}

THANKS_TO_RESIDENT: Thanks = {
    Kind.MEALS: ((5, "聊得很开心，还学了一个菜。"),),
    Kind.CARE: ((5, "听了许多老故事，我也有收获。"),),
    ANY_KIND: (
        (5, "东西都准备好了，说得也清楚。"),
        (5, "一家人都很客气，下次还来。"),
        (5, "临走塞给我一袋橘子，特别甜。"),
        (5, "时间说得准，没让我白跑。"),
        (5, "看到问题解决了，我也高兴。"),
        (4, "很好找，就是等了一会儿。"),
    ),
}

THANKS_TO_RESIDENT_ENGLISH: Thanks = {
    ANY_KIND: (
        (5, "Everything was ready, and the coffee was great."),
        (5, "Lovely people. I would come again."),
        (4, "Clear directions, a bit far to walk."),
    ),
}

CANCEL_REASONS = {
    Kind.PLUMBING: ("物业今天派人来修好了。",),
    Kind.DOCTOR: ("医院改了时间，我重新发一条。",),
    ANY_KIND: (
        "女儿请了假，回来帮我。",
        "我想错了日子，先撤下来。",
        "身体不舒服，过几天再说。",
        "亲戚正好过来，办好了。",
    ),
}

CANCEL_REASONS_ENGLISH = {ANY_KIND: ("A friend took care of it today.", "I mixed up the dates, sorry.")}

DROP_REASONS = {
    ANY_KIND: (
        "家里老人住院，实在走不开，对不起。",
        "单位临时加班，赶不到了。",
        "我感冒了，怕传给您。",
        "孩子发烧，要在家看着。",
    ),
}

NO_SHOW_REASONS = {
    ANY_KIND: ("等了一个小时，电话也打不通。", "没有来，也没有说一声。", "可能是忘了，没等到人。"),
}


def thanks(*, from_author: bool, english: bool) -> Thanks:
    """Stars and texts of thanks by kind of help, from the author to the volunteer or the reverse."""
    if from_author:
        return THANKS_TO_VOLUNTEER_ENGLISH if english else THANKS_TO_VOLUNTEER
    return THANKS_TO_RESIDENT_ENGLISH if english else THANKS_TO_RESIDENT
