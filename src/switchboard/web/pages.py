"""The built user interface: one page for every path, and files that never change under their name."""

import asyncio
import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from switchboard.kit.errors import NotFound
from switchboard.web.security import page_policy, script_hashes

FOREVER: Final = "public, max-age=31536000, immutable"
"""For files with a hash of their content in the name, which Vite puts under `assets/`."""
ASK: Final = "no-cache"
"""Keep it, but ask whether it is still the same."""
_COMPRESSED: Final = ("text/", "application/javascript", "application/json", "image/svg+xml")
_WORTH_COMPRESSING: Final = 1_024

NOT_BUILT: Final = b"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Switchboard: interface not built</title></head>
<body><h1>The user interface has not been built</h1>
<p>Switchboard itself is running and its API answers under <code>/api</code>, but this installation holds no
built user interface. In a source checkout, run <code>make ui</code> and load this page again.</p>
</body></html>
"""


@dataclass(frozen=True, slots=True)
class File:
    """A file of the interface as it is sent. zipped: None when that would not make it smaller."""

    body: bytes
    zipped: bytes | None
    kind: str
    etag: str
    caching: str


@dataclass(frozen=True, slots=True)
class Built:
    """The interface as it was at one moment. files: by path. scripts: of the index's inline scripts."""

    files: dict[str, File]
    index: File
    scripts: str
    stamp: int


class Pages:
    """Serves the files of `folder` from memory, and the index for every other path without a suffix.

    The folder is read again when its index has changed, so that a new build shows without a restart.
    Nothing outside the folder can be asked for: only what was read is served.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._built: Built | None = None

    async def __call__(self, request: Request) -> Response:
        path = request.url.path.lstrip("/")
        if path == "api" or path.startswith("api/"):
            raise NotFound("There is nothing under this address")
        built = await asyncio.to_thread(self._read)
        if built is None:
            return self._page(request, NOT_BUILT, "", status=503)
        file = built.files.get(path)
        if file is None:
            if PurePosixPath(path).suffix:
                raise NotFound("There is no such file")
            file = built.index
        return self._sent(request, file, built)

    def _sent(self, request: Request, file: File, built: Built) -> Response:
        headers = {"Cache-Control": file.caching, "ETag": file.etag, "Vary": "Accept-Encoding"}
        if file is built.index:
            headers["Content-Security-Policy"] = page_policy(built.scripts, request.headers["host"])
        if file.etag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        body = file.body
        if file.zipped is not None and "gzip" in request.headers.get("accept-encoding", ""):
            body = file.zipped
            headers["Content-Encoding"] = "gzip"
        return Response(body, media_type=file.kind, headers=headers)

    def _page(self, request: Request, html: bytes, scripts: str, *, status: int) -> Response:
        headers = {"Content-Security-Policy": page_policy(scripts, request.headers["host"])}
        return Response(html, status_code=status, media_type="text/html", headers=headers)

    def _read(self) -> Built | None:
        index = self._folder / "index.html"
        try:
            stamp = index.stat().st_mtime_ns
        except FileNotFoundError:
            return None
        if self._built is None or self._built.stamp != stamp:
            self._built = read(self._folder, stamp)
        return self._built


def read(folder: Path, stamp: int) -> Built:
    """All files of the built interface, compressed once."""
    files = {
        path.relative_to(folder).as_posix(): _file(path, path.relative_to(folder).parts[0] == "assets")
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    index = files["index.html"]
    return Built(files, index, script_hashes(index.body), stamp)


def _file(path: Path, named_by_content: bool) -> File:
    body = path.read_bytes()
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    kind = "application/javascript" if kind == "text/javascript" else kind
    zipped = None
    if len(body) >= _WORTH_COMPRESSING and kind.startswith(_COMPRESSED):
        zipped = gzip.compress(body, 6, mtime=0)
    etag = f'"{hashlib.sha256(body).hexdigest()[:24]}"'
    return File(body, zipped, kind, etag, FOREVER if named_by_content else ASK)
