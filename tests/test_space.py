"""The repository runs as a Hugging Face Space, and the workflow pushes what that needs."""

import ast
import importlib.metadata
import itertools
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from huggingface_hub.utils import filter_repo_objects
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
# https://huggingface.co/docs/hub/spaces-config-reference
COLOURS = {"red", "yellow", "green", "blue", "indigo", "purple", "pink", "gray"}
# Larger files would have to go through LFS or Xet.
LARGEST = 10 * 1024 * 1024


def read_requirements(name):
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return [Requirement(line) for line in lines if line and not line.startswith(("#", "-"))]


def listed(command):
    """The files that a clean clone has; on a working tree also those that are about to be added."""
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    return [name for name in found if (ROOT / name).is_file()]


@pytest.fixture(scope="module")
def front_matter():
    return yaml.safe_load((ROOT / "README.md").read_text(encoding="utf-8").split("---\n")[1])


@pytest.fixture(scope="module")
def workflow():
    return yaml.safe_load((ROOT / ".github" / "workflows" / "space.yml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def upload(workflow):
    """Words of the command that pushes."""
    (command,) = [step["run"] for step in workflow["jobs"]["push"]["steps"] if "hf upload" in step.get("run", "")]
    return shlex.split(command)


def values(upload, name):
    return [value for option, value in itertools.pairwise(upload) if option == name]


@pytest.fixture(scope="module")
def files():
    return listed(["git", "ls-files", "--cached", "--others", "--exclude-standard"])


@pytest.fixture(scope="module")
def pushed(files, upload):
    chosen = {"allow_patterns": values(upload, "--include"), "ignore_patterns": values(upload, "--exclude")}
    return list(filter_repo_objects(files, **chosen))


def imported(path):
    """Top-level names that a module imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module.split(".")[0]


@pytest.fixture(scope="module")
def imports(pushed):
    """By name, the first pushed module that imports it."""
    found = {}
    for name in pushed:
        if name.endswith(".py"):
            for module in imported(ROOT / name):
                found.setdefault(module, name)
    return found


def test_the_space_is_described_as_the_hub_wants_it(front_matter):
    assert front_matter["sdk"] == "gradio"
    assert (ROOT / front_matter["app_file"]).is_file()
    assert front_matter["license"] == "apache-2.0" and "Apache License" in (ROOT / "LICENSE").read_text()
    assert len(front_matter["short_description"]) <= 60
    assert front_matter["title"] and len(front_matter["emoji"]) == 1
    assert {front_matter["colorFrom"], front_matter["colorTo"]} <= COLOURS
    assert len(front_matter["tags"]) >= 3 and all(re.fullmatch("[a-z0-9-]+", tag) for tag in front_matter["tags"])


def test_the_space_installs_the_gradio_that_is_pinned(front_matter):
    (gradio,) = [one for one in read_requirements("requirements.txt") if one.name == "gradio"]

    assert str(gradio.specifier) == f"=={front_matter['sdk_version']}"


def test_space_checks_and_project_have_one_python(front_matter, workflow):
    version = front_matter["python_version"]

    assert isinstance(version, str)
    assert f'requires-python = ">={version}"' in (ROOT / "pyproject.toml").read_text()
    for job in ("check", "push"):
        assert workflow["jobs"][job]["container"]["image"].startswith(f"python:{version}.")


def test_every_requirement_is_pinned_and_none_needs_system_packages():
    requirements = read_requirements("requirements.txt")

    assert all(re.fullmatch(r"==[\d.]+", str(one.specifier)) for one in requirements)
    opencv = [one.name for one in requirements if "opencv" in one.name]
    assert opencv and all(name.endswith("-headless") for name in opencv)
    assert not (ROOT / "packages.txt").exists()


def test_every_import_is_installed_by_requirements(imports):
    wanted = {canonicalize_name(one.name) for one in read_requirements("requirements.txt")}
    distributions = importlib.metadata.packages_distributions()

    foreign = {name for name in imports if name not in sys.stdlib_module_names and not (ROOT / name).is_dir()}
    assert {"gradio", "cv2", "PIL", "tensorflow"} <= foreign
    missing = {
        name: imports[name] for name in foreign if not wanted & set(map(canonicalize_name, distributions.get(name, [])))
    }
    assert missing == {}


def test_every_package_of_ours_that_is_imported_is_pushed(imports, pushed):
    ours = {name for name in imports if (ROOT / name).is_dir()}

    assert {"explain", "model", "web"} <= ours
    assert {name: imports[name] for name in ours if f"{name}/__init__.py" not in pushed} == {}


def test_what_is_pushed_is_all_a_space_needs_and_no_more(pushed):
    needed = {"README.md", "LICENSE", "app.py", "requirements.txt", "model/weights/detector.json"}
    needed |= {"model/evaluation/evaluation.json", "web/style.css", "web/about/pictures/examples.json"}

    assert needed <= set(pushed)
    assert any(name.endswith(".weights.h5") for name in pushed) and any(name.endswith(".jpg") for name in pushed)
    assert not {name.split("/")[0] for name in pushed} & {"tests", "train", "benchmarks", ".ci", ".github"}


def test_every_pattern_finds_a_file(files, upload):
    for pattern in values(upload, "--include") + values(upload, "--exclude"):
        assert list(filter_repo_objects(files, allow_patterns=[pattern])), pattern


def test_pictures_of_the_readme_are_pushed(pushed):
    pictures = re.findall(r"!\[[^]]*\]\(([^)]+)\)", (ROOT / "README.md").read_text(encoding="utf-8"))

    assert pictures and set(pictures) <= set(pushed)


def test_no_file_is_too_large_for_plain_git(pushed):
    assert {name: (ROOT / name).stat().st_size for name in pushed if (ROOT / name).stat().st_size >= LARGEST} == {}


def test_checks_come_first_and_nothing_happens_without_a_space(workflow):
    jobs = workflow["jobs"]

    assert jobs["check"]["if"] == "vars.SPACE != ''" and jobs["skip"]["if"] == "vars.SPACE == ''"
    assert "::notice" in jobs["skip"]["steps"][0]["run"]
    assert jobs["push"]["needs"] == "check" and "if" not in jobs["push"]
    command = jobs["check"]["steps"][-1]["run"]
    assert (ROOT / command).is_file() and (ROOT / command).stat().st_mode & 0o100


def test_stale_files_go_and_history_stays(upload):
    assert upload[:5] == ["hf", "upload", "$SPACE", ".", "."]
    assert values(upload, "--repo-type") == ["space"] and values(upload, "--delete") == ["*"]
    assert not any("force" in word for word in upload)


def test_the_workflow_runs_for_main_and_by_hand_with_the_least_it_needs(workflow):
    # YAML 1.1 reads the key `on` as true.
    assert workflow[True] == {"push": {"branches": ["main"]}, "workflow_dispatch": None}
    assert workflow["permissions"] == {"contents": "read"}
    secrets = [name for name, job in workflow["jobs"].items() if "secrets." in yaml.safe_dump(job)]
    assert secrets == ["push"]


def test_actions_and_tools_are_pinned(workflow):
    steps = [step for job in workflow["jobs"].values() for step in job["steps"]]

    actions = [step["uses"] for step in steps if "uses" in step]
    assert actions and all(re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", action) for action in actions)
    (hub,) = [one for one in read_requirements("requirements-dev.txt") if one.name == "huggingface_hub"]
    assert any(f"huggingface_hub{hub.specifier}" in step.get("run", "") for step in steps)


def test_the_hub_client_knows_every_option(upload):
    help_text = subprocess.run(
        [sys.executable, "-m", "huggingface_hub.cli.hf", "upload", "--help"], capture_output=True, text=True, timeout=60
    ).stdout

    options = {word for word in upload if word.startswith("--")}
    assert len(options) == 5
    assert all(option in help_text for option in options)
