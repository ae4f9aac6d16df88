"""Colours and fonts of the page, light and dark."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import gradio as gr

STYLE_SHEETS = sorted(Path(__file__).parent.rglob("*.css"))
# Gradio applies style sheets below its navigation only, so this goes into the document's head: on a phone four links
# have to share a line.
HEAD_STYLE = (
    "<style>@media (max-width: 640px) { .nav-holder nav { gap: 0 !important; padding: 0.4rem !important; } "
    ".nav-holder nav a { font-size: 0.85rem !important; padding: 0.3rem 0.5rem !important; } }</style>"
)
# Fonts that the visitor's device has: nothing to download.
_FONT = ("system-ui", "Segoe UI", "Roboto", "Helvetica Neue", "sans-serif")
_MONOSPACE = ("ui-monospace", "Consolas", "monospace")


def method_style(methods: Iterable[str]) -> str:
    """Builds CSS that hides what belongs to another method than the chosen one, whenever it arrives.

    Args:
        methods: Keys of `explain.METHODS`.

    Returns:
        CSS rules. Important, because Gradio repeats every rule with a longer selector, and others would win.
    """
    other = '#evidence [class*=" of-"]:not([class~="of-{method}"])'
    rule = f':root[data-method="{{method}}"] {other} {{{{ display: none !important; }}}}'
    return "\n".join(rule.format(method=method) for method in methods)


def build_theme() -> gr.themes.Base:
    """Builds the theme; text and buttons reach the contrast of WCAG AA in both modes."""
    theme = gr.themes.Base(
        primary_hue="teal", neutral_hue="slate", font=_FONT, font_mono=_MONOSPACE, radius_size="lg", text_size="md"
    )
    return theme.set(
        body_background_fill="*neutral_50",
        body_background_fill_dark="*neutral_950",
        body_text_color_subdued="*neutral_600",
        body_text_color_subdued_dark="*neutral_400",
        block_background_fill="white",
        block_background_fill_dark="*neutral_900",
        block_border_width="1px",
        block_label_text_color="*neutral_600",
        block_label_text_color_dark="*neutral_300",
        block_title_text_color="*neutral_700",
        block_title_text_color_dark="*neutral_200",
        block_info_text_color="*neutral_600",
        block_info_text_color_dark="*neutral_400",
        button_primary_background_fill="*primary_700",
        button_primary_background_fill_hover="*primary_800",
        button_primary_background_fill_dark="*primary_700",
        button_primary_background_fill_hover_dark="*primary_800",
        button_primary_text_color="white",
        color_accent="*primary_700",
        slider_color="*primary_700",
        slider_color_dark="*primary_500",
    )
