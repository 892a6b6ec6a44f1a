"""Export of abuse reports, for coordinators."""

from gsapp.i18n import N_
from gsapp.rendering.columns import Column, Layout
from gsapp.schemas.admin_rows import ReportFacts
from gsapp.vocabulary import REPORTABLE_WORDS

REPORTS: Layout[ReportFacts] = Layout(
    "reports",
    (
        Column(N_("Number"), lambda report, _: report.id),
        Column(N_("About"), lambda report, t: t(REPORTABLE_WORDS[report.kind])),
        Column(N_("Number of that"), lambda report, _: report.thing_id),
        Column(N_("Person behind it"), lambda report, _: report.person),
        Column(N_("Reported by"), lambda report, _: report.reporter),
        Column(N_("Reported"), lambda report, _: report.created_at),
        Column(N_("Reason"), lambda report, _: report.reason),
        Column(N_("Handled"), lambda report, _: report.handled_at),
        Column(N_("Handled by"), lambda report, _: report.handled_by),
        Column(N_("Note"), lambda report, _: report.note),
    ),
)
