"""Finds the Chromium that browser tests drive, and installs one where there is none."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> str | None:
    """The path of a Chromium: ``TUTTAVA_CHROMIUM``, one on the path, or the one Playwright installed."""
    named = os.environ.get("TUTTAVA_CHROMIUM")
    if named:
        return named
    return next((path for name in NAMES if (path := shutil.which(name))), None) or _playwrights_own()


def _playwrights_own() -> str | None:
    try:
        from playwright.sync_api import sync_playwright

        with sync_playwright() as playwright:
            path = playwright.chromium.executable_path
    except Exception:
        return None
    return path if path and Path(path).exists() else None


def find_or_install() -> str | None:
    """As :func:`find`; installs the Debian package (as root) or Playwright's build where nothing is found."""
    found = find()
    if found:
        return found
    for command in _installers():
        print(f"No Chromium found; trying: {' '.join(command)}", flush=True)
        try:
            done = subprocess.run(command, check=False, timeout=300, stdout=subprocess.DEVNULL)
        except (OSError, subprocess.TimeoutExpired):
            continue
        if done.returncode == 0 and (found := find()):
            return found
    return None


def _installers() -> list[list[str]]:
    playwright = [sys.executable, "-m", "playwright", "install", "chromium"]
    if os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = ["apt-get", "-qq", "-o", "DPkg::Lock::Timeout=120"]
        return [[*quiet, "update"], [*quiet, "install", "-y", "--no-install-recommends", "chromium"], playwright]
    return [playwright]
