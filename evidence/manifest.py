"""What a C2PA manifest store says, as `c2pa.Reader.json` gives it, in plain words.

Standard: C2PA 2.2, chapters 15 (validation) and 18 (assertions). Everything in it was written by strangers.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from evidence.plain_text import plain
from evidence.source_types import is_ai_source, source_words

_MAX_ACTIONS = 12
_MAX_VALUES = 100_000

# Failures that mean that the picture is another than the one that was signed.
_ALTERED = {"assertion.dataHash.mismatch", "assertion.boxesHash.mismatch", "assertion.bmffHash.mismatch"}

_ACTIONS = {
    "c2pa.addedText": "text added",
    "c2pa.adjustedColor": "colours adjusted",
    "c2pa.color_adjustments": "colours adjusted",
    "c2pa.converted": "saved in another format",
    "c2pa.copied": "copied",
    "c2pa.created": "created",
    "c2pa.cropped": "cropped",
    "c2pa.deleted": "parts deleted",
    "c2pa.drawing": "painted on",
    "c2pa.edited": "edited",
    "c2pa.edited.metadata": "description edited",
    "c2pa.enhanced": "enhanced",
    "c2pa.filtered": "a filter applied",
    "c2pa.opened": "opened in a program",
    "c2pa.orientation": "turned",
    "c2pa.placed": "another picture put in",
    "c2pa.printed": "printed",
    "c2pa.published": "published",
    "c2pa.redacted": "information removed",
    "c2pa.removed": "a part taken out",
    "c2pa.repackaged": "saved again without change",
    "c2pa.resized": "resized",
    "c2pa.resized.proportional": "resized",
    "c2pa.saved": "saved",
    "c2pa.transcoded": "saved in another format",
    "c2pa.watermarked": "an invisible watermark added",
    "c2pa.watermarked.bound": "an invisible watermark added",
    "c2pa.watermarked.unbound": "an invisible watermark added",
}


def active_manifest(store: Any) -> dict[str, Any]:
    """Gives the manifest that speaks for the picture itself; an empty one if the store has none."""
    manifests = _mapping(_mapping(store).get("manifests"))
    return _mapping(manifests.get(str(_mapping(store).get("active_manifest"))))


def was_altered(store: Any) -> bool:
    """Says whether the picture was changed after signing, rather than the credentials being at fault."""
    results = _mapping(_mapping(_mapping(store).get("validation_results")).get("activeManifest"))
    return any(_mapping(failure).get("code") in _ALTERED for failure in _sequence(results.get("failure")))


def software(manifest: dict[str, Any]) -> str:
    """Names the program that wrote a manifest; empty if it doesn't say."""
    generators = _sequence(manifest.get("claim_generator_info"))
    first = _mapping(generators[0]) if generators else {}
    name = " ".join(filter(None, (plain(first.get("name")), plain(first.get("version"), 20))))
    return plain(name or manifest.get("claim_generator"))


def actions(manifest: dict[str, Any]) -> tuple[str, ...]:
    """Lists what was done to a picture, in plain words, in the order of the manifest, at most twelve."""
    words: dict[str, None] = {}
    for assertion in _sequence(manifest.get("assertions")):
        if not str(_mapping(assertion).get("label")).startswith("c2pa.actions"):
            continue
        for action in _sequence(_mapping(_mapping(assertion).get("data")).get("actions")):
            word = _ACTIONS.get(str(_mapping(action).get("action")), "another step")
            source = source_words(_mapping(action).get("digitalSourceType"))
            words[f"{word} ({source})" if source else word] = None
    return tuple(words)[:_MAX_ACTIONS]


def declares_ai(store: Any) -> bool:
    """Says whether the active manifest, or one that it builds on, says that AI made anything of the picture."""
    manifests = _mapping(_mapping(store).get("manifests"))
    waiting, seen = [_mapping(store).get("active_manifest")], set()
    while waiting:
        label = waiting.pop()
        if not isinstance(label, str) or label in seen:
            continue
        seen.add(label)
        manifest = _mapping(manifests.get(label))
        for key, value in _values([manifest.get("assertions"), manifest.get("ingredients")]):
            # Prefixes differ: digitalSourceType in actions, Iptc4xmpExt:DigitalSourceType in metadata.
            if key.lower().endswith("digitalsourcetype") and is_ai_source(value):
                return True
        waiting.extend(_mapping(part).get("active_manifest") for part in _sequence(manifest.get("ingredients")))
    return False


def _values(tree: Any) -> Iterator[tuple[str, Any]]:
    """Walks through nested mappings and lists: (key, value) of the mappings, the first 100,000."""
    waiting = [tree]
    for _ in range(_MAX_VALUES):
        if not waiting:
            return
        node = waiting.pop()
        if isinstance(node, dict):
            yield from node.items()
        waiting.extend(node.values() if isinstance(node, dict) else _sequence(node))


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _sequence(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
