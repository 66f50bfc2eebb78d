"""A shop's settings and staff over HTTP."""

import re
from collections.abc import Callable

import pytest

from clipcart import sellers
from clipcart.main import Installation
from tests.doors.setting_up import BAD_FILES, open_shop, photo
from tests.support.installation import Visitor
from tests.support.world import World


async def test_settings_change_words_and_pictures(
    visitor: Visitor, installation: Installation, world: World
) -> None:
    shop_id = await open_shop(visitor, world)
    path = f"/sell/{shop_id}/settings"
    fields = {
        "name": "Marmalade",
        "tagline": "Now in jars",
        "story": "It began with oranges.",
        "accent": "#aa3300",
        "free_cancel_hours": "3",
    }
    files = {"banner": ("b.jpg", photo(600)), "avatar": ("a.jpg", photo())}
    answer = await visitor.submit(path, fields, files=files)
    assert answer.status_code == 200
    async with installation.db.reading() as tx:
        shop = await sellers.shop(tx, shop_id)
    assert (shop.tagline, shop.free_cancel_hours) == ("Now in jars", 3)
    assert (await visitor.get(f"/media/{shop.avatar_key}")).content.startswith(b"RIFF")
    wrong = {**fields, "free_cancel_hours": "2", "name": "", "tagline": "typed"}
    answer = await visitor.submit(path, wrong)
    assert answer.status_code == 422
    assert 'id="name-error"' in answer.text
    assert 'id="free_cancel_hours-error"' in answer.text
    assert 'value="typed"' in answer.text
    await visitor.submit(path, {**fields, "banner_gone": "yes"})
    async with installation.db.reading() as tx:
        after = await sellers.shop(tx, shop_id)
    assert (after.avatar_key, after.banner_key) == (shop.avatar_key, None)


@pytest.mark.parametrize(("name", "content", "words"), BAD_FILES)
async def test_pictures_are_judged_by_their_content(
    visitor: Visitor,
    installation: Installation,
    world: World,
    name: str,
    content: bytes,
    words: str,
) -> None:
    shop_id = await open_shop(visitor, world)
    async with installation.db.reading() as tx:
        before = await sellers.shop(tx, shop_id)
    fields = {"name": "New name", "accent": "#aa3300", "free_cancel_hours": "1"}
    answer = await visitor.submit(
        f"/sell/{shop_id}/settings", fields, files={"banner": (name, content, "image/png")}
    )
    assert answer.status_code == 422
    assert words in answer.text
    assert 'id="banner-error"' in answer.text
    assert 'value="New name"' in answer.text
    async with installation.db.reading() as tx:
        assert await sellers.shop(tx, shop_id) == before


async def test_the_owner_invites_changes_and_removes(
    visitor: Visitor,
    new_visitor: Callable[[], Visitor],
    installation: Installation,
    world: World,
) -> None:
    shop_id = await open_shop(visitor, world)
    root = f"/sell/{shop_id}/staff"
    wrong = await visitor.submit(f"{root}/invite", {"email": "x", "role": "PACKER"}, page=root)
    assert wrong.status_code == 422
    assert 'id="email-error"' in wrong.text
    crown = {"email": world.email("theo"), "role": "OWNER"}
    assert (await visitor.submit(f"{root}/invite", crown, page=root)).status_code == 409
    invited = {"email": world.email("theo"), "role": "PACKER"}
    page = await visitor.submit(f"{root}/invite", invited, page=root)
    assert world.email("theo") in page.text

    colleague = new_visitor()
    await colleague.sign_in(world.email("theo"))
    link = re.search(r'href="(/seller/invitations/[^"]+)"', (await visitor.get("/outbox")).text)
    assert link
    await colleague.submit(link.group(1))
    theirs = await colleague.get(root)
    assert "Packer" in theirs.text
    assert "Invite somebody" not in theirs.text
    tried = await colleague.submit(f"{root}/invite", invited, page="/account")
    assert tried.status_code == 403
    assert (await colleague.get(f"/sell/{shop_id}/settings")).status_code == 403
    assert (await colleague.get(f"/sell/{shop_id}/setup/business")).status_code == 403

    person = f"{root}/{world.people['theo']}"
    await visitor.submit(f"{person}/role", {"role": "MANAGER"}, page=root)
    assert (await colleague.get(f"/sell/{shop_id}/settings")).status_code == 200
    await visitor.submit(f"{person}/remove", page=root)
    assert (await colleague.get(root)).status_code == 404
    async with installation.db.reading() as tx:
        assert not await sellers.memberships_of(tx, world.people["theo"])
    owner = f"{root}/{world.people['mira']}"
    assert (await visitor.submit(f"{owner}/remove", page=root)).status_code == 409


async def test_an_invitation_taken_back_no_longer_works(
    visitor: Visitor, new_visitor: Callable[[], Visitor], world: World
) -> None:
    shop_id = await open_shop(visitor, world)
    root = f"/sell/{shop_id}/staff"
    invited = {"email": world.email("theo"), "role": "SUPPORT"}
    page = await visitor.submit(f"{root}/invite", invited, page=root)
    revoke = re.search(rf"{root}/invitations/\d+/revoke", page.text)
    link = re.search(r'href="(/seller/invitations/[^"]+)"', (await visitor.get("/outbox")).text)
    assert revoke
    assert link
    await visitor.submit(revoke.group(), page=root)
    colleague = new_visitor()
    await colleague.sign_in(world.email("theo"))
    answer = await colleague.submit(link.group(1), page="/account")
    assert answer.status_code == 422
    assert "taken back" in answer.text
    assert (await colleague.get(root)).status_code == 404
