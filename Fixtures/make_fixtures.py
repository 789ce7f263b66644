#!/usr/bin/env python3
"""Make the files of this folder: small real data, and what numpy says about them.

    # Python 3.11
    pip install numpy==2.4.6 scikit-image==0.26.0 scikit-learn==1.9.1 pillow==13.0.0
    python make_fixtures.py [FOLDER]        # default: the folder of this script

    patches-train.bin, patches-val.bin      32 x 32 colour patches in CIFAR-10's layout
    patches-leaky.bin                       a split with copies of training patches in it, and reference/leaks.json
    small-train.npy, small-val.npy          some of them, 8 x 8
    iris-train.csv, iris-val.csv            Fisher's iris, species as text
    iris-holes-train.csv, iris-holes-val.csv    the same with values missing
    small-two.npz                           an archive of two arrays
    pictures/, kinds/                       pictures of several sizes and kinds (make_pictures.py)
    reference/                              statistics, and transformed rows for each recipe

The data files come out byte for byte the same every time. The references are numpy's, in double precision and in
the plainest way the formulas can be written; their last digits may differ between builds of numpy, far below the
tolerance that goes with each.

Letters: x is the training split, N x D, one row per sample; y is the few rows to transform; z is either of them
centered and scaled; u is the components as rows, and s the divisors that whiten.
"""

import io
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter
from make_pictures import make_pictures
from skimage import data
from sklearn.datasets import load_iris
from sklearn.decomposition import PCA as SklearnPCA
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

# ---------------------------------------------------------------------------------------------------------- patches

SIDE = 32
CHANNELS = 3
SHRINK_BY = (2, 3, 4)
LEAST_CONTRAST = 12

# In order of label, each with the third of its width that is kept for validation.
PHOTOGRAPHS = {"astronaut": "right", "coffee": "right", "chelsea": "left", "rocket": "right"}


def make_patches(folder: Path) -> None:
    # RandomState, unlike numpy's newer generators, promises the same numbers in every version.
    random = np.random.RandomState(32)
    write_patches(folder / "patches-train.bin", "train", 150, random)
    write_patches(folder / "patches-val.bin", "val", 50, random)


def write_patches(file: Path, split: str, per_photograph: int, random: np.random.RandomState) -> None:
    """CIFAR-10's records: one label byte, then the red, the green and the blue plane, each row by row."""
    records = []
    for label, (name, val_side) in enumerate(PHOTOGRAPHS.items()):
        region = cut_region(getattr(data, name)(), val_side, split)
        for patch, _ in choose_patches(region, per_photograph, random):
            records.append(record(label, patch))
    file.write_bytes(b"".join(records[i] for i in random.permutation(len(records))))


def record(label: int, patch: np.ndarray) -> bytes:
    return bytes([label]) + patch.transpose(2, 0, 1).tobytes()


def cut_region(photograph: np.ndarray, val_side: str, split: str) -> np.ndarray:
    """One third of the width is for validation, the rest for training: no pixel serves both."""
    width = photograph.shape[1]
    third = width // 3
    left, right = (third, width - third) if val_side == "left" else (width - third, third)
    is_left = (split == "val") == (val_side == "left")
    return photograph[:, :left] if is_left else photograph[:, -right:]


Place = tuple[int, int, int]


def choose_patches(region: np.ndarray, count: int, random: np.random.RandomState) -> list[tuple[np.ndarray, Place]]:
    """Random windows of several sizes, shrunk to patches; dull ones and near repetitions are passed over. With each
    patch, where its window is: top, left, and what it was shrunk by."""
    places, patches = [], []
    while len(patches) < count:
        factor = SHRINK_BY[random.randint(len(SHRINK_BY))]
        size = SIDE * factor
        top, left = (random.randint(extent - size + 1) for extent in region.shape[:2])
        if any(f == factor and max(abs(y - top), abs(x - left)) < size // 8 for y, x, f in places):
            continue
        patch = shrink(region[top : top + size, left : left + size], factor)
        if patch.std(axis=(0, 1)).mean() < LEAST_CONTRAST:
            continue
        places.append((top, left, factor))
        patches.append(patch)
    return list(zip(patches, places, strict=True))


def shrink(window: np.ndarray, factor: int) -> np.ndarray:
    """The average of each factor x factor square, rounded half up; in integers, so the same everywhere."""
    squares = window.astype(int).reshape(SIDE, factor, SIDE, factor, CHANNELS)
    area = factor * factor
    return ((squares.sum(axis=(1, 3)) + area // 2) // area).astype(np.uint8)


# What may become of a picture on its way into another data set.
CHANGES: dict[str, Callable[[Image.Image], Image.Image]] = {
    "equal": lambda image: image,
    "jpeg": lambda image: as_jpeg(image, 50),
    "brighter": lambda image: image.point(lambda value: min(255, value + 25)),
    "flatter": lambda image: image.point(lambda value: 40 + value * 7 // 10),
    "blurred": lambda image: image.filter(ImageFilter.BoxBlur(1)),
    "mirrored": lambda image: image.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
}


def as_jpeg(image: Image.Image, quality: int) -> Image.Image:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=quality)
    return Image.open(file).convert("RGB")


def make_leaky(folder: Path) -> None:
    """A split of which some patches are copies of training patches: changed, or cut from nearly the same window. One
    copy has the label of another photograph."""
    random = np.random.RandomState(16)
    records: list[tuple[bytes, str]] = []
    # The training patches once more, with the places of their windows.
    again = np.random.RandomState(32)
    windows = {
        label: choose_patches(cut_region(getattr(data, name)(), side, "train"), 150, again)
        for label, (name, side) in enumerate(PHOTOGRAPHS.items())
    }
    for label, (name, side) in enumerate(PHOTOGRAPHS.items()):
        photograph = getattr(data, name)()
        for patch, _ in choose_patches(cut_region(photograph, side, "val"), 9, random):
            records.append((record(label, patch), "new"))
        chosen = random.permutation(150)
        for index, (change, apply) in zip(chosen, CHANGES.items(), strict=False):
            image = apply(Image.fromarray(windows[label][index][0]))
            wrong = change == "equal" and label == 0
            records.append((record(3 if wrong else label, np.asarray(image)), change))
        for index in chosen[len(CHANGES) : len(CHANGES) + 2]:
            top, left, factor = windows[label][index][1]
            region = cut_region(photograph, side, "train")
            top, left = (
                value + 2 if value + 2 + SIDE * factor <= extent else value - 2
                for value, extent in zip((top, left), region.shape[:2], strict=True)
            )
            window = region[top : top + SIDE * factor, left : left + SIDE * factor]
            records.append((record(label, shrink(window, factor)), "moved"))
    order = random.permutation(len(records))
    (folder / "patches-leaky.bin").write_bytes(b"".join(records[i][0] for i in order))
    x, y = read_patches(folder / "patches-train.bin"), read_patches(folder / "patches-leaky.bin")
    s, nearest = nearest_rows(x, y)
    (folder / "reference").mkdir(exist_ok=True)
    write_json(
        folder / "reference" / "leaks.json",
        {
            "changes": [records[i][1] for i in order],
            "nearest": (nearest[:, 0] + 1).tolist(),
            "similarity": s[:, 0].tolist(),
            "contrast": contrast(s).tolist(),
        },
    )


def nearest_rows(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each row of y the 20 most similar rows of x, as `nnprep check` compares images: how similar, and which."""
    center = x.mean(axis=0)
    _, singular_values, u = np.linalg.svd(x - center, full_matrices=False)
    variances = singular_values[:96] ** 2 / len(x)
    whiten = u[:96].T / np.sqrt(variances + variances[19])
    u, v = (z / np.linalg.norm(z, axis=1, keepdims=True) for z in ((y - center) @ whiten, (x - center) @ whiten))
    s = u @ v.T
    nearest = np.argsort(-s, axis=1, kind="stable")[:, :20]
    return np.take_along_axis(s, nearest, axis=1), nearest


def contrast(s: np.ndarray) -> np.ndarray:
    far = 1 - s[:, 19]
    middle = np.sort(far)[len(far) // 2]
    return np.minimum(1, (1 - s[:, 0]) / np.clip(far, middle / 10, middle))


def read_patches(file: Path) -> np.ndarray:
    records = np.fromfile(file, dtype=np.uint8).reshape(-1, 1 + CHANNELS * SIDE * SIDE)
    return records[:, 1:].astype(np.float64)


def make_small(folder: Path) -> None:
    """Some of the patches, averaged down to 8 x 8: fewer rows than features, and every recipe in a moment."""
    for split, count in {"train": 150, "val": 50}.items():
        patches = read_patches(folder / f"patches-{split}.bin")[:count].astype(int)
        squares = patches.reshape(count, CHANNELS, 8, SIDE // 8, 8, SIDE // 8)
        small = (squares.sum(axis=(3, 5)) + 8) // 16
        np.save(folder / f"small-{split}.npy", small.astype(np.uint8))


def read_small(file: Path) -> np.ndarray:
    images = np.load(file)
    return images.reshape(len(images), -1).astype(np.float64)


def make_archive(folder: Path) -> None:
    """Two arrays as numpy keeps them together."""
    rows = np.load(folder / "small-val.npy")[:10]
    np.savez_compressed(folder / "small-two.npz", rows=rows, means=rows.reshape(10, -1).mean(axis=1, keepdims=True))


# ------------------------------------------------------------------------------------------------------------- iris

IRIS_HEADER = "sepal_length,sepal_width,petal_length,petal_width,species"


def make_iris(folder: Path) -> None:
    """35 plants of each species to train on and 15 to validate, in random order."""
    iris = load_iris()
    lines = [
        ",".join([*map(str, row.tolist()), str(iris.target_names[species])])
        for row, species in zip(iris.data, iris.target, strict=True)
    ]
    random = np.random.RandomState(32)
    train, val = [], []
    for species in range(3):
        plants = random.permutation(np.flatnonzero(iris.target == species))
        train.extend(plants[:35])
        val.extend(plants[35:])
    for name, plants in {"iris-train.csv": train, "iris-val.csv": val}.items():
        chosen = [lines[i] for i in random.permutation(plants)]
        (folder / name).write_bytes(("\n".join([IRIS_HEADER, *chosen]) + "\n").encode())


def read_iris(file: Path) -> np.ndarray:
    return np.loadtxt(file, delimiter=",", skiprows=1, usecols=range(4))


# ---------------------------------------------------------------------------------------------------- missing values

HOLES = {"standardize": [], "pca-2": ["--scale", "std", "--pca", "2"], "whiten-3": ["--scale", "std", "--pca", "3", "--whiten", "pca"]}


def make_holes(folder: Path) -> None:
    """The irises with about a fifth of their values missing, and semicolons between the others."""
    random = np.random.RandomState(33)
    for split in ["train", "val"]:
        header, *lines = (folder / f"iris-{split}.csv").read_text().splitlines()
        rows = [line.split(",") for line in lines]
        for row in rows:
            for column in range(4):
                if random.randint(5) == 0:
                    row[column] = random.choice(["", "?"])
        text = "\n".join(";".join(row) for row in [header.split(","), *rows]) + "\n"
        (folder / f"iris-holes-{split}.csv").write_bytes(text.encode())


def read_holes(file: Path) -> np.ndarray:
    rows = [line.split(";")[:4] for line in file.read_text().splitlines()[1:]]
    return np.array([[np.nan if value in ("", "?") else float(value) for value in row] for row in rows])


def make_holes_cases(folder: Path, reference: Path) -> list[dict]:
    """What scikit-learn makes of them: the mean in the place of what is missing, then as ever."""
    train, val = (read_holes(folder / f"iris-holes-{split}.csv") for split in ["train", "val"])
    rows = [0, 1, 2, 20, 44]
    entries = []
    for name, options in HOLES.items():
        pipeline = make_pipeline(SimpleImputer(strategy="mean"), StandardScaler())
        expected = pipeline.fit_transform(train), pipeline.transform(val[rows])
        if "--pca" in options:
            pca = SklearnPCA(int(options[3]), svd_solver="full").fit(expected[0])
            signs = np.sign(pca.components_[np.arange(pca.n_components_), np.abs(pca.components_).argmax(axis=1)])
            result = pca.transform(expected[1]) * signs
            if "--whiten" in options:
                # The variance with the divisor N, as ours is.
                result /= np.sqrt(pca.explained_variance_ * (len(train) - 1) / len(train) + 1e-5)
        else:
            result = expected[1]
        np.save(reference / f"iris-holes-{name}.npy", result)
        table = ["--missing", "mean", "--missing-values", "?", "--label-column", "species"]
        entries.append(
            {
                "name": f"iris-holes-{name}",
                "fit": [*table, *options],
                "train": "iris-holes-train.csv",
                "data": "iris-holes-val.csv",
                "apply": ["--missing-values", "?"],
                "rows": rows,
                "expected": f"iris-holes-{name}.npy",
                "tolerance": 1e-9 if "--pca" in options else 1e-12,
                "reason": "SimpleImputer, StandardScaler and PCA of scikit-learn: a few roundings",
            }
        )
    return entries


# ----------------------------------------------------------------------------------------------- the notes, in numpy

Statistic = Callable[[np.ndarray], float]


def per_plane(statistic: Statistic, x: np.ndarray) -> list[float]:
    return [float(statistic(plane)) for plane in np.split(x, CHANNELS, axis=1)]


def per_channel(statistic: Statistic, x: np.ndarray) -> np.ndarray:
    """One value for each of the three planes, repeated for each of the plane's features."""
    return np.repeat(per_plane(statistic, x), x.shape[1] // CHANNELS)


def center_rows(x: np.ndarray) -> np.ndarray:
    return x - x.mean(axis=1, keepdims=True)


def standardize_rows(x: np.ndarray) -> np.ndarray:
    least = 1 / np.sqrt(x.shape[1])
    return center_rows(x) / np.maximum(x.std(axis=1, keepdims=True), least)


def principal_components(z: np.ndarray, ddof: int) -> tuple[np.ndarray, np.ndarray]:
    """Components as rows, and the variance along each, of rows that are centered already.

    The covariance is z'z / (N - ddof). Its singular vectors are those of z / sqrt(N - ddof), and its singular values
    the squares; going by way of z, as here, is the more accurate. N centered rows span N - 1 dimensions at most.
    """
    samples, features = z.shape
    _, singular_values, components = np.linalg.svd(z / np.sqrt(samples - ddof), full_matrices=False)
    rank = min(samples - 1, features)
    return with_positive_peaks(components[:rank]), singular_values[:rank] ** 2


def with_positive_peaks(components: np.ndarray) -> np.ndarray:
    """The entry of largest magnitude in each component, the first such entry on a tie, is made positive."""
    peaks = np.abs(components).argmax(axis=1, keepdims=True)
    return components * np.sign(np.take_along_axis(components, peaks, axis=1))


# ------------------------------------------------------------------------------------------------------------ cases

Affine = tuple[np.ndarray | float, np.ndarray | float]  # subtract, divide
Result = tuple[np.ndarray, np.ndarray | None]  # the transformed rows, and those mapped back


@dataclass(frozen=True)
class PCA:
    """Rows out, and back in the space of z: there they are the reconstruction, whatever the whitening."""

    keep: int | float | str = "all"
    whiten: str = "none"
    epsilon: float = 1e-5
    ddof: int = 0
    use: int | None = None  # apply --components

    def __call__(self, z_train: np.ndarray, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        components, variances = principal_components(z_train, self.ddof)
        used = min(self.count(variances), self.use or len(variances))
        u, s = components[:used], np.sqrt(variances[:used] + self.epsilon)
        match self.whiten:
            case "none":
                out = z @ u.T
                return out, out @ u
            case "pca":
                out = z @ u.T / s
                return out, (out * s) @ u
            case "zca":
                out = (z @ u.T / s) @ u
                return out, (out @ u.T * s) @ u

    def count(self, variances: np.ndarray) -> int:
        if self.keep == "all":
            return len(variances)
        if isinstance(self.keep, int):
            return self.keep
        explained = np.cumsum(variances) / np.sum(variances)
        return int(np.argmax(explained >= self.keep)) + 1


@dataclass(frozen=True)
class Case:
    """One recipe, twice: nnprep's arguments, and the same in numpy."""

    name: str
    arguments: str
    affine: Callable[[np.ndarray], Affine]
    pca: PCA | None = None
    divide_by: float = 1
    per_sample: Callable[[np.ndarray], np.ndarray] | None = None

    @property
    def apply_arguments(self) -> list[str]:
        return ["--components", str(self.pca.use)] if self.pca and self.pca.use else []

    def result(self, x: np.ndarray, y: np.ndarray) -> Result:
        x, y = x / self.divide_by, y / self.divide_by
        if self.per_sample:
            x, y = self.per_sample(x), self.per_sample(y)
        subtract, divide = self.affine(x)
        z = (y - subtract) / divide
        out, back = self.pca((x - subtract) / divide, z) if self.pca else (z, z)
        if self.per_sample:
            return out, None  # a row's own mean and deviation are not kept, so there is no way back
        return out, (back * divide + subtract) * self.divide_by

    def tolerance(self) -> tuple[float, str]:
        if not self.pca:
            return 1e-12, "element by element: a few roundings"
        if self.pca.keep == "all" and not self.pca.use:
            return 1e-8, "all components: the weakest have the least separated variances"
        return 1e-9, "components: rounding of the covariance, divided by the gaps between variances"


def mean(x: np.ndarray) -> np.ndarray:
    return x.mean(axis=0)


def std(x: np.ndarray, ddof: int = 0) -> np.ndarray:
    return x.std(axis=0, ddof=ddof)


def unchanged(x: np.ndarray) -> Affine:
    return 0, 1


def centered(x: np.ndarray) -> Affine:
    return mean(x), 1


def standardized(x: np.ndarray) -> Affine:
    return mean(x), std(x)


def standardized_channels(x: np.ndarray) -> Affine:
    return per_channel(np.mean, x), per_channel(np.std, x)


def largest(x: np.ndarray) -> float:
    return np.abs(x).max()


def minmax(least: np.ndarray, most: np.ndarray, low: float = -1, high: float = 1) -> Affine:
    """(x - least) / (most - least) * (high - low) + low, as one shift and one divisor."""
    return (high * least - low * most) / (high - low), (most - least) / (high - low)


def half_range(x: np.ndarray) -> np.ndarray:
    return (x.max(axis=0) - x.min(axis=0)) / 2


# Formulas that both tables share.
FEATURES = [
    Case("default", "", standardized),
    Case("center-feature", "--center feature --scale none", centered),
    Case("center-global", "--center global --scale none", lambda x: (x.mean(), 1)),
    Case("center-global-std", "--center global", lambda x: (x.mean(), x.std())),
    Case("std-only", "--center none --scale std", lambda x: (0, std(x))),
    Case("std-ddof-1", "--ddof 1", lambda x: (mean(x), std(x, ddof=1))),
    Case("std-per-global", "--scale-per global", lambda x: (mean(x), (x - mean(x)).std())),
    Case("maxabs", "--scale maxabs", lambda x: (mean(x), np.abs(x - mean(x)).max(axis=0))),
    Case("maxabs-only", "--center none --scale maxabs", lambda x: (0, np.abs(x).max(axis=0))),
    Case("maxabs-per-global", "--scale maxabs --scale-per global", lambda x: (mean(x), largest(x - mean(x)))),
    Case("minmax", "--scale minmax", lambda x: minmax(x.min(axis=0), x.max(axis=0))),
    Case("minmax-0-1", "--scale minmax --range 0,1", lambda x: minmax(x.min(axis=0), x.max(axis=0), 0, 1)),
    Case("minmax-range", "--scale minmax --range -0.5,2", lambda x: minmax(x.min(axis=0), x.max(axis=0), -0.5, 2)),
    Case("minmax-per-global", "--scale minmax --scale-per global", lambda x: minmax(x.min(), x.max())),
    Case("sample-center", "--per-sample center --center none --scale none", unchanged, per_sample=center_rows),
    Case(
        "sample-standardize",
        "--per-sample standardize --center none --scale none",
        unchanged,
        per_sample=standardize_rows,
    ),
    Case("sample-standardize-std", "--per-sample standardize", standardized, per_sample=standardize_rows),
]

IMAGES = [
    *FEATURES,
    Case("divide-by-255", "--divide-by 255", standardized, divide_by=255),
    Case("center-channel", "--center channel --scale none", lambda x: (per_channel(np.mean, x), 1)),
    Case("center-channel-std", "--center channel", standardized_channels),
    Case(
        "center-channel-std-255",  # torchvision's Normalize
        "--divide-by 255 --center channel --scale std",
        standardized_channels,
        divide_by=255,
    ),
    Case(
        "center-channel-std-ddof-1",
        "--center channel --ddof 1",
        lambda x: (per_channel(np.mean, x), per_channel(lambda plane: plane.std(ddof=1), x)),
    ),
    Case(
        "center-channel-std-per-global",
        "--center channel --scale std --scale-per global",
        lambda x: (per_channel(np.mean, x), (x - per_channel(np.mean, x)).std()),
    ),
    Case(
        "center-global-std-per-channel",
        "--center global --scale std --scale-per channel",
        lambda x: (x.mean(), per_channel(np.std, x)),
    ),
    Case(
        "std-per-channel",
        "--scale std --scale-per channel",
        lambda x: (mean(x), per_channel(np.std, x - mean(x))),
    ),
    Case(
        "center-channel-maxabs",
        "--center channel --scale maxabs",
        lambda x: (per_channel(np.mean, x), per_channel(largest, x - per_channel(np.mean, x))),
    ),
    Case(
        "minmax-per-channel",
        "--scale minmax --scale-per channel",
        lambda x: minmax(per_channel(np.min, x), per_channel(np.max, x)),
    ),
    Case("sample-center-std", "--per-sample center", standardized, per_sample=center_rows),
    Case(
        "sample-standardize-least",  # so small after the division that 1/sqrt(D) takes the place of the deviation
        "--divide-by 10000 --per-sample standardize --center none --scale none",
        unchanged,
        divide_by=10000,
        per_sample=standardize_rows,
    ),
    Case("pca-20", "--pca 20", centered, PCA(20)),
    Case("pca-20-use-5", "--pca 20", centered, PCA(20, use=5)),
    Case("pca-fraction", "--pca 0.9", centered, PCA(0.9)),
    Case("pca-all", "--pca all", centered, PCA()),
    Case("pca-all-use-20", "--pca all", centered, PCA(use=20)),
    Case("pca-20-255", "--divide-by 255 --pca 20", centered, PCA(20), divide_by=255),
    Case("pca-20-std", "--scale std --pca 20", standardized, PCA(20)),
    Case(
        "pca-20-std-per-channel",
        "--scale std --scale-per channel --pca 20",
        lambda x: (mean(x), per_channel(np.std, x - mean(x))),
        PCA(20),
    ),
    Case("pca-10-minmax", "--scale minmax --pca 10", lambda x: (mean(x), half_range(x)), PCA(10)),
    Case("pca-10-minmax-0-1", "--scale minmax --range 0,1 --pca 10", lambda x: (mean(x), 2 * half_range(x)), PCA(10)),
    Case("pca-10-maxabs", "--scale maxabs --pca 10", lambda x: (mean(x), np.abs(x - mean(x)).max(axis=0)), PCA(10)),
    Case("pca-20-sample-center", "--per-sample center --pca 20", centered, PCA(20), per_sample=center_rows),
    Case(
        "pca-20-sample-standardize",
        "--per-sample standardize --pca 20",
        centered,
        PCA(20),
        per_sample=standardize_rows,
    ),
    Case("whiten-pca-20", "--pca 20 --whiten pca", centered, PCA(20, "pca")),
    Case("whiten-pca-20-use-5", "--pca 20 --whiten pca", centered, PCA(20, "pca", use=5)),
    Case("whiten-pca-20-ddof-1", "--pca 20 --whiten pca --ddof 1", centered, PCA(20, "pca", ddof=1)),
    Case("whiten-pca-20-std", "--scale std --pca 20 --whiten pca --epsilon 0.1", standardized, PCA(20, "pca", 0.1)),
    Case(
        "whiten-pca-fraction-255",
        "--divide-by 255 --pca 0.9 --whiten pca --epsilon 0.1",
        centered,
        PCA(0.9, "pca", 0.1),
        divide_by=255,
    ),
    Case("whiten-pca-epsilon-use-20", "--whiten pca --epsilon 0.1", centered, PCA("all", "pca", 0.1, use=20)),
    Case("whiten-zca", "--whiten zca", centered, PCA("all", "zca")),
    Case("whiten-zca-epsilon", "--whiten zca --epsilon 0.1", centered, PCA("all", "zca", 0.1)),
    Case(
        "whiten-zca-epsilon-255",
        "--divide-by 255 --whiten zca --epsilon 0.1",
        centered,
        PCA("all", "zca", 0.1),
        divide_by=255,
    ),
    Case("whiten-zca-20", "--pca 20 --whiten zca", centered, PCA(20, "zca")),
    Case("whiten-zca-20-use-5", "--pca 20 --whiten zca", centered, PCA(20, "zca", use=5)),
    Case(
        "whiten-zca-sample-standardize",
        "--per-sample standardize --whiten zca --epsilon 0.1",
        centered,
        PCA("all", "zca", 0.1),
        per_sample=standardize_rows,
    ),
]

# Of CIFAR-10's own size, what goes other ways there: bytes by the channel, and the largest components of many.
PATCHES = [
    case for case in IMAGES if case.name in ("default", "center-channel-std-255", "pca-20", "whiten-pca-20-use-5")
]

IRIS = [
    *FEATURES,
    Case("divide-by-10", "--divide-by 10", standardized, divide_by=10),
    Case("pca-all", "--pca all", centered, PCA()),
    Case("pca-2", "--pca 2", centered, PCA(2)),
    Case("pca-fraction", "--pca 0.95", centered, PCA(0.95)),
    Case("pca-2-std", "--scale std --pca 2", standardized, PCA(2)),
    Case("pca-2-std-ddof-1", "--scale std --pca 2 --ddof 1", lambda x: (mean(x), std(x, ddof=1)), PCA(2, ddof=1)),
    Case("pca-2-minmax", "--scale minmax --pca 2", lambda x: (mean(x), half_range(x)), PCA(2)),
    Case("pca-2-sample-center", "--per-sample center --pca 2", centered, PCA(2), per_sample=center_rows),
    Case("whiten-pca", "--whiten pca", centered, PCA("all", "pca")),
    Case("whiten-pca-use-2", "--whiten pca", centered, PCA("all", "pca", use=2)),
    Case("whiten-pca-ddof-1", "--whiten pca --ddof 1", centered, PCA("all", "pca", ddof=1)),
    Case("whiten-zca", "--whiten zca", centered, PCA("all", "zca")),
    Case("whiten-zca-epsilon", "--whiten zca --epsilon 0.1", centered, PCA("all", "zca", 0.1)),
    Case("whiten-zca-2", "--pca 2 --whiten zca", centered, PCA(2, "zca")),
    Case("whiten-zca-std", "--scale std --whiten zca", standardized, PCA("all", "zca")),
]


@dataclass(frozen=True)
class Table:
    name: str
    suffix: str
    read: Callable[[Path], np.ndarray]
    rows: tuple[int, ...]
    cases: list[Case]
    has_channels: bool
    fit_arguments: tuple[str, ...] = ()

    @property
    def train(self) -> str:
        return f"{self.name}-train.{self.suffix}"

    @property
    def val(self) -> str:
        return f"{self.name}-val.{self.suffix}"


TABLES = [
    Table("patches", "bin", read_patches, (0, 199), PATCHES, has_channels=True),
    Table("small", "npy", read_small, (0, 49), IMAGES, has_channels=True),
    Table("iris", "csv", read_iris, (0, 20, 44), IRIS, False, ("--label-column", "species")),
]


# -------------------------------------------------------------------------------------------------------- reference


def make_reference(folder: Path) -> None:
    reference = folder / "reference"
    reference.mkdir(exist_ok=True)
    index = [entry for table in TABLES for entry in make_table(folder, reference, table)]
    index += make_holes_cases(folder, reference)
    entries = ",\n\n".join(json_object(entry) for entry in index)
    (reference / "cases.json").write_text(f"[\n\n{entries}\n\n]\n", newline="\n")


def make_table(folder: Path, reference: Path, table: Table) -> list[dict]:
    """Write a table's statistics and what is expected of its cases; return their entries in the index."""
    x = table.read(folder / table.train)
    rows = table.read(folder / table.val)[list(table.rows)]
    write_json(reference / f"statistics-{table.name}.json", statistics(x, table.has_channels))
    saved = {}
    save_once(reference / f"{table.name}-rows.npy", rows, saved)
    entries = []
    for case in table.cases:
        entry, expected, inverse = describe(table, case), *case.result(x, rows)
        np.save(reference / entry["expected"], expected)
        if inverse is not None:
            entry["inverse"] = save_once(reference / f"{entry['name']}-inverse.npy", inverse, saved)
        entries.append(entry)
    return entries


def save_once(file: Path, array: np.ndarray, saved: dict[str, np.ndarray]) -> str:
    """The name of the file that holds the array: one saved before if they agree, as whitening changes no way back."""
    for name, other in saved.items():
        if np.allclose(array, other, rtol=0, atol=1e-12 * largest(other)):
            return name
    np.save(file, array)
    saved[file.name] = array
    return file.name


def describe(table: Table, case: Case) -> dict:
    name = f"{table.name}-{case.name}"
    tolerance, reason = case.tolerance()
    return {
        "name": name,
        "fit": [*table.fit_arguments, *case.arguments.split()],
        "train": table.train,
        "data": table.val,
        "apply": case.apply_arguments,
        "rows": list(table.rows),
        "expected": f"{name}.npy",
        "tolerance": tolerance,
        "reason": reason,
    }


def statistics(x: np.ndarray, has_channels: bool) -> dict:
    components, variances = principal_components(x - mean(x), ddof=0)
    least, most = x.min(axis=0), x.max(axis=0)
    return {
        "samples": x.shape[0],
        "features": x.shape[1],
        "ddof": 0,
        "mean": mean(x).tolist(),
        "std": std(x).tolist(),
        "min": least.tolist(),
        "max": most.tolist(),
        "global_mean": float(x.mean()),
        "global_std": float(x.std()),
        "channel_mean": per_plane(np.mean, x) if has_channels else None,
        "channel_std": per_plane(np.std, x) if has_channels else None,
        "constant_features": np.flatnonzero(least == most).tolist(),
        "total_variance": float(x.var(axis=0).sum()),
        "singular_values": np.sqrt(variances[:40] * len(x)).tolist(),
        "explained_variance": variances[:40].tolist(),
        "components": components[:3].tolist(),
    }


def write_json(file: Path, values: dict) -> None:
    file.write_text(json_object(values) + "\n", newline="\n")


def json_object(values: dict) -> str:
    """One key to a line, and one row of a matrix to a line; json writes floats as repr does."""
    return "{\n" + ",\n".join(f"  {json.dumps(key)}: {json_value(value)}" for key, value in values.items()) + "\n}"


def json_value(value: object) -> str:
    if isinstance(value, list) and value and isinstance(value[0], list):
        return "[\n    " + ",\n    ".join(map(json.dumps, value)) + "\n  ]"
    return json.dumps(value)


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent
    folder.mkdir(parents=True, exist_ok=True)
    make_patches(folder)
    make_leaky(folder)
    make_small(folder)
    make_iris(folder)
    make_holes(folder)
    make_archive(folder)
    make_reference(folder)
    make_pictures(folder)


if __name__ == "__main__":
    main()
