"""The bench: figures and result files come out of it, and its load counts answers rightly."""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

from bench.wire import Load, drive, request

CLONE = Path(__file__).resolve().parents[2]


def test_a_small_run_writes_its_figures(tmp_path: Path, home: Path) -> None:
    words = ["w1", "w3", "w6", "--quick", "--seconds", "0.3", "--settle-limit", "120"]
    words += ["--orders", "100"]
    done = subprocess.run(
        [sys.executable, "-m", "bench", *words, "--results", str(tmp_path)],
        cwd=CLONE,
        env={**os.environ, "CLIPCART_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    result = json.loads(next(tmp_path.glob("*.json")).read_text())
    figures = {(each["workload"], each["unit"]): each for each in result["figures"]}
    product, purchase = figures["W1", "/s"], figures["W3", "/s"]
    assert product["value"] > 0
    assert product["ceiling"] > 0
    assert purchase["checks"]["answered and found in the database"] > 0
    settled = figures["W3", "payments/s"]["checks"]
    assert settled["all paid, everybody heard"]
    assert settled["ledger proves"] == "yes"
    signed = [each["checks"] for each in result["figures"] if each["workload"] == "W6"]
    assert len(signed) == 2
    for checks in signed:
        assert checks["answers checked"] > 0
        assert 0 < checks["part of it, %"] < 100
    assert result["machine"]["durable"] == "fsync=on, synchronous_commit=on, full_page_writes=on"
    assert "| W1 | product with variants and prices |" in (tmp_path / "latest.md").read_text()


async def test_the_load_counts_every_answer_however_it_is_cut() -> None:
    seen: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while not reader.at_eof():
            head = await reader.readuntil(b"\r\n\r\n")
            seen.append(head)
            status = b"503 Busy" if b"/busy" in head else b"200 OK"
            for part in (b"HTTP/1.1 " + status, b"\r\nContent-Length: 4\r\n", b"\r\nab", b"cd"):
                writer.write(part)
                await writer.drain()
                await asyncio.sleep(0)
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    good, busy = request("GET", "/good", has_key=True), request("GET", "/busy")
    scripts = [(good, good), (good, busy, good)] * 5
    load = Load(server.sockets[0].getsockname()[1], scripts, 3, "key", sample_every=1)
    outcome = await drive(load)
    server.close()
    assert outcome.scripts == 10
    assert outcome.lost == 0
    assert outcome.statuses == {200: 15, 503: 5}
    assert outcome.last_statuses == {200: 5, 503: 5}
    assert {sample.body for sample in outcome.samples} == {b"abcd"}
    keys = [head.split(b"Idempotency-Key: ")[1] for head in seen if b"Idempotency" in head]
    assert len(keys) == len(set(keys)) == 15
