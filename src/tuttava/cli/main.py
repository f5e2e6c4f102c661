"""The command ``tuttava``. Every module of this package that has ``COMMANDS`` adds them."""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any

import click

from tuttava import __version__, cli
from tuttava.cli.base import Group
from tuttava.config.lifetime import end_in_order

#: The exit code of a command that SIGTERM ended, as shells count it.
TERMINATED = 143


class Tuttava(Group):
    """Collects the commands when they are first asked for, so that ``--version`` needs none of them."""

    collected = False

    def _collect(self) -> None:
        if self.collected:
            return
        self.collected = True
        for module in pkgutil.iter_modules(cli.__path__):
            if module.name in {"main", "base"}:
                continue
            for command in getattr(importlib.import_module(f"tuttava.cli.{module.name}"), "COMMANDS", ()):
                self.add_command(command)

    def list_commands(self, ctx: click.Context) -> list[str]:
        self._collect()
        return super().list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        self._collect()
        return super().get_command(ctx, cmd_name)


@click.group(cls=Tuttava, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="tuttava")
def tuttava() -> None:
    """Relationship management: one register of every company and person a business deals with.

    Exit codes: 0 done, 1 the work failed, 2 wrong use.
    """


def main(arguments: list[str] | None = None, **options: Any) -> None:
    """Run the command line; ends the process with its exit code."""
    end_in_order(TERMINATED)
    tuttava.main(args=arguments, prog_name="tuttava", **options)
