"""``init``, ``upgrade``, ``config``, ``demo-data``: making an installation and keeping it."""

from __future__ import annotations

import click

from tuttava.cli.base import Command, boot, find_company, json_option, operator, progress_bar, read_password, show, tell

LANGUAGES = click.Choice(["en", "nb", "nl", "fi"])


def upgrade_with_progress() -> int:
    """Bring the database up to date under a progress bar; returns how many schemas it looked at."""
    from tuttava.foundation.upgrade import upgrade_all

    with progress_bar() as bar:
        task = bar.add_task("Bringing the database up to date", total=None)
        return upgrade_all(
            lambda step, steps, words: bar.update(task, completed=step, total=steps, description=f"Database: {words}")
        )


@click.command(cls=Command)
@click.option("--company", default="My company", show_default=True, help="Name of the first company.")
@click.option("--language", type=LANGUAGES, default="en", show_default=True, help="Language of its code tables.")
@click.option("--country", default="NO", show_default=True, help="Its country, two letters.")
@click.option("--admin", default="admin", show_default=True, help="Name of the first administrator.")
@click.option("--password-stdin", is_flag=True, help="Read the administrator's password from standard input.")
@click.option("--empty", is_flag=True, help="No code tables, series and setup.")
def init(*, company: str, language: str, country: str, admin: str, password_stdin: bool, empty: bool) -> None:
    """Create the database, the first company and the first administrator. Safe to repeat."""
    boot()
    upgrade_with_progress()
    from tuttava.foundation.context import Context, acting
    from tuttava.foundation.directory.actions import create_company
    from tuttava.foundation.directory.models import Company, User
    from tuttava.foundation.directory.users import create_user

    with acting(Context(user_name=operator(), door="command")):
        if Company.objects.filter(ready=True).exists():
            tell("There is a company already; nothing was created.")
        else:
            created = create_company(
                name=company,
                setup_data="empty" if empty else "standard",
                language=language,
                country=country.upper(),
            )
            tell(f"Company “{created.name}” is ready.")
        if User.objects.filter(is_superuser=True, is_active=True).exists():
            tell("There is an administrator already; nothing was created.")
        else:
            create_user(username=admin, password=read_password(password_stdin), language=language, admin=True)
            tell(f"Administrator “{admin}” may sign in. Start the product with: tuttava serve")


@click.command(cls=Command)
@json_option
def upgrade(as_json: bool) -> None:
    """Bring the database and every company up to this version."""
    boot()
    schemas = upgrade_with_progress()
    if as_json:
        show([{"schemas": schemas}], as_json=True)
    else:
        tell(f"Up to date: the shared tables and {schemas - 1} companies.")


@click.command(cls=Command)
@json_option
def config(as_json: bool) -> None:
    """Print every configuration value in force and where it comes from."""
    from tuttava.config import runtime

    rows = [{"name": "data", "value": str(runtime.data_dir()), "source": ""}]
    for name in sorted({*runtime.DEFAULTS, *runtime.SECRETS}):
        value = runtime.value(name)
        hidden = name in runtime.SECRETS and value.text
        rows.append({"name": name, "value": "(set)" if hidden else value.text, "source": value.source})
    show(rows, as_json=as_json)


@click.command(cls=Command, name="demo-data")
@click.option("--company", help="The company that receives them; not needed where there is only one.")
@click.option("--contacts", type=click.IntRange(min=0), help="How many contacts to generate instead of the small set.")
@click.option("--interactions", type=click.IntRange(min=0), default=0, help="How many interactions to generate.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same data.")
def demo_data(company: str | None, contacts: int | None, interactions: int, seed: int) -> None:
    """Fill a company with fictitious data; with --contacts: realistic data at scale."""
    from tuttava.cli.base import ready

    with ready():
        from tuttava.foundation.directory.actions import demo_data_wanted
        from tuttava.foundation.schemas import in_schema

        target = find_company(company)
        with in_schema(target.schema), progress_bar() as bar:
            task = bar.add_task("Demo data", total=None)
            demo_data_wanted.send(
                sender=type(target),
                company=target,
                contacts=contacts,
                interactions=interactions,
                seed=seed,
                progress=lambda done, total: bar.update(task, completed=done, total=total),
            )
    tell(f"Demo data is in “{target.name}”.")


COMMANDS = (init, upgrade, config, demo_data)
