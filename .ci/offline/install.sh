#!/bin/sh
# 离线安装 pmkit（Linux）。用法：sh install.sh [目录]，默认 ~/pmkit
# Installs pmkit without a network (Linux): sh install.sh [FOLDER], by default ~/pmkit
set -eu
here=$(cd "$(dirname "$0")" && pwd)
target=${1:-$HOME/pmkit}
python=${PYTHON:-python3}
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
  echo "需要 Python 3.11 或更高版本 / Python 3.11 or newer is needed: PYTHON=/path/to/python3.12 sh install.sh" >&2
  exit 1
}
(cd "$here" && sha256sum --quiet -c SHA256SUMS)
"$python" -m venv "$target"
"$target/bin/python" -m pip install --quiet --no-index --find-links "$here/wheels" "pmkit[holidays,ics,simulate,xlsx]"
echo "已安装 / installed: $("$target/bin/pmkit" --version)"
echo "$target/bin/pmkit"
command -v git >/dev/null || echo "还需要安装 git / git is needed too"
