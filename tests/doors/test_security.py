"""What attackers try first: sessions, addresses to elsewhere, paths, uploads, guessing."""

import io
import re
import struct
import zlib
from collections.abc import Callable

import pytest
from PIL import Image

from clipcart.doorway.visit import NOTICE_COOKIE, SESSION_COOKIE, VISITOR_COOKIE
from clipcart.identity import Attempt
from clipcart.identity.records import LIMITS
from clipcart.main import Installation
from tests.support.installation import Visitor
from tests.support.traces import changed, traces
from tests.support.world import World

FOREIGN = (
    "https://evil.example",
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "https:evil.example",
    "javascript:alert(1)",
    " //evil.example",
)


async def owner_of(visitor: Visitor, world: World, shop: str) -> str:
    """Come in as the owner of a shop; gives where its pages begin."""
    await visitor.sign_in(world.email(world.content.shop(shop).owner))
    return f"/sell/{world.shops[shop]}"


# -- sessions ----------------------------------------------------------------------------------


async def test_signing_in_starts_a_session_that_nobody_could_know(
    visitor: Visitor, new_visitor: Callable[[], Visitor], world: World
) -> None:
    """A cookie that was planted before does not become the session."""
    visitor.http.cookies.set(SESSION_COOKIE, "planted", domain="shop.test", path="/")
    await visitor.sign_in(world.email("mira"))
    first = visitor.http.cookies[SESSION_COOKIE]
    assert first != "planted"
    # Signing in once more, as somebody else, ends the session of before.
    token = await visitor.token("/account")
    fields = {"email": world.email("theo"), "password": World.password, "_csrf": token}
    assert (await visitor.http.post("/sign-in", data=fields)).status_code == 303
    assert visitor.http.cookies[SESSION_COOKIE] != first
    thief = new_visitor()
    thief.http.cookies.set(SESSION_COOKIE, first)
    assert (await thief.http.get("/account")).status_code == 303


@pytest.mark.parametrize("cookie", ["", "x", "1.2.3", "\u00e9", "9" * 400, "'; drop table x; --"])
async def test_made_up_cookies_are_nobody(visitor: Visitor, cookie: str) -> None:
    for name in (SESSION_COOKIE, VISITOR_COOKIE, NOTICE_COOKIE):
        raw = f"{name}={cookie}".encode()
        answer = await visitor.http.get("/account", headers={b"cookie": raw})
        assert answer.status_code == 303
        assert (await visitor.http.get("/cart", headers={b"cookie": raw})).status_code == 200


async def test_notices_from_cookies_are_text(visitor: Visitor) -> None:
    planted = "%5B%22ok%22%2C%22%3Cscript%20src%3D//evil%3E%22%5D"
    page = await visitor.http.get("/cart", headers={"cookie": f"{NOTICE_COOKIE}={planted}"})
    assert "<script src=//evil" not in page.text


# -- addresses to elsewhere --------------------------------------------------------------------


async def test_next_never_leads_elsewhere(new_visitor: Callable[[], Visitor], world: World) -> None:
    signed_in = new_visitor()
    await signed_in.sign_in(world.email("mira"))
    for foreign in FOREIGN:
        page = await new_visitor().http.get("/sign-in", params={"next": foreign})
        assert "evil.example" not in page.text
        assert "alert(1)" not in page.text
        away = await signed_in.http.get("/sign-in", params={"next": foreign})
        assert away.headers["location"] == "/account"
    visitor = new_visitor()
    fields = {"email": world.email("mira"), "password": World.password, "next": FOREIGN[1]}
    assert (await visitor.submit("/sign-in", fields, follow=False)).headers["location"] == "/"


async def test_the_host_that_a_request_names_is_not_believed(visitor: Visitor) -> None:
    """Links and redirects never carry it, so a poisoned cache or mail leads nowhere."""
    for path in ("/", "/sign-in", "/account", "/nowhere", "/password/forgotten"):
        answer = await visitor.http.get(path, headers={"host": "evil.example"})
        assert "evil.example" not in answer.text
        assert "evil.example" not in answer.headers.get("location", "")
    token = await visitor.token("/password/forgotten")
    await visitor.http.post(
        "/password/forgotten",
        data={"_csrf": token, "email": "mira@shopper.example"},
        headers={"host": "evil.example", "x-forwarded-host": "evil.example"},
    )
    outbox = (await visitor.get("/outbox")).text
    assert "evil.example" not in outbox
    assert "/password/reset/" in outbox


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "http://shop.test.evil.example"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
async def test_forms_from_elsewhere_do_nothing_even_with_the_token(
    visitor: Visitor, world: World, headers: dict[str, str]
) -> None:
    fields = {
        "_csrf": await visitor.token("/sign-in"),
        "email": world.email("mira"),
        "password": World.password,
    }
    answer = await visitor.http.post("/sign-in", data=fields, headers=headers)
    assert answer.status_code == 403
    assert SESSION_COOKIE not in visitor.http.cookies
    good = await visitor.http.post("/sign-in", data=fields, headers={"origin": "http://shop.test"})
    assert good.status_code == 303


# -- paths -------------------------------------------------------------------------------------


async def test_no_path_leads_out_of_media_and_assets(
    visitor: Visitor, installation: Installation, world: World
) -> None:
    secret = installation.settings.home / "assets-secret.txt"
    (world.media / "outside.txt").write_text("not for you")
    key = await installation.services.files.put("documents/1", b"%PDF-private", ".pdf")
    climbs = (
        "../outside.txt",
        "products/../outside.txt",
        "products/../../etc/passwd",
        "products/%2e%2e/outside.txt",
        "products%2f..%2foutside.txt",
        "products/..%5coutside.txt",
        "/etc/passwd",
        "//etc/passwd",
        "outside.txt",
        key,
        f"products/../{key}",
        f"products/%2e%2e/{key}",
        "products/",
        "products",
        "",
    )
    for start in ("/media/", "/assets/"):
        for climb in climbs:
            answer = await visitor.http.get(start + climb)
            assert answer.status_code == 404, start + climb
            assert "not for you" not in answer.text
            assert "%PDF" not in answer.text
    assert not secret.exists()


# -- uploads -----------------------------------------------------------------------------------


def picture(width: int, height: int, kind: str = "PNG") -> bytes:
    """A real picture."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), (200, 120, 40)).save(out, kind)
    return out.getvalue()


def bomb(side: int = 60_000) -> bytes:
    """A PNG of a few kilobytes that unfolds to gigabytes."""

    def chunk(name: bytes, content: bytes) -> bytes:
        check = zlib.crc32(name + content)
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", check)

    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes(1 << 20), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


BAD_PICTURES = {
    "a page": b"<html><script>alert(1)</script></html>",
    "a drawing with a script": b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>',
    "too large": picture(400, 400) + bytes(11 * 1024 * 1024),
    "a bomb": bomb(),
    "damaged": picture(400, 400)[:200],
    "an animation of another type": picture(400, 400, "GIF"),
    "tiny": picture(10, 10),
}


async def test_pictures_are_judged_by_their_content(
    visitor: Visitor, installation: Installation, world: World
) -> None:
    base = await owner_of(visitor, world, "fernhollow")
    shop = world.content.shop("fernhollow")
    fields = {
        "name": shop.name,
        "tagline": shop.tagline,
        "story": shop.story,
        "accent": shop.accent,
        "free_cancel_hours": str(shop.free_cancel_hours),
    }
    before = await traces(installation.pool)
    for what, content in BAD_PICTURES.items():
        answer = await visitor.submit(
            f"{base}/settings", fields, files={"avatar": ("me.png", content, "image/png")}
        )
        assert answer.status_code == 422, what
        assert 'id="avatar-error"' in answer.text, what
    assert changed(before, await traces(installation.pool)) == []
    good = await visitor.submit(
        f"{base}/settings",
        fields,
        files={"avatar": ("me.svg", picture(400, 400), "text/html")},
        follow=False,
    )
    assert good.status_code == 303, good.text
    found = re.search(r"/media/shops/[\w/-]+\.webp", (await visitor.get(f"{base}/settings")).text)
    assert found
    served = await visitor.http.get(found.group())
    assert served.headers["content-type"] == "image/webp"
    assert served.headers["x-content-type-options"] == "nosniff"


async def test_documents_are_judged_by_their_content_and_never_public(
    visitor: Visitor, new_visitor: Callable[[], Visitor], installation: Installation, world: World
) -> None:
    shop = "low-tide-audio"
    base = await owner_of(visitor, world, shop)
    path = f"{base}/setup/documents"
    kind = re.search(r'<option value="([^"]+)"', (await visitor.get(path)).text)
    assert kind
    fields = {"kind": kind.group(1)}
    before = await traces(installation.pool)
    for content in (b"<html></html>", b"MZ\x90", b"%PDF-" + bytes(11 * 1024 * 1024), bomb()):
        answer = await visitor.submit(
            path, fields, files={"file": ("paper.pdf", content, "application/pdf")}
        )
        assert answer.status_code == 422
    assert changed(before, await traces(installation.pool)) == []
    content = b"%PDF-1.4 the secret paper"
    await visitor.submit(path, fields, files={"file": ("x.html", content, "text/html")})
    links = re.findall(rf"{path}/\d+", (await visitor.get(path)).text)
    mine = await visitor.http.get(links[-1])
    assert mine.status_code == 200
    assert mine.headers["content-disposition"].startswith("attachment")
    assert mine.headers["cache-control"] == "private, no-store"
    key = await installation.pool.fetchval(
        "select file_key from sellers.document where shop_id = $1 order by id desc limit 1",
        world.shops[shop],
    )
    assert (await visitor.http.get(f"/media/{key}")).status_code == 404
    stranger = new_visitor()
    await stranger.sign_in(world.email("theo"))
    assert (await stranger.http.get(links[-1])).status_code == 404
    assert (await new_visitor().http.get(links[-1])).status_code == 303


async def test_a_body_beyond_all_measure_is_not_read(visitor: Visitor) -> None:
    await visitor.get("/")
    answer = await visitor.http.post(
        "/sign-in",
        content=bytes(41 * 1024 * 1024),
        headers={"content-type": "application/x-www-form-urlencoded"},
    )
    assert answer.status_code == 413


# -- guessing ----------------------------------------------------------------------------------


async def test_guessing_a_password_is_slowed_down_by_address_and_by_person(
    new_visitor: Callable[[], Visitor], world: World
) -> None:
    limit = LIMITS[Attempt.SIGN_IN]
    visitor = new_visitor()
    form = {"_csrf": await visitor.token("/sign-in"), "password": "a guess"}

    async def guess(email: str) -> int:
        answer = await visitor.http.post("/sign-in", data={**form, "email": email})
        if answer.status_code == 429:
            assert 0 < int(answer.headers["retry-after"]) <= limit.window_s
        return answer.status_code

    mira = [await guess(world.email("mira")) for _ in range(limit.per_email + 1)]
    assert mira == [422] * limit.per_email + [429]
    # Somebody unknown is slowed down just alike, so the limit does not tell who is here.
    unknown = [await guess("nobody@there.example") for _ in range(limit.per_email + 1)]
    assert unknown == mira
    rest = limit.per_ip - len(mira) - len(unknown)
    spread = [await guess(f"person-{n}@there.example") for n in range(rest + 3)]
    assert 429 in spread
    assert 429 in [await guess(world.email("theo"))]


async def test_the_api_slows_guesses_down_too(visitor: Visitor, world: World) -> None:
    body = {"email": world.email("mira"), "password": "a guess"}
    statuses = []
    for _ in range(LIMITS[Attempt.SIGN_IN].per_email + 1):
        answer = await visitor.http.post("/api/v1/tokens", json=body)
        statuses.append(answer.status_code)
    assert statuses[-1] == 429
    assert int(answer.headers["retry-after"]) > 0
    good = {**body, "password": World.password}
    assert (await visitor.http.post("/api/v1/tokens", json=good)).status_code == 429
