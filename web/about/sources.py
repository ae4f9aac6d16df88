"""What the collections of pictures are, in plain words."""

from __future__ import annotations

_NAMES = {
    "openforensics": ("photo face swaps", "face replaced by an AI-made one and blended into a photo"),
    "dfdc": ("video face swaps", "face swapped, frames of video"),
    "stylegan_ffhq": ("AI portraits", "whole face made by StyleGAN"),
    "ciplab": ("manual edits", "parts of the face swapped by hand in an image editor"),
    "diffusion": ("AI pictures", "whole picture made by Stable Diffusion 2.1, SDXL or Flux.1"),
    "studio_stylegan": ("AI studio portraits", "whole face made by StyleGAN, studio look"),
    "lfw": ("press photos", "none: real press photos only"),
}


def short_name(source: str) -> str:
    """Names a source in two or three words; one that is not known keeps its own name."""
    return _NAMES.get(source, (source, ""))[0]


def long_name(source: str) -> str:
    """Says what is fake about the fakes of a source; nothing for one that is not known."""
    return _NAMES.get(source, ("", ""))[1]
