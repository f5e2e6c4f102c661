"""``tuttava user`` and ``tuttava access-key``: who may sign in, and what they may do."""

from __future__ import annotations

import datetime as dt

import click

from tuttava.cli.base import Command, Group, find_company, find_user, json_option, read_password, ready, show, tell
from tuttava.cli.installation import LANGUAGES


@click.group(cls=Group)
def user() -> None:
    """Create and list users, give and take permission sets, set passwords."""


@user.command("create")
@click.argument("name")
@click.option("--email", default="", help="For password resets; also works as sign-in name.")
@click.option("--full-name", default="")
@click.option("--language", type=LANGUAGES, default="en", show_default=True)
@click.option("--admin", is_flag=True, help="May do everything in every company.")
@click.option("--permission-set", "sets", multiple=True, help="Give this permission set; may be repeated.")
@click.option("--company", help="Give it in this company only (default: in every company).")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@click.option("--no-password", is_flag=True, help="No password: signs in with a passkey or by resetting it.")
def create(
    *,
    name: str,
    email: str,
    full_name: str,
    language: str,
    admin: bool,
    sets: tuple[str, ...],
    company: str | None,
    password_stdin: bool,
    no_password: bool,
) -> None:
    """Create a user."""
    with ready():
        from django.db import transaction

        from tuttava.foundation.directory.permission_sets import grant
        from tuttava.foundation.directory.users import create_user

        password = None if no_password else read_password(password_stdin)
        where = find_company(company) if company else None
        with transaction.atomic():
            created = create_user(
                username=name, password=password, email=email, full_name=full_name, language=language, admin=admin
            )
            for code in sets:
                grant(created, permission_set=code, company=where)
    tell(f"User “{created.username}” was created.")


@user.command("list")
@json_option
def list_users(as_json: bool) -> None:
    """List the users with their permission sets."""
    with ready():
        from tuttava.foundation.directory.models import User

        rows = []
        found = User.objects.prefetch_related("permission_sets__company").order_by("username")
        for one in found.iterator(chunk_size=500):
            given = [f"{s.permission_set_id}@{s.company.slug if s.company else '*'}" for s in one.permission_sets.all()]
            rows.append(
                {
                    "name": one.username,
                    "full_name": one.full_name,
                    "email": one.email,
                    "enabled": "yes" if one.is_active else "no",
                    "administrator": "yes" if one.is_superuser else "no",
                    "permission_sets": ", ".join(given),
                }
            )
    show(rows, as_json=as_json)


@user.command("grant")
@click.argument("name")
@click.argument("permission_set")
@click.option("--company", help="In this company only (default: in every company).")
def grant_set(name: str, permission_set: str, company: str | None) -> None:
    """Give a user a permission set."""
    with ready():
        from tuttava.foundation.directory.permission_sets import grant

        grant(find_user(name), permission_set=permission_set, company=find_company(company) if company else None)
    tell(f"“{name}” has {permission_set.upper()} now.")


@user.command("revoke")
@click.argument("name")
@click.argument("permission_set")
@click.option("--company", help="In this company only (default: what was given for every company).")
def revoke_set(name: str, permission_set: str, company: str | None) -> None:
    """Take a permission set from a user."""
    with ready():
        from tuttava.foundation.directory.permission_sets import revoke

        revoke(find_user(name), permission_set=permission_set, company=find_company(company) if company else None)
    tell(f"“{name}” no longer has {permission_set.upper()} there.")


@user.command("password")
@click.argument("name")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def password(name: str, password_stdin: bool) -> None:
    """Set a user's password; signs the user out everywhere."""
    with ready():
        from tuttava.foundation.directory.users import change_password

        change_password(find_user(name), read_password(password_stdin))
    tell(f"The password of “{name}” was changed.")


@user.command("disable")
@click.argument("name")
def disable(name: str) -> None:
    """Lock a user out at once: no sign-in, no sessions, no access key."""
    _enable(name, False)
    tell(f"“{name}” can no longer sign in.")


@user.command("enable")
@click.argument("name")
def enable(name: str) -> None:
    """Let a locked-out user sign in again."""
    _enable(name, True)
    tell(f"“{name}” can sign in again.")


def _enable(name: str, enabled: bool) -> None:
    with ready():
        from tuttava.foundation.directory.users import set_enabled

        set_enabled(find_user(name), enabled)


@click.command(cls=Command, name="access-key")
@click.argument("name", metavar="USER")
@click.option("--name", "key_name", default="", help="What the key is for; a user may have several.")
@click.option("--expires", type=click.DateTime(["%Y-%m-%d"]), help="Last day on which the key works.")
def access_key(name: str, key_name: str, expires: dt.datetime | None) -> None:
    """Print a new web-service access key for USER, once, alone on standard output.

    An earlier key of the same name stops working.
    """
    with ready():
        from tuttava.foundation.directory.access_keys import new_access_key

        key = new_access_key(find_user(name), name=key_name, expires=expires.date() if expires else None)
    click.echo(key)


COMMANDS = (user, access_key)
