"""What the open API serves: `clipcart open-api served`."""

import click

from clipcart.main import open_api_coverage


@click.group(name="open-api")
def open_api() -> None:
    """The API for programs of sellers, creators and app developers."""


@open_api.command()
@click.option("--missing", is_flag=True, help="List what is not served instead.")
def served(missing: bool) -> None:
    """List the operations that are served, by group; with --missing those that are not."""
    total = count = 0
    for group, lines in open_api_coverage():
        shown = [line for line, is_served in lines if is_served != missing]
        total, count = total + len(lines), count + len(shown)
        if shown:
            click.secho(f"{group} ({len(shown)} of {len(lines)})", bold=True)
            for line in shown:
                click.echo(f"  {line}")
    click.echo(f"{count} of {total} operations {'are not' if missing else 'are'} served.")
