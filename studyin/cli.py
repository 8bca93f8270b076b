"""The command line: `studyin serve` (also without its name), `config`, `user`, `backup`, `restore` and `doctor`."""

from __future__ import annotations

import logging
from contextlib import suppress
from pathlib import Path
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


@main.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@setting_options
def backup(file: Path, **given: str | bool | None) -> None:
    """Write all that is stored to the new FILE, also while Studyin runs."""
    from studyin.store.backup import back_up  # noqa: PLC0415 - as serve

    settings = Settings.load(given, dotenv_path=dotenv_path())
    size = back_up(settings.database_path, file)
    click.echo(f"Backed up {settings.database_path} to {file}, {size / 2**20:.1f} MB, checked.")


@main.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@setting_options
def restore(file: Path, **given: str | bool | None) -> None:
    """Make the backup FILE the data file; refused while Studyin runs. The data file before it is kept."""
    from studyin.store.backup import restore as put_back  # noqa: PLC0415 - as serve

    settings = Settings.load(given, dotenv_path=dotenv_path())
    kept = put_back(file, settings.database_path)
    click.echo(
        f"Restored {settings.database_path} from {file}." + (f" What was there is kept as {kept}." if kept else "")
    )


@main.command()
@click.option("--url", help="The page's public address: look through it, too, as a browser does.")
@setting_options
def doctor(url: str | None, **given: str | bool | None) -> None:
    """Look for what is wrong, on this machine and on the way to the public address."""
    import asyncio  # noqa: PLC0415 - as serve

    from studyin import doctor as office  # noqa: PLC0415 - as serve
    from studyin import public_address  # noqa: PLC0415 - as serve

    settings = Settings.load(given, dotenv_path=dotenv_path())
    worst = office.Verdict.OK

    async def examine() -> None:
        nonlocal worst
        for looking in (office.examine(settings), public_address.examine(url) if url else None):
            if looking is None:
                continue
            async for finding in looking:
                click.echo(f"{finding.verdict:8} {finding.what:10} {finding.message}")
                for line in finding.fix.splitlines():
                    click.echo(f"{'':19} → {line}")
                if finding.verdict is office.Verdict.PROBLEM:
                    worst = finding.verdict

    asyncio.run(examine())
    if worst is office.Verdict.PROBLEM:
        raise SystemExit(1)


main.add_command(user)
