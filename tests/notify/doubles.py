"""What tests of sending share: messages, a gateways file, and a gateway that does as it is told."""

from collections.abc import Callable
from pathlib import Path

from muster.notify.gateways import Gateways, read_gateways
from muster.ports import Delivery, Message

LINK = "https://muster.example.org"
NUMBER = "+1 212 555 0105"
MAIL = "m0005@example.org"


def message(channel: str = "sms", *, step: int = 1, address: str | None = None, repeat: bool = False) -> Message:
    """A message to one member."""
    address = (MAIL if channel == "e-mail" else NUMBER) if address is None else address
    reference = f"T-1/decide/{step}/M0005/{channel}"
    return Message(
        reference, channel, address, "Decide: block party", f"Decide: block party; now\n{LINK}/c/x.y", repeat
    )


def gateways_file(folder: Path, **channels: str) -> Path:
    """A gateways file with these channels; ``e_mail`` stands for e-mail."""
    lines = "".join(f'"{name.replace("_", "-")}" = "{url}"\n' for name, url in channels.items())
    path = folder / "gateways.toml"
    path.write_text(f'link = "{LINK}"\n[channels]\n{lines}', encoding="utf-8")
    return path


def gateways(folder: Path, **channels: str) -> Gateways:
    """What such a file says."""
    return read_gateways(gateways_file(folder, **channels))


class Obedient:
    """A gateway that answers as it is told, and counts."""

    def __init__(self, answer: Callable[[Message], Delivery]) -> None:
        self.answer = answer
        self.asked: list[Message] = []

    def send(self, message: Message, title: str, text: str) -> Delivery:
        """What it was told."""
        self.asked.append(message)
        return self.answer(message)
