"""Importing products from files of other platforms."""

from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from clipcart.kit.errors import Refusal
from clipcart.kit.text import sentence
from clipcart.main import Installation
from clipcart.ops.commands.around import run
from clipcart.ops.importing.running import Order, Report, import_products


@click.group("import")
def imports() -> None:
    """Bring products along from another platform."""


@imports.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--shop", required=True, metavar="HANDLE", help="The shop that gets the products.")
@click.option("--limit", type=click.IntRange(min=1), help="Only the file's first products.")
@click.option(
    "--images",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder with the pictures, named as at the end of their addresses.",
)
@click.option("--stock", is_flag=True, help="Set counts again, also of SKUs counted before.")
@click.option("--dry-run", is_flag=True, help="Check everything, write the error file, keep none.")
def shopify(
    file: Path, shop: str, limit: int | None, images: Path | None, stock: bool, dry_run: bool
) -> None:
    """Import products from FILE, a product CSV as Shopify exports it.

    Safe to repeat: products are known by their handle. What was interrupted goes on where it
    stopped. FILE.errors.csv says what was refused or adjusted, by row and column.
    """
    order = Order(file, shop, limit, images, stock, dry_run)

    async def body(installation: Installation) -> None:
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("rows"),
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=Console(stderr=True)) as bar:
            task = bar.add_task("Checking" if dry_run else "Importing", total=None)

            def tell(done: int, of: int) -> None:
                bar.update(task, completed=done, total=of)

            try:
                report = await import_products(installation.db, installation.files, order, tell)
            except Refusal as refusal:
                raise click.ClickException(sentence(refusal.code, refusal.facts)) from refusal
        show(report, dry_run=dry_run)

    run(body)


def show(report: Report, *, dry_run: bool) -> None:
    """The summary: what became of the products, and what to do next."""
    console = Console()
    title = f"{report.survey.path.name} into {report.shop.name}"
    click.echo(f"{title} (dry run: nothing was kept)" if dry_run else title)
    table = Table()
    for heading in ("Created", "Updated", "Unchanged", "Refused", "Rows"):
        table.add_column(heading, justify="right")
    counts = (report.created, report.updated, report.unchanged, report.refused, report.rows)
    table.add_row(*(f"{count:,}" for count in counts))
    console.print(table)
    if report.resumed_at:
        click.echo(f"An earlier run had done the first {report.resumed_at:,}; they are counted.")
    if report.pictures_left:
        click.echo(
            f"{report.pictures_left:,} pictures were left behind: addresses are not fetched."
            " Give a folder with --images."
        )
    if report.drafts:
        click.echo(
            f"{report.drafts:,} products are drafts: what has no picture, or was not on sale there,"
            " is not on sale here."
        )
    if report.errors is not None:
        click.echo(f"Refused or adjusted, row by row: {report.errors}")
