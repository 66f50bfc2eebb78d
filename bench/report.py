"""Figures: what is kept of a run, and how it is shown."""

import json
import platform
import subprocess
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
import psutil

from clipcart.kit.clock import wall_now

RESULTS = Path(__file__).parent / "results"


@dataclass(slots=True)
class Figure:
    """One line of the table. `aim` is a rate, or a time in seconds, as `unit` says."""

    workload: str
    what: str
    value: float
    unit: str
    p50_ms: float | None = None
    p99_ms: float | None = None
    ceiling: float | None = None
    """The same SQL without server and rooms, in the same unit."""
    aim: str = ""
    reached: bool | None = None
    checks: dict[str, Any] = field(default_factory=dict)
    """What was found right, or counted beside."""

    @property
    def ratio(self) -> float | None:
        """The part of the ceiling that was reached."""
        return None if not self.ceiling else self.value / self.ceiling

    def cells(self) -> tuple[str, ...]:
        """As the table shows it."""

        def number(value: float | None) -> str:
            if value is None:
                return ""
            return f"{value:,.0f}" if value >= 100 else f"{value:,.2f}"

        return (
            self.workload,
            self.what,
            f"{number(self.value)} {self.unit}",
            number(self.p50_ms),
            number(self.p99_ms),
            number(self.ceiling),
            "" if self.ratio is None else f"{self.ratio:.0%}",
            self.aim,
            {True: "yes", False: "no", None: ""}[self.reached],
        )


HEADINGS = ("", "what", "figure", "p50 ms", "p99 ms", "ceiling", "of it", "aim", "reached")


@dataclass(frozen=True, slots=True)
class Machine:
    """Where and of what the figures are."""

    at: str
    commit: str
    cores: int
    processor: str
    memory_gb: float
    python: str
    postgres: str
    durable: str
    """What the database said of its own commits."""
    busy_before: str
    """How much of the processors others used in the second before the run."""


async def machine(url: str) -> Machine:
    """This machine and this clone."""
    connection = await asyncpg.connect(url)
    postgres = await connection.fetchval("show server_version")
    wanted = ("fsync", "synchronous_commit", "full_page_writes")
    durable = [f"{name}={await connection.fetchval(f'show {name}')}" for name in wanted]
    await connection.close()
    return Machine(
        at=wall_now().isoformat(timespec="seconds"),
        commit=_commit(),
        cores=psutil.cpu_count() or 0,
        processor=_processor(),
        memory_gb=round(psutil.virtual_memory().total / 1e9, 1),
        python=platform.python_version(),
        postgres=postgres,
        durable=", ".join(durable),
        busy_before=f"{psutil.cpu_percent(1.0):.0f}%",
    )


def _commit() -> str:
    def git(*words: str) -> str:
        return subprocess.run(
            ["git", *words], cwd=Path(__file__).parent, capture_output=True, text=True, check=False
        ).stdout.strip()

    commit = git("rev-parse", "--short=10", "HEAD") or "unknown"
    return f"{commit}+changes" if git("status", "--porcelain", "--", "../src") else commit


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def write(folder: Path, about: Machine, settings: dict[str, Any], figures: list[Figure]) -> Path:
    """The JSON of the run, and the table as latest.md."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{about.at[:10]}-{about.commit}.json"
    plain = {
        "machine": asdict(about),
        "settings": settings,
        "figures": [{**asdict(figure), "ratio": figure.ratio} for figure in figures],
    }
    path.write_text(json.dumps(plain, indent=1) + "\n")
    (folder / "latest.md").write_text(_markdown(about, settings, figures))
    return path


def _markdown(about: Machine, settings: dict[str, Any], figures: list[Figure]) -> str:
    lines = [
        "# Figures of the last run",
        "",
        f"{about.at[:10]}, commit {about.commit}. {about.cores} cores ({about.processor}), "
        f"{about.memory_gb} GB, Python {about.python}, PostgreSQL {about.postgres} with "
        f"{about.durable}. Server, worker, database and load on this one machine, of which others "
        f"used {about.busy_before} before the run.",
        "",
        "Settings: " + ", ".join(f"{name} {value}" for name, value in settings.items()) + ".",
        "",
        f"| {' | '.join(HEADINGS)} |",
        "|" + "---|" * len(HEADINGS),
        *(f"| {' | '.join(figure.cells())} |" for figure in figures),
        "",
        "Beside them:",
        "",
        *(
            f"- {figure.workload} {figure.what}: "
            + "; ".join(f"{name} {_shown(value)}" for name, value in figure.checks.items())
            for figure in figures
            if figure.checks
        ),
    ]
    return "\n".join(lines) + "\n"


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "NO"
    return (
        f"{value:,.1f}"
        if isinstance(value, float)
        else f"{value:,}"
        if isinstance(value, int)
        else str(value)
    )
