"""Trains, exports and checks Sluice's models. See training/README.md for how long each takes."""
import argparse
import dataclasses
from pathlib import Path

import torch

from . import paths


def _teacher(options):
    from . import finetune

    run = finetune.Run(options.task, finetune.RECIPES[options.task], options.name or options.task)
    run.resume()
    run.train()


def _students(options):
    from .students import run, tables, transfer

    name = options.name or options.task
    if options.tables:
        tables.show(options.task, name)
        return
    transfer.make(options.task, name)
    for kind in (options.only,) if options.only else ("group", "swift"):
        run.train(options.task, name, kind)


def _settle(options):
    from . import settle

    recipe = settle.RECIPES[options.task]
    if options.steps is not None:
        recipe = dataclasses.replace(recipe, steps=options.steps)
    settle.run(options.task, options.name or options.task, recipe)


def _export(options):
    from . import export

    export.run(options.task, options.name or options.task, options.version, options.out)


def _evaluate(options):
    from . import check_bundle, evaluate

    folder = options.bundle or paths.bundle(options.task)
    check_bundle.run(folder)
    for precision, parts in evaluate.accuracy(options.task, folder).items():
        print(precision, parts)


def _golden(options):
    from . import golden

    golden.run(options.task, options.compare)


def _half(options):
    from . import half, rounding

    rounding.run(options.bundle) if options.compare else half.run(options.bundle)


def _split(options):
    from . import corpus_mail

    corpus_mail.write_split()


def _mails(options):
    from . import mails

    mails.write()


def _tiny(options):
    from . import tiny

    tiny.write_all(options.out)


def _check(options):
    from . import check_encoder, check_holdout, check_mail_text, check_wordpiece

    raise SystemExit(check_wordpiece.run() + check_mail_text.run() + check_encoder.run() + check_holdout.run())


def main():
    parser = argparse.ArgumentParser(prog="python3 -m training", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)

    def command(name, action, text, task=True):
        added = commands.add_parser(name, help=text, description=text)
        added.set_defaults(run=action)
        added.add_argument("--encoder", type=Path, help="folder of the pretrained encoder (default $SLUICE_ENCODER)")
        added.add_argument("--texts", type=Path, help="folder of SST-2's texts, for sst2 (default $SLUICE_TEXTS)")
        if task:
            added.add_argument("--task", choices=("sst2", "mail"), required=True)
            added.add_argument("--name", help="name of the checkpoint's folder (default: the task)")
        return added

    command("teacher", _teacher, "fine-tune the 12-layer encoder; goes on from its checkpoint")
    settle = command("settle", _settle, "calibrate the ranges of 8-bit activations, and tune them")
    settle.add_argument("--steps", type=int, help="steps that tune the ranges (default: the recipe's; 0 only calibrates)")
    students = command("students", _students,
                       "train the student group and the swift student on the settled teacher; goes on from its checkpoints")
    students.add_argument("--only", choices=("pair", "group", "swift", "bagging"),
                          help="one of them (default: group, then swift); pair is where sst2's group begins, bagging the control, for sst2")
    students.add_argument("--tables", action="store_true", help="train nothing; print the tables of what was trained")
    export = command("export", _export,
                     "write models/TASK from the settled checkpoints, students if there are any, and measure it in ONNX Runtime")
    export.add_argument("--version", default="1.0.0", help="the bundle's version (default 1.0.0)")
    export.add_argument("--out", type=Path, help="another folder for the bundle")
    evaluate = command("evaluate", _evaluate, "run every graph of a bundle: golden logits, batch invariance, accuracy")
    evaluate.add_argument("--bundle", type=Path, help="the bundle's folder (default models/TASK)")
    golden = command("golden", _golden,
                     "write a bundle's golden logits again, from its own weights, over texts that may lie in the repository")
    golden.add_argument("--compare", action="store_true", help="write nothing; tell how far PyTorch is from the files that are there")
    half = command("half", _half, "write a bundle's float16 graphs, for a GPU, from its own fp32 graphs; needs no checkpoint", task=False)
    half.add_argument("--bundle", type=Path, required=True, help="the bundle's folder")
    half.add_argument("--compare", action="store_true",
                      help="write nothing; tell how far the teacher in float16 is from the golden logits, by what stays float32")
    command("split", _split, "write models/mail/split.tsv from the mail corpus", task=False)
    command("mails", _mails, "write data/mail/test.avro, the mails of split.tsv's test part, from the mail corpus", task=False)
    command("check", _check, "compare tokenizer and encoder with golden vectors, and check what is held out", task=False)
    tiny = command("tiny", _tiny, "write the tests' small models", task=False)
    tiny.add_argument("--out", type=Path, default=paths.ROOT / "tests" / "FunctionalTests" / "TinyModels")
    options = parser.parse_args()
    paths.name(encoder=options.encoder, texts=options.texts)
    torch.manual_seed(0)
    options.run(options)


if __name__ == "__main__":
    main()
