"""The command line: `studyin serve` (also without its name), `studyin config` and `studyin user`."""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import Any

import click

import studyin
from studyin import logs
from studyin.config import SETTINGS, Settings
from studyin.errors import StartupError, StudyinError
from studyin.options import dotenv_path, setting_options
from studyin.user_commands import user

log = logging.getLogger(__name__)


class CannotStart(click.ClickException):
    """A known error on its way out: its sentence and nothing else, exit code 2."""

    exit_code = 2

    def show(self, file: Any = None) -> None:
        click.echo(self.message, file=file, err=True)


class Studyin(click.Group):
    """The group of commands. Options without a command mean `serve`; a known error ends in its sentence."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        own = {name for parameter in self.get_params(ctx) for name in parameter.opts}
        if not args or (args[0].startswith("-") and args[0] not in own):
            args = ["serve", *args]
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (StartupError, StudyinError) as exc:
            raise CannotStart(str(exc)) from None


@click.group(cls=Studyin, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(studyin.__version__, message="%(prog)s %(version)s")
def main() -> None:
    """Study with a coach that teaches from your own notes.

    Without a command, `serve` is meant; `studyin serve --help` lists its options. Each can also be set in the
    environment or in a file named .env.
    """


@main.command()
@setting_options
@click.option("--open", "open_browser", is_flag=True, help="Open the page in a browser once it answers.")
def serve(open_browser: bool, **given: str | bool | None) -> None:
    """Serve the page and its socket."""
    settings = Settings.load(given, dotenv_path=dotenv_path())
    logs.start(settings.log_level, settings.log_format)
    for warning in settings.warnings:
        log.warning(warning)
    # Imported here because they take most of the start-up time, which --version, --help and config need not pay.
    import asyncio  # noqa: PLC0415

    from studyin import app  # noqa: PLC0415

    with suppress(KeyboardInterrupt):  # before the server took over the signals: nothing to stop, nothing to say
        asyncio.run(app.serve(settings, open_browser=open_browser))


@main.command()
@setting_options
def config(**given: str | bool | None) -> None:
    """Show every setting and where it came from."""
    path = dotenv_path()
    settings = Settings.load(given, dotenv_path=path)
    rows = [(row.env, settings.shown(row) or "(not set)", str(settings.origin(row.name))) for row in SETTINGS]
    names, shown, _ = ([len(cell) for cell in column] for column in zip(*rows, strict=True))
    for name, value, origin in rows:
        click.echo(f"{name:{max(names)}}  {value:{max(shown)}}  {origin}")
    click.echo(f"\n.env is {path.absolute()}" + ("" if path.is_file() else ", which is not there"))
    for warning in settings.warnings:
        click.echo(warning, err=True)


main.add_command(user)
