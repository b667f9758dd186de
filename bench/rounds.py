"""Measurements in turns, so that whatever else the machine does meets all contenders alike."""

import dataclasses
import statistics


@dataclasses.dataclass(frozen=True)
class Spread:
    """The median of some numbers and the quartiles around it."""
    median: float
    low: float
    high: float

    @staticmethod
    def of(numbers):
        numbers = sorted(numbers)
        if len(numbers) < 3:
            return Spread(statistics.median(numbers), numbers[0], numbers[-1])
        low, _, high = statistics.quantiles(numbers, n=4, method="inclusive")
        return Spread(statistics.median(numbers), low, high)


def take_turns(contenders, rounds, measure):
    """Measures each contender once a round, each round beginning with another; lists of results."""
    results = {contender: [] for contender in contenders}
    for number in range(rounds):
        start = number % len(contenders)
        for contender in contenders[start:] + contenders[:start]:
            results[contender].append(measure(contender))
    return results


def median(numbers):
    return statistics.median(numbers)


def ratio(numerators, denominators):
    """The ratio within each round, never of numbers of different ones; None if no round has one."""
    ratios = [a / b for a, b in zip(numerators, denominators, strict=True) if b > 0]
    return Spread.of(ratios) if ratios else None


def added(values, bare):
    return [value - base for value, base in zip(values, bare, strict=True)]
