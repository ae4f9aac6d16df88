"""Is a map true? Checks that hide, exchange, compare and randomise; they need a network only as a function."""

from explain.faithfulness.agreement import Agreement, compare, compare_all, spearman
from explain.faithfulness.areas import hottest, random_areas
from explain.faithfulness.curves import Curve, deletion_curve, insertion_curve, random_orders
from explain.faithfulness.hiding import Hiding, hide_and_rescore
from explain.faithfulness.localisation import Localisation, localise
from explain.faithfulness.randomisation import cascade, correlate_with_random
from explain.faithfulness.trust import Trust, measure_trust

__all__ = [
    "Agreement",
    "Curve",
    "Hiding",
    "Localisation",
    "Trust",
    "cascade",
    "compare",
    "compare_all",
    "correlate_with_random",
    "deletion_curve",
    "hide_and_rescore",
    "hottest",
    "insertion_curve",
    "localise",
    "measure_trust",
    "random_areas",
    "random_orders",
    "spearman",
]
