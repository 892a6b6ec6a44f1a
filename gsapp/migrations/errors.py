"""Errors of schema migrations; each text is one sentence for the operator with what to do."""


class SchemaUnknown(Exception):
    """The database has a schema that this version of the program cannot use."""


class MigrationRunning(Exception):
    """Another process holds the migration lock of this database."""


class MigrationFailed(Exception):
    """A migration was refused or broke; the text names the step and what to do."""
