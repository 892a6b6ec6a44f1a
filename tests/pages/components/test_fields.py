"""What is said at a field, and until when."""

from gsapp.flows.authentication import WrongPassword
from gsapp.schemas.accounts import LeaveForm, RegisterForm
from gsapp.schemas.forms import Form
from pages.components.fields import FormFields
from tests.support.pages.visit import Visit, on_its_way


async def test_what_was_refused_stays_until_something_else_is_typed(visit: Visit) -> None:
    await visit.router.show("/quick/1", 1)
    with visit.box:
        fields = FormFields(visit.ctx, LeaveForm)
        field = fields.password("password", "Your password", autocomplete="current-password")
    field.value = "wrong"
    fields.show(WrongPassword("password").fields)
    on_its_way(field, "blur")()  # the field was left for the button, and the answer was quicker than the telling
    assert marked(fields, "password")
    field.value = "wrong again"
    assert not marked(fields, "password")


async def test_a_field_that_is_left_says_what_is_wrong_with_it(visit: Visit) -> None:
    await visit.router.show("/quick/1", 1)
    with visit.box:
        fields = FormFields(visit.ctx, RegisterForm)
        field = fields.line("phone", "Mobile number")
    field.value = "12345"
    assert not marked(fields, "phone")
    on_its_way(field, "blur")()
    assert marked(fields, "phone")


def marked(fields: FormFields[Form], name: str) -> bool:
    return "gs-err" in fields.holders[name].classes
