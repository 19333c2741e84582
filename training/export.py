"""Writes the bundle of a settled teacher into models/TASK, measures it, and completes its manifest."""
import json

from . import bundle, corpora, evaluate, golden, paths
from .students import served
from .sources import source_of
from .wordpiece import WordPiece

GOLDEN = 500


def _golden_texts(task):
    """500 documents of the test part; for sst2, whose texts may not lie in the repository, pieces of mails. Long ones are cut, every tenth
    less, so that the file stays under 1 MB and yet fills 512 tokens."""
    if task == "sst2":
        return golden.mail_pieces(GOLDEN)
    texts = [text for text, _ in corpora.load(task)["test"]][:GOLDEN]
    return [text[: 2500 if n % 10 == 0 else 700] for n, text in enumerate(texts)]


def run(task, name, version, folder=None):
    """Writes everything; prints the accuracy."""
    source = source_of(task, name, version)
    students = served.load(task, name)
    writer = bundle.Writer(source, folder or paths.bundle(task), students)
    writer.write(_golden_texts(task), WordPiece(source.vocabulary))
    source.accuracy = evaluate.accuracy(task, writer.folder)
    if students:
        students.group.figures = evaluate.students(task, writer.folder, students.count)
    writer.manifest()
    print(json.dumps({"teacher": source.accuracy, "students": students and students.section()}, indent=1))
