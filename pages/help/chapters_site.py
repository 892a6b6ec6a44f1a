"""Help chapters about using the site, and for coordinators. Data only."""

from gsapp.i18n import N_
from pages.help.answers import Answer, Chapter

PAGES = Chapter(
    N_("Using these pages"),
    (
        Answer(
            "smartphone",
            N_("I have no smartphone"),
            says=(
                N_("Ring the coordinators. They write down what you need and tell you who offers to come."),
                N_("You decide on the phone, as everybody else does on the screen."),
            ),
            also=N_("call, telephone, hotline, who can I ask, talk to a person"),
        ),
        Answer(
            "password",
            N_("I forgot my password"),
            says=(
                N_("Ring a coordinator. You get a link that works once; with it you choose a new password."),
                N_("Nobody can see your old one, not even the coordinators."),
            ),
            links=((N_("Sign in"), "/login"),),
            picture="password",
            shows=N_("The sign-in page, with the phone number of the coordinators below."),
        ),
        Answer(
            "change",
            N_("How do I change my phone number or my password?"),
            says=(N_("On your profile, under “Change what can change”. The password has a part of its own below it."),),
            links=((N_("My profile"), "/profile"),),
            also=N_("new mobile number, edit my introduction"),
        ),
        Answer(
            "letters",
            N_("Large letters, dark colours, the other language"),
            says=(
                N_("A+ at the top makes all letters larger. Beside it is the other language."),
                N_("Light or dark: choose on your profile, or let your phone decide."),
            ),
            links=((N_("My profile"), "/profile"),),
            picture="letters",
            shows=N_("The top of a page with the button A+."),
            also=N_("bigger, font size, too small, cannot read it, dark mode, English, Chinese"),
        ),
        Answer(
            "keyboard",
            N_("Which keys can I use?"),
            says=(
                N_("Tab goes on, Shift and Tab go back, Enter presses what is marked."),
                N_("The key / takes you to the search from any page. Escape takes you back."),
            ),
            picture="keyboard",
            shows=N_("The search with the sign / in it."),
        ),
        Answer(
            "photos",
            N_("Can I add photos?"),
            says=(
                N_("Yes, up to 5 photos or short videos: a picture of the tap says more than a page."),
                N_("All members can see them, so please no faces, papers or door numbers."),
                N_("We remove where a photo was taken, and with which phone, before anybody sees it."),
            ),
            links=((N_("Ask for help"), "/needs/new"),),
            picture="photos",
            shows=N_("The button with which photos and videos are added."),
        ),
        Answer(
            "calendar",
            N_("Can I have it in my calendar?"),
            says=(
                N_("Yes. An agreed help has a button that puts it into the calendar of your phone."),
                N_("On your profile you can also make an address that your calendar follows by itself."),
            ),
            links=((N_("My profile"), "/profile"),),
            picture="calendar",
            shows=N_("The card on the profile that makes a calendar address."),
        ),
        Answer(
            "office",
            N_("Can our community or town hall use this?"),
            says=(
                N_("The program is free and open. It runs on a computer of your own, and all data stay there."),
                N_("You see what is needed where, how fast help comes, and what nobody took on; all as tables, too."),
            ),
            picture="figures",
            shows=N_("Three figures of the statistics: published, completed, share done."),
        ),
    ),
)

DESK = Chapter(
    N_("For coordinators"),
    (
        Answer(
            "desk",
            N_("What do I look at first?"),
            says=(
                N_("At the dashboard: what waits too long is marked, and every number opens its list."),
                N_("It updates by itself; there is no need to reload it."),
            ),
            links=((N_("Dashboard"), "/dashboard"),),
            picture="desk",
            shows=N_("The first row of the dashboard: large numbers with their names."),
        ),
        Answer(
            "calls",
            N_("Whom do I ring back?"),
            says=(
                N_("The call-back list says who waits for your call and why, the longest wait first."),
                N_("Write down each call, also when nobody answered: then nobody is rung twice or never."),
            ),
            links=((N_("Call-back list"), "/admin/calls"),),
            picture="calls",
            shows=N_("The call-back list: a name, the reason, and a button for the call."),
        ),
        Answer(
            "behalf",
            N_("Somebody without the internet rings us"),
            steps=(
                N_("Record the person once, and how they agreed."),
                N_("Write down the need in their words."),
                N_("When somebody offers, ring, and choose for them as they say."),
            ),
            says=(N_("Everything you do for them is written down with your name."),),
            links=((N_("Record a resident"), "/admin/residents/new"),),
            picture="behalf",
            shows=N_("The form with which somebody is recorded: name, phone number, how they agreed."),
        ),
        Answer(
            "reports",
            N_("Somebody has been reported"),
            says=(
                N_("Read both sides and ring them. Then close the report with a sentence about what you did."),
                N_("You can take a need down, or suspend an account. Both can be seen in the history."),
            ),
            links=((N_("Reports"), "/admin/reports"), (N_("History"), "/admin/history")),
        ),
        Answer(
            "newpassword",
            N_("Somebody has forgotten their password"),
            says=(N_("Look up the person and make a link for a new password. Tell it to nobody but them."),),
            links=((N_("People"), "/admin/users"),),
        ),
        Answer(
            "wall",
            N_("How do I put the numbers on a screen?"),
            says=(
                N_("Make a link for the wall and open it there. It shows numbers and places, and no names."),
                N_("Each link can be withdrawn by itself."),
            ),
            links=((N_("Show on the wall"), "/dashboard/links"),),
            picture="wall",
            shows=N_("The form that makes a link for a screen."),
        ),
    ),
    for_coordinators=True,
)
