"""What may be said of the tree inside a Content, and a way to make one high without much text."""

from __future__ import annotations

import pytest

from protocol import content
from protocol.content import Branch, Content, Leaf, Node


def make_nodes_small(patch: pytest.MonkeyPatch) -> None:
    """A leaf then holds some ten characters and a branch six nodes."""
    patch.setattr(content, "LEAF_WEIGHT", 16)
    patch.setattr(content, "FRESH_LEAF_WEIGHT", 12)
    patch.setattr(content, "RUN_WEIGHT", 2)
    patch.setattr(content, "BRANCH_CHILDREN", 6)


def root(document: Content) -> Node:
    return document._root


def nodes(node: Node) -> list[Node]:
    """The node and all below it."""
    return [node, *(below for child in children(node) for below in nodes(child))]


def children(node: Node) -> tuple[Node, ...]:
    return node.children if type(node) is Branch else ()


def height(node: Node) -> int:
    """How many nodes lie between here and the text. Raises AssertionError where the leaves lie at several depths."""
    heights = {height(child) for child in children(node)}
    assert len(heights) <= 1
    return 1 + max(heights, default=0)


def assert_sound(document: Content) -> None:
    """Every node knows its length, none is empty or too heavy, and all leaves lie at one depth."""
    height(root(document))
    for node in nodes(root(document)):
        below = node.runs if type(node) is Leaf else children(node)
        assert node.length == sum(part.length for part in below)
        assert 0 < content._weight(node) <= most(node)


def most(node: Node) -> int:
    return content.LEAF_WEIGHT if type(node) is Leaf else content.BRANCH_CHILDREN
