"""What the texts of a PNG and the comments of a JPEG say."""

from __future__ import annotations

import zlib

import pytest

from evidence.finding import Finding
from evidence.metadata import read_metadata
from tests.evidence.files import decodes, jpeg, png
from tests.work import at_most_lines, at_most_megabytes

SETTINGS = b"portrait of Ann Secret\nNegative prompt: blur\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1"


def settings_of(program: str) -> tuple[Finding, ...]:
    return (Finding("AI settings", f"settings of {program} are stored in this file", "ai"),)


@pytest.mark.parametrize(
    "chunk",
    [
        (b"tEXt", b"parameters\0" + SETTINGS),
        (b"zTXt", b"parameters\0\0" + zlib.compress(SETTINGS)),
        (b"iTXt", b"parameters\0\0\0\0\0" + SETTINGS),
        (b"iTXt", b"parameters\0\1\0en\0Parameter\0" + zlib.compress(SETTINGS)),
    ],
    ids=["plain", "compressed", "international", "international, compressed"],
)
@pytest.mark.parametrize("at_end", [False, True])
def test_settings_are_found_in_every_kind_of_text_and_the_prompt_never_shows(chunk: tuple[bytes, bytes], at_end: bool):
    data = png(chunk, at_end=at_end)
    assert decodes(data)
    assert read_metadata(data) == settings_of("Stable Diffusion")


@pytest.mark.parametrize(
    ("keyword", "text", "program"),
    [
        (b"prompt", b'{"3": {"class_type": "KSampler", "inputs": {"text": "Ann Secret"}}}', "ComfyUI"),
        (b"workflow", b'{"nodes": [{"id": 1}]}', "ComfyUI"),
        (b"invokeai_metadata", b'{"positive_prompt": "Ann Secret"}', "InvokeAI"),
        (b"parameters", b'{"sui_image_params": {"prompt": "Ann Secret"}}', "SwarmUI"),
        (b"Description", b"Ann Secret --v 6 Job ID: 00000000-0000", "Midjourney"),
    ],
)
def test_ai_programs_are_known_by_what_they_store(keyword: bytes, text: bytes, program: str):
    assert read_metadata(png((b"tEXt", keyword + b"\0" + text))) == settings_of(program)


def test_the_mail_address_of_whoever_built_a_program_is_left_out():
    (found,) = read_metadata(png((b"tEXt", b"Software\0@(#)ImageMagick 4.2.2 99/05/01 ann@secret.example.com")))
    assert found == Finding("Program", "@(#)ImageMagick 4.2.2 99/05/01", "edit")


def test_the_program_is_named():
    assert read_metadata(png((b"tEXt", b"Software\0NovelAI"))) == (Finding("AI program", "NovelAI", "ai"),)
    assert read_metadata(png((b"tEXt", b"Software\0GIMP 2.10"))) == (Finding("Program", "GIMP 2.10", "edit"),)
    assert read_metadata(png((b"tEXt", b"Software\0gnome-screenshot"))) == (
        Finding("Program", "gnome-screenshot", "other"),
    )
    assert read_metadata(
        png((b"tEXt", b"Title\0AI generated image"), (b"tEXt", b"Source\0Stable Diffusion XL 7BCCAA2C"))
    ) == (
        Finding("AI program", "an AI program", "ai"),
        Finding("AI program", "Stable Diffusion", "ai"),
    )


@pytest.mark.parametrize(
    "chunk",
    [
        (b"tEXt", b"Author\0Ann Secret"),
        (b"tEXt", b"Comment\0I like Midjourney pictures"),
        (b"tEXt", b"Title\0My aunt"),
        (b"tEXt", b"prompt\0a red fox"),
        (b"tEXt", b"workflow\0ask Ann first"),
        (b"tEXt", b"Software"),
        (b"tEXt", b""),
        (b"zTXt", b"parameters\0\0no zlib"),
        (b"zTXt", b"parameters"),
        (b"iTXt", b"parameters\0\1"),
    ],
    ids=repr,
)
def test_private_and_broken_texts_say_nothing(chunk: tuple[bytes, bytes]):
    assert read_metadata(png(chunk)) == ()


def test_texts_that_inflate_a_thousandfold_stay_small_and_quick():
    bomb = zlib.compress(b"x" * 50_000_000 + SETTINGS)
    data = png(*[(b"zTXt", b"parameters\0\0" + bomb)] * 60)
    with at_most_lines(100_000), at_most_megabytes(10):
        assert read_metadata(data) == ()


@pytest.mark.parametrize(
    ("comment", "finding"),
    [
        (
            b"CREATOR: gd-jpeg v1.0 (using IJG JPEG v62), quality = 90\n",
            Finding("Saved by", "a web server (gd-jpeg)", "other"),
        ),
        (b"Created with GIMP", Finding("Program", "GIMP", "edit")),
        (b"Made with Stable Diffusion for Ann", Finding("AI program", "Stable Diffusion", "ai")),
        (SETTINGS, settings_of("Stable Diffusion")[0]),
    ],
)
def test_a_comment_shows_only_the_name_of_a_known_program(comment: bytes, finding: Finding):
    assert read_metadata(jpeg((0xFE, comment))) == (finding,)


def test_other_comments_are_private():
    assert read_metadata(jpeg((0xFE, b"Ann Secret, 1 Hidden Lane"), (0xFE, b""), (0xFE, b"\xff\x00"))) == ()
