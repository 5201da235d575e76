"""The rules of the protocol as JSON: what docs/protocol/ says, for tools and reports."""

from typing import Any

from collab.specification.requirements import Requirement, requirements, rows
from protocol.messages import VERSION


def rules() -> dict[str, Any]:
    """Every rule, in the order of the table in conformance.md."""
    by_id = {requirement.id: requirement for requirement in requirements()}
    return {
        "protocol": VERSION,
        "requirements": [_rule(by_id[row.id], row.proofs) for row in rows() if row.id in by_id],
    }


def _rule(requirement: Requirement, proofs: tuple[str, ...]) -> dict[str, Any]:
    return {
        "id": requirement.id,
        "binds": list(requirement.binds),
        "page": requirement.page,
        "text": requirement.text,
        "held_by": list(proofs),
    }
