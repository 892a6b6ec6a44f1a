"""Error summary above a form: lists its invalid fields, each until it is corrected."""

from collections.abc import Mapping

from gsapp.errors import Sentence
from pages.components.basics import box, icon, link, text
from pages.core.js import js_call
from pages.core.session import Ctx


class ErrorSummary:
    """The error summary of one form. It gets the focus when shown, so that screen readers read it."""

    def __init__(self, ctx: Ctx) -> None:
        self._ctx = ctx
        self._problems: dict[str, Sentence] = {}
        self._links: dict[str, tuple[str, str]] = {}
        self._place = box("gs-summary", tabindex="-1", role="group")
        self._place.props["id"] = f"gs-summary-{self._place.id}"
        self._place.props["aria-labelledby"] = f"{self._place.props['id']}-how-many"

    def show(self, problems: Mapping[str, Sentence], links: Mapping[str, tuple[str, str]]) -> None:
        """Show all problems in the order of the fields; `links` has the label of each field and the id to focus."""
        names = [*links, *problems]
        self._links = dict(links)
        self._problems = dict(sorted(problems.items(), key=lambda item: names.index(item[0])))
        self._build()
        if problems:
            self._ctx.client.run_javascript(js_call("gs.focus.element", str(self._place.props["id"])))

    def update(self, name: str, sentence: Sentence | None) -> None:
        """Change the problem of a listed field, or remove it (`None`)."""
        if name not in self._problems or self._problems[name] == sentence:
            return
        if sentence is None:
            del self._problems[name]
        else:
            self._problems[name] = sentence
        self._build()

    def _build(self) -> None:
        self._place.clear()
        if not self._problems:
            return
        t, count = self._ctx.t, len(self._problems)
        with self._place, box("q-banner gs-note gs-note--bad"):
            icon("error")
            with box():
                said = t.n("One thing is missing or not right.", "{n} things are missing or not right.", count)
                text(said, tag="strong", id=self._place.props["aria-labelledby"])
                with box(tag="ul"):
                    for name, sentence in self._problems.items():
                        self._row(name, t(sentence.msgid, **sentence.values))
                text(t("What you filled in is still here."))

    def _row(self, name: str, said: str) -> None:
        label, target = self._links.get(name, ("", ""))
        words = self._ctx.t("{field}: {problem}", field=label, problem=said) if label else said
        with box(tag="li"):
            link(words, f"#{target}") if target else text(words, tag="span")
