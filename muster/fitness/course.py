"""How the states of many members run on through sleep and wakefulness, exactly, by any length of step."""

from typing import ClassVar, Protocol

import numpy as np

from muster.fitness.arrays import HOUR, Flags, Floats, Wholes
from muster.fitness.stretches import Stretches


class Model(Protocol):
    """A model of sleepiness: a few states a member, which run on by closed formulas while nobody falls asleep or wakes.

    States are arrays of shape (states, members); hours are elapsed hours, hours of the day those of the body clock.
    """

    NAME: ClassVar[str]
    TITLE: ClassVar[str]
    MEASURE: ClassVar[str]
    """what ``value`` is called: kss or lapses"""

    @property
    def start(self) -> Floats:
        """The states to start with, shape (states,)."""
        ...

    def flow(self, states: Floats, awake: Flags, hours: float | Floats) -> Floats:
        """The states so many hours later, everybody awake or asleep throughout; ``hours`` alike for all or one each."""
        ...

    def turn(self, states: Floats, awake: Flags) -> Floats:
        """The states of members who have just woken (``awake``) or fallen asleep."""
        ...

    def value(self, states: Floats, tod: float) -> Floats:
        """What the model is asked for, of each member, at an hour of the day."""
        ...

    def settled(self, states: Floats, tod: float) -> Floats:
        """The same without the inertia after waking."""
        ...

    def columns(self, states: Floats, tod: float) -> dict[str, Floats]:
        """All that the model says of each member, by name."""
        ...


class Course:
    """Members on their way under one model, at one instant after another.

    A step is one closed formula for all. Those who fall asleep or wake within it are taken there by the formula's own
    partial steps, so how a time is cut into steps changes nothing but the last digits.
    """

    def __init__(self, model: Model, sleeps: Stretches, at: int, states: Floats, awake_since: int) -> None:
        """Everybody awake since ``awake_since`` and, at ``at``, in ``states``: one state each, shape (states,), or one
        for each member. Both in seconds; no sleep starts before ``at``."""
        self._model = model
        self._changes, self._next = sleeps.changes()
        self._due: Wholes = self._changes[self._next]
        if len(self._due) and int(self._due.min()) < at:
            raise ValueError(f"a sleep starts at {int(self._due.min())}, before the course at {at}")
        columns = states if states.ndim == 2 else np.repeat(states[:, None], sleeps.members, axis=1)
        self.states = np.array(columns, dtype=np.float64)
        self.awake: Flags = np.ones(sleeps.members, dtype=np.bool_)
        self.since: Wholes = np.full(sleeps.members, awake_since, dtype=np.int64)
        self.at = at
        self._turn_who_is_due(self.states.copy(), at)

    def to(self, at: int) -> None:
        """Go on to an instant that is not before the one reached. Whoever falls asleep or wakes at it, has."""
        if at == self.at:
            return
        if at < self.at:
            raise ValueError(f"a course goes forward: {at} is before {self.at}")
        before = self.states
        self.states = self._model.flow(before, self.awake, (at - self.at) / HOUR)
        self._turn_who_is_due(before, at)
        self.at = at

    def _turn_who_is_due(self, before: Floats, at: int) -> None:
        """Redo the step in parts for those who fall asleep or wake within it; ``before``: the states at its start."""
        who = np.flatnonzero(self._due <= at)
        if not who.size:
            return
        states, clock = before[:, who], np.full(who.size, self.at, dtype=np.int64)
        turning = np.arange(who.size)
        while turning.size:
            member = who[turning]
            due = self._due[member]
            there = self._model.flow(states[:, turning], self.awake[member], (due - clock[turning]) / HOUR)
            self.awake[member] ^= True
            states[:, turning] = self._model.turn(there, self.awake[member])
            clock[turning] = self.since[member] = due
            self._next[member] += 1
            self._due[member] = self._changes[self._next[member]]
            turning = turning[self._due[member] <= at]
        self.states[:, who] = self._model.flow(states, self.awake[who], (at - clock) / HOUR)

    def hours_in_state(self) -> Floats:
        """For how long each member has been awake, or asleep, in hours."""
        return (self.at - self.since) / HOUR
