"""YAML read as text: every scalar stays the word that was written, and its line is remembered for faults.

Anchors and aliases are refused: knowledge files do not need them, and a small file of nested aliases can expand to
more than fits in memory.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

import yaml

from bot.errors import Fault

Tree: TypeAlias = "str | list[Tree] | dict[str, Tree]"
Path = tuple[str | int, ...]


@dataclass(slots=True)
class Document:
    """A YAML file as text and the line (from 1) on which each part of it begins."""

    file: str
    tree: Tree = ""
    lines: dict[Path, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def place(self, path: Path) -> str:
        """Where a part stands, for a fault: "line 12, entries[3].verdict"."""
        known = path
        while known and known not in self.lines:
            known = known[:-1]
        dotted = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).lstrip(".")
        return ", ".join(part for part in (f"line {self.lines.get(known, 1)}", dotted) if part)


def parse_yaml(file: str, text: str) -> Document:
    """Read one YAML document; what is wrong with it is in `faults`, never raised."""
    document = Document(file)
    try:
        root = yaml.compose(text, Loader=yaml.CBaseLoader)
        if root is not None:
            document.tree = _convert(root, (), document, set())
    except RecursionError:
        document.faults.append(Fault(file, "", "it is nested too deeply", "Knowledge needs four levels at most."))
        return document
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        problem = str(getattr(error, "problem", None) or error).split("\n")[0]
        remedy = "Check the indentation there, and put text that holds ': ' or '#' in double quotes."
        document.faults.append(Fault(file, place, f"this is not valid YAML ({problem})", remedy))
        return document
    if root is None:
        document.faults.append(Fault(file, "", "the file is empty", "Write its content, or remove the file."))
    return document


def _convert(node: yaml.Node, path: Path, document: Document, seen: set[int]) -> Tree:
    document.lines[path] = node.start_mark.line + 1
    if id(node) in seen:
        remedy = "Write the text out in each place."
        document.faults.append(Fault(document.file, document.place(path), "anchors (&, *) are not supported", remedy))
        return ""
    if isinstance(node, yaml.ScalarNode):
        return str(node.value)
    seen.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        return [_convert(item, (*path, number), document, seen) for number, item in enumerate(node.value)]
    mapping: dict[str, Tree] = {}
    for key_node, value_node in node.value:
        key = str(key_node.value)
        if key in mapping:
            place = f"line {key_node.start_mark.line + 1}"
            document.faults.append(Fault(document.file, place, f'"{key}" stands twice', "Keep one of the two."))
        mapping[key] = _convert(value_node, (*path, key), document, seen)
    return mapping
