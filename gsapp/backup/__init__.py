"""Backup and restore of a site: one archive with all rows of the database, the photos and videos, and checksums.

The archive is a tar file, optionally encrypted in the age format. Its rows are JSON lines that depend on no kind of
database: a backup of SQLite can be restored into MariaDB, and the other way round. `gsapp.backup.contents` describes
the members, `gsapp.backup.making` the order in which they are read and why no file is missed.
"""


class BackupFailed(Exception):
    """A backup or restore that could not be completed; the text is one sentence that says why and what to do."""


class DamagedBackup(BackupFailed):
    """The file is not a backup, was truncated or changed, or a checksum differs."""
