"""Trains, exports and checks Sluice's models: python3 -m training COMMAND."""
import argparse

import torch


def _teacher(options):
    from . import finetune

    run = finetune.Run(options.task, finetune.RECIPES[options.task], options.name or options.task)
    run.resume()
    run.train()


def main():
    parser = argparse.ArgumentParser(prog="python3 -m training", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    teacher = commands.add_parser("teacher", help="fine-tune the 12-layer encoder for a task")
    teacher.add_argument("--task", choices=("sst2", "mail"), required=True)
    teacher.add_argument("--name", help="name of the checkpoint's folder (default: the task)")
    teacher.set_defaults(run=_teacher)
    options = parser.parse_args()
    torch.manual_seed(0)
    options.run(options)


if __name__ == "__main__":
    main()
