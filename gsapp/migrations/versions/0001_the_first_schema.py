"""The first schema

Revision: 0001
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

from gsapp.migrations.idempotent import create_index, create_table, drop_table, on_mariadb, repeat

revision = "0001"
down_revision = None
compatible_with = revision


def exact(length: int) -> sa.types.TypeEngine[str]:
    """Text that compares letter by letter on MariaDB, too."""
    return sa.String(length).with_variant(mysql.VARCHAR(length, collation="utf8mb4_bin"), "mysql", "mariadb")


def upgrade() -> None:
    if on_mariadb():
        # New tables take over the database's character set, which is Latin on a server that nobody has set up.
        repeat("alter database", "", "ALTER DATABASE CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci")
    create_table(
        "buser_table",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uname", exact(50), nullable=False),
        sa.Column("ctype", sa.String(40), nullable=False),
        sa.Column("idno", sa.String(255), nullable=False),
        sa.Column("idno_index", exact(64), nullable=False),
        sa.Column("bname", sa.String(50), nullable=False),
        sa.Column("bpwd", sa.String(255), nullable=False),
        sa.Column("phoneNo", exact(20), nullable=False),
        sa.Column("desc", sa.Text(), nullable=True),
        sa.Column("psrDate", sa.DateTime(), nullable=False),
        sa.Column("userlvl", sa.SmallInteger(), nullable=False),
        sa.Column("language", sa.String(10), nullable=True),
        sa.Column("suspended_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_buser_table")),
        sa.UniqueConstraint("idno_index", name=op.f("uq_buser_table_idno_index")),
        sa.UniqueConstraint("phoneNo", name=op.f("uq_buser_table_phoneNo")),
        sa.UniqueConstraint("uname", name=op.f("uq_buser_table_uname")),
    )
    create_table(
        "city_info",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cityName", sa.String(50), nullable=False),
        sa.Column("provinceName", sa.String(50), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_city_info")),
        sa.UniqueConstraint("provinceName", "cityName", name=op.f("uq_city_info_provinceName_cityName")),
    )
    create_table(
        "service_type",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("typename", sa.String(50), nullable=False),
        sa.Column("icon", sa.String(30), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_type")),
        sa.UniqueConstraint("typename", name=op.f("uq_service_type_typename")),
    )
    create_table(
        "one_time_links",
        sa.Column("token_hash", exact(64), nullable=False),
        sa.Column("purpose", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.Column("used_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["used_by"], ["buser_table.id"], name=op.f("fk_one_time_links_used_by")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_one_time_links")),
    )
    create_table(
        "report",
        sa.Column("monthID", exact(6), nullable=False),
        sa.Column("stype_id", sa.Integer(), nullable=False),
        sa.Column("cityID", sa.Integer(), nullable=False),
        sa.Column("ps_num", sa.Integer(), nullable=False),
        sa.Column("rs_num", sa.Integer(), nullable=False),
        sa.CheckConstraint("ps_num >= 0 AND rs_num >= 0", name=op.f("ck_report_counts")),
        sa.ForeignKeyConstraint(["cityID"], ["city_info.id"], name=op.f("fk_report_cityID")),
        sa.ForeignKeyConstraint(["stype_id"], ["service_type.id"], name=op.f("fk_report_stype_id")),
        sa.PrimaryKeyConstraint("monthID", "stype_id", "cityID", name=op.f("pk_report")),
    )
    create_table(
        "sessions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", exact(64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("user_agent", sa.String(200), nullable=False),
        sa.Column("address", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["buser_table.id"], name=op.f("fk_sessions_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sessions_token_hash")),
    )
    create_index("sessions", ["expires_at"])
    create_index("sessions", ["user_id"])
    create_table(
        "sr_info",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("psr_userid", sa.Integer(), nullable=False),
        sa.Column("ps_title", sa.String(255), nullable=False),
        sa.Column("ps_desc", sa.Text(), nullable=False),
        sa.Column("ps_begindate", sa.DateTime(), nullable=False),
        sa.Column("ps_enddate", sa.DateTime(), nullable=False),
        sa.Column("file_list", sa.String(1000), nullable=False),
        sa.Column("ps_state", sa.SmallInteger(), nullable=False),
        sa.Column("stype_id", sa.Integer(), nullable=False),
        sa.Column("cityID", sa.Integer(), nullable=False),
        sa.Column("helpers_wanted", sa.Integer(), nullable=False),
        sa.Column("places_taken", sa.Integer(), nullable=False),
        sa.Column("places_done", sa.Integer(), nullable=False),
        sa.Column("offers_pending", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(), nullable=False),
        sa.Column("closed_reason", sa.String(500), nullable=False),
        sa.Column("client_key", exact(64), nullable=True),
        sa.CheckConstraint("helpers_wanted BETWEEN 1 AND 20", name=op.f("ck_sr_info_helpers_wanted")),
        sa.CheckConstraint("offers_pending >= 0", name=op.f("ck_sr_info_offers_pending")),
        sa.CheckConstraint("places_done BETWEEN 0 AND places_taken", name=op.f("ck_sr_info_places_done")),
        sa.CheckConstraint("places_taken BETWEEN 0 AND helpers_wanted", name=op.f("ck_sr_info_places_taken")),
        sa.CheckConstraint("ps_enddate >= ps_begindate", name=op.f("ck_sr_info_dates")),
        sa.ForeignKeyConstraint(["cityID"], ["city_info.id"], name=op.f("fk_sr_info_cityID")),
        sa.ForeignKeyConstraint(["psr_userid"], ["buser_table.id"], name=op.f("fk_sr_info_psr_userid")),
        sa.ForeignKeyConstraint(["stype_id"], ["service_type.id"], name=op.f("fk_sr_info_stype_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sr_info")),
        sa.UniqueConstraint("client_key", name=op.f("uq_sr_info_client_key")),
    )
    create_index("sr_info", ["cityID", "id"])
    create_index("sr_info", ["ps_begindate"])
    create_index("sr_info", ["ps_enddate", "offers_pending"])
    create_index("sr_info", ["psr_userid", "id"])
    create_index("sr_info", ["stype_id", "cityID", "id"])
    create_table(
        "response_info",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("srid", sa.Integer(), nullable=False),
        sa.Column("response_userid", sa.Integer(), nullable=False),
        sa.Column("response_desc", sa.Text(), nullable=False),
        sa.Column("file_list", sa.String(1000), nullable=False),
        sa.Column("response_state", sa.SmallInteger(), nullable=False),
        sa.Column("response_date", sa.DateTime(), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("active", sa.Integer(), nullable=True),
        sa.Column("client_key", exact(64), nullable=True),
        sa.CheckConstraint("(active IS NULL) = (response_state NOT IN (0, 1))", name=op.f("ck_response_info_active")),
        sa.ForeignKeyConstraint(["response_userid"], ["buser_table.id"], name=op.f("fk_response_info_response_userid")),
        sa.ForeignKeyConstraint(["srid"], ["sr_info.id"], name=op.f("fk_response_info_srid")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_response_info")),
        sa.UniqueConstraint("client_key", name=op.f("uq_response_info_client_key")),
        sa.UniqueConstraint(
            "srid", "response_userid", "active", name=op.f("uq_response_info_srid_response_userid_active")
        ),
    )
    create_index("response_info", ["response_userid", "response_state", "id"])
    create_index("response_info", ["srid", "response_state", "id"])
    create_table(
        "accept_info",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("srid", sa.Integer(), nullable=False),
        sa.Column("response_id", sa.Integer(), nullable=False),
        sa.Column("accept_date", sa.DateTime(), nullable=False),
        sa.Column("state", sa.SmallInteger(), nullable=False),
        sa.Column("reported_at", sa.DateTime(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(), nullable=True),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.ForeignKeyConstraint(["response_id"], ["response_info.id"], name=op.f("fk_accept_info_response_id")),
        sa.ForeignKeyConstraint(["srid"], ["sr_info.id"], name=op.f("fk_accept_info_srid")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accept_info")),
        sa.UniqueConstraint("response_id", name=op.f("uq_accept_info_response_id")),
    )
    create_index("accept_info", ["accept_date"])
    create_index("accept_info", ["srid"])
    create_index("accept_info", ["state", "reported_at"])
    create_table(
        "history",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("on_behalf_of", sa.Integer(), nullable=True),
        sa.Column("subject_id", sa.Integer(), nullable=True),
        sa.Column("need_id", sa.Integer(), nullable=True),
        sa.Column("offer_id", sa.Integer(), nullable=True),
        sa.Column("match_id", sa.Integer(), nullable=True),
        sa.Column("old", sa.String(40), nullable=False),
        sa.Column("new", sa.String(40), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["buser_table.id"], name=op.f("fk_history_actor_id")),
        sa.ForeignKeyConstraint(["match_id"], ["accept_info.id"], name=op.f("fk_history_match_id")),
        sa.ForeignKeyConstraint(["need_id"], ["sr_info.id"], name=op.f("fk_history_need_id")),
        sa.ForeignKeyConstraint(["offer_id"], ["response_info.id"], name=op.f("fk_history_offer_id")),
        sa.ForeignKeyConstraint(["on_behalf_of"], ["buser_table.id"], name=op.f("fk_history_on_behalf_of")),
        sa.ForeignKeyConstraint(["subject_id"], ["buser_table.id"], name=op.f("fk_history_subject_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_history")),
    )
    create_index("history", ["need_id", "id"])
    create_index("history", ["subject_id", "id"])
    create_table(
        "thanks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("match_id", sa.Integer(), nullable=False),
        sa.Column("from_user_id", sa.Integer(), nullable=False),
        sa.Column("to_user_id", sa.Integer(), nullable=False),
        sa.Column("stars", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(500), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("stars BETWEEN 1 AND 5", name=op.f("ck_thanks_stars")),
        sa.ForeignKeyConstraint(["from_user_id"], ["buser_table.id"], name=op.f("fk_thanks_from_user_id")),
        sa.ForeignKeyConstraint(["match_id"], ["accept_info.id"], name=op.f("fk_thanks_match_id")),
        sa.ForeignKeyConstraint(["to_user_id"], ["buser_table.id"], name=op.f("fk_thanks_to_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thanks")),
        sa.UniqueConstraint("match_id", "from_user_id", name=op.f("uq_thanks_match_id_from_user_id")),
    )
    create_index("thanks", ["to_user_id"])


def downgrade() -> None:
    drop_table("thanks")
    drop_table("history")
    drop_table("accept_info")
    drop_table("response_info")
    drop_table("sr_info")
    drop_table("sessions")
    drop_table("report")
    drop_table("one_time_links")
    drop_table("service_type")
    drop_table("city_info")
    drop_table("buser_table")
