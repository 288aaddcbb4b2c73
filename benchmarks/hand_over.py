"""Handing messages to gateways: how many one process can, with how many threads, and what each costs it."""

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import get_context
from typing import Final
from urllib.parse import quote

from benchmarks._sinks import elsewhere
from benchmarks._table import Measured, report
from muster.notify.gateways import Gateways
from muster.notify.sending import Sender
from muster.ports import Message

MESSAGES: Final = 2_000
DUE: Final = 10_000
THREADS: Final = (8, 16, 32)
ROUNDS: Final = 3
CHANNELS: Final = {"webhook": ("sms", "+1 212 555 0105"), "mail": ("e-mail", "m0005@example.org")}
TITLE: Final = "Decide: block party, 300 people, 47th Precinct"
TEXT: Final = (
    "Decide: block party, 300 people; 47th Precinct; from CITY-HALL; by 2345\n"
    "https://muster.example.org/c/T-20201008-001:decide:3:M00191:sms.TRBx77TY42vxwhi5"
)
MOST_MS: Final = 1.5  # of the 6 that two cores have for each of 10,000 in 30 s; the rest is for claiming and recording
MOST_SECONDS: Final = 30.0
ALONE: Final = 50  # messages that apprise sends alone, for comparison


def main() -> int:
    """0 when every target is met, and everything that was sent arrived."""
    rows = [row for kind in CHANNELS for row in measured(kind)]
    return report(f"{MESSAGES:,} messages to a sink in another process (the best of {ROUNDS})", rows)


def measured(kind: str) -> list[Measured]:
    """One kind of gateway with each number of threads, and apprise alone."""
    rows = []
    channel, _ = CHANNELS[kind]
    with elsewhere(kind) as sink, Gateways("", {channel: sink.url}).notifier() as notifier:
        sent: set[str] = set()
        for threads in THREADS:
            rounds = [handed_over(notifier, kind, threads, sent) for _ in range(ROUNDS)]
            cpu, wall = (min(values) for values in zip(*rounds, strict=True))
            name = f"{kind}, {threads} threads"
            rows.append(Measured(f"{name}: processor time for each", cpu / MESSAGES * 1000, MOST_MS, "ms"))
            rows.append(Measured(f"{name}: {DUE:,} would take", wall / MESSAGES * DUE, MOST_SECONDS, "s"))
        lost = sent - sink.received()
        rows.append(Measured(f"{kind}: said to be sent, and did not arrive", len(lost), 0, ""))
        rows.append(
            Measured(f"{kind}, apprise alone: processor time for each", apprise_alone(kind, sink.url), None, "ms")
        )
    return rows


def handed_over(notifier: Sender, kind: str, threads: int, sent: set[str]) -> tuple[float, float]:
    """Seconds of processor time, and by the clock, until all messages are handed over."""
    channel, address = CHANNELS[kind]
    first = len(sent)
    messages = [
        Message(f"T-{number}/decide/3/M00191/{channel}", channel, address, TITLE, TEXT)
        for number in range(first, first + MESSAGES)
    ]
    with ThreadPoolExecutor(threads) as pool:
        cpu, wall = time.process_time(), time.perf_counter()
        deliveries = list(pool.map(notifier.send, messages))
        spent = time.process_time() - cpu, time.perf_counter() - wall
    failed = [delivery.says for delivery in deliveries if delivery.state != "sent"]
    if failed:
        raise SystemExit(f"{kind}, {threads} threads: {len(failed)} were not sent: {failed[0]}")
    sent.update(message.reference for message in messages)
    return spent


def apprise_alone(kind: str, url: str) -> float:
    """Milliseconds of processor time in which apprise makes a sender of a URL and sends one message, in a process in
    which nothing of ours stands in its way."""
    _, address = CHANNELS[kind]
    url = url.replace("{address}", quote(address.replace(" ", ""))) + "&:reference=alone"
    with get_context("spawn").Pool(1) as pool:
        return pool.apply(_alone, (url,))


def _alone(url: str) -> float:
    from apprise import Apprise

    first = Apprise()
    first.add(url)
    first.notify(title=TITLE, body=TEXT)  # what is done once, like loading its services, does not count
    start = time.process_time()
    for _ in range(ALONE):
        alone = Apprise()
        alone.add(url)
        if not alone.notify(title=TITLE, body=TEXT):
            raise SystemExit("apprise alone sent nothing")
    return (time.process_time() - start) / ALONE * 1000


if __name__ == "__main__":
    sys.exit(main())
