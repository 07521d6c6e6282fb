"""spaCy's DocBin (.spacy), with entities in ``doc.spans["mubiao"]`` (annotations/spacy_docs.py). It holds everything.

Tokens are code points, or those of a tokenizer: words, which spans are widened to while their offsets stay.
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import spacy
from spacy.tokens import Doc, DocBin
from spacy.vocab import Vocab

from annotations import spacy_docs
from annotations.errors import AnnotationError
from annotations.schema import Document


def write(documents: Iterable[Document], path: Path, tokenize: Callable[[str], Doc] | None = None) -> None:
    """Write documents as a DocBin.

    ``tokenize`` makes a Doc of a text (``nlp.make_doc``); by default each code point is a token, so that every span is
    exact. Raises AnnotationError for a document that spaCy cannot hold: as ``attach``, or with half a surrogate pair.
    """
    vocab = Vocab()
    docs = DocBin()
    for document in documents:
        try:
            doc = tokenize(document.text) if tokenize else _characters(vocab, document.text)
            spacy_docs.attach(doc, document.entities, document.name, document.links)
        except UnicodeEncodeError:
            raise AnnotationError(f"{document.name}: half a surrogate pair, which no DocBin can hold") from None
        except AnnotationError as error:
            raise AnnotationError(f"{document.name}: {error}") from None
        docs.add(doc)
    docs.to_disk(path)


def read(path: Path) -> list[Document]:
    """The documents of a DocBin; AnnotationError if it is none, or has other labels than ours."""
    try:
        docs = list(DocBin().from_disk(path).get_docs(Vocab()))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise AnnotationError(f"{path}: no DocBin can be read from it ({type(error).__name__})") from None
    try:
        return [spacy_docs.document(doc) for doc in docs]
    except AnnotationError as error:
        raise AnnotationError(f"{path}: {error}") from None


def words(segmenter: Path) -> Callable[[str], Doc]:
    """What makes a Doc of the words that the pkuseg model in the folder ``segmenter`` cuts a text into."""
    tokenizer = {"@tokenizers": "spacy.zh.ChineseTokenizer", "segmenter": "pkuseg"}
    nlp: Any = spacy.blank("zh", config={"nlp": {"tokenizer": tokenizer}})
    nlp.tokenizer.initialize(pkuseg_model=str(segmenter))
    # pkuseg's own dictionary would join numbers and their units.
    nlp.tokenizer.pkuseg_seg.postprocesser.do_process = False
    make_doc: Callable[[str], Doc] = nlp.make_doc
    return make_doc


def _characters(vocab: Vocab, text: str) -> Doc:
    """Unlike those of spaCy's tokenizer, which takes white space together, tokens of one code point each."""
    return Doc(vocab, words=list(text), spaces=[False] * len(text))
