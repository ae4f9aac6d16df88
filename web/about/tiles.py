"""The page in one look: three numbers in plain words."""

from __future__ import annotations

from html import escape

from web.about.measured import Measured
from web.about.rates import cannot_tell, hardest, of_100, wrong_when_clear
from web.about.sources import short_name


def tiles(measured: Measured) -> str:
    """Builds the tiles: how often a clear answer is wrong, how often there is none, and what unseen fakes do.

    Args:
        measured: The detector's figures.

    Returns:
        HTML.
    """
    shown = [_clear(measured), _unclear(measured), _unseen(measured)]
    items = "".join(
        f'<li class="tile"><span class="what">{escape(what)}</span><strong>{escape(number)}</strong>'
        f'<span class="means">{escape(means)}</span></li>'
        for what, number, means in filter(None, shown)
    )
    return f'<ul class="tiles">{items}</ul>'


def _clear(measured: Measured) -> tuple[str, str, str] | None:
    wrong, worst = wrong_when_clear(measured.row), hardest(measured.sources)
    if wrong is None or worst is None:
        return None
    name, share = worst
    return (
        "When it commits, how often is it wrong?",
        of_100(wrong),
        f'of its answers "probably real" and "probably fake" were wrong on validation faces of kinds that it knows; in '
        f"the hardest collection ({short_name(name)}) {of_100(share)}.",
    )


def _unclear(measured: Measured) -> tuple[str, str, str]:
    shares = {name: cannot_tell(row) for name, row in measured.sources.items()}
    least, most = min(shares, key=shares.get), max(shares, key=shares.get)
    return (
        "How often can't it tell?",
        of_100(cannot_tell(measured.row)),
        f"validation faces got no clear answer: from {of_100(shares[least])} ({short_name(least)}) to "
        f"{of_100(shares[most])} ({short_name(most)}).",
    )


def _unseen(measured: Measured) -> tuple[str, str, str] | None:
    known = measured.evaluation["mean_auc"]
    if measured.crossval is None or known is None:
        return None
    return (
        "And on a kind of fake that it never saw?",
        of_100(measured.crossval["mean_auc"]),
        "pairs of a real and a fake face were put in the right order by short trainings that had never seen that kind "
        f"of fake. Guessing gets 50. On kinds that it was trained on, this detector gets {of_100(known['value'])}.",
    )
