"""The wheel carries the protocol's files that are data; in a checkout they are read from where they stand."""

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

DATA = ("specification/v1", "transcripts/v1", "vectors/v1")


class CustomBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "standard":
            for folder in DATA:
                build_data["force_include"][f"../protocol/{folder}"] = f"deltapad_conformance/protocol/{folder}"
