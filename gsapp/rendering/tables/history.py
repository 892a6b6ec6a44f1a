"""Export of the history of events, for coordinators."""

from gsapp.effects import event_words
from gsapp.i18n import N_
from gsapp.rendering.columns import Column, Layout
from gsapp.schemas.admin_rows import AdminHistoryRow
from gsapp.vocabulary import reason_text

HISTORY: Layout[AdminHistoryRow] = Layout(
    "history",
    (
        Column(N_("Number"), lambda step, _: step.id),
        Column(N_("When"), lambda step, _: step.at),
        Column(N_("By"), lambda step, t: step.actor or t("the system")),
        Column(N_("For"), lambda step, _: step.behalf),
        Column(N_("Step"), lambda step, t: event_words.event_name(t, step.action)),
        Column(N_("About"), lambda step, _: step.subject),
        Column(N_("Need"), lambda step, _: step.need_id),
        Column(N_("What is needed"), lambda step, _: step.need_title),
        Column(N_("From"), lambda step, t: t(event_words.STATES.get(step.old, step.old)) if step.old else ""),
        Column(N_("To"), lambda step, t: t(event_words.STATES.get(step.new, step.new)) if step.new else ""),
        Column(N_("Reason"), lambda step, t: reason_text(step.reason, step.reason_code, t)),
    ),
)
