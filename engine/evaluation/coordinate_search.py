"""A search of one number at a time, within bounds: slow to fool and the same every time."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

from nosograph.engine.ranking.parameters import EvidenceParameters

__all__ = ["COORDINATES", "Coordinate", "search"]

LEAST_GAIN = 1e-4
"""A step must lower the loss by more than this."""
LEAST_GAIN_OF_A_ROUND = 5e-4
MOST_STEPS = 3
"""In one direction, of one number, in one round."""
DECIMALS = 5


class Coordinate(NamedTuple):
    """One number to search, and how."""

    name: str
    """Field of `EvidenceParameters`."""
    step: float
    """First factor, below 1, or first addend; finer by a square root, or a half, each round."""
    low: float = 0.0
    high: float = math.inf
    adds: bool = False
    """Whether the step is added, and not multiplied."""
    item: int | None = None
    """Place in the field, for a field with several numbers."""

    def of(self, parameters: EvidenceParameters) -> float:
        """The number's value."""
        value = getattr(parameters, self.name)
        return float(value if self.item is None else value[self.item])

    def moved(self, parameters: EvidenceParameters, step: float, *, up: bool) -> EvidenceParameters:
        """The numbers after one step, kept within the bounds."""
        value = self.of(parameters)
        if self.adds:
            value += -step if up else step
        else:
            value *= 1 / step if up else step
        return self.put(parameters, min(max(value, self.low), self.high))

    def put(self, parameters: EvidenceParameters, value: float) -> EvidenceParameters:
        """The numbers with another value of this one."""
        if self.item is None:
            changed: dict[str, Any] = {self.name: value}
        else:
            values = list(getattr(parameters, self.name))
            values[self.item] = value
            changed = {self.name: tuple(values)}
        return replace(parameters, **changed)


COORDINATES = (
    Coordinate("observed_decay", 0.8, 0.05, 2.0),
    Coordinate("observed_weight", 0.85),
    Coordinate("opposing_weight", 0.5, 0.2, 1.0),
    Coordinate("never_seen_penalty", 0.15, 0.0, 0.5, adds=True),
    Coordinate("more_general_weight", 0.75, 0.35, 1.0),
    Coordinate("frequency_power", 0.85, 0.5, 2.0),
    Coordinate("more_specific_weight", 0.6),
    Coordinate("related_weight", 0.6),
    Coordinate("related_power", 0.8, 0.3, 1.2),
    Coordinate("neighbour_share", 0.7, 0.1, 0.7),
    Coordinate("floor", 0.4, 1e-4, 0.01),
    Coordinate("background_share", 0.5),
    Coordinate("looked_for_weight", 0.8),
    Coordinate("looked_for_decay", 0.75, 0.02, 1.5),
    Coordinate("looked_for_values", 0.8, 0.0, 1.3, item=1),
    Coordinate("looked_for_values", 0.5, 0.0, 1.0, item=2),
    Coordinate("looked_for_absent", 0.75, 0.0, 1.5),
    Coordinate("x_linked_male", 0.15, 0.0, 0.2, adds=True),
    Coordinate("x_linked_female", 0.35, -0.7, 0.0, adds=True),
    Coordinate("onset_weight", 0.75, 0.2, 1.0),
)
"""What is searched, in this order. The bounds of `opposing_weight`, `never_seen_penalty`,
`more_general_weight` and the sexes keep the fit where patients from elsewhere fare well, too."""


def search(
    loss: Callable[[EvidenceParameters], float], start: EvidenceParameters, *, rounds: int
) -> tuple[EvidenceParameters, float]:
    """Lower a loss, one number after the other.

    Args:
        loss: What to lower.
        start: Where to start from.
        rounds: How often to go over all numbers, with ever smaller steps.

    Returns:
        The best numbers, rounded, and their loss before rounding.
    """
    best, lowest = start, loss(start)
    for number in range(rounds):
        before = lowest
        for coordinate in COORDINATES:
            step = _step(coordinate, number)
            for up in (False, True):
                found, value = _descend(loss, best, lowest, coordinate=coordinate, step=step, up=up)
                if value < lowest:
                    best, lowest = found, value
                    break
        if number > 0 and before - lowest < LEAST_GAIN_OF_A_ROUND:
            break
    for coordinate in COORDINATES:
        best = coordinate.put(best, round(coordinate.of(best), DECIMALS))
    return best, lowest


def _step(coordinate: Coordinate, number: int) -> float:
    if coordinate.adds:
        return coordinate.step / float(2**number)
    return float(coordinate.step ** (0.5**number))


def _descend(
    loss: Callable[[EvidenceParameters], float],
    start: EvidenceParameters,
    lowest: float,
    *,
    coordinate: Coordinate,
    step: float,
    up: bool,
) -> tuple[EvidenceParameters, float]:
    """Step in one direction as long as it helps."""
    best = start
    for _ in range(MOST_STEPS):
        trial = coordinate.moved(best, step, up=up)
        if trial == best:
            break
        value = loss(trial)
        if value >= lowest - LEAST_GAIN:
            break
        best, lowest = trial, value
    return best, lowest
