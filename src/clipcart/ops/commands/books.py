"""The money proof."""

import sys

import click
from rich.console import Console
from rich.table import Table

from clipcart import settlement
from clipcart.main import Installation
from clipcart.ops.commands.around import run


@click.group(short_help="The books: prove where every cent is.")
def ledger() -> None:
    """The books: every cent from the buyer's payment to the seller's bank."""


@ledger.command(short_help="Show that ledger = statements = bank, to the cent.")
def prove() -> None:
    """Show that ledger = statements = bank, to the cent; name what breaks it. Exits 1 then."""

    async def body(installation: Installation) -> bool:
        async with installation.db.snapshot() as tx:
            proof = await settlement.prove(tx)
        table = Table(title="Money proof", title_justify="left")
        for heading in ("What must agree", "Currency"):
            table.add_column(heading)
        for heading in ("Books", "Outside", ""):
            table.add_column(heading, justify="right")
        for check in proof.checks:
            table.add_row(
                check.name,
                check.left.currency.code,
                check.left.decimal_string(),
                check.right.decimal_string(),
                "[green]agrees[/]" if check.agrees else "[bold red]differs[/]",
            )
        console = Console()
        console.print(table)
        for problem in proof.problems:
            console.print(f"[red]{problem}[/]")
        if proof.holds:
            console.print(f"[green]The books agree.[/] {proof.summary}")
        return proof.holds

    if not run(body):
        sys.exit(1)
