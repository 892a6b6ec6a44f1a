"""Uploaded photos and videos."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel

from gsapp.models.columns import Instant, exact_string


class StoredFile(SQLModel, table=True):
    """An uploaded file under DATA_DIR/files. Its name: 32 random hexadecimal digits and the suffix of its type.

    `need_id` is NULL until the file is used; a file of an offer has `offer_id` as well. The order in which files are
    shown is stored in `attachments` of the need or offer. `size` in bytes, `width` and `height` in pixels.
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
