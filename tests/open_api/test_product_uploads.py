"""Pictures and files through the open API: forms as clients send them, judged by content."""

import pytest

from tests.open_api.bench import Bench
from tests.open_api.product_examples import a_picture


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"no picture", 12038004),
        (a_picture(side_px=20), 12038014),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * (10 * 1024 * 1024), 12038005),
    ],
)
async def test_pictures_that_are_none(bench: Bench, content: bytes, code: int) -> None:
    answer = await bench.call("POST", "/product/202309/images/upload", files={"data": content})
    assert (answer.status, answer.code) == (200, code), answer.message


async def test_a_picture_sent_twice_has_one_name(bench: Bench) -> None:
    answers = [
        await bench.call(
            "POST", "/product/202309/images/upload", files={"data": a_picture(shade=shade)}
        )
        for shade in (1, 1, 200)
    ]
    uris = [each.data["uri"] for each in answers]
    assert uris[0] == uris[1] != uris[2]
    assert [each.data["width"] for each in answers] == [400, 400, 400]
    url: str = answers[0].data["url"]
    served = await bench.client.get("/media/" + url.partition("/media/")[2])
    assert (served.status_code, served.headers["content-type"]) == (200, "image/webp")


async def test_files_are_judged_by_their_content(bench: Bench) -> None:
    path = "/product/202309/files/upload"
    pdf = {"data": b"%PDF-1.7 " + b"x" * 50}
    done = await bench.call("POST", path, body={"name": "guide.pdf"}, files=pdf)
    assert (done.code, done.data["name"]) == (0, "guide.pdf")
    odd = await bench.call("POST", path, body={"name": "guide.pdf"}, files={"data": b"<html>"})
    assert odd.code == 12038004
    for name in ("no dot", "two.dots.pdf", "../x.pdf"):
        assert (await bench.call("POST", path, body={"name": name}, files=pdf)).code == 12052910


def a_form(*parts: tuple[str, bytes], end: bytes = b"--\r\n") -> bytes:
    """A form by its parts: what follows `form-data` in their heads, and their contents."""
    body = b""
    for head, content in parts:
        place = f"Content-Disposition: form-data{head}".encode()
        body += b"--edge\r\nContent-Type: text/plain\r\n" + place + b"\r\n\r\n" + content + b"\r\n"
    return body + b"--edge" + end


@pytest.mark.parametrize(
    "head", ['; name="data"', '; filename="x.png"; name="data"', "; name=data; filename=x.png"]
)
async def test_a_file_may_come_without_a_name(bench: Bench, head: str) -> None:
    raw = a_form((head, a_picture()), ('; name="use_case"', b"ATTRIBUTE_IMAGE"))
    answer = await bench.call(
        "POST",
        "/product/202309/images/upload",
        raw=raw,
        content_type='multipart/form-data; boundary="edge"',
    )
    assert (answer.code, answer.data["use_case"]) == (0, "ATTRIBUTE_IMAGE"), answer.message


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (b"no form at all", "multipart/form-data; boundary=edge"),
        (a_form(('; name="data"', b"x")), "multipart/form-data"),
        (a_form(('; name="data"', b"x"), end=b""), "multipart/form-data; boundary=edge"),
        (a_form(("", b"x")), "multipart/form-data; boundary=edge"),
        (a_form(('; name="use_case"', b"\xff")), "multipart/form-data; boundary=edge"),
        (b"--edge\r\n--edge--\r\n", "multipart/form-data; boundary=edge"),
        (a_form(*[('; name="a"', b"")] * 60), "multipart/form-data; boundary=edge"),
    ],
)
async def test_forms_that_are_none(bench: Bench, raw: bytes, kind: str) -> None:
    answer = await bench.call("POST", "/product/202309/images/upload", raw=raw, content_type=kind)
    assert (answer.status, answer.code) == (200, 12052910), answer.message
    assert "body" in answer.message
