"""Needs of the sample town: care, visits to the doctor, rides. Data only."""

from gsapp.demo.content import ANY, ELDER, ENGLISH, FAMILY, NeedText

CARE = (
    NeedText(ELDER, "帮老伴洗头、剪指甲", "她躺着不能动，我一个人翻不动她。来一位有力气的女邻居最好。", 14),
    NeedText(ELDER, "手机字太小，教我调大一点", "还想学怎么和孙女视频。我学得慢，请您多担待。", 15, 1),
    NeedText(
        FAMILY, "周三下午陪我妈坐两个小时", "她记性不好，一个人在家会开煤气。我去给孩子开家长会。", 14, 2, weekday=2
    ),
    NeedText(ELDER, "换个灯泡，凳子我不敢上", "走廊那个，晚上起夜看不见。灯泡买好了。", 16, 1),
    NeedText(ELDER, "念几封老信给我听", "年轻时候的信，眼睛看不清了。念完我们喝杯茶。", 14),
    NeedText(ELDER, "轮椅推出去晒晒太阳", "一个多月没下楼了。有电梯，推一圈就回来。", 10, 1),
    NeedText(FAMILY, "爸爸一个人过生日，去陪他吃碗面", "八十岁，我隔着两千里赶不回来。他爱聊下棋。", 11, 2),
    NeedText(ELDER, "电视遥控器按不出台了", "换过电池。孩子在电话里教我，教急了，我不好意思再问。", 10, 1),
    NeedText(ELDER, "去银行办存折，有人陪着踏实", "机器不会用，怕人家骗我。您站旁边看着就行。", 9),
    NeedText(FAMILY, "每天晚上看我奶奶一眼", "她刚出院，怕她夜里摔。敲敲门，说两句话，一个星期就好。", 19, 1, days=7),
    NeedText(FAMILY, "教我爸用打车软件", "他去复查总拦不到车。我远程教了三次，越教越乱。", 15, 1),
    NeedText(FAMILY, "外婆刚搬来，带她认认菜场和药店", "她不识字，走一遍就记得住。", 9, 2),
    NeedText(FAMILY, "我加班，陪我奶奶吃个晚饭", "饭我早上做好，热一热。她一个人不肯吃。", 18, 1),
    NeedText(ELDER, "把厚被子从柜顶拿下来", "两床，压在箱子下面。顺便帮我看看窗户关不关得严。", 15, 1),
    NeedText(ELDER, "给浴室装一根扶手", "孩子寄来的，螺丝都齐。墙是瓷砖的，要打孔。", 9, 2),
    NeedText(ANY, "活动室老人们唱歌，缺会弹琴的", "有一台旧电子琴。唱的都是老歌，谱子我们有。", 14, 2, helpers=2),
    NeedText(ELDER, "帮我写一份申请", "老年卡丢了要补，表格上的字看得我眼花。", 10, 1),
    NeedText(
        ENGLISH,
        "Visit my neighbour while I travel",
        "She is 84 and likes company in the afternoon. One hour is plenty.",
        15,
        1,
    ),
    NeedText(
        ENGLISH, "Fit a grab rail in the bathroom", "Tiled wall, so it needs a proper drill. The rail is here.", 10
    ),
    NeedText(
        ENGLISH,
        "Help an old friend set up video calls",
        "She has the phone, I lack the patience and the Chinese.",
        16,
        1,
    ),
)

DOCTOR = (
    NeedText(ELDER, "周四上午陪我去眼科复查", "要滴散瞳药，回来路上看不清。号挂好了，九点半的。", 9, 3, weekday=3),
    NeedText(ELDER, "帮我在手机上挂个号", "骨科，哪天都行。上次自己弄，付了两回钱。", 10, 1),
    NeedText(FAMILY, "陪我爸做一次核磁共振", "他耳背，医生喊号听不见。我那天走不开。", 8, 4),
    NeedText(ELDER, "抽血要空腹，陪我早点去", "八点前到，抽完我请您吃早点。", 7, 2),
    NeedText(ELDER, "住院要办手续，楼上楼下跑不动", "单子一大叠，窗口也分不清。有人领着我就不慌。", 9, 3),
    NeedText(FAMILY, "带孩子打疫苗，另一个没人看", "老大在家写作业，来坐一个小时就好。", 15, 1),
    NeedText(ELDER, "取一下中药，药房在三站外", "方子已经煎上了，凭单子取。路远，我腿脚慢。", 14, 1),
    NeedText(ELDER, "周一去透析，回来扶我上楼", "四楼没电梯，做完腿软。去的时候有车。", 12, 1, weekday=0),
    NeedText(FAMILY, "妈妈做胃镜，要家属签字陪着", "我在外地赶不回来，已经跟医院说好可以委托邻居。", 8, 4),
    NeedText(FAMILY, "孩子半夜发烧刚退，上午替我排个号", "儿科人多，我抱着孩子站不动。", 8, 2),
    NeedText(FAMILY, "陪爸爸去配助听器", "要试好几副，他怕麻烦人家，需要有人劝他多试试。", 14, 2),
    NeedText(FAMILY, "给住院的妈妈送两天换洗衣服", "东西放在小区门卫，病房在二楼。", 17, 1, days=2),
    NeedText(ELDER, "看牙，一个人有点怕", "拔两颗。您在外面坐着就行，我心里就稳了。", 14, 2),
    NeedText(ELDER, "帮我把化验单讲明白", "箭头有上有下，孩子说没事，我不放心。有懂一点的邻居吗？", 16, 1),
    NeedText(FAMILY, "奶奶换药，隔天去一次社区医院", "走路一刻钟，她拄拐。一共五次。", 9, 1, days=9),
    NeedText(ELDER, "周二下午配老花镜", "验光的说话快，我听不清。帮我听着，记一下度数。", 14, 2, weekday=1),
    NeedText(ELDER, "体检报告要去拿，我腿疼", "取单号我写给您，窗口认这个。", 10, 1),
    NeedText(
        ENGLISH, "Come with me to the eye doctor", "I need someone to translate. The appointment is booked.", 9, 3
    ),
    NeedText(
        ENGLISH, "Pick up medicine and explain the label", "The clinic is near. I cannot read the instructions.", 14, 1
    ),
    NeedText(ENGLISH, "Interpreter for a blood test", "Early morning, an hour at most. Breakfast is on me.", 7, 2),
)

RIDES = (
    NeedText(
        ELDER, "每周一三五送我去做透析", "早上七点半到，中午接回来。车费我出，人要准时。", 7, 5, weekday=0, days=26
    ),
    NeedText(FAMILY, "下午四点接孩子放学", "小学二年级，走路十分钟就到。我这两周加班，赶不上。", 16, 1, days=12),
    NeedText(ELDER, "送我去火车站接孙子", "行李多，我一个人提不动。早点到，不想让他等。", 13, 2),
    NeedText(ELDER, "每周四去老年大学，差一段路", "公交要倒两趟，腿脚跟不上。来回都要。", 8, 4, weekday=3, days=22),
    NeedText(FAMILY, "爷爷去做康复，来回要人送", "轮椅能折，后备箱放得下。一个疗程两个星期。", 9, 3, days=13),
    NeedText(ELDER, "去墓园看老伴，路远", "一年就去这一回。顺路捎我也行，我不耽误您。", 8, 4),
    NeedText(ANY, "周六送两位老人去公园合唱", "两站地，都能走，就是过马路要有人。", 8, 3, weekday=5),
    NeedText(FAMILY, "早上送孩子上学，两个星期", "我脚崴了。孩子听话，自己背书包，有人带过马路就行。", 7, 1, days=12),
    NeedText(
        ELDER, "每天傍晚接老伴从日间照料中心回家", "走路二十分钟，他认不得路了。我做完手术要养一个月。", 17, 1, days=24
    ),
    NeedText(ELDER, "搬去女儿家住，两个箱子送一趟", "不远，就是没有直达的车。箱子不重。", 14, 2),
    NeedText(FAMILY, "外婆去听戏，周日上午接送", "她拄拐走得慢，上下车扶一把。", 8, 3, weekday=6),
    NeedText(FAMILY, "爷爷出院，车站到家这一段", "他坐车回来，我上班走不开。人清醒，腿没力。", 14, 2),
    NeedText(ELDER, "去办残疾证，要跑两个地方", "坐轮椅，打车人家常不停。", 9, 4),
    NeedText(FAMILY, "晚自习下课接一下女儿", "八点半下课，路上那段没有灯。这周我上夜班。", 20, 1, days=5),
    NeedText(ELDER, "送我去打流感疫苗，来回一趟", "社区医院搬远了，新地方我找不着。", 14, 2),
    NeedText(
        ENGLISH,
        "Rides to physiotherapy for two weeks",
        "My knee is in a brace. Three times a week, mornings.",
        9,
        3,
        days=12,
    ),
    NeedText(
        ENGLISH, "Take my son to school on Friday", "It is a ten minute walk and I start work at six.", 7, 1, weekday=4
    ),
    NeedText(ENGLISH, "Airport pick-up for my parents", "They are 75 and do not speak Chinese. Two suitcases.", 15, 3),
)
