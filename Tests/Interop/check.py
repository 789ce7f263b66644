"""Checks nnprep's files against software that others wrote: numpy, gzip, Pillow, safetensors, the shells, mandoc.

    make interop        # makes the virtual environment, builds nnprep, runs this

Each function below is one check; it raises where something differs. Programs that are not installed are named and
passed over.
"""

import gzip
import io
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image
from safetensors import safe_open

FIXTURES = Path(__file__).resolve().parents[2] / "Fixtures"
TRAIN, VAL = FIXTURES / "patches-train.bin", FIXTURES / "patches-val.bin"
NNPREP = sys.argv[1]


def nnprep(*words, cwd, stdin=None):
    run = subprocess.run([NNPREP, *map(str, words)], cwd=cwd, input=stdin, capture_output=True)
    assert run.returncode == 0, run.stderr.decode()
    return run.stdout


def pixels(path):
    return np.fromfile(path, np.uint8).reshape(-1, 3073)[:, 1:]


def numpy_reads_what_is_written(folder):
    nnprep("convert", VAL, "-o", "val.npy", "--labels", "labels.npy", cwd=folder)
    assert np.array_equal(np.load(folder / "val.npy").reshape(200, -1), pixels(VAL))
    assert np.array_equal(np.load(folder / "labels.npy"), np.fromfile(VAL, np.uint8).reshape(-1, 3073)[:, 0])


def numpy_arrays_of_every_type_are_read(folder):
    rows = np.arange(12).reshape(3, 2, 2)
    for dtype in ["u1", "i1", "<u2", ">u2", "<i2", ">i2", "<u4", ">i4", "<u8", ">i8", "<f2", ">f2", "<f4", ">f4", "<f8", ">f8"]:
        np.save(folder / "a.npy", rows.astype(dtype))
        back = nnprep("convert", "a.npy", "--dtype", "float64", "-o", "-", cwd=folder)
        assert np.array_equal(np.load(io.BytesIO(back)), rows), dtype


def statistics_equal_numpy(folder):
    nnprep("fit", TRAIN, cwd=folder)
    statistics = json.loads((folder / "stats.json").read_text())["statistics"]
    x = pixels(TRAIN)
    assert np.abs(np.array(statistics["mean"]) - x.mean(0)).max() < 1e-12
    assert np.abs(np.array(statistics["std"]) - x.std(0)).max() < 1e-11


def three_lines_of_numpy_are_apply(folder):
    nnprep("fit", "--pca", "20", "--whiten", "zca", "--divide-by", "255", TRAIN, cwd=folder)
    nnprep("apply", "--quiet", "--dtype", "float64", "--stats", "stats.json", VAL, "-o", "y.npy", cwd=folder)
    s = json.loads((folder / "stats.json").read_text())
    t, p, r = s["transform"], s["pca"], s["recipe"]
    y = (pixels(VAL) / r["divide_by"] - t["subtract"]) / t["divide"]
    y = y @ np.transpose(p["components"])
    y = y / np.sqrt(np.add(p["explained_variance"], r["epsilon"]))
    y = y @ np.array(p["components"])
    assert np.abs(np.load(folder / "y.npy") - y).max() < 1e-12


def pillow_opens_the_pictures(folder):
    nnprep("fit", "--pca", "144", TRAIN, cwd=folder)
    nnprep("plot", "samples", VAL, "-o", "samples.png", "--count", "4", cwd=folder)
    nnprep("plot", "figure", "--stats", "stats.json", VAL, "-o", "figure.png", cwd=folder)
    for name in ["samples.png", "figure.png"]:
        with Image.open(folder / name) as image:
            image.verify()
    first = np.asarray(Image.open(folder / "samples.png"))
    image = pixels(VAL)[0].reshape(3, 32, 32).transpose(1, 2, 0)
    # Within its gap, and magnified by a whole number, the first sample is the image to the bit.
    places = [(z, gap) for z in range(1, 60) for gap in range(1, 12)]
    assert any(np.array_equal(first[gap:gap + 32 * z, gap:gap + 32 * z], image.repeat(z, 0).repeat(z, 1))
               for z, gap in places)


def gzip_of_python_is_read(folder):
    (folder / "val.bin.gz").write_bytes(gzip.compress(VAL.read_bytes()))
    nnprep("convert", "--input-format", "cifar10", "val.bin.gz", "-o", "val.npy", "--quiet", cwd=folder)
    assert np.array_equal(np.load(folder / "val.npy").reshape(200, -1), pixels(VAL))


def safetensors_opens_the_export(folder):
    nnprep("fit", "--pca", "20", TRAIN, cwd=folder)
    nnprep("export", "stats.json", "--to", "safetensors", "-o", "stats.safetensors", cwd=folder)
    statistics = json.loads((folder / "stats.json").read_text())
    with safe_open(folder / "stats.safetensors", "numpy") as tensors:
        assert np.array_equal(tensors.get_tensor("components"), statistics["pca"]["components"])
        assert np.array_equal(tensors.get_tensor("subtract"), statistics["transform"]["subtract"])


def safetensors_opens_initial_weights(folder):
    nnprep("init", "--layers", "300,200,10", "--seed", "3", "-o", "weights.safetensors", cwd=folder)
    nnprep("init", "--layers", "300,200,10", "--seed", "3", "-o", "weights/", cwd=folder)
    with safe_open(folder / "weights.safetensors", "numpy") as tensors:
        weights = tensors.get_tensor("layer1.weight")
        assert weights.shape == (200, 300) and weights.dtype == np.float32
        assert abs(weights.var() / (2 / 300) - 1) < 0.03
        for name in tensors.keys():
            assert np.array_equal(np.load(folder / "weights" / f"{name}.npy"), tensors.get_tensor(name)), name


def exported_python_is_apply(folder):
    for options in [[], ["--per-sample", "standardize"], ["--pca", "20", "--whiten", "pca"], ["--center", "channel"]]:
        nnprep("fit", *options, TRAIN, cwd=folder)
        nnprep("export", "stats.json", "--to", "python", "-o", "preprocess.py", cwd=folder)
        nnprep("apply", "--quiet", "--dtype", "float64", "--stats", "stats.json", VAL, "-o", "y.npy", cwd=folder)
        scope = {"__name__": "preprocess"}
        exec((folder / "preprocess.py").read_text(), scope)
        assert np.abs(scope["transform"](pixels(VAL), np.float64) - np.load(folder / "y.npy")).max() < 1e-11, options


def shells_accept_the_completions(folder):
    missing = []
    for shell in ["bash", "zsh", "fish"]:
        script = nnprep("completions", shell, cwd=folder)
        if not shutil.which(shell):
            missing.append(shell)
            continue
        subprocess.run([shell, "-n", "/dev/stdin"], input=script, check=True)
    return f"not installed: {', '.join(missing)}" if missing else None


def mandoc_accepts_the_manual(folder):
    page = nnprep("--man", cwd=folder)
    if not shutil.which("mandoc"):
        return "not installed: mandoc"
    complaints = subprocess.run(["mandoc", "-Tlint", "-Wwarning"], input=page, capture_output=True).stdout
    assert not complaints, complaints.decode()


def main():
    checks = [value for name, value in globals().items() if callable(value) and name[0].islower()
              and getattr(value, "__module__", "") == "__main__" and name not in {"main", "nnprep", "pixels"}]
    failed = 0
    for check in checks:
        with tempfile.TemporaryDirectory() as folder:
            try:
                note = check(Path(folder))
                print(f"ok      {check.__name__.replace('_', ' ')}{f' ({note})' if note else ''}")
            except Exception as error:
                failed += 1
                print(f"FAILED  {check.__name__.replace('_', ' ')}: {error!r}")
    print(f"{len(checks) - failed} passed, {failed} failed")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
