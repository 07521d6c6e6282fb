"""Packages of Office Open XML (ECMA-376, ISO/IEC 29500; transitional and strict): their parts, read safely.

Names are compared without their namespaces, because the strict variant has others.
"""

import io
import posixpath
import zipfile
from collections.abc import Iterator

from lxml import etree

from service.documents.errors import UnreadableDocument

Element = etree._Element
_MAIN = "officeDocument"
_SAFE = {"resolve_entities": False, "no_network": True, "remove_comments": True, "remove_pis": True}
_BROKEN = "must be whole: it holds broken XML"


class Package:
    """The parts of a file, which detect has unpacked once already: what it unpacks to is bounded."""

    def __init__(self, content: bytes) -> None:
        self._zip = zipfile.ZipFile(io.BytesIO(content))
        self._names = set(self._zip.namelist())
        main = self.related("", _MAIN)
        if not main:
            raise UnreadableDocument("must be whole: its main part is missing")
        self.main = main[0]

    def part(self, name: str) -> Element:
        """A part as XML, without comments and processing instructions.

        Nothing outside is ever loaded. UnreadableDocument for a part that is missing, broken, nested more than 256
        deep, or has a document type, which these formats must not have and which could declare entities.
        """
        try:
            root = etree.fromstring(self.bytes(name), etree.XMLParser(**_SAFE))
        except etree.XMLSyntaxError:
            raise UnreadableDocument(_BROKEN) from None
        _check_type(root)
        return root

    def elements(self, name: str, *names: str) -> Iterator[Element]:
        """The elements of some names in a part, as they end; each loses what it holds when the next is asked for.

        For parts that are too large to be held; raises as ``part`` does.
        """
        stream = etree.iterparse(io.BytesIO(self.bytes(name)), tag=[f"{{*}}{n}" for n in names], **_SAFE)
        try:
            for _, element in stream:
                yield element
                element.clear()
        except etree.XMLSyntaxError:
            raise UnreadableDocument(_BROKEN) from None
        _check_type(stream.root)

    def bytes(self, name: str) -> bytes:
        """A part as it is."""
        if name not in self._names:
            raise UnreadableDocument("must be whole: a part is missing")
        return self._zip.read(name)

    def related(self, source: str, kind: str) -> list[str]:
        """Names of the parts that ``source`` (the whole package if empty) refers to by relationships of a kind."""
        return [name for name, found in self.targets(source).values() if found == kind]

    def targets(self, source: str) -> dict[str, tuple[str, str]]:
        """The (name, kind) of each part of the package that ``source`` refers to, by relationship id."""
        folder, file = posixpath.split(source)
        relations = posixpath.join(folder, "_rels", f"{file}.rels")
        if relations not in self._names:
            return {}
        found = {}
        for relation in self.part(relations):
            target, kind = attribute(relation, "Target"), attribute(relation, "Type")
            if attribute(relation, "TargetMode") != "External":
                name = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
                found[attribute(relation, "Id")] = (name, kind.rpartition("/")[2])
        return found


def _check_type(root: Element) -> None:
    if root.getroottree().docinfo.internalDTD is not None:
        raise UnreadableDocument("must not declare XML document types")


def local(element: Element) -> str:
    """The name of an element without its namespace."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: Element, name: str, default: str = "") -> str:
    """The value of an attribute, whatever its namespace."""
    value: str | bytes | None = element.get(name)
    if value is None:
        suffix = f"}}{name}"
        value = next((v for k, v in element.attrib.items() if str(k).endswith(suffix)), default)
    return str(value)


def number(element: Element | None, name: str, default: int) -> int:
    """The whole number of an attribute, ``default`` if there is none."""
    value = "" if element is None else attribute(element, name)
    digits = value.removeprefix("-")
    return int(value) if digits.isdecimal() and digits.isascii() and len(digits) < 10 else default


def flag(element: Element | None, name: str = "val") -> bool:
    """Whether a property is on: it is there, and not with a value that turns it off."""
    return element is not None and attribute(element, name, "true") not in ("0", "false", "off", "none")


def child(element: Element | None, *names: str) -> Element | None:
    """The first child with the first of ``names``, of that the first with the next, and so on."""
    for name in names:
        if element is None:
            return None
        element = next((c for c in element if local(c) == name), None)
    return element


def children(element: Element | None, name: str) -> list[Element]:
    """What the first child of a name holds."""
    found = child(element, name)
    return [] if found is None else list(found)


def descendants(element: Element, name: str) -> Iterator[Element]:
    """All elements of a name within an element."""
    return (e for e in element.iter() if local(e) == name)
