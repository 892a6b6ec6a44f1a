"""Accounts: forms for registration, profile and password, and read models of own and public profiles."""

import re
from datetime import datetime
from typing import Annotated, Any, ClassVar, Self

from pydantic import AfterValidator, BeforeValidator, SecretStr, ValidationInfo, field_validator, model_validator
from sqlmodel import Field

from gsapp.i18n import N_
from gsapp.schemas import id_cards
from gsapp.schemas.forms import Form, Line, Text, refuse, tidy_line, well_formed
from gsapp.schemas.password_rules import weakness
from gsapp.schemas.personal_data import VERSION
from gsapp.schemas.read_models import ReadModel
from gsapp.schemas.usernames import NUMBER_IN_USERNAME, check_username, gives_away
from gsapp.vocabulary import IdType, Role

MAX_BIO = 1000


def _check_phone(value: str) -> str:
    if not re.fullmatch(r"1[3-9][0-9]{9}", value):
        refuse(N_("A mobile number has 11 digits and begins with 13 to 19."))
    return value


def _without_blanks(value: Any) -> Any:
    return re.sub(r"[\s-]", "", value) if isinstance(value, str) else value


def check_password(value: SecretStr) -> SecretStr:
    """The password rule: 6-100 characters, two digits, capital and small letters. Raises for pydantic."""
    plain = value.get_secret_value()
    if not plain:
        refuse(N_("Please fill this in."))
    if len(plain) < 6:
        refuse(N_("At least {min_length} characters, please."), min_length=6)
    if len(plain) > 100:
        refuse(N_("At most {max_length} characters, please."), max_length=100)
    if sum(letter.isdigit() for letter in plain) < 2:
        refuse(N_("Please use at least two digits."))
    if plain in (plain.upper(), plain.lower()):
        refuse(N_("Please use capital and small letters."))
    return value


Username = Annotated[Line, Field(min_length=3, max_length=50), AfterValidator(check_username)]
IdNumber = Annotated[
    str, BeforeValidator(_without_blanks), BeforeValidator(tidy_line), Field(min_length=6, max_length=50)
]
PersonName = Annotated[Line, Field(min_length=2, max_length=50)]
Phone = Annotated[str, AfterValidator(_check_phone), BeforeValidator(_without_blanks), BeforeValidator(tidy_line)]
Secret = Annotated[SecretStr, BeforeValidator(well_formed)]
Password = Annotated[Secret, AfterValidator(check_password)]
Bio = Annotated[Text, Field(max_length=MAX_BIO)]


class RegisterForm(Form):
    agreed_to: ClassVar[str | None] = None
    """The version of the privacy notice that was shown; `None` for programs: their users see it at the first visit."""

    username: Username = Field(alias="uname")
    id_type: IdType = Field(alias="ctype")
    id_number: IdNumber = Field(alias="idno")
    name: PersonName = Field(alias="bname")
    phone: Phone = Field(alias="phoneNo")
    password: Password = Field(alias="bpwd")
    bio: Bio = Field(default="", alias="desc")

    @model_validator(mode="after")
    def _no_numbers_of_their_own(self) -> Self:
        if gives_away(self.username, self.phone) or gives_away(self.username, self.id_number):
            refuse(NUMBER_IN_USERNAME, field="username")
        return self


class RegisterPageForm(RegisterForm):
    """The registration form of the page, with the password typed twice."""

    agreed_to = VERSION
    password_again: SecretStr = SecretStr("")

    @field_validator("id_number")
    @classmethod
    def _an_id_card_of_somebody_old_enough(cls, value: str, info: ValidationInfo) -> str:
        if info.data.get("id_type") is IdType.ID_CARD and (why := id_cards.refusal(value)):
            refuse(why)
        return value

    @model_validator(mode="after")
    def _same_twice(self) -> "RegisterPageForm":
        if self.password.get_secret_value() != self.password_again.get_secret_value():
            refuse(N_("The two passwords are not the same."), field="password_again")
        return self

    @model_validator(mode="after")
    def _hard_to_guess(self) -> "RegisterPageForm":
        own = (self.username, self.name, self.phone, self.id_number)
        if weak := weakness(self.password.get_secret_value(), *own):
            refuse(weak.msgid, field="password")
        return self


class ProfileForm(Form):
    """Changes to the own profile; a field that is `None` stays as it is."""

    phone: Phone | None = Field(default=None, alias="phoneNo")
    bio: Bio | None = Field(default=None, alias="desc")


class NameForm(Form):
    """A correction of the own username and name."""

    username: Username
    name: PersonName


class NewPasswordForm(Form):
    new_password: Password


class PasswordForm(NewPasswordForm):
    old_password: Secret


class PasswordAgainForm(Form):
    """The current password, for a step that needs it once more."""

    password: Secret


class LeaveForm(Form):
    """Confirmation by password before an account is closed."""

    password: Secret


class _NewPasswordTwice(NewPasswordForm):
    new_password_again: SecretStr = SecretStr("")

    @model_validator(mode="after")
    def _same_twice(self) -> Self:
        if self.new_password.get_secret_value() != self.new_password_again.get_secret_value():
            refuse(N_("The two passwords are not the same."), field="new_password_again")
        return self

    @model_validator(mode="after")
    def _hard_to_guess(self) -> Self:
        if weak := weakness(self.new_password.get_secret_value()):
            refuse(weak.msgid, field="new_password")
        return self


class PasswordPageForm(PasswordForm, _NewPasswordTwice):
    """The password form of the page: the old password, and the new one twice."""


class NewPasswordPageForm(_NewPasswordTwice):
    """The form behind a one-time link: the new password twice."""


class Credentials(ReadModel):
    """The data to verify a login. Used only by the authentication code."""

    user_id: int
    password_hash: str
    suspended: bool
    token_generation: int


class OwnProfile(ReadModel):
    """The own profile; the ID number is masked."""

    id: int
    username: str
    id_type: IdType
    id_number_masked: str
    name: str
    phone: str
    bio: str
    registered_at: datetime
    role: Role


class SessionRow(ReadModel):
    id: int
    created_at: datetime
    seen_at: datetime
    user_agent: str
    address: str
    current: bool


class ReceivedThanks(ReadModel):
    stars: int
    text: str
    from_username: str
    created_at: datetime


class PublicProfile(ReadModel):
    """The profile that any member may see: no phone number, ID number or real name."""

    id: int
    username: str
    bio: str
    registered_at: datetime
    times_helped: int
    thanks_count: int
    thanks: tuple[ReceivedThanks, ...]
