"""The text of a mail: its subject, a line feed, its body as a reader sees it. The rule:

1.  Bytes are UTF-8; if they are not valid UTF-8, they are ISO-8859-1. CR LF and CR become LF.
2.  Header lines end at the first empty line; the rest is the body (none: the body is empty). A header line that starts with a
    space or tab continues the line before, joined by one space after trimming. Only Subject, Content-Type and Content-Transfer-Encoding
    are read, the first of each, names in any case. Nothing else of the header reaches the model: routes, senders, lists, dates
    and filter marks give the answer away. Encoded words (RFC 2047) stay as they are.
3.  A body whose type starts with `multipart/` and has a boundary is split at lines that are `--boundary` or `--boundary--` once trailing
    white space is gone; what stands before the first one does not count. Each part is a mail of its own by rules 2 and 3, at most
    4 deep, its text found by rule 4. The first text/plain part that is not blank is taken, else the first text/html part
    that is not blank, else nothing. A part without a type is text/plain. A boundary that never occurs: the body counts as text/plain.
4.  `base64` and `quoted-printable` bodies are decoded (broken base64 stays as it is) and read by rule 1 again. In a type that
    starts with `text/html`, and in a text/plain one that starts with `<html` or `<!doctype html` in any case after white space,
    comments, `script` and `style` elements and tags become a space each, and the six entities of ENTITIES become their characters,
    in that order. Other types than text/* count as blank inside a multipart, and as text/plain alone.
5.  Lines that start with `SPAM:` are dropped: an early filter wrote its verdict there.
6.  Subject, LF, body; trailing and leading white space cut off (space, tab, LF), runs of white space kept.

White space is space, tab and LF. All letter comparison is ASCII, in any case.
"""
import base64
import binascii
import re

ENTITIES = (("&nbsp;", " "), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#39;", "'"), ("&amp;", "&"))
DEEPEST = 4
_HIDDEN = re.compile(r"<!--.*?-->|<script\b.*?</script\s*>|<style\b.*?</style\s*>", re.S | re.I | re.A)
_TAG = re.compile(r"<[!/?a-z][^>]*>", re.I | re.A)
_BOUNDARY = re.compile(r'boundary[ \t]*=[ \t]*(?:"([^"]*)"|([^ \t;]+))', re.I | re.A)
_ESCAPE = re.compile(rb"=([0-9A-Fa-f]{2})")
_SPACE = " \t\n"


def text_of(mail):
    """The text of a mail's bytes."""
    return joined(*parts_of(mail))


def parts_of(mail):
    """Subject and body of a mail's bytes: rules 1 to 5."""
    headers, body = _split(_read(mail))
    _, text = _content(headers, body, DEEPEST)
    return headers.get("subject", ""), "\n".join(line for line in text.split("\n") if not line.startswith("SPAM:"))


def joined(subject, body):
    """The text that the model reads: rule 6."""
    return (subject + "\n" + body).strip(_SPACE)


def _read(data):
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _split(text):
    """Header fields by lower-case name (the first of each), and the body."""
    head, found, body = text.partition("\n\n")
    if text.startswith("\n"):
        head, body = "", text[1:]
    lines = []
    for line in head.split("\n"):
        if line[:1] in (" ", "\t") and lines:
            lines[-1] += " " + line.strip(_SPACE)
        else:
            lines.append(line)
    fields = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if colon:
            fields.setdefault(name.lower(), value.strip(_SPACE))
    return fields, body


def _content(headers, body, depth):
    """(type, text) of a mail or part; the type is `plain`, `html` or `other`."""
    kind = headers.get("content-type", "text/plain").lower()
    boundary = _BOUNDARY.search(headers.get("content-type", ""))
    if kind.startswith("multipart/") and boundary and depth > 0:
        parts = _parts(body, boundary.group(1) or boundary.group(2) or "")
        if parts is not None:
            return _best([_content(*_split(part), depth - 1) for part in parts])
    text = _decode(body, headers.get("content-transfer-encoding", "").lower())
    if kind.startswith("text/html") or text.lstrip(_SPACE)[:14].lower().startswith(("<html", "<!doctype html")):
        return "html", _plain(text)
    return "plain" if kind.startswith("text/") else "other", text


def _parts(body, boundary):
    """Texts between the boundary's lines, or None where none is found."""
    parts = None
    for line in body.split("\n"):
        if line.rstrip(_SPACE) in ("--" + boundary, "--" + boundary + "--"):
            parts = (parts or []) + [[]]
        elif parts:
            parts[-1].append(line)
    return None if parts is None else ["\n".join(part) for part in parts]


def _best(contents):
    for wanted in ("plain", "html"):
        for kind, text in contents:
            if kind == wanted and text.strip(_SPACE):
                return kind, text
    return "plain", ""


def _decode(body, encoding):
    if encoding == "quoted-printable":
        lines = re.sub(r"=[ \t]*\n", "", body).encode("utf-8")
        return _read(_ESCAPE.sub(lambda found: bytes([int(found.group(1), 16)]), lines))
    if encoding == "base64":
        try:
            return _read(base64.b64decode(re.sub(r"[ \t\n]", "", body), validate=True))
        except (binascii.Error, ValueError):
            return body
    return body


def _plain(html):
    text = _TAG.sub(" ", _HIDDEN.sub(" ", html))
    for entity, character in ENTITIES:
        text = text.replace(entity, character)
    return text
