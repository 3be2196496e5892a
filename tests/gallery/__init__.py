"""The gallery: for each code the smallest workspace that provokes it, and its nearest innocent neighbour.

`tests/gallery/CODE/bad.yaml` and `good.yaml` hold files, each below a line `# file: PATH`; they are laid over those of
`tests/gallery/base.yaml`. Behind a path, in parentheses, what no text can be: `gb18030` (that encoding), `link` (a
symbolic link to the text), `socket` (something that cannot be opened as a file).
"""

import re
import socket
from pathlib import Path

GALLERY = Path(__file__).resolve().parent
_HEAD = re.compile(r"^# file: (\S+)(?: \((\w+)\))?\n", re.MULTILINE)


def lay(folder: Path, *names: str) -> None:
    """Make a workspace of the gallery's files in a new folder, later ones over earlier ones."""
    for name in names:
        pieces = _HEAD.split((GALLERY / name).read_text(encoding="utf-8"))
        for path, how, text in zip(pieces[1::3], pieces[2::3], pieces[3::3], strict=True):
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            if how == "link":
                target.symlink_to(text.strip())
            elif how == "socket":
                _socket(target)
            else:
                target.write_bytes(text.encode(how or "utf-8"))


def _socket(path: Path) -> None:
    """A unix socket under the name; bound beside it first, because a socket's address may not be long."""
    import os

    here = Path.cwd()
    os.chdir(path.parent)
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(path.name)
    finally:
        os.chdir(here)
