#!/usr/bin/env python3
"""Make figure.png, the README's picture: the notes' four panels of views of the photographs that the patches are from.

    pip install numpy==2.4.6 scikit-image==0.26.0
    python make_figure.py NNPREP [FOLDER]       # the program; where the figure goes, by default the folder of this script

A view is a window of 128 to 256 pixels, averaged down to 64, or its mirror image: 1200 of them are fitted, 9 are shown. They
come from the same photographs: this is a picture of what the program does, not a measure of how well.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from skimage import data

SIDE, SHOWN = 64, 9
PHOTOGRAPHS = ["astronaut", "coffee", "chelsea", "rocket"]


def view(photograph: np.ndarray, factor: int, top: int, left: int) -> np.ndarray:
    """Three planes of SIDE x SIDE."""
    size = SIDE * factor
    window = photograph[top : top + size, left : left + size].astype(float)
    small = window.reshape(SIDE, factor, SIDE, factor, 3).mean((1, 3))
    return np.rint(small).astype(np.uint8).transpose(2, 0, 1)


def random_views(count: int, random: np.random.RandomState) -> np.ndarray:
    views = []
    while len(views) < count:
        photograph = getattr(data, PHOTOGRAPHS[len(views) % len(PHOTOGRAPHS)])()
        factor = random.randint(2, 5)
        top, left = (random.randint(extent - SIDE * factor + 1) for extent in photograph.shape[:2])
        one = view(photograph, factor, top, left)
        views.append(one if random.randint(2) else one[:, :, ::-1])
    return np.array(views)


# Photograph, factor, top, left: what one would look at.
CHOSEN = [
    ("astronaut", 3, 10, 120), ("coffee", 4, 80, 160), ("chelsea", 4, 20, 90), ("rocket", 4, 60, 200),
    ("astronaut", 4, 250, 200), ("chelsea", 2, 70, 100), ("coffee", 3, 180, 20), ("astronaut", 3, 200, 0), ("rocket", 3, 220, 60),
]


def main() -> None:
    program, folder = sys.argv[1], Path(sys.argv[2] if len(sys.argv) > 2 else Path(__file__).parent).resolve()
    with tempfile.TemporaryDirectory() as place:
        def nnprep(*words: object) -> None:
            subprocess.run([program, *map(str, words)], cwd=place, check=True)

        shown = np.array([view(getattr(data, name)(), *where) for name, *where in CHOSEN])
        fitted = np.concatenate([random_views(1200, np.random.RandomState(64)), shown])
        np.save(Path(place, "views.npy"), fitted)
        np.save(Path(place, "shown.npy"), shown)
        nnprep("fit", "--quiet", "--pca", "400", "--whiten", "pca", "--epsilon", "3000", "views.npy", "-o", "white.json")
        nnprep("plot", "figure", "--stats", "white.json", "shown.npy", "--count", SHOWN, "-o", folder / "figure.png")


main()
