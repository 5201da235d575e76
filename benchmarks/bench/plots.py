"""Pictures of the results; without matplotlib (`scripts/uv sync --group bench`) there are none."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.bench.report import OURS, Run, Runs, cpu, field, quantile

LATENCY = ("W1", "W3-500", "W3b", "W3c", "W4")
THROUGHPUT = ("W2", "W2c", "W3f")
OURS_COLOR, OTHERS_COLOR = "#7e22ce", "#94a3b8"

Read = Callable[[Run], float | None]


def draw(folder: Path, measured: Mapping[str, Runs]) -> None:
    """Draws what there are figures for."""
    try:
        import matplotlib as mpl
    except ImportError:
        return
    mpl.use("svg")
    mpl.rcParams.update({"svg.hashsalt": "deltapad", "font.size": 9, "figure.constrained_layout.use": True})
    latency = [name for name in LATENCY if name in measured]
    throughput = [name for name in THROUGHPUT if name in measured]
    p50, p99 = quantile("visible", "p50"), quantile("visible", "p99")
    if latency:
        _bars(folder / "latency-p50.svg", "ms until visible, p50", latency, measured, p50, log=True)
        _bars(folder / "latency-p99.svg", "ms until visible, p99", latency, measured, p99, log=True)
        _bars(folder / "processor.svg", "server and database, % of a core", latency, measured, cpu)
    if throughput:
        _bars(folder / "throughput.svg", "accepted a second", throughput, measured, field("acked_per_second"))
    if measured.get("W8", {}).get(OURS):
        _growth(folder / "growth.svg", measured["W8"][OURS])


def _bars(
    file: Path, label: str, names: Sequence[str], measured: Mapping[str, Runs], read: Read, log: bool = False
) -> None:
    """One picture for each workload, side by side: a bar for each system, with the least and the most."""
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(1, len(names), figsize=(3.2 * len(names), 3.2), squeeze=False)
    for axis, name in zip(axes[0], names, strict=True):
        known = {system: found for system, runs in measured[name].items() if (found := _values(runs, read))}
        systems = list(reversed(known))
        middles = [median(known[system]) for system in systems]
        errors = [
            [middle - min(known[system]) for system, middle in zip(systems, middles, strict=True)],
            [max(known[system]) - middle for system, middle in zip(systems, middles, strict=True)],
        ]
        colors = [OURS_COLOR if system.startswith(OURS) else OTHERS_COLOR for system in systems]
        axis.barh(systems, middles, xerr=errors, color=colors, error_kw={"linewidth": 0.8})
        axis.set(title=name, xlabel=label)
        if log:
            axis.set(xscale="log", xlim=(min(0.1, *middles), None))
            _plain(axis.xaxis)
    _write(figure, file)


def _growth(file: Path, runs: Sequence[Run]) -> None:
    """What an edit and an open cost, by the size of the text and by the number of revisions."""
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(1, 2, figsize=(8, 3.2))
    for axis, kind, label in zip(axes, ("length", "revisions"), ("characters", "revisions"), strict=True):
        for read, name in ((field("cpu_ms_per_edit"), "an edit, CPU"), (field("open_1_ms"), "first open")):
            points = _points(runs, kind, read)
            axis.plot(list(points), list(points.values()), marker="o", label=name)
        axis.set(xscale="log", yscale="log", ylim=(1, None), xlabel=label, ylabel="ms")
        _plain(axis.xaxis)
        _plain(axis.yaxis)
        axis.legend()
    _write(figure, file)


def _plain(axis: Any) -> None:
    """Numbers at the powers of ten alone, as one writes them."""
    from matplotlib.ticker import FuncFormatter, NullFormatter

    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.15g}"))
    axis.set_minor_formatter(NullFormatter())


def _points(runs: Sequence[Run], kind: str, read: Read) -> dict[int, float]:
    sizes = [grown[kind] for grown in runs[0]["grown"] if grown[kind]]
    return {
        size: median(_values([one for run in runs for one in run["grown"] if one[kind] == size], read))
        for size in sizes
    }


def _values(runs: Sequence[Run], read: Read) -> list[float]:
    return [value for run in runs if (value := read(run)) is not None]


def _write(figure: Any, file: Path) -> None:
    from matplotlib import pyplot as plt

    figure.savefig(file, metadata={"Date": None})
    plt.close(figure)
