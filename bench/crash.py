"""The crash test at length: rounds of kills under load, each epoch proved at its end.

    ./bench/crash --rounds 1000             a night's worth
    ./bench/crash --rounds 40 --seed 7      one epoch again, with the choices of that seed

The same machinery as tests/crash, on durable commits. What was found is kept in bench/results.
"""

import asyncio
import json
import random
import shutil
import signal
import statistics
import subprocess
import sys
import traceback
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import click
from tests.crash.storm import Epoch, Round, Storm
from tests.crash.wreck import Wreck, new_folder

from bench.report import Machine, machine
from clipcart.kit.clock import stopwatch, wall_now
from clipcart.settings import read

RESULTS = Path(__file__).with_name("results")
ROUNDS_OF_AN_EPOCH = 40


@dataclass
class Tally:
    """What the whole run came to."""

    about: Machine | None = None
    epochs: list[Epoch] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)

    @property
    def rounds(self) -> list[Round]:
        """Every round of every epoch."""
        return [each for epoch in self.epochs for each in epoch.rounds]

    def back_s(self) -> dict[str, dict[str, float]]:
        """Until somebody was sold something again, by what was killed."""
        found: dict[str, list[float]] = {}
        for each in self.rounds:
            found.setdefault(each.target, []).append(each.back_s)
        return {
            target: {
                "kills": len(times),
                "median_s": round(statistics.median(times), 2),
                "longest_s": round(max(times), 2),
            }
            for target, times in sorted(found.items())
        }

    def summary(self) -> dict[str, object]:
        """The figures that are kept."""
        answers: Counter[int] = Counter()
        for epoch in self.epochs:
            answers += epoch.told.answers
        return {
            "rounds": len(self.rounds),
            "epochs": len(self.epochs),
            "seeds": [epoch.seed for epoch in self.epochs],
            "purchases": sum(len(epoch.told.purchases) for epoch in self.epochs),
            "refused_as_sold_out": sum(len(epoch.told.refused) for epoch in self.epochs),
            "cancelled": sum(len(epoch.told.cancelled) for epoch in self.epochs),
            "answers_by_status": {str(status): n for status, n in sorted(answers.items())},
            "requests_without_answer": sum(epoch.told.silences for epoch in self.epochs),
            "days_passed": round(sum(epoch.days for epoch in self.epochs)),
            "killed": self.back_s(),
            "findings": self.findings,
        }


@click.command()
@click.option("--rounds", default=1000, show_default=True, help="How often something is killed.")
@click.option("--seed", type=int, help="The first epoch's seed; the next ones count on from it.")
@click.option("--every", default=10, show_default=True, help="Rounds between two lines.")
@click.option("--epoch", "length", default=ROUNDS_OF_AN_EPOCH, show_default=True, help="Rounds.")
@click.option("--out", type=click.Path(path_type=Path), help="The result file.")
@click.option("--keep", type=click.Path(path_type=Path), help="Logs of broken epochs go here.")
def main(
    rounds: int, seed: int | None, every: int, length: int, out: Path | None, keep: Path | None
) -> None:
    """Kill server, workers and database under load, and prove that nothing is lost or doubled."""
    first = random.SystemRandom().randrange(1 << 31) if seed is None else seed
    tally, begun = Tally(), stopwatch()
    at = wall_now()
    click.echo(f"{rounds} rounds, epochs of {length}, seeds from {first}")
    with new_folder("crash") as folder:
        try:
            asyncio.run(_run(folder, tally, _plan(first, rounds, length), every, keep))
        except asyncio.CancelledError:
            click.echo("ended early; what was run until then:")
    summary = tally.summary()
    path = out or RESULTS / f"crash-{at:%Y%m%dT%H%M%SZ}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    about = {"machine": asdict(tally.about)} if tally.about else {}
    took = {"took_s": round(stopwatch() - begun)}
    path.write_text(json.dumps({**about, **took, **summary}, indent=1) + "\n")
    _say(summary, path)
    sys.exit(1 if tally.findings else 0)


def _plan(first: int, rounds: int, length: int) -> Sequence[tuple[int, int]]:
    """Seed and rounds of each epoch."""
    sizes = [length] * (rounds // length) + ([rounds % length] if rounds % length else [])
    return [(first + place, size) for place, size in enumerate(sizes)]


async def _run(
    folder: Path, tally: Tally, plan: Sequence[tuple[int, int]], every: int, keep: Path | None
) -> None:
    # Also in the background, where a shell lets SIGINT be ignored: nothing stays behind.
    this = asyncio.current_task()
    assert this is not None
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, this.cancel)
    wreck = Wreck(folder, read().home)
    try:
        await wreck.settle()
        tally.about = await machine(wreck.url)
        for seed, size in plan:
            epoch = Epoch(seed)
            tally.epochs.append(epoch)
            try:
                await Storm(wreck, tell=Teller(tally, every)).epoch(epoch, size)
            except Exception as error:
                epoch.broken = (f"{type(error).__name__}: {error}",)
                traceback.print_exc()
            for each in epoch.rounds:
                tally.findings += [
                    f"seed {seed}, round {each.number}, {each.target}: {words}"
                    for words in each.broken
                ]
            tally.findings += [f"seed {seed}, at rest: {words}" for words in epoch.broken]
            verdict = "holds" if epoch.holds else "BROKEN"
            click.echo(f"epoch of seed {seed}: {len(epoch.told.purchases)} purchases, {verdict}")
            if keep and not epoch.holds:
                await asyncio.to_thread(_keep, wreck, keep / f"seed-{seed}")
    finally:
        await wreck.close()


@dataclass(frozen=True, slots=True)
class Teller:
    """Says a line after so many rounds, and whenever something is wrong."""

    tally: Tally
    every: int

    def __call__(self, done: Round) -> None:
        """After a round."""
        count = len(self.tally.rounds)
        if done.broken or count % self.every == 0:
            bad = f"  BROKEN: {'; '.join(done.broken)}" if done.broken else ""
            click.echo(
                f"round {count:5}  {done.target:16} back after {done.back_s:5.2f} s  "
                f"{done.purchases:6} purchases in this epoch{bad}"
            )


def _keep(wreck: Wreck, folder: Path) -> None:
    """Logs and database of a broken epoch, to look into."""
    folder.mkdir(parents=True, exist_ok=True)
    for log in (*wreck.folder.glob("*.log"), wreck.embedded.log):
        shutil.copy(log, folder)
    dump = [str(wreck.embedded.bin("pg_dump")), "-Fc", f"--file={folder}/database.dump", wreck.url]
    subprocess.run(dump, check=False)


def _say(summary: dict[str, object], path: Path) -> None:
    for name, value in summary.items():
        if name not in ("findings", "seeds"):
            click.echo(f"{name}: {value}")
    findings = summary["findings"]
    assert isinstance(findings, list)
    for words in findings:
        click.echo(f"FOUND: {words}")
    click.echo(f"{len(findings)} findings; kept in {path.name}")


if __name__ == "__main__":
    main()
