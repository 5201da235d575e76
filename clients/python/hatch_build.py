"""The wheel carries the project's `protocol` inside of the client, where no `protocol` of its user is in the way.

In a checkout both are imported from where they stand.
"""

import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

HERE = Path(__file__).parent
PROTOCOL = HERE.parents[1] / "protocol"
FROM_PROTOCOL = re.compile(r"^from protocol\b", re.MULTILINE)


class CustomBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version != "standard":
            return
        self.written = TemporaryDirectory()
        include = build_data["force_include"]
        for file in (HERE / "deltapad_client").glob("*.py"):
            copy = Path(self.written.name, file.name)
            copy.write_text(FROM_PROTOCOL.sub("from deltapad_client.protocol", file.read_text()))
            include[str(copy)] = f"deltapad_client/{file.name}"
        for file in [*PROTOCOL.glob("*.py"), PROTOCOL / "py.typed"]:
            include[str(file)] = f"deltapad_client/protocol/{file.name}"
        include["../../LICENSE"] = "deltapad_client/LICENSE"
        include["deltapad_client/py.typed"] = "deltapad_client/py.typed"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        if version == "standard":
            self.written.cleanup()
