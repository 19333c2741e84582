"""Compares mail_text.py with mails whose text is known: mail_text.jsonl, real mails broken in many ways and small ones for each rule.

python3 -m training.check_mail_text needs the standard library only.
"""
import base64
import json
from pathlib import Path

from .mail_text import text_of


def run():
    """Prints and returns the number of mails that differ."""
    lines = [json.loads(line) for line in Path(__file__).with_name("mail_text.jsonl").read_text().splitlines()]
    wrong = [line for line in lines if text_of(base64.b64decode(line["mail"])) != line["text"]]
    for line in wrong[:10]:
        print(ascii(base64.b64decode(line["mail"])[:80]))
    print(f"mail text: {len(lines) - len(wrong)} of {len(lines)} mails equal")
    return len(wrong)


if __name__ == "__main__":
    raise SystemExit(run())
