"""Make pictures/ and kinds/, and reference/pictures.json: what Pillow says about them. Run by make_fixtures.py.

    pictures/       photographs in class folders, of several sizes and kinds; one file is broken
    kinds/          a small picture in every kind of PNG and in many kinds of JPEG
    reference/pictures.json
                    for each: its size, and the CRC-32 of the pixels that Pillow makes of it, as they are and resized

The pixels are those of Image.open(file).convert("RGB") and .convert("L"), row after row, one pixel after the other. The
resizings are those of torchvision's transforms on such images, which are Pillow's.
"""

import io
import json
import struct
import zlib
from pathlib import Path

import numpy as np
from PIL import Image
from skimage import data

# By class: the photograph, and windows of it as left, top, width, height.
WINDOWS = {
    "astronaut": [(150, 20, 150, 150), (0, 300, 90, 60), (330, 130, 64, 64)],
    "chelsea": [(110, 60, 120, 96), (150, 80, 61, 83), (30, 20, 50, 50)],
    "coffee": [(200, 60, 131, 57), (60, 170, 48, 100), (330, 150, 72, 72)],
}
ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
GREY, COLOUR, PALETTE, GREY_ALPHA, COLOUR_ALPHA = 0, 2, 3, 4, 6
SAMPLES = {GREY: 1, COLOUR: 3, PALETTE: 1, GREY_ALPHA: 2, COLOUR_ALPHA: 4}
DEPTHS = {GREY: [1, 2, 4, 8, 16], COLOUR: [8, 16], PALETTE: [1, 2, 4, 8], GREY_ALPHA: [8, 16], COLOUR_ALPHA: [8, 16]}


def make_pictures(folder: Path) -> None:
    write_photographs(folder / "pictures")
    write_kinds(folder / "kinds")
    write_references(folder)


def window(name: str, index: int) -> Image.Image:
    left, top, width, height = WINDOWS[name][index]
    return Image.fromarray(getattr(data, name)()[top : top + height, left : left + width])


def write_photographs(folder: Path) -> None:
    def place(name: str) -> Path:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    window("astronaut", 0).save(place("astronaut/face.jpg"), quality=85)
    turned = Image.Exif()
    turned[0x0112] = 6  # on its side: nobody turns it
    window("astronaut", 1).save(place("astronaut/patch.jpg"), quality=85, exif=turned)
    window("astronaut", 2).convert("L").save(place("astronaut/more/helmet.jpeg"), quality=80, progressive=True)
    window("chelsea", 0).convert("CMYK").save(place("chelsea/Cat.JPG"), quality=80)
    window("chelsea", 1).quantize(32).save(place("chelsea/palette.png"), transparency=bytes([0, 128]))
    window("chelsea", 2).save(place("chelsea/fur.png"))
    cup = window("coffee", 0)
    cup.putalpha(cup.convert("L"))
    cup.save(place("coffee/cup.png"))
    window("coffee", 1).save(place("coffee/spoon.jpg"), quality=75, subsampling=0)
    whole = io.BytesIO()
    window("coffee", 2).save(whole, "JPEG", quality=85)
    place("coffee/broken.jpg").write_bytes(whole.getvalue()[: len(whole.getvalue()) * 2 // 3])
    place("coffee/notes.txt").write_text("The cup is by Rachel Michetti.\n")


def write_kinds(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    random = np.random.RandomState(32)
    for colour, depths in DEPTHS.items():
        for depth in depths:
            for interlaced in [False, True]:
                name = f"png-{colour}-{depth}{'-interlaced' if interlaced else ''}.png"
                (folder / name).write_bytes(png(random, 19, 13, colour, depth, interlaced))
    image = window("astronaut", 2).resize((37, 29))
    for name, settings in {
        "444": {"subsampling": 0},
        "422": {"subsampling": 1},
        "420": {"subsampling": 2},
        "420-progressive": {"subsampling": 2, "progressive": True},
        "restarts": {"restart_marker_blocks": 2},
        "rgb": {"keep_rgb": True},
        "coarse": {"quality": 3},
    }.items():
        image.save(folder / f"jpeg-{name}.jpg", **settings)
    image.convert("L").save(folder / "jpeg-grey.jpg")
    image.convert("CMYK").save(folder / "jpeg-cmyk.jpg")


def png(random: np.random.RandomState, width: int, height: int, colour: int, depth: int, interlaced: bool) -> bytes:
    """A picture of random samples; Pillow writes neither interlaced ones nor all of these depths."""
    samples = random.randint(0, 1 << depth, (height, width, SAMPLES[colour]))
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlaced))]
    # What changes nothing: a gamma, and transparency.
    chunks.append((b"gAMA", struct.pack(">I", 45455)))
    if colour == PALETTE:
        entries = max(2, (1 << depth) * 3 // 4)  # some indices are beyond the palette
        chunks.append((b"PLTE", random.randint(0, 256, 3 * entries).astype(np.uint8).tobytes()))
        chunks.append((b"tRNS", bytes([0, 128])))
    elif colour in (GREY, COLOUR):
        chunks.append((b"tRNS", struct.pack(f">{SAMPLES[colour]}H", *samples[0, 0])))
    passes = [samples[y::dy, x::dx] for x, y, dx, dy in ADAM7] if interlaced else [samples]
    rows = b"".join(b"\0" + packed(row.ravel(), depth) for part in passes if part.size for row in part)
    chunks += [(b"IDAT", zlib.compress(rows, 9)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    )


def packed(row: np.ndarray, depth: int) -> bytes:
    if depth >= 8:
        return row.astype(">u2" if depth == 16 else np.uint8).tobytes()
    bits = row[:, None] >> np.arange(depth - 1, -1, -1) & 1
    return np.packbits(bits.astype(np.uint8).ravel()).tobytes()


def write_references(folder: Path) -> None:
    files = sorted(
        path for name in ["pictures", "kinds"] for path in (folder / name).rglob("*") if path.suffix.lower() in SUFFIXES
    )
    pictures, pixels = [], []
    for file in files:
        if file.name == "broken.jpg":
            continue
        colours, grey = (Image.open(file).convert(mode) for mode in ["RGB", "L"])
        pictures.append(
            {
                "file": str(file.relative_to(folder)),
                "width": colours.width,
                "height": colours.height,
                "rgb": crc(colours),
                "grey": crc(grey),
                "stretched": crc(colours.resize((32, 24), Image.Resampling.BILINEAR)),
                "flat": crc(grey.resize((90, 7), Image.Resampling.BILINEAR)),
                "cropped": crc(center_crop(resize(colours, 40), 33, 32)),
            }
        )
        if "pictures" in file.parts:
            pixels.append(np.asarray(colours).reshape(-1, 3))
    x = np.concatenate(pixels).astype(np.float64)
    lines = ",\n    ".join(map(json.dumps, pictures))
    text = (
        f'{{\n  "pictures": [\n    {lines}\n  ],\n  "pixels": {len(x)},\n'
        f'  "mean": {x.mean(0).tolist()},\n  "std": {x.std(0).tolist()}\n}}\n'
    )
    (folder / "reference" / "pictures.json").write_text(text, newline="\n")


SUFFIXES = {".jpg", ".jpeg", ".png"}


def crc(image: Image.Image) -> int:
    return zlib.crc32(np.asarray(image).tobytes())


def resize(image: Image.Image, side: int) -> Image.Image:
    """torchvision's Resize(side)."""
    short, long = sorted(image.size)
    longer = int(side * long / short)
    size = (side, longer) if image.width <= image.height else (longer, side)
    return image if size == image.size else image.resize(size, Image.Resampling.BILINEAR)


def center_crop(image: Image.Image, width: int, height: int) -> Image.Image:
    """torchvision's CenterCrop((height, width))."""
    left, top = round((image.width - width) / 2), round((image.height - height) / 2)
    return image.crop((left, top, left + width, top + height))
