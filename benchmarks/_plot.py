"""Plain SVG: lines over two logarithmic axes, several panels side by side. Every value also stands in a table."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT, LEFT, TOP, GAP = 230, 200, 54, 34, 62


@dataclass(frozen=True, slots=True)
class Panel:
    """Points (x, y), in order of x, both above 0; a dashed line shows what in proportion to the first would be."""

    title: str
    x_label: str
    points: Sequence[tuple[float, float]]


def svg(title: str, says: str, y_label: str, panels: Sequence[Panel]) -> str:
    """The picture; ``says`` is read out instead of it. All panels share the height of a value."""
    high = [y for panel in panels for y in (*(y for _, y in panel.points), _proportional(panel)[1][1])]
    low, top = min(high) / 1.5, max(high) * 1.5
    width = LEFT + len(panels) * (WIDTH + GAP)
    parts = [part for i, panel in enumerate(panels) for part in _panel(panel, LEFT + i * (WIDTH + GAP), low, top)]
    middle = TOP + HEIGHT / 2
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {HEIGHT + TOP + 50}" role="img" '
            'aria-labelledby="title says" font-family="sans-serif" font-size="12" fill="#222">',
            f'<title id="title">{escape(title)}</title>',
            f'<desc id="says">{escape(says)}</desc>',
            '<rect width="100%" height="100%" fill="#fff"/>',
            f'<text transform="translate(14 {middle}) rotate(-90)" text-anchor="middle">{escape(y_label)}</text>',
            *parts,
            "</svg>\n",
        ]
    )


def _proportional(panel: Panel) -> tuple[tuple[float, float], tuple[float, float]]:
    (x, y), last = panel.points[0], panel.points[-1][0]
    return (x, y), (last, y * last / x)


def _panel(panel: Panel, left: int, low: float, top: float) -> Iterator[str]:
    first, last = panel.points[0][0] / 1.2, panel.points[-1][0] * 1.2

    def at(x: float, y: float) -> tuple[float, float]:
        across = math.log(x / first) / math.log(last / first)
        up = math.log(y / low) / math.log(top / low)
        return left + WIDTH * across, TOP + HEIGHT * (1 - up)

    def line(points: Sequence[tuple[float, float]], style: str) -> str:
        where = " ".join(f"{x:.1f},{y:.1f}" for x, y in (at(*point) for point in points))
        return f'<polyline points="{where}" fill="none" {style}/>'

    yield f'<text x="{left}" y="20" font-weight="bold">{escape(panel.title)}</text>'
    yield f'<rect x="{left}" y="{TOP}" width="{WIDTH}" height="{HEIGHT}" fill="none" stroke="#777"/>'
    yield line(_proportional(panel), 'stroke="#777" stroke-dasharray="5 4"')
    yield line(panel.points, 'stroke="#0b5394" stroke-width="2"')
    for x, y in panel.points:
        across, up = at(x, y)
        yield f'<circle cx="{across:.1f}" cy="{up:.1f}" r="4" fill="#0b5394"/>'
        yield f'<text x="{across:.1f}" y="{up - 9:.1f}" text-anchor="middle">{y:.3g}</text>'
        yield f'<text x="{across:.1f}" y="{TOP + HEIGHT + 16}" text-anchor="middle">{x:g}</text>'
    yield f'<text x="{left + WIDTH / 2}" y="{TOP + HEIGHT + 36}" text-anchor="middle">{escape(panel.x_label)}</text>'
