"""The results in Markdown, for ``docs/performance.md``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from benchmarks import report
from benchmarks.duplicates.sets import WORLD

BEGIN, END = "<!-- duplicates -->", "<!-- end of duplicates -->"
OURS = "Tuttava"


def text(measured: Sequence[dict[str, Any]], odd: Sequence[dict[str, Any]]) -> str:
    """Accuracy first, then what it costs, then bases that are out of the ordinary."""
    lines = [f"Measured on {report.machine()}.", "", *_accuracy(measured), "", *_cost(measured)]
    return "\n".join([*lines, "", *_odd(odd)] if odd else lines)


def set_name(found: dict[str, Any]) -> str:
    name = str(found["set"])
    if name.startswith(WORLD):
        return f"{int(name.removeprefix(WORLD).partition('-')[0]):,} generated"
    return name.replace("febrl", "Febrl ")


def _three(quality: dict[str, float]) -> str:
    return " / ".join(_share(quality[name]) for name in ("precision", "recall", "f1"))


def _share(value: float) -> str:
    """Four digits, without the zero before the point; never rounded up to a one that it is not."""
    shown = f"{min(value, 0.9999):.4f}" if value < 1 else "1.0000"
    return shown.lstrip("0") if value < 1 else shown


def _best(quality: dict[str, float]) -> str:
    return f"{_share(quality['f1'])} at {quality['threshold']:.2f}"


def _accuracy(measured: Sequence[dict[str, Any]]) -> list[str]:
    lines = [
        "| set | found by | pairs: precision / recall / F1 | best F1 | clusters: precision / recall / F1 | best F1 "
        "| true pairs compared |",
        "|---|---|---:|---:|---:|---:|---:|",
    ]
    last = ""
    for found in measured:
        name = _new(set_name(found), last)
        compared = "" if found["candidates"] is None else f"{found['candidates']:.1%}"
        lines.append(
            f"| {name} | {found['who']} | {_three(found['pairs'])} | {_best(found['pairs_best'])}"
            f" | {_three(found['clusters'])} | {_best(found['clusters_best'])} | {compared} |"
        )
        last = set_name(found)
    return lines


def _new(name: str, last: str) -> str:
    """Nothing where the line before says it already."""
    return "" if name == last else name


def _cost(measured: Sequence[dict[str, Any]]) -> list[str]:
    lines = [
        "| set | found by | seconds, file to clusters | times ours | peak memory |",
        "|---|---|---:|---:|---:|",
    ]
    ours = {found["set"]: found["seconds"] for found in measured if found["who"] == OURS}
    last = ""
    for found in measured:
        if "answers" in found["who"]:
            continue
        name = _new(set_name(found), last)
        times = f"{found['seconds'] / ours[found['set']]:.1f}" if found["set"] in ours else ""
        lines.append(f"| {name} | {found['who']} | {found['seconds']:.1f} | {times} | {found['megabytes']:,.0f} MB |")
        last = set_name(found)
    return lines


def _odd(odd: Sequence[dict[str, Any]]) -> list[str]:
    lines = ["| base | seconds | peak memory | pairs found |", "|---|---:|---:|---:|"]
    lines += [
        f"| {found['name']} | {found['seconds']:.1f} | {found['megabytes']:,.0f} MB | {found['pairs']:,} |"
        for found in odd
    ]
    return lines


def write(results: str) -> None:
    report.write_between(BEGIN, END, results)
