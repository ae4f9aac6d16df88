"""One page with everything that was measured, which needs no other file and no network."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from train.datasets import Sample
from train.evaluation import wording
from train.evaluation.plots import CAPTIONS
from train.evaluation.robustness import FAMILIES
from train.evaluation.shortcuts import LABELS

_TEMPLATE = "report.html.j2"


def write_report(evaluation: dict[str, Any], left_out: Sequence[tuple[Sample, str]], out: Path) -> None:
    """Writes `report.html` with the plots in it.

    Args:
        evaluation: The content of `evaluation.json`.
        left_out: (sample, reason) of every picture that can't be read or shows no face.
        out: Folder with the plots of `draw_plots`; the report goes there too.
    """
    # Names of sources and files come from other people's folders: everything is escaped.
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    plots = {
        name: {"caption": caption, "data": base64.b64encode((out / name).read_bytes()).decode()}
        for name, caption in CAPTIONS.items()
        if (out / name).exists()
    }
    page = environment.get_template(_TEMPLATE).render(
        evaluation=evaluation,
        tables=wording.tables(evaluation),
        controls=wording.controls_table(evaluation),
        shortcuts=wording.shortcuts_table(evaluation, LABELS),
        robustness=_robustness_table(evaluation["robustness"]),
        left_out=[(sample.path, reason) for sample, reason in left_out],
        plots=plots,
        figure=wording.figure,
    )
    (out / "report.html").write_text(page, encoding="utf-8")


def _robustness_table(robustness: dict[str, Any] | None) -> list[list[str]] | None:
    if not robustness:
        return None
    sources = list(robustness["untouched"]["sources"])
    table = [["what", "level", "mean of the sources", "loss", wording.POOLED, "loss", *sources]]
    labels = {family.name: family.label for family in FAMILIES}
    for row in [{"family": "", "level": "", **robustness["untouched"]}, *robustness["conditions"]]:
        table.append(
            [
                labels.get(row["family"], "untouched"),
                str(row["level"]),
                wording.figure(row["mean_auc"]),
                wording.number(row.get("mean_auc_loss")),
                wording.figure(row["auc"]),
                wording.number(row.get("auc_loss")),
                *(wording.number(row["sources"][source]) for source in sources),
            ]
        )
    return table
