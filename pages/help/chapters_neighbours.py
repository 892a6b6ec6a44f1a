"""Help chapters about asking for help, helping, and safety. Data only."""

from gsapp.i18n import N_
from pages.help.answers import Answer, Chapter

ASKING = Chapter(
    N_("Asking and helping"),
    (
        Answer(
            "ask",
            N_("How do I ask for help?"),
            steps=(
                N_("Press “Ask for help” and choose the kind of help."),
                N_("Write one sentence. Please no phone number and no door number."),
                N_("Choose your city and press “Publish”."),
            ),
            says=(N_("As soon as a neighbour offers to come, we tell you. You choose who comes."),),
            links=((N_("Ask for help"), "/needs/new"),),
            picture="ask",
            shows=N_("The form: large tiles for the kind of help, and a line for one sentence."),
        ),
        Answer(
            "offer",
            N_("How do I offer my help?"),
            steps=(
                N_("Look at the board: who needs a hand near you?"),
                N_("Open a need, and say in a few words when you could come."),
                N_("Press “I can help”. Then the neighbour decides."),
            ),
            says=(
                N_("If you are chosen, the two of you see each other's name and phone number. Then ring."),
                N_("You can take your offer back as long as nobody has answered it."),
            ),
            links=((N_("To the board"), "/board"),),
            picture="offer",
            shows=N_("The form “Can you help?” with a field for a few words and the button “I can help”."),
        ),
        Answer(
            "choose",
            N_("Somebody has offered to come. What now?"),
            says=(
                N_("Each offer says who it is and how often this neighbour has helped. Choose whom you like."),
                N_("We thank the others for you. Then ring each other and agree on the time."),
            ),
            links=((N_("My needs"), "/my/needs"),),
            picture="choose",
            shows=N_("An offer with the neighbour's own words, and a button to choose this neighbour."),
        ),
        Answer(
            "done",
            N_("When is it done?"),
            says=(
                N_("When both of you say so: the neighbour reports it, and you confirm."),
                N_("Do you forget to confirm? After 7 days it counts as confirmed by itself."),
                N_("Afterwards you can say thank you. Members can read it on the neighbour's page."),
            ),
            links=((N_("My needs"), "/my/needs"), (N_("My offers"), "/my/offers")),
            picture="done",
            shows=N_("A need that is reported done, and the button to confirm it."),
        ),
        Answer(
            "nobody",
            N_("Somebody did not come. What can I do?"),
            says=(
                N_("Ring first: perhaps the bus was late. The number is on the page of your need."),
                N_("If nobody comes, press “did not come” there. Your need is open again for others at once."),
                N_("Did somebody frighten you, or ask for money? Report it: a coordinator looks at it."),
            ),
            links=((N_("My needs"), "/my/needs"),),
            picture="nobody",
            shows=N_("An agreed help: the neighbour's phone number, and the button “did not come”."),
        ),
        Answer(
            "cancel",
            N_("I do not need it any more"),
            says=(
                N_("Open your need and press “Take it back” or “Call it off”. Whoever has offered is told."),
                N_("Are you the one who helps and cannot come? Press “I cannot come”, the sooner the better."),
            ),
            links=((N_("My needs"), "/my/needs"), (N_("My offers"), "/my/offers")),
            picture="cancel",
            shows=N_("A need of one's own: below it “Change it” and “Take it back”."),
        ),
    ),
)

TRUST = Chapter(
    N_("Being safe"),
    (
        Answer(
            "phone",
            N_("What happens to my phone number?"),
            says=(
                N_("No neighbour sees it before you have chosen each other, and then only the two of you."),
                N_("A coordinator can look it up to ring you. Each such look is written down."),
            ),
            links=((N_("What we know about you"), "/profile"),),
            picture="phone",
            shows=N_("The profile says of each fact who can see it."),
        ),
        Answer(
            "id",
            N_("What is my ID number for?"),
            says=(
                N_("It makes sure that each person is here only once. It is kept encrypted."),
                N_("Coordinators see its first and last characters, and neighbours nothing of it."),
                N_("It does not tell you whether somebody is kind. Read what others say; lend no money and no keys."),
            ),
            picture="id",
            shows=N_("The part of the registration that says “Only for us”."),
        ),
        Answer(
            "cost",
            N_("What does it cost?"),
            says=(
                N_("Nothing. Neighbours help each other for a thank-you."),
                N_("If something has to be bought, such as a new tap, agree on that first."),
            ),
        ),
        Answer(
            "who",
            N_("Who runs this?"),
            says=(
                N_("The coordinators of your community. They answer the phone, look at every report, and help out."),
                N_("There is no advertising here, and nothing is passed on to other companies."),
            ),
        ),
        Answer(
            "leave",
            N_("How do I leave, and take my data with me?"),
            says=(
                N_("Your profile has both: everything we know about you as a file, and the way out."),
                N_("When you leave, your name, your phone number and your ID number are deleted."),
            ),
            links=((N_("My profile"), "/profile"),),
            picture="leave",
            shows=N_("The two cards on the profile: take your data with you, and leave."),
            also=N_("delete, close, cancel, remove my account, sign off"),
        ),
    ),
)
