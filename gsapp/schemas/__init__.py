"""Forms (validated input) and read models (output): the interface of the application. ORM objects never leave it.

Each validation rule is defined here once, for the forms of pages and for the REST API. An alias of a field is its name
in the JSON of `/api/v1`.
"""
