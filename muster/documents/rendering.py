"""The templates of documents, filled in: what was typed in is text in them, whatever it looks like."""

from datetime import date
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from muster.domain.directions import set_apart


def day_text(day: date) -> str:
    """A day as it is written in documents: ``Sun 1 Nov 2020``."""
    return f"{day:%a} {day.day} {day:%b %Y}"


def _apart(value: object) -> object:
    """What is shown, set apart by signs that stand in a file as plain letters."""
    return value if set_apart(value) is value else Markup("&#x2066;{}&#x2069;").format(value)


_templates: Final = Environment(
    loader=PackageLoader("muster.documents"),
    autoescape=True,
    finalize=_apart,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_templates.filters["n"] = lambda value: f"{value:.1f}".removesuffix(".0")
_templates.filters["day"] = day_text


def rendered(template: str, **values: Any) -> str:
    """The document that a template makes of these values. Raises ``UndefinedError`` for one that it needs and lacks."""
    return _templates.get_template(template).render(**values)
