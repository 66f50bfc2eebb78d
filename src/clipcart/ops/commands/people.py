"""People with special rights, for the first minutes of an installation."""

import click

from clipcart import identity
from clipcart.main import Installation
from clipcart.ops.commands.around import run


@click.group()
def people() -> None:
    """People: make the first operator."""


@people.command("promote")
@click.argument("email")
def promote(email: str) -> None:
    """Let the account of EMAIL run the platform. The person signs up on the site first."""

    async def body(installation: Installation) -> None:
        async with installation.db.transaction() as tx:
            person = await identity.person_by_email(tx, email.strip().lower())
            if person is None:
                raise click.ClickException(
                    f"nobody has signed up with {email}. Sign up at "
                    f"{installation.settings.public_url}/sign-up first, then try again."
                )
            await identity.grant_role(tx, identity.SYSTEM, person.id)
        click.echo(
            f"{person.name} may now enter staff mode: {installation.settings.public_url}/ops"
        )

    run(body)
