"""Examples are whatever pictures lie in the folder."""

from PIL import Image

from web.examples import example_photos, label, thumbnail_style


def test_pictures_are_listed_by_name_and_nothing_else(tmp_path):
    for name in ("b.png", "a.jpg", "c.webp"):
        Image.new("RGB", (40, 60)).save(tmp_path / name)
    (tmp_path / "make.py").write_text("")

    assert [path.name for path in example_photos(tmp_path)] == ["a.jpg", "b.png", "c.webp"]


def test_no_folder_means_no_examples(tmp_path):
    assert example_photos(tmp_path / "missing") == []
    assert thumbnail_style([]) == ""


def test_labels_are_words(tmp_path):
    assert label(tmp_path / "three_faces.jpg") == "Three faces"
    assert label(tmp_path / "self-blend.jpg") == "Self blend"


def test_each_button_gets_its_own_picture(tmp_path):
    paths = [tmp_path / "a.jpg", tmp_path / "b.png"]
    for path, colour in zip(paths, ("red", "blue"), strict=True):
        Image.new("RGB", (40, 60), colour).save(path)

    rules = thumbnail_style(paths).splitlines()

    assert [":nth-of-type(1)" in rules[0], ":nth-of-type(2)" in rules[1]] == [True, True]
    assert rules[0].split("url")[1] != rules[1].split("url")[1]
