"""What the documents for whoever runs the page say is so."""

import ast
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from web import VERSION
from web.operation import metrics
from web.operation.configuration import FORBIDDEN, VARIABLES, Configuration, read_configuration
from web.operation.limits import BODY_SECONDS, UPLOAD_BYTES

ROOT = Path(__file__).parents[1]
# Set in the image for other programs than ours.
NOT_OURS = {"PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED", "MPLCONFIGDIR", "HF_HOME", "TF_CPP_MIN_LOG_LEVEL"}


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def instructions():
    """Those of the Dockerfile, a pair of keyword and rest each."""
    joined = re.sub(r"\\\n\s*", " ", re.sub(r"(?m)^#.*\n", "", read("Dockerfile")))
    return [line.split(" ", 1) for line in joined.splitlines() if line.strip()]


def of(keyword):
    return [rest.strip() for name, rest in instructions() if name == keyword]


@pytest.fixture(scope="module")
def image_environment():
    return dict(pair.split("=", 1) for rest in of("ENV") for pair in rest.split())


def shown(value):
    if value is None or value == "":
        return ""
    if isinstance(value, bool | int | float):
        return f"`{value:g}`"
    return f"`{value}`"


def test_every_setting_is_explained():
    rows = [line for line in read("docs/operation.md").splitlines() if re.match(r"\| `(GRADIO|UNMASK)_", line)]

    assert rows == [
        f"| `{one.name}` | {shown(getattr(Configuration(), field))} | {one.expected} | {one.meaning} |"
        for field, one in VARIABLES.items()
    ]
    assert all(name in read("docs/operation.md") for name in FORBIDDEN)


def test_every_metric_is_explained():
    names = {
        sample.name
        for family in metrics.REGISTRY.collect()
        for sample in family.samples or [family]
        if family.name.startswith("unmask_")
    }
    bare = {re.sub(r"_(total|bucket|count|sum)$", "", name) for name in names}

    assert len(bare) >= 8
    assert {name for name in bare if f"`{name}" not in read("docs/operation.md")} == set()


def test_limits_are_those_of_the_code():
    words = read("docs/operation.md")

    assert f"{UPLOAD_BYTES // 2**20} MB, arriving within {BODY_SECONDS // 60} minutes" in words
    (bound,) = re.findall(r"client_max_body_size (\d+)m;", read("docs/nginx-proxy.conf"))
    assert int(bound) * 2**20 >= UPLOAD_BYTES


def test_tests_that_stand_for_a_promise_exist():
    promised = re.findall(r"^- `(tests/\S+)::(\w+)`$", read("SECURITY.md"), re.MULTILINE)

    assert len(promised) > 20
    missing = [
        f"{file}::{name}"
        for file, name in promised
        if not any(isinstance(node, ast.FunctionDef) and node.name == name for node in ast.walk(ast.parse(read(file))))
    ]
    assert missing == []


def test_every_promise_has_a_test():
    promises = (
        read("SECURITY.md").split("## What is promised")[1].split("## What is not promised")[0].split("\n\n**")[1:]
    )

    assert len(promises) >= 8
    assert [promise for promise in promises if "- `tests/" not in promise] == []


def test_the_version_is_the_projects():
    assert f'version = "{VERSION}"' in read("pyproject.toml")


def test_what_the_image_copies_is_there_and_let_in():
    let_in = {line[1:] for line in read(".dockerignore").splitlines() if line.startswith("!")}
    copied = {name for rest in of("COPY") for name in rest.split()[:-1]}

    assert "*" in read(".dockerignore").splitlines(), "all else stays out"
    assert copied == let_in and {"app.py", "requirements.txt", "web", "model"} <= copied
    assert [name for name in copied if not (ROOT / name).exists()] == []


def test_the_image_holds_every_package_of_ours_that_is_imported(image_environment):
    copied = {name for rest in of("COPY") for name in rest.split()[:-1]}
    imported = set()
    # Left out again by .dockerignore: the scripts that made the examples.
    for file in (ROOT / name for name in copied - {"examples"}):
        for module in [file] if file.suffix == ".py" else file.rglob("*.py"):
            for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ImportFrom) and node.module:
                    imported.add(node.module.split(".")[0])
    ours = {name for name in imported if (ROOT / name).is_dir()}

    assert {"model", "explain", "evidence", "report", "web"} <= ours <= copied


def test_the_image_sets_only_what_is_read(image_environment):
    known = {one.name for one in VARIABLES.values()} | NOT_OURS

    assert {name for name in image_environment if not name.startswith("PIP_")} <= known
    assert read_configuration(image_environment).host == "0.0.0.0"


def test_the_image_runs_as_nobody_special_and_asks_for_its_health(image_environment):
    assert of("USER") == ["10001:10001"] and of("STOPSIGNAL") == ["SIGTERM"]
    last = [name for name, _ in instructions()]
    assert last.index("USER") > max(i for i, name in enumerate(last) if name in {"RUN", "COPY"})
    (check,) = of("HEALTHCHECK")
    command = json.loads(check.split("CMD ")[1])
    port = image_environment["GRADIO_SERVER_PORT"]
    assert of("EXPOSE") == [port] and f"http://127.0.0.1:{port}/health" in command[-1]
    compile(command[-1], "healthcheck", "exec")


def test_the_image_has_the_python_that_is_tested():
    (base,) = of("FROM")

    assert base.split("-")[0] in read(".github/workflows/space.yml"), "the version whose tests run"


def test_compose_sets_what_can_be_set_and_leaves_room_for_uploads():
    service = yaml.safe_load(read("compose.yaml"))["services"]["unmask"]

    configuration = read_configuration(service["environment"])
    (size,) = re.findall(r"size=(\d+)m", " ".join(service["tmpfs"]))
    assert configuration.upload_space < int(size)
    assert service["read_only"] and service["cap_drop"] == ["ALL"]


@pytest.mark.skipif(not shutil.which("nginx"), reason="no nginx here")
def test_nginx_understands_its_configuration(tmp_path):
    (tmp_path / "proxy.conf").write_text(read("docs/nginx-proxy.conf"))
    server = read("docs/nginx.conf").replace("/etc/nginx/unmask-proxy.conf", str(tmp_path / "proxy.conf"))
    whole = tmp_path / "nginx.conf"
    whole.write_text(f"pid {tmp_path}/pid;\nerror_log {tmp_path}/log;\nevents {{}}\nhttp {{\n{server}\n}}\n")

    result = subprocess.run(["nginx", "-t", "-c", str(whole)], capture_output=True, text=True)

    assert result.returncode == 0, result.stderr
