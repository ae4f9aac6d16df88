"""Programs are known by the names they really write, and by nothing that people write."""

from __future__ import annotations

import pytest

from evidence.marks import ai_program, editor, program_of_keyword, program_of_settings, saver


@pytest.mark.parametrize(
    ("field", "name"),
    [
        ("AI generated;txt2img;flux", "Flux"),
        ("Black Forest Labs flux-dev", "Flux"),
        ("NovelAI", "NovelAI"),
        ("Made with Google AI", "Google AI"),
        ("Adobe Firefly", "Adobe Firefly"),
        ("Midjourney 6.1", "Midjourney"),
        ("DALL·E 3", "OpenAI"),
        ("OpenAI-API", "OpenAI"),
        ("ChatGPT", "OpenAI"),
        ("Stable Diffusion XL", "Stable Diffusion"),
        ("ComfyUI", "ComfyUI"),
        ("InvokeAI 4.2", "InvokeAI"),
        ("Grok", "Grok"),
        ("FaceApp 11.2", "FaceApp"),
        ("Remini", "Remini"),
        ("thispersondoesnotexist.com", "this-person-does-not-exist"),
        ("AI-generated", "an AI program"),
    ],
)
def test_ai_programs_are_known(field: str, name: str):
    assert ai_program(field) == name
    assert ai_program(field.upper()) == name


@pytest.mark.parametrize(
    "field",
    [
        "Adobe Photoshop 25.0 (Windows)",
        "Canon EOS R5",
        "f.lux 4.1",
        "Imagen de prensa",
        "Gemini Rue",
        "Rai Imaging",
        "GROKE Studio",
        "HDR+ 1.0.345618096z",
        "iPhone 15 Pro",
        "Leonardo da Vinci",
        "Airbus",
        "",
    ],
)
def test_other_names_are_not_taken_for_ai(field: str):
    assert ai_program(field) == ""


@pytest.mark.parametrize(
    ("field", "name"),
    [
        ("Adobe Photoshop 25.0 (Windows)", "Adobe Photoshop"),
        ("Adobe Photoshop Lightroom Classic 13.0", "Adobe Lightroom"),
        ("GIMP 2.10.34", "GIMP"),
        ("Snapseed 2.0", "Snapseed"),
        ("Photos 9.0", "Apple Photos"),
        ("16.4.1", ""),
        ("Paint Shop", "Paint"),
        ("Spaint", ""),
    ],
)
def test_editors_are_known(field: str, name: str):
    assert editor(field) == name


def test_libraries_that_sign_with_a_comment_are_known():
    assert "web server" in saver("CREATOR: gd-jpeg v1.0 (using IJG JPEG v62), quality = 90")
    assert "videos" in saver("Lavc58.134.100")
    assert saver("My aunt in the garden") == ""


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("a red fox\nNegative prompt: blurry\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1", "Stable Diffusion"),
        ('{"3": {"class_type": "KSampler", "inputs": {"seed": 1}}}', "ComfyUI"),
        ('{"sui_image_params": {"prompt": "a red fox"}}', "SwarmUI"),
        ("Steps: three, up to the door", ""),
        ("A portrait of my aunt", ""),
        ("", ""),
    ],
)
def test_settings_are_known_by_their_form(text: str, name: str):
    assert program_of_settings(text) == name


def test_keywords_are_known_that_one_program_alone_uses():
    assert program_of_keyword("invokeai_metadata") == "InvokeAI"
    assert program_of_keyword("Dream") == "InvokeAI"
    assert program_of_keyword("Comment") == program_of_keyword("parameters") == ""
