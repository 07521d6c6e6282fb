"""Label Studio's labelling configuration: made from our schema, and read to see how a project calls its tags.

Documented at labelstud.io/tags.
"""

from dataclasses import dataclass
from xml.etree import ElementTree
from xml.sax.saxutils import quoteattr

from annotations.errors import AnnotationError
from annotations.schema import Label, Role, Value

_COLOURS = {
    Label.TARGET: "#8da0cb",
    Label.METRIC: "#66c2a5",
    Label.NUMBER: "#fc8d62",
    Label.UNIT: "#ffd92f",
    Label.DEADLINE: "#e78ac3",
    Label.DEPARTMENT: "#a6d854",
}
_VALUES = {Value.TARGET: "计划", Value.ACTUAL: "实际"}


@dataclass(frozen=True, slots=True)
class Config:
    """How a configuration calls its tags: that of the text, of the labels and of a number's value, which it may lack.
    ``key`` is the field of a task's data with the text."""

    key: str = "text"
    text: str = "text"
    labels: str = "label"
    values: str | None = "value"


OURS = Config()


def generate() -> str:
    """The configuration of our schema, as XML: stored are our names, shown are the Chinese ones."""
    labels = [
        f"    <Label value={quoteattr(x.chinese)} alias={quoteattr(x)} background={quoteattr(_COLOURS[x])}/>"
        for x in Label
    ]
    relations = [f"    <Relation value={quoteattr(role)}/>" for role in Role]
    values = [f"    <Choice value={quoteattr(shown)} alias={quoteattr(value)}/>" for value, shown in _VALUES.items()]
    lines = [
        "<View>",
        # Without it the browser would join the white space that it shows, and spans be hard to choose.
        "  <Style>.htx-text { white-space: pre-wrap; }</Style>",
        f'  <Labels name="{OURS.labels}" toName="{OURS.text}">',
        *labels,
        "  </Labels>",
        "  <Relations>",
        *relations,
        "  </Relations>",
        f'  <Text name="{OURS.text}" value="${OURS.key}" granularity="symbol"/>',
        f'  <Choices name="{OURS.values}" toName="{OURS.text}" perRegion="true" choice="single" showInline="true"',
        f'           whenTagName="{OURS.labels}" whenLabelValue="{Label.NUMBER}">',
        *values,
        "  </Choices>",
        "</View>",
    ]
    return "".join(f"{line}\n" for line in lines)


def parse(xml: str) -> Config:
    """How a project's configuration calls what ours has; AnnotationError says what it lacks."""
    if "<!" in xml.replace("<!--", ""):
        raise AnnotationError("must be XML without a document type")  # whose entities could be made to swell
    try:
        tags = list(ElementTree.fromstring(xml).iter())
    except ElementTree.ParseError:
        raise AnnotationError("must be XML") from None
    texts = {tag.get("name", ""): tag.get("value", "") for tag in tags if tag.tag == "Text"}
    for labels in tags:
        text = labels.get("toName", "")
        if labels.tag == "Labels" and texts.get(text, "").startswith("$") and _names(labels, "Label") >= set(Label):
            values = next(
                (
                    tag.get("name")
                    for tag in tags
                    if tag.tag == "Choices" and tag.get("toName") == text and _names(tag, "Choice") >= set(Value)
                ),
                None,
            )
            return Config(texts[text].removeprefix("$"), text, labels.get("name", ""), values)
    raise AnnotationError(f'must have a Text with value="$…" and Labels for it with {", ".join(Label)}')


def _names(parent: ElementTree.Element, tag: str) -> set[str]:
    """What is stored for the children of that kind: their alias or, without one, their value."""
    return {child.get("alias") or child.get("value") or "" for child in parent.iter(tag)}
