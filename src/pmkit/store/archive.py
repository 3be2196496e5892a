"""The archive of a closed project: one zip, the same bytes whenever it is made, that proves itself with `sha256sum`.

    README.txt         what this is and how to verify it, for whoever opens it years later
    MANIFEST.sha256    every file of the three below; its SHA-256 is the fingerprint that the closure report prints
    project/           the project's files as they were when it was closed
    documents/         its documents, rendered on that day
    history.txt        the commit that was closed, and the tags that stood then
    closure/           the closing itself: its record, the reports that print the fingerprint, the history as a bundle
    SEAL.sha256        the manifest, and every file of `closure/`

The report cannot print a digest that covers itself, nor can the bundle, which holds the report. So there are two lists:
the manifest leaves out what comes after it, and the seal names that. Git's hashes tie the bundle to `history.txt`.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from pathlib import Path

from pmkit.kernel.errors import cannot_write

README, MANIFEST, SEAL, HISTORY = "README.txt", "MANIFEST.sha256", "SEAL.sha256", "history.txt"
PROJECT, DOCUMENTS, CLOSURE = "project/", "documents/", "closure/"
BUNDLE = f"{CLOSURE}history.bundle"
LISTED = (PROJECT, DOCUMENTS, HISTORY)  # what the manifest names
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first time that a zip can say
_PACKED = (".bundle", ".docx", ".pdf", ".png", ".jpg", ".jpeg", ".webp", ".xlsx", ".zip", ".gz", ".mp4")
_HELP = """\
{title}

This is the archive of a project that was kept with pmkit, made when the project was closed.
本压缩包是用 pmkit 管理的项目在结项时形成的归档文件。

Verify it / 核验方法:
  pmkit archive verify FILE.zip
or by hand, in the folder where it was unpacked / 或在解压后的目录中手工核验:
  sha256sum -c SEAL.sha256        the manifest, the closure report, the history / 清单、结项报告、版本历史
  sha256sum -c MANIFEST.sha256    everything else / 其余全部文件
  sha256sum MANIFEST.sha256       equals the fingerprint printed in the closure report / 应与结项报告所印归档校验码一致
  git clone closure/history.bundle   the whole history, with tag {tag} / 完整版本历史，含标签 {tag}
"""


def readme(title: str, tag: str) -> bytes:
    """What a person reads who opens the archive without knowing pmkit."""
    return _HELP.format(title=title, tag=tag).encode()


def history_text(refs: Iterable[tuple[str, str]]) -> bytes:
    """The refs (name, object) as lines that git itself prints: `OBJECT NAME`."""
    return "".join(f"{target} {name}\n" for name, target in refs).encode()


def parse_history(data: bytes) -> list[tuple[str, str]]:
    """The refs (name, object) of a `history.txt`."""
    rows = (line.split(" ", 1) for line in data.decode("utf-8", "replace").splitlines())
    return [(row[1], row[0]) for row in rows if len(row) == 2]


def write_archive(into: Path, members: Iterable[tuple[str, bytes]]) -> None:
    """The zip with these members, in this order; times, permissions and compression are fixed. Raises OutsideError."""
    try:
        with zipfile.ZipFile(into, "w", allowZip64=True) as file:
            for path, content in members:
                info = zipfile.ZipInfo(path, _EPOCH)
                info.create_system = 3
                info.external_attr = 0o100644 << 16
                packed = path.lower().endswith(_PACKED)
                file.writestr(info, content, zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED, 6)
    except OSError as error:
        raise cannot_write(into, error) from None
