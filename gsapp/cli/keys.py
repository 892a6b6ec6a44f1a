"""gsapp keys: which DATA_KEY protects which rows, and its rotation."""

import sys
from typing import Annotated

import typer

from gsapp import db, sealing, startup
from gsapp.cli.opening import load, open_site
from gsapp.cli.output import Json, print_json, print_table
from gsapp.flows import key_rotation
from gsapp.security import vault
from gsapp.security.keys import DataKey, separate
from gsapp.services import data_keys

commands = typer.Typer()


@commands.callback()
def group() -> None:
    """Keys of stored data."""


@commands.command()
def status(*, as_json: Json = False) -> None:
    """Count the rows that each key of DATA_KEY protects; exit status 1 if a key is missing."""
    settings = load()
    startup.configure(settings)
    startup.reach_database(settings)
    used = db.read(sealing.keys_in_use)
    held = [DataKey.derive(secret).id for secret in separate(settings.data_key.get_secret_value())]
    stored = {*used.numbers, *used.passwords, *used.name_keys, *used.before, used.active or ""} - {""}
    rows = [
        {
            "id": key_id,
            "held": key_id in held,
            "active": key_id == used.active,
            "id_numbers": used.numbers[key_id],
            "passwords": used.passwords[key_id],
            "reserved_names": used.name_keys[key_id],
            "needed": key_id == used.active or key_id in used.before,
        }
        for key_id in [*held, *sorted(stored - {*held})]
    ]
    unfinished = bool(used.before)
    if as_json:
        print_json({"keys": rows, "rotation_unfinished": unfinished, "accounts": used.accounts})
    else:
        titles = ("key", "held", "active", "ID numbers", "passwords", "reserved names")
        cells = ("id", "held", "active", "id_numbers", "passwords", "reserved_names")
        print_table(titles, ([_yes_no(row[cell]) for cell in cells] for row in rows))
        if unfinished:
            print("The last rotation is not finished; run: python -m gsapp keys rotate")
    if missing := sorted(stored - {*held}):
        todo = "restore it from your backup, or append it after a comma; if it is lost for good: keys abandon"
        sys.exit(f"DATA_KEY lacks {', '.join(missing)}: {todo}")


@commands.command()
def rotate(*, as_json: Json = False) -> None:
    """Protect every stored value with the first key of DATA_KEY; run again after an interruption.

    Every process of the site must have been restarted with that key before.
    """
    open_site()
    done = key_rotation.rotate()
    if as_json:
        print_json(done._asdict() | {"complete": done.complete})
    else:
        print(f"{done.resealed} accounts are now protected by the first key")
        if done.old_passwords:
            print(
                f"{done.old_passwords} passwords still need an older key: each moves at the next sign-in of its owner"
            )
        elif done.complete:
            print("the older keys can be removed from DATA_KEY")
    if done.duplicates:
        sys.exit(f"these accounts have the ID number of another account; close one of both: {_ids(done.duplicates)}")
    if done.unreadable:
        sys.exit(f"no key of DATA_KEY opens the ID numbers of these accounts: {_ids(done.unreadable)}")


@commands.command()
def abandon(
    key_id: Annotated[str, typer.Argument(help="The id of the lost key, as `keys status` shows it.")],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Json = False,
) -> None:
    """Give up a key that is lost for good: deletes the ID numbers that only it can read, so that the site can start.

    Passwords under that key cannot be verified any more: give their owners a link by `user password-link`.
    """
    settings = load()
    startup.configure(settings)
    startup.reach_database(settings)
    if not settings.data_key.get_secret_value():
        sys.exit("set DATA_KEY to a new key of at least 32 random characters first, or write it to DATA_DIR/data_key")
    used = db.read(sealing.keys_in_use)
    if vault().keys.find(key_id) or key_id not in {*used.numbers, *used.name_keys, *used.before, used.active} - {""}:
        sys.exit(f"{key_id} is no lost key of this database; see: python -m gsapp keys status")
    ask = f"{used.numbers[key_id]} ID numbers are lost for good. Type {key_id} to go on"
    if not yes and typer.prompt(ask, err=True) != key_id:
        sys.exit("nothing was changed: another id was typed")
    abandoned = 0
    while batch := db.write(data_keys.abandon_key, key_id=key_id):
        abandoned += batch
    if as_json:
        print_json({"abandoned": abandoned, "passwords": used.passwords[key_id]})
    else:
        print(f"{abandoned} ID numbers were deleted, {used.passwords[key_id]} accounts need a password link")


def _ids(user_ids: list[int]) -> str:
    return ", ".join(map(str, user_ids))


def _yes_no(value: object) -> object:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else value
