"""The wheel carries the project's `protocol` package; in a checkout it is imported from where it stands."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PROTOCOL = Path(__file__).parents[2] / "protocol"


class CustomBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "standard":
            for file in [*PROTOCOL.glob("*.py"), PROTOCOL / "py.typed"]:
                build_data["force_include"][str(file)] = f"protocol/{file.name}"
            build_data["force_include"]["../../LICENSE"] = "deltapad_client/LICENSE"
