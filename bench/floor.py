"""The floor of `check`: each of the workspace's own files is looked up and read with a bare CSafeLoader, no more."""

import os
import sys

import yaml


def read(folder: str) -> None:
    for entry in os.scandir(folder):
        if entry.is_dir(follow_symlinks=False):
            if not entry.name.startswith("."):
                read(entry.path)
        elif entry.name.endswith(".yaml"):
            entry.stat()
            with open(entry.path, "rb") as file:  # noqa: PTH123 - barer than a Path
                yaml.load(file.read(), yaml.CSafeLoader)


read(sys.argv[1])
