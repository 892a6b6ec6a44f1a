"""A row that every step writes by which a coordinator may cease to be one

Revision: 0015
"""

from gsapp.migrations.idempotent import repeat

revision = "0015"
down_revision = "0014"
compatible_with = "0014"

# In one statement that changes nothing if the row exists, on SQLite and MariaDB.
INSERT = """
INSERT INTO site_state (name, value) SELECT 'coordinators', '0' FROM (SELECT 1 AS one) AS row_source
WHERE NOT EXISTS (SELECT 1 FROM site_state WHERE name = 'coordinators')
"""


def upgrade() -> None:
    repeat("insert rows", "site_state", INSERT)


def downgrade() -> None:
    repeat("delete rows", "site_state", "DELETE FROM site_state WHERE name = 'coordinators'")
