"""Makes the letters of the PNG pictures: Sources/Pictures/Text/Glyphs*.swift, from DejaVu Sans, drawn by FreeType.

    pip install pillow==12.0.0    # any version that draws the same
    apt-get install fonts-dejavu-core
    python make_glyphs.py [FONT [FOLDER]]

For each size in pixels, the glyphs one after the other: the code point (two bytes, big-endian), the advance, the left and the
top edge from the origin on the baseline (signed), width, height, then the coverage of each pixel, row by row, 0 to 255.
Deflated, and written as base64.
"""

import base64
import sys
import textwrap
import zlib
from pathlib import Path

from PIL import ImageFont

FONT = sys.argv[1] if len(sys.argv) > 1 else "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"
FOLDER = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(__file__).resolve().parents[1] / "Sources/Pictures/Text"
SIZES = [22, 30]
# ASCII, Latin-1, small Greek, and what typography adds; the last, which no font has, is the box for all that is missing.
CODES = [*range(32, 127), *range(0xA0, 0x100), *range(0x3B1, 0x3CA), *map(ord, "ΔΣΩ–—‘’“”•…−≤≥→∞√"), 0xFFFF]


def glyphs(size):
    font = ImageFont.truetype(FONT, size, layout_engine=ImageFont.Layout.BASIC)
    data = bytearray()
    for code in CODES:
        mask, (left, top) = font.getmask2(chr(code), mode="L", anchor="ls")
        width, height = mask.size
        data += code.to_bytes(2, "big")
        data += bytes([round(font.getlength(chr(code))), left & 255, top & 255, width, height])
        data += bytes(mask)
    return bytes(data)


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    for size in SIZES:
        data = glyphs(size)
        text = base64.b64encode(zlib.compress(data, 9)).decode()
        lines = textwrap.wrap(text, 110)
        body = "\\\n".join("    " + line for line in lines)
        (FOLDER / f"Glyphs{size}.swift").write_text(
            f"""/// {len(CODES)} letters of DejaVu Sans at {size} pixels to the em, by Fixtures/make_glyphs.py, which tells the layout.
///
/// Copyright (c) 2003 by Bitstream, Inc. All Rights Reserved. DejaVu changes are in public domain. The terms are in
/// Fixtures/README.md.
let glyphs{size} = DeflatedText(
    count: {len(data)},
    base64: \"\"\"
{textwrap.indent(body, "    ")}
        \"\"\")
"""
        )
        print(f"{size}: {len(CODES)} glyphs, {len(data)} bytes, {len(lines)} lines")


if __name__ == "__main__":
    main()
