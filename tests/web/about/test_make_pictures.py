"""The script that makes the worked examples, run with the shipped weights."""

import pytest

from web.about import make_pictures
from web.about.worked import FOLDER, RECORD, read_record


@pytest.mark.slow
def test_it_writes_again_what_is_shipped_and_removes_what_is_stale(tmp_path):
    out = tmp_path / "pictures"
    out.mkdir()
    (out / "stale-crop.webp").write_bytes(b"")

    assert make_pictures.main(["--out", str(out)]) == 0

    assert {path.name for path in out.iterdir()} == {path.name for path in FOLDER.iterdir()}
    made, shipped = read_record(out), read_record()
    assert made["weights_sha256"] == shipped["weights_sha256"]
    for ours, theirs in zip(made["examples"], shipped["examples"], strict=True):
        assert (ours["name"], ours["verdict"]) == (theirs["name"], theirs["verdict"])
        assert ours["probability_fake"] == pytest.approx(theirs["probability_fake"], abs=2e-3)
    assert made["scale"] == pytest.approx(shipped["scale"], rel=1e-2)
    assert [path.name for path in tmp_path.iterdir()] == ["pictures"]


def test_a_detector_that_is_missing_is_named_and_nothing_is_written(tmp_path, capsys):
    with pytest.raises(SystemExit) as error:
        make_pictures.main(["--detector", str(tmp_path / "none.json"), "--out", str(tmp_path / "out")])

    assert error.value.code == 2
    assert "none.json" in capsys.readouterr().err
    assert not (tmp_path / "out" / RECORD).exists()
