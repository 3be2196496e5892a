@echo off
rem Installs pmkit without a network (Windows): install.bat [FOLDER], by default %LOCALAPPDATA%\pmkit
setlocal
chcp 65001 >nul
set "target=%~1"
if "%target%"=="" set "target=%LOCALAPPDATA%\pmkit"
if "%PYTHON%"=="" set "PYTHON=py -3"
%PYTHON% -c "import sys; sys.exit(sys.version_info < (3, 11))" || (
  echo 需要 Python 3.11 或更高版本 / Python 3.11 or newer is needed
  exit /b 1
)
%PYTHON% -m venv "%target%" || exit /b 1
"%target%\Scripts\python" -m pip install --quiet --no-index --find-links "%~dp0wheels" "pmkit[holidays,ics,simulate,xlsx]" || exit /b 1
"%target%\Scripts\pmkit" --version
echo %target%\Scripts\pmkit
where git >nul 2>nul || echo 还需要安装 git / git is needed too
