"""`pip install .` gives the same program, with its templates, static files and sample notes inside the wheel."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import sysconfig
import urllib.request
import zipfile
from pathlib import Path
from urllib.parse import urljoin

import pytest

from studyin.web.joining import joined_modules

ROOT = Path(__file__).parents[1]
# A version that no checkout has: whatever answers with it came from the wheel
VERSION = "0.0.1+wheel"

pytestmark = [pytest.mark.long, pytest.mark.thorough]


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """A copy of the checkout to build from, since building writes into the folder."""
    copy = tmp_path_factory.mktemp("source") / "studyin to build"
    copy.mkdir()
    for name in ("setup.cfg", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    for name in ("studyin", "templates", "static"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    package = copy / "studyin" / "__init__.py"
    package.write_text(re.sub(r'__version__ = ".*"', f'__version__ = "{VERSION}"', package.read_text()))
    return copy


@pytest.fixture(scope="module")
def wheel(source, tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, source)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """The bin folder of an environment that holds the wheel. What the wheel needs is lent by the environment that runs
    the tests, at the end of the path: a .pth file names its folder, and .pth files in there count no more."""
    environment = tmp_path_factory.mktemp("installed") / "an environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    bin_folder = environment / ("Scripts" if sys.platform == "win32" else "bin")
    packages = sysconfig.get_path("purelib", vars={"base": str(environment), "platbase": str(environment)})
    lent = dict.fromkeys((sysconfig.get_path("purelib"), sysconfig.get_path("platlib")))
    Path(packages, "lent.pth").write_text("\n".join(lent) + "\n")
    pip("--python", bin_folder / "python", "install", "--no-deps", "--no-index", wheel)
    return bin_folder


def pip(*arguments):
    done = subprocess.run(
        [sys.executable, "-m", "pip", "--disable-pip-version-check", *map(str, arguments)],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def files_of(folder, pattern="**/*"):
    return {path.relative_to(folder).as_posix() for path in folder.glob(pattern) if path.is_file()}


def test_the_wheel_has_every_module_template_static_file_and_sample(source, wheel):
    held = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert held == (
        {f"studyin/{name}" for name in files_of(source / "studyin")}
        | {f"studyin/templates/{name}" for name in files_of(source / "templates")}
        | {f"studyin/static/{name}" for name in files_of(source / "static")}
    )
    assert any(name.startswith("studyin/static/js/") for name in held)
    assert any(name.startswith("studyin/library/samples/") for name in held)


def test_the_installed_command_serves_its_own_page_and_static_files(installed, start, tmp_path):
    server = start(installed / "studyin", "serve", "--port", "0", "--data-dir", tmp_path / "data", "--coach", "notes")
    with urllib.request.urlopen(server.url) as answer:
        assert answer.headers.get_content_type() == "text/html"
        page = answer.read().decode()
    script = re.search(r'<script type="module" src="([^"]+)"', page)
    with urllib.request.urlopen(urljoin(server.url, script[1])) as answer:
        assert answer.headers.get_content_type() in {"text/javascript", "application/javascript"}
        assert answer.read().decode() == joined_modules(ROOT / "static" / "js" / Path(script[1]).name)
    with urllib.request.urlopen(server.url + "healthz") as answer:
        assert VERSION in answer.read().decode(), "not the wheel answered, but a checkout"


def test_the_installed_package_finds_its_files_inside_itself(installed, tmp_path):
    show = "from studyin.assets import *; print(templates_dir(), static_dir(), checkout(), sep='\\n')"
    done = subprocess.run(
        [installed / "python", "-c", show], check=True, capture_output=True, text=True, cwd=tmp_path
    ).stdout.splitlines()
    package = Path(done[0]).parent
    assert package.parent.is_relative_to(installed.parent)
    assert done == [str(package / "templates"), str(package / "static"), "None"]


def test_a_checkout_finds_its_files_beside_the_package(source):
    show = "from studyin.assets import *; print(templates_dir(), static_dir(), checkout(), sep='\\n')"
    done = subprocess.run([sys.executable, "-c", show], check=True, capture_output=True, text=True, cwd=source)
    assert done.stdout.splitlines() == [str(source / "templates"), str(source / "static"), str(source)]
