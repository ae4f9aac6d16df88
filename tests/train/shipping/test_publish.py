"""A model repository has all it needs and nothing else, and leaves this machine only when asked to."""

from __future__ import annotations

import errno
import hashlib
import json
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from model import load_detector
from tests.train.shipping.hub import running_hub
from train import files as files_module
from train.__main__ import main
from train.evaluation.intervals import Figure
from train.evaluation.metrics import METRICS
from train.shipping.hub_card import render_readme
from train.shipping.repository import prepare_repository

TOKEN = "hf_" + "secret" * 5


def sha256_of(file: Path) -> str:
    return json.loads(file.read_text())["weights"]["sha256"]


@pytest.fixture
def evaluation(tiny_file: Path, tmp_path: Path) -> Path:
    """An evaluation of the tiny detector."""
    figure: Figure = {"value": 0.8125, "interval": [0.7, 0.9]}
    row = {"real": 10, "fake": 12, "groups": 22, "metrics": dict.fromkeys(METRICS, figure)}
    content = {
        "date": "2026-01-02",
        "detector": {"version": "tiny-1", "weights_sha256": sha256_of(tiny_file)},
        "data": {"folder": "pictures", "split": "validation", "faces": 22, "pooled": ["navy"]},
        "sources": {"navy": row},
        "all": row,
        "mean_auc": figure,
    }
    path = tmp_path / "evaluation.json"
    path.write_text(json.dumps(content))
    return path


@pytest.fixture
def exported(tiny_file: Path, tmp_path: Path) -> Path:
    """A folder as `export` leaves it."""
    folder = tmp_path / "exported"
    folder.mkdir()
    (folder / "tiny-float32.onnx").write_bytes(b"onnx")
    (folder / "tiny-float32.onnx.json").write_text("{}")
    (folder / "other.txt").write_text("other")
    row = {
        "file": "tiny-float32.onnx",
        "sha256": hashlib.sha256(b"onnx").hexdigest(),
        "bytes": 4,
        "check": {"on": "pictures, validation", "faces": 22, "probability": 2e-6, "auc_loss": 0.0},
    }
    report = {"detector": {"weights_sha256": sha256_of(tiny_file)}, "files": [row]}
    (folder / "export.json").write_text(json.dumps(report))
    return folder


def front_matter(readme: Path) -> dict:
    _, block, _ = readme.read_text().split("---\n", 2)
    return yaml.safe_load(block)


def test_the_folder_has_what_belongs_to_the_detector_and_no_more(
    tiny_file: Path, evaluation: Path, exported: Path, tmp_path: Path
):
    out = tmp_path / "out"
    prepared = prepare_repository(tiny_file, out, evaluation=evaluation, exported=exported)
    expected = ["README.md", "detector.json", "evaluation.json", "export.json"]
    expected += ["tiny-float32.onnx", "tiny-float32.onnx.json", "tiny.weights.h5"]
    assert prepared.files == sorted(expected) == sorted(path.name for path in out.iterdir())
    assert prepared.notes == []
    assert load_detector(out / "detector.json").version == load_detector(tiny_file).version


def test_the_card_has_the_metadata_that_the_hub_reads(tiny_file: Path, evaluation: Path, tmp_path: Path):
    prepare_repository(tiny_file, tmp_path / "out", evaluation=evaluation, licence="mit")
    meta = front_matter(tmp_path / "out" / "README.md")
    assert meta["library_name"] == "keras"
    assert meta["pipeline_tag"] == "image-classification"
    assert meta["license"] == "mit"
    assert "deepfake-detection" in meta["tags"]
    (model,) = meta["model-index"]
    assert [result["dataset"]["name"] for result in model["results"]] == [
        "pictures: navy",
        "pictures: all with both classes",
    ]
    assert model["results"][0]["metrics"][0] == {"type": "roc_auc", "name": "AUC", "value": 0.8125}


def test_the_hub_would_take_the_metadata(tiny_file: Path, evaluation: Path, tmp_path: Path):
    """By the parser of the Hub's own package, which refuses results that lack a part."""
    from huggingface_hub import ModelCard

    prepare_repository(tiny_file, tmp_path / "out", evaluation=evaluation)
    card = ModelCard.load(tmp_path / "out" / "README.md", ignore_metadata_errors=False)
    assert [result.metric_value for result in card.data.eval_results][:1] == [0.8125]


def test_figures_of_other_weights_stay_out_of_the_card(tiny_file: Path, evaluation: Path, tmp_path: Path):
    content = json.loads(evaluation.read_text())
    content["detector"]["weights_sha256"] = "0" * 64
    evaluation.write_text(json.dumps(content))
    prepared = prepare_repository(tiny_file, tmp_path / "out", evaluation=evaluation)
    assert "evaluation.json" not in prepared.files
    assert "model-index" not in front_matter(tmp_path / "out" / "README.md")
    assert "0.812" not in (tmp_path / "out" / "README.md").read_text()
    assert prepared.notes == [
        "evaluation.json is about other weights (sha256 000000000000…), so the card has no measured results. "
        "`python -m train evaluate` measures these."
    ]


def test_the_readme_says_how_to_use_it_and_what_it_is(tiny_file: Path, exported: Path, tmp_path: Path):
    prepare_repository(tiny_file, tmp_path / "out", exported=exported, repository="somebody/detector")
    readme = (tmp_path / "out" / "README.md").read_text()
    assert 'snapshot_download("somebody/detector", local_dir="detector")' in readme
    assert 'onnxruntime.InferenceSession("tiny-float32.onnx")' in readme
    assert f"`tiny.weights.h5`, sha256 `{sha256_of(tiny_file)}`" in readme
    assert "temperature, 0.500" in readme
    assert "Not measured." in readme
    assert str(tmp_path) not in readme


def test_a_litert_file_gets_its_code_too(tiny_file: Path):
    row = {"bytes": 10, "check": {"on": "pictures", "faces": 22, "probability": 2e-6, "auc_loss": -0.00001}}
    rows = [row | {"file": "tiny-float32.onnx"}, row | {"file": "tiny-int8.tflite"}]
    description = json.loads(tiny_file.read_text())
    readme = render_readme(description, None, rows, version="1", repository=None, licence="mit")
    blocks = [block.split("```")[0] for block in readme.split("```python\n")[1:]]
    assert len(blocks) == 3
    assert 'Interpreter("tiny-int8.tflite")' in blocks[2]
    assert "| `tiny-int8.tflite` | 0.00 | 2.0e-06 | +0.0000 |" in readme


def test_the_readme_names_what_it_was_calibrated_on(tiny_file: Path):
    faces = {"web/old/fake": 2, "web/old/real": 3, "disk/fake": 4}
    description = json.loads(tiny_file.read_text()) | {"training": {"validation_faces": faces}}
    readme = render_readme(description, None, [], version="1", repository=None, licence="mit")
    assert "- Calibrated on 9 faces of web/old, disk." in readme


def test_the_code_in_the_readme_can_be_run(tiny_file: Path, exported: Path, tmp_path: Path):
    prepare_repository(tiny_file, tmp_path / "out", exported=exported, repository="somebody/detector")
    blocks = (tmp_path / "out" / "README.md").read_text().split("```python\n")[1:]
    for block in blocks:
        compile(block.split("```")[0], "README.md", "exec")
    assert len(blocks) == 2


def test_exported_files_of_other_weights_are_refused(tiny_file: Path, exported: Path, tmp_path: Path):
    report = json.loads((exported / "export.json").read_text())
    report["detector"]["weights_sha256"] = "1" * 64
    (exported / "export.json").write_text(json.dumps(report))
    with pytest.raises(ValueError, match=r"exported from other weights \(sha256 111111111111…\)"):
        prepare_repository(tiny_file, tmp_path / "out", exported=exported)
    assert not (tmp_path / "out").exists()


def test_exported_files_that_changed_are_refused(tiny_file: Path, exported: Path, tmp_path: Path):
    (exported / "tiny-float32.onnx").write_bytes(b"other")
    with pytest.raises(ValueError, match=r"tiny-float32\.onnx: this file has changed since it was written"):
        prepare_repository(tiny_file, tmp_path / "out", exported=exported)


def test_an_export_can_not_reach_for_files_elsewhere(tiny_file: Path, exported: Path, tmp_path: Path):
    (tmp_path / "secret").write_bytes(b"onnx")
    report = json.loads((exported / "export.json").read_text())
    report["files"][0]["file"] = "../secret"
    (exported / "export.json").write_text(json.dumps(report))
    with pytest.raises(ValueError, match="a file must lie beside it"):
        prepare_repository(tiny_file, tmp_path / "out", exported=exported)


@pytest.mark.parametrize("content", ["no json", "[]", "{}"])
def test_a_damaged_evaluation_is_named(tiny_file: Path, tmp_path: Path, content: str, capsys):
    (tmp_path / "evaluation.json").write_text(content)
    options = ["--detector", str(tiny_file), "--evaluation", str(tmp_path / "evaluation.json")]
    assert main(["publish", *options, "--out", str(tmp_path / "out")]) == 2
    assert "evaluation.json: this " in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_without_upload_no_network_is_touched(
    tiny_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    def touched(*_: object, **__: object) -> None:
        raise AssertionError("somebody opened a connection")

    monkeypatch.setattr(socket.socket, "connect", touched)
    monkeypatch.setattr(socket, "getaddrinfo", touched)
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    options = ["--detector", str(tiny_file), "--out", str(tmp_path / "out"), "--repository", "somebody/detector"]
    assert main(["publish", *options]) == 0
    output = capsys.readouterr()
    assert "Nothing was uploaded" in output.out
    assert TOKEN not in output.out + output.err


@pytest.fixture
def login(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Points huggingface_hub to another hub, logged in with a token, or with none whoever runs the tests."""
    from huggingface_hub import constants

    def login(token: str, address: str = "http://127.0.0.1:9") -> None:
        monkeypatch.setattr(constants, "ENDPOINT", address)
        monkeypatch.setattr(constants, "HF_TOKEN_PATH", "/nowhere/token")
        monkeypatch.delenv("HUGGING_FACE_HUB_TOKEN", raising=False)
        monkeypatch.setenv("HF_TOKEN", token)

    return login


def test_an_upload_without_a_token_ends_with_a_sentence(tiny_file: Path, tmp_path: Path, login, capsys):
    login("")
    options = ["--detector", str(tiny_file), "--out", str(tmp_path / "out"), "--upload"]
    assert main(["publish", *options, "--repository", "somebody/detector"]) == 2
    assert "nobody is logged in to the Hugging Face Hub. Run `hf auth login`" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("repository", [[], ["--repository", "detector"], ["--repository", "some body/x"]])
def test_an_upload_needs_a_place(tiny_file: Path, tmp_path: Path, repository: list[str], monkeypatch, capsys):
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    assert main(["publish", "--detector", str(tiny_file), "--out", str(tmp_path / "out"), "--upload", *repository]) == 2
    assert "--repository" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_an_upload_sends_the_files_with_the_token_of_the_login(tiny_file: Path, tmp_path: Path, login, capsys):
    out = tmp_path / "out"
    out.mkdir()
    (out / "diary.txt").write_text("mine")
    options = ["--detector", str(tiny_file), "--out", str(out), "--repository", "somebody/detector", "--upload"]
    with running_hub() as hub:
        login(TOKEN, hub.address)
        assert main(["publish", *options, "--private"]) == 0
    output = capsys.readouterr()
    assert f"Uploaded: {hub.address}/somebody/detector/commit/abc" in output.out
    assert set(hub.files) == {"README.md", "detector.json", "tiny.weights.h5"}
    for name, content in hub.files.items():
        assert content == (out / name).read_bytes()
    (created,) = hub.created
    assert (created["organization"], created["name"]) == ("somebody", "detector")
    assert created.get("private") is True or created.get("visibility") == "private"
    assert hub.tokens == {TOKEN}
    assert TOKEN not in output.out + output.err


def test_a_hub_that_refuses_is_quoted_without_the_token(tiny_file: Path, tmp_path: Path, login, capsys):
    options = ["--detector", str(tiny_file), "--out", str(tmp_path), "--repository", "somebody/detector", "--upload"]
    with running_hub(refuse=True) as hub:
        login(TOKEN, hub.address)
        assert main(["publish", *options]) == 2
    error = capsys.readouterr().err
    assert "error: somebody/detector was not uploaded: " in error
    # It echoes the header it was sent, as no hub should.
    assert "403" in error and "***" in error
    assert TOKEN not in error


def test_a_hub_that_is_not_there_is_named(tiny_file: Path, tmp_path: Path, login, capsys):
    login(TOKEN)
    options = ["--detector", str(tiny_file), "--out", str(tmp_path), "--repository", "somebody/detector", "--upload"]
    assert main(["publish", *options]) == 2
    assert "error: somebody/detector was not uploaded: " in capsys.readouterr().err


def test_an_ensemble_is_published_with_the_weights_of_all_members(write_tiny, tmp_path: Path):
    from model.ensemble import digest_of

    file = write_tiny(tmp_path / "one", 1)
    part = json.loads(file.read_text())
    members = [{"network": "tiny", "weights": part["weights"], "share": 0.25}]
    joined = part | {"network": "ensemble", "members": members, "bias": 0.0}
    file.write_text(json.dumps(joined | {"weights": {"sha256": digest_of(members, 0.0)}}))
    prepared = prepare_repository(file, tmp_path / "out")
    assert prepared.files == ["README.md", "detector.json", "tiny.weights.h5"]
    assert "Network `tiny`, counts 0.250: `tiny.weights.h5`" in (tmp_path / "out" / "README.md").read_text()
    assert load_detector(tmp_path / "out" / "detector.json").members


def test_a_missing_detector_is_named(tmp_path: Path, capsys):
    assert main(["publish", "--detector", str(tmp_path / "none.json"), "--out", str(tmp_path / "out")]) == 2
    assert "none.json: the detector can't be read" in capsys.readouterr().err


@pytest.mark.parametrize("error, status", [(OSError(errno.ENOSPC, "No space left"), 2), (KeyboardInterrupt(), 130)])
def test_what_breaks_off_leaves_an_earlier_folder_as_it_was(
    tiny_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException, status: int, capsys
):
    out = tmp_path / "out"
    out.mkdir()
    (out / "README.md").write_text("earlier")
    write = Path.write_bytes

    def breaks(path: Path, data: bytes) -> int:
        if path.name == "partial.README.md":
            raise error
        return write(path, data)

    monkeypatch.setattr(files_module.Path, "write_bytes", breaks)
    assert main(["publish", "--detector", str(tiny_file), "--out", str(out)]) == status
    assert {path.name: path.read_text() for path in out.iterdir()} == {"README.md": "earlier"}
    assert "Traceback" not in capsys.readouterr().err
