"""Photos and videos that were sent here."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel

from gsapp.models.columns import Instant, exact_string


class StoredFile(SQLModel, table=True):
    """A file under DATA_DIR/files. Its name says what it is: 32 random hexadecimal digits and the ending of its kind.

    `need_id` is empty until it is used; a file of an offer has `offer_id` as well. In which order files are shown
    stands in the list of the need or offer itself.
    """

    __tablename__ = "stored_files"
    __table_args__ = (
        CheckConstraint("offer_id IS NULL OR need_id IS NOT NULL", name="use"),
        CheckConstraint("size > 0", name="size"),
        Index(None, "uploader_id", "need_id"),
        Index(None, "need_id", "uploaded_at"),
        Index(None, "offer_id"),
    )

    name: str = Field(sa_type=exact_string(40), primary_key=True)
    media_type: str = Field(max_length=20)
    size: int
    width: int | None = Field(default=None)
    height: int | None = Field(default=None)
    uploader_id: int = Field(foreign_key="buser_table.id")
    uploaded_at: datetime = Field(sa_type=Instant)
    need_id: int | None = Field(default=None, foreign_key="sr_info.id")
    offer_id: int | None = Field(default=None, foreign_key="response_info.id")
