"""The packages hold what a stranger needs and nothing else, and work in an empty folder."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

USE = """
import { Delta, DocumentClient, type Op } from "@deltapad/client";
import { bindField } from "@deltapad/client/field";

const client = new DocumentClient({ url: "ws://127.0.0.1:9/" });
client.on("change", ({ delta }) => console.log(delta.ops satisfies Op[]));
export const begin = (field: HTMLInputElement) => {
  client.edit(new Delta().insert("x"));
  return bindField(client, field);
};
"""


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python client's."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=root / "clients" / "python", check=True, capture_output=True)
    return next(folder.iterdir())


@pytest.fixture(scope="module")
def package(root: Path, node: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The TypeScript client's, in an empty folder."""
    folder = tmp_path_factory.mktemp("package")
    pack = ["npm", "pack", "--silent", "--ignore-scripts", "--workspace", "clients/typescript"]
    subprocess.run([*pack, "--pack-destination", str(folder)], cwd=root, check=True, capture_output=True)
    # Python's own way to unpack is another in 3.11.2, 3.13 and 3.14.
    subprocess.run(["tar", "--extract", "--file", next(folder.iterdir())], cwd=folder, check=True)
    modules = folder / "node_modules"
    (modules / "@deltapad").mkdir(parents=True)
    (folder / "package").rename(modules / "@deltapad" / "client")
    for name in ("quill-delta", "fast-diff", "lodash.clonedeep", "lodash.isequal"):
        (modules / name).symlink_to(root / "node_modules" / name)
    return folder


def test_the_wheel_holds_the_client_with_the_protocol_in_it_typed(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert {name.partition("/")[0] for name in names} == {"deltapad_client"}
    needed = {"py.typed", "sync.py", "LICENSE", "protocol/py.typed", "protocol/replica.py"}
    assert {f"deltapad_client/{name}" for name in needed} <= names
    assert {Path(name).suffix for name in names} == {".py", ".typed", ""}


def test_the_wheel_works_without_the_checkout_beside_a_protocol_of_its_users(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "installed")
    (tmp_path / "protocol.py").write_text("mine = True")
    (tmp_path / "program.py").write_text(
        "import protocol, deltapad_client as client, deltapad_client.sync\n"
        "print(protocol.mine, client.Delta.__module__, client.__file__)"
    )
    environment = {"PYTHONPATH": str(tmp_path / "installed")}
    command = [sys.executable, "program.py"]
    found = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=True)
    mine, module, file = found.stdout.split()
    assert (mine, module) == ("True", "deltapad_client.protocol.delta")
    assert file.startswith(str(tmp_path))


def test_the_package_holds_the_client_its_types_and_its_examples(package: Path) -> None:
    folder = package / "node_modules" / "@deltapad" / "client"
    assert {path.name for path in folder.iterdir()} >= {"README.md", "dist", "examples", "package.json"}
    for name in ("index", "field", "react", "svelte"):
        assert (folder / "dist" / f"{name}.js").exists()
        assert (folder / "dist" / f"{name}.d.ts").exists()


@pytest.mark.parametrize("resolution", ["nodenext", "esnext --moduleResolution bundler"])
def test_its_types_are_right_however_they_are_found(package: Path, root: Path, resolution: str) -> None:
    (package / "use.ts").write_text(USE)
    (package / "package.json").write_text('{"type": "module"}')
    options = f"--noEmit --strict --target es2022 --lib es2023,dom,dom.iterable --module {resolution}"
    command = [str(root / "node_modules" / ".bin" / "tsc"), *options.split(" "), "use.ts"]
    checked = subprocess.run(command, cwd=package, capture_output=True, text=True, check=False)
    assert checked.stdout == ""


def test_it_loads_in_node(package: Path, node: str) -> None:
    program = 'import { Delta } from "@deltapad/client"; console.log(new Delta().insert("x").ops[0].insert)'
    command = [node, "--input-type=module", "--eval", program]
    assert subprocess.run(command, cwd=package, capture_output=True, text=True, check=True).stdout == "x\n"
