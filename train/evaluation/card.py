"""The measured figures in the model card: never typed by hand, so they can't differ from the report's."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from train.evaluation import wording
from train.evaluation.robustness import FAMILIES
from train.evaluation.shortcuts import LABELS

_SECTION = re.compile(r"<!-- (\w+): begin -->\n.*?<!-- \1: end -->", re.DOTALL)
_MARKER = re.compile(r"<!-- \w+: (?:begin|end) -->")
_FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n+", re.DOTALL)
_TAGS = ["deepfake-detection", "face", "image-forensics", "explainability", "keras"]

Measured = dict[str, dict[str, Any]]
"""Content of the JSON files by name: "evaluation" always, the `OPTIONAL` ones where they exist."""
OPTIONAL = ("crossval", "baselines", "made")


class CardError(ValueError):
    """A card or a file of figures that can't be used; the message names it and what to do."""


def render_card(card: str, results: Path) -> str:
    """Rewrites the generated parts of a model card and leaves the others alone.

    A part stands between `<!-- NAME: begin -->` and `<!-- NAME: end -->`; NAME is one of `SECTIONS`. The front
    matter that the Hugging Face Hub reads stands before everything else.

    Args:
        card: The card as it is, Markdown.
        results: Folder with `evaluation.json` and, if they exist, those of `OPTIONAL`.

    Returns:
        The card as it should be.

    Raises:
        CardError: If `evaluation.json` is missing, a file is damaged, or a marker is unknown or without its other half.
    """
    measured = {"evaluation": _read(results / "evaluation.json")}
    for name in OPTIONAL:
        if (results / f"{name}.json").exists():
            measured[name] = _read(results / f"{name}.json")
    found = _SECTION.findall(card)
    if len(_MARKER.findall(card)) != 2 * len(found):
        raise CardError("the card has a marker without its other half: each part needs one begin and one end")
    unknown = sorted(set(found) - SECTIONS.keys())
    if unknown or "results" not in found:
        raise CardError(
            "the card must have the part `results` and may have "
            f"{', '.join(sorted(SECTIONS.keys() - {'results'}))}. Received: {', '.join(found) or 'none'}"
        )

    def rewrite(match: re.Match[str]) -> str:
        name = match.group(1)
        try:
            text = SECTIONS[name](measured)
        except (KeyError, TypeError, AttributeError) as error:
            raise CardError(f"{results}: the files lack what the part `{name}` needs: {error!r}") from error
        return f"<!-- {name}: begin -->\n\n{text}\n\n<!-- {name}: end -->"

    body = _SECTION.sub(rewrite, _FRONT_MATTER.sub("", card, count=1))
    return f"{front_matter(measured['evaluation'])}\n{body}"


def front_matter(evaluation: dict[str, Any] | None, *, licence: str = "apache-2.0") -> str:
    """Gives the metadata that the Hugging Face Hub shows and searches.

    Args:
        evaluation: The content of `evaluation.json`; None for a detector that was not measured.
        licence: The Hub's name of the licence.

    Returns:
        A YAML block with its `---` lines, with a result for each source that has both classes and one for all.
    """
    meta: dict[str, Any] = {
        "license": licence,
        "library_name": "keras",
        "pipeline_tag": "image-classification",
        "tags": _TAGS,
    }
    if evaluation:
        rows = {source: evaluation["sources"][source] for source in evaluation["data"]["pooled"]}
        results = [_result(evaluation, source, row["metrics"]) for source, row in rows.items()]
        results.append(_result(evaluation, wording.POOLED, evaluation["all"]["metrics"]))
        meta["metrics"] = ["roc_auc", "accuracy", "precision", "recall", "f1"]
        meta["model-index"] = [{"name": f"unmask-{evaluation['detector']['version']}", "results": results}]
    return f"---\n{yaml.safe_dump(meta, sort_keys=False, allow_unicode=True, width=110)}---\n"


def _result(evaluation: dict[str, Any], name: str, metrics: dict[str, Any]) -> dict[str, Any]:
    types = {"auc": "roc_auc", "accuracy": "accuracy", "precision": "precision", "recall": "recall", "f1": "f1"}
    data = evaluation["data"]
    return {
        "task": {"type": "image-classification", "name": "Fake-face detection"},
        "dataset": {"type": data["folder"], "name": f"{data['folder']}: {name}", "split": data["split"]},
        "metrics": [
            {"type": kind, "name": wording.NAMES[metric], "value": metrics[metric]["value"]}
            for metric, kind in types.items()
            if metrics[metric]
        ],
    }


def _results(measured: Measured) -> str:
    evaluation = measured["evaluation"]
    detector, data, row = evaluation["detector"], evaluation["data"], evaluation["all"]["metrics"]
    ranking = wording.metric_table(evaluation, ("auc", "equal_error_rate", "tpr_at_fpr_5", "balanced_accuracy"))
    verdicts = wording.metric_table(
        evaluation, ("reals_called_real", "reals_called_fake", "fakes_called_fake", "fakes_called_real")
    )
    left_out = sum(line["pictures"] for line in data["left_out"])
    return "\n\n".join(
        [
            f"Detector `{detector['version']}` on {data['faces']} faces of `{data['folder']}`, part “{data['split']}” "
            f"({left_out} pictures left out), {evaluation['date']}: `{evaluation['command']}`. "
            "In brackets 95 % bootstrap intervals over groups of pictures that belong together.",
            f"AUC, mean of the sources: **{wording.figure(evaluation['mean_auc'])}**; "
            f"{wording.POOLED}: **{wording.figure(row['auc'])}**.",
            wording.markdown(ranking),
            f"A face is called real below {detector['real_below'] * 100:.1f} %, "
            f"fake above {detector['fake_above'] * 100:.1f} %, and between them the answer is "
            "“can't tell”, which is what is missing to 100 %:",
            wording.markdown(verdicts),
        ]
    )


def _calibration(measured: Measured) -> str:
    evaluation = measured["evaluation"]
    row = evaluation["all"]["metrics"]
    table = [["", "before", f"after (temperature {evaluation['detector']['temperature']:.2f})"]]
    for name, title in (
        ("ece", "expected calibration error, 15 bins"),
        ("brier", "Brier score"),
        ("log_loss", "log loss"),
    ):
        table.append([title, wording.figure(row[f"{name}_before"]), wording.figure(row[name])])
    return wording.markdown(table)


def _robustness(measured: Measured) -> str:
    robustness = measured["evaluation"]["robustness"]
    if not robustness:
        return "Not measured."
    table = [["degraded by", "AUC at each level, mean of the sources", "largest loss"]]
    for family in FAMILIES:
        rows = [row for row in robustness["conditions"] if row["family"] == family.name]
        levels = " · ".join(f"{row['level']}: {wording.figure(row['mean_auc'], interval=False)}" for row in rows)
        losses = [row["mean_auc_loss"] for row in rows if row["mean_auc_loss"] is not None]
        table.append([family.label, levels, wording.number(max(losses, default=None))])
    untouched = wording.figure(robustness["untouched"]["mean_auc"])
    return f"Untouched: {untouched}, {robustness['faces']} faces.\n\n{wording.markdown(table)}"


def _shortcuts(measured: Measured) -> str:
    return wording.markdown(wording.shortcuts_table(measured["evaluation"], LABELS))


def _controls(measured: Measured) -> str:
    return wording.markdown(wording.controls_table(measured["evaluation"]))


def _unseen(measured: Measured) -> str:
    if "crossval" not in measured:
        return "Not measured yet."
    crossval, sources = measured["crossval"], measured["evaluation"]["sources"]
    table = [["source", "left out together with", "AUC when left out", "AUC of the shipped detector, trained on it"]]
    recalls = []
    for fold in crossval["folds"]:
        for source, value in fold["auc"].items():
            others = ", ".join(other for other in fold["left_out"] if other != source) or wording.NOT_MEASURED
            bounds = fold.get("interval", {}).get(source)
            left_out = wording.figure({"value": value, "interval": bounds}, interval=bool(bounds))
            own = sources[source]["metrics"]["auc"] if source in sources else None
            table.append([source, others, left_out, wording.figure(own, interval=False)])
        for source, value in fold.get("recall_of_single_class", {}).items():
            recalls.append(f"{source}: {value * 100:.1f} %")
    lines = [wording.markdown(table), f"Mean: **{wording.number(crossval['mean_auc'])}**."]
    if recalls:
        lines[-1] += f" Sources with a single class, share of faces told right when left out: {', '.join(recalls)}."
    return "\n\n".join(lines)


def _baselines(measured: Measured) -> str:
    if "baselines" not in measured:
        return "Not measured yet."
    evaluation, rows = measured["evaluation"], measured["baselines"]["rows"]
    sources = evaluation["data"]["pooled"]
    table = [["model", "parameters", *sources, wording.POOLED]]
    for row in rows:
        cells = [wording.number(row["auc"].get(source)) for source in sources]
        table.append([row["name"], f"{row['parameters']:,}", *cells, wording.number(row["all"])])
    detector = evaluation["detector"]
    own = [wording.figure(evaluation["sources"][source]["metrics"]["auc"], interval=False) for source in sources]
    pooled = wording.figure(evaluation["all"]["metrics"]["auc"], interval=False)
    table.append([f"**this detector, {detector['network']}**", f"{detector['parameters']:,}", *own, pooled])
    return wording.markdown(table)


def _made(measured: Measured) -> str:
    if "made" not in measured:
        return "Not measured yet."
    made = measured["made"]
    _require_same_detector(measured["evaluation"], made, "made")
    return wording.markdown(wording.metric_table(made, ("auc", "fakes_called_fake", "reals_called_fake")))


def _require_same_detector(evaluation: dict[str, Any], other: dict[str, Any], name: str) -> None:
    """Figures of two detectors in one card would be read as those of one."""
    versions = [file["detector"]["version"] for file in (evaluation, other)]
    if versions[0] != versions[1]:
        raise CardError(f"evaluation.json is about {versions[0]} and {name}.json about {versions[1]}: measure again")


SECTIONS: dict[str, Callable[[Measured], str]] = {
    "results": _results,
    "calibration": _calibration,
    "robustness": _robustness,
    "shortcuts": _shortcuts,
    "controls": _controls,
    "unseen": _unseen,
    "baselines": _baselines,
    "made": _made,
}


def _read(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise CardError(
            f"{path}: there is no such file. `python -m train evaluate --data faces --out {path.parent}` writes it"
        ) from error
    except ValueError as error:
        raise CardError(f"{path}: this is not JSON: {error}") from error
    if not isinstance(content, dict):
        raise CardError(f"{path}: this must be a JSON object. Received: {content!r:.80}")
    return content
