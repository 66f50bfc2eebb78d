"""An order's timeline as pages show it: one telling, in the voice of whoever reads. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from clipcart.markets import Market
from clipcart.orders import Step, StepStatus


@dataclass(frozen=True, slots=True)
class StepView:
    """A step as ui/timeline.html shows it."""

    title: str
    state: str
    when: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class Voice:
    """How one audience is told: titles and states of facts, titles and notes of what is ahead.

    `note` makes a sentence from a fact's details; `moment_text` writes a time.
    """

    reached: Mapping[str, tuple[str, str]]
    ahead: Mapping[str, tuple[str, str]]
    note: Callable[[str, Mapping[str, Any], Market], str | None]
    moment_text: Callable[[Market, datetime], str]


def step_views(found: Sequence[Step], market: Market, voice: Voice) -> tuple[StepView, ...]:
    """The steps in words, oldest first."""
    return tuple(
        _reached(step, market, voice)
        if step.status is StepStatus.REACHED
        else _ahead(step, market, voice)
        for step in found
    )


def _reached(step: Step, market: Market, voice: Voice) -> StepView:
    plain = step.key.partition(".")[2].replace("_", " ").capitalize()
    title, state = voice.reached.get(step.key, (plain, "reached"))
    when = voice.moment_text(market, step.at) if step.at else None
    return StepView(title, state, when, voice.note(step.key, step.details or {}, market))


def _ahead(step: Step, market: Market, voice: Voice) -> StepView:
    title, note = voice.ahead.get(step.key, (step.key, ""))
    state = "future"
    if step.status is StepStatus.CURRENT:
        state = "late" if step.is_missed else "current"
    when = f"by {voice.moment_text(market, step.due_at)}" if step.due_at else None
    return StepView(title, state, when, (note or None) if when else None)
