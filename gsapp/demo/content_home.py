"""Needs of the sample town: plumbing, cleaning, meals. Data only."""

from gsapp.demo.content import ANY, ELDER, ENGLISH, FAMILY, NeedText

PLUMBING = (
    NeedText(
        ELDER,
        "厨房水管接头滴水，我拿盆接着",
        "水槽下面那根软管的接头，一天能接半盆水。我腰弯不下去，麻烦会修的邻居来看看。",
        9,
    ),
    NeedText(
        ELDER, "马桶一直流水，关不住", "按完之后水箱一直响，水表跟着转。配件我可以先买好，不知道该买哪种。", 14, 1
    ),
    NeedText(
        FAMILY, "浴室地漏返味，堵得厉害", "洗澡水漫过拖鞋才下去。倒过两次疏通剂，没有用。家里有孩子，不敢再倒了。", 10
    ),
    NeedText(ELDER, "换一个水龙头，新的已经买好", "老龙头拧不紧了。新龙头和生料带都在家里放着，就差一双手。", 15, 1),
    NeedText(ANY, "阳台洗衣机下水管脱开了", "一洗衣服就淌一地，楼下邻居已经来说过一次。想尽快接好。", 9),
    NeedText(ELDER, "卫生间总阀生锈，拧不动", "想换个阀门，怕一拧就断，不敢自己动手。最好带一把大扳手。", 9),
    NeedText(FAMILY, "爸妈家热水器出水很小", "别的龙头水都大，就热水小。可能是滤网堵了，我人在外地，回不去。", 14),
    NeedText(ELDER, "太阳能热水器的接头渗水", "下面垫着毛巾，半天就湿透。不急，这个礼拜修好就行。", 10, 3),
    NeedText(ANY, "厨房下水慢，油堵住了", "洗完碗水要十几分钟才下去。管子弯头好像能拆，我没有工具。", 18),
    NeedText(ELDER, "水表后面的管子有点渗", "墙根潮了一片，墙皮开始掉。物业说是户内的事，请懂行的看一眼。", 9),
    NeedText(FAMILY, "给我妈的淋浴间换花洒和软管", "软管裂了个口子，水四处喷。花洒我买好了，她一个人不会装。", 16, 1),
    NeedText(FAMILY, "爷爷家水龙头出黄水", "停过水以后就这样，放了一刻钟还是黄。", 10, 1),
    NeedText(ANY, "院子里的公用水龙头裂了", "六户人家一起用的。材料钱大家凑，缺两个会焊会接的邻居。", 9, 4, helpers=2),
    NeedText(ELDER, "马桶底座松了，坐上去晃", "怕哪天摔一跤。想重新固定，再打一圈胶。", 14),
    NeedText(ANY, "洗手盆下水管掉了，用绳子绑着", "昨晚绑住的，还能凑合两天。管子是塑料的，商场里有卖。", 10, 1),
    NeedText(
        ENGLISH,
        "Kitchen tap drips all night",
        "I tightened it once and it got worse. I do not know the word for washer in Chinese.",
        18,
    ),
    NeedText(
        ENGLISH,
        "Shower drain is blocked",
        "The water stands ankle deep. I have a rubber plunger and a bucket, nothing else.",
        10,
    ),
    NeedText(
        ENGLISH,
        "Toilet tank keeps running",
        "It never stops filling. The shop has parts but I cannot tell which one fits.",
        9,
        1,
    ),
)

CLEANING = (
    NeedText(ELDER, "擦高处的窗户，我够不着", "三扇窗，都在屋里擦，不用探出去。梯子我有，爬不动了。", 14, 3),
    NeedText(ELDER, "厨房油烟机洗一洗", "去年到现在没洗过，油往下滴。清洁剂买好了。", 9, 3),
    NeedText(FAMILY, "刚搬家，帮忙打扫一间屋子", "房东留下不少灰，我带着两岁的孩子，一只手干不完。", 9, 4, helpers=2),
    NeedText(ELDER, "老伴出院前，把卧室收拾干净", "床底下、柜子顶上都要擦一遍。医生说灰大对他不好。", 9, 3),
    NeedText(ANY, "空调滤网拆下来洗", "两台挂机，开起来有霉味。我不会拆，怕弄断卡扣。", 15),
    NeedText(ELDER, "把旧报纸和纸箱搬到楼下", "攒了半间屋子，三楼，没有电梯。收废品的在楼下等。", 16, 1, helpers=2),
    NeedText(FAMILY, "我妈摔伤了手，帮她拖地洗碗", "医生让她歇两个星期。我白天上班，中午顾不上她。", 11, 1, days=10),
    NeedText(FAMILY, "帮我把婴儿床搬上楼，再擦一遍", "四楼，没电梯。拆开以后两个人能抬。", 10, 2, helpers=2),
    NeedText(FAMILY, "外婆家的柜子发霉，擦一擦晒一晒", "里面都是老照片，她舍不得别人乱动，要轻一点。", 9, 3),
    NeedText(ELDER, "冰箱除霜，冰有一指厚", "抽屉都拉不开了。要断电搬东西，一个人忙不过来。", 9, 3),
    NeedText(
        ANY,
        "楼道里的杂物清一清",
        "四到六层，都是没人要的。约好周六一起动手，多来几位快一些。",
        9,
        3,
        weekday=5,
        helpers=4,
    ),
    NeedText(ELDER, "床单被套拆洗，再帮我套回去", "洗衣机我自己会用，就是被套装不进去了。", 10, 4),
    NeedText(ELDER, "纱窗拆下来刷干净", "一共五扇，刷子水桶都有。开着窗睡觉，灰往屋里飘。", 14),
    NeedText(
        FAMILY,
        "爷爷一个人住，帮他大扫除一次",
        "主要是厨房和卫生间。他不让我们花钱请人，说邻居来他才放心。",
        9,
        4,
        helpers=2,
    ),
    NeedText(ANY, "地毯泡了水，帮忙抬到楼顶晒", "两个人抬才稳。趁这两天太阳好。", 13, 1),
    NeedText(ELDER, "灯罩里全是小虫，取下来擦擦", "客厅和走廊各一个。踩凳子我头晕。", 15, 1),
    NeedText(
        ENGLISH, "Clean the windows before my parents visit", "Four windows, all from inside. I have cloths.", 14, 3
    ),
    NeedText(ENGLISH, "Wash the filters of two air conditioners", "They smell damp. I can hold the ladder.", 10),
    NeedText(
        ENGLISH, "Carry old boxes down from the fifth floor", "About ten boxes of paper. No lift.", 16, 1, helpers=2
    ),
)

MEALS = (
    NeedText(
        ELDER, "午饭想要软一点、少放盐", "牙不好，血压也高。一荤一素就行，连着送一个星期。饭钱照给。", 11, 1, days=7
    ),
    NeedText(ELDER, "老伴糖尿病，帮忙做几顿无糖的饭", "我只会煮面条。想跟会做的邻居学两手，一起做也行。", 10),
    NeedText(
        FAMILY,
        "我出差三天，中午给我爸送碗饭",
        "他什么都吃，就是别太油。家里有微波炉，他不会用，要热的。",
        11,
        1,
        days=3,
    ),
    NeedText(
        ELDER,
        "眼睛刚做完手术，几天不能做饭",
        "医生说一个星期不能碰油烟。早上的粥我自己会煮，只要一顿中饭。",
        11,
        1,
        days=6,
    ),
    NeedText(FAMILY, "家里人坐月子，想喝点鱼汤", "老人赶不过来，我们白天上班。食材我买，借一双会做饭的手。", 10),
    NeedText(ANY, "社区老人聚餐，缺两个包饺子的", "三十来位老人，面和馅都备好。说说笑笑就包完了。", 9, 3, helpers=3),
    NeedText(ELDER, "帮我买菜，挑好消化的", "菜市场台阶太多，膝盖上不去。单子我写好，钱先给。", 8, 1),
    NeedText(FAMILY, "外公刚拔了牙，要几天流食", "米糊、蛋羹、烂面条都可以。他住得近，走路十分钟。", 11, 1, days=4),
    NeedText(ELDER, "想吃一碗热饺子", "一个人懒得和面。谁家包多了，给我留一碗，我送您两罐自己腌的萝卜。", 11, 1),
    NeedText(ELDER, "手腕骨折，切不了菜", "右手打着石膏。每天来切好一天的菜就行，炒我用左手能炒。", 10, 1, days=8),
    NeedText(FAMILY, "奶奶一个人，周末给她做顿饭", "她爱吃豆腐和鱼，不吃辣。主要是有人陪她说说话。", 10, weekday=6),
    NeedText(FAMILY, "孩子在家养病，中午热一下饭", "饭在冰箱里，十岁，会开门，不让他碰火。", 11, 1, days=4),
    NeedText(FAMILY, "教我给老人做低盐菜", "爸爸查出高血压，我做的他嫌没味道。", 16, 2),
    NeedText(ANY, "发烧两天，想喝点粥", "已经不烧了，就是没力气。放在门口就好，谢谢。", 11, 1),
    NeedText(ELDER, "学着用电饭煲做软饭", "孩子买的新锅，按钮太多，字又小。教我一次，我记在本子上。", 10, 1),
    NeedText(ELDER, "出院回家，头几天要人送晚饭", "要清淡，少油，不放味精。一菜一汤就够了。", 17, 1, days=5),
    NeedText(
        ENGLISH,
        "Soft meals after dental surgery",
        "Soup or congee, four days, no spice please. I pay for the food.",
        11,
        1,
        days=4,
    ),
    NeedText(ENGLISH, "Show me how to cook for a diabetic guest", "My mother comes to stay and cannot have sugar.", 16),
    NeedText(
        ENGLISH,
        "Lunch for a neighbour who lives alone",
        "I am away for three days and usually bring it to her.",
        11,
        1,
        days=3,
    ),
)
