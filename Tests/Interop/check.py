"""Checks nnprep's files against what others wrote: numpy, gzip, Pillow, safetensors, onnxruntime, the shells, GNU parallel, mandoc.

    make interop        # makes the virtual environment, builds nnprep, runs this

Each function below is one check; it raises where something differs. Programs that are not installed are named and
passed over.
"""

import contextlib
import gzip
import html
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
import zlib
from pathlib import Path

import numpy as np
from PIL import Image
from safetensors import safe_open
from safetensors.numpy import load_file, save

README = Path(__file__).resolve().parents[2] / "README.md"
FIXTURES = README.parent / "Fixtures"
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


def safetensors_opens_moments(folder):
    x = pixels(TRAIN).astype(np.int64)
    nnprep("moments", TRAIN, "-o", "bytes.safetensors", cwd=folder)
    # Below 2^53, sums of whole numbers in doubles are exact too, and BLAS is faster.
    products = (x.T.astype(float) @ x.astype(float)).astype(np.int64)
    expected = {"count": np.array([600]), "sum": x.sum(0), "min": x.min(0), "max": x.max(0), "products": products}
    with safe_open(folder / "bytes.safetensors", "numpy") as file:
        assert set(file.keys()) == set(expected)
        for key, values in expected.items():
            tensor = file.get_tensor(key)
            assert tensor.dtype == np.int64 and np.array_equal(tensor, values), key
        about = file.metadata()
    assert about["format"] == "nnprep.moments" and json.loads(about["input"])["shape"] == [3, 32, 32]
    assert [source["samples"] for source in json.loads(about["sources"])] == [600]
    # The checksum is that of the file with zeros in its place.
    data = (folder / "bytes.safetensors").read_bytes()
    plain = data.replace(about["checksum"].encode(), b"0" * 8, 1)
    assert zlib.crc32(plain) == int(about["checksum"], 16)

    y = x[:, ::40] / 7 + 1e6
    np.save(folder / "y.npy", y)
    nnprep("moments", "y.npy", "-o", "y.safetensors", cwd=folder)
    nnprep("moments", "--no-products", "y.npy", "-o", "thin.safetensors", cwd=folder)
    tensors, thin = load_file(folder / "y.safetensors"), load_file(folder / "thin.safetensors")
    assert set(tensors) == {"count", "mean", "mean_low", "scatter", "min", "max"}
    assert set(thin) == set(tensors) - {"scatter"} | {"squared_deviations"}
    assert all(tensors[key].dtype == (np.int64 if key == "count" else np.float64) for key in tensors)
    assert np.abs(tensors["mean"] + tensors["mean_low"] - y.mean(0)).max() < 1e-8
    centered = y - y.mean(0)
    assert np.allclose(tensors["scatter"], centered.T @ centered, rtol=1e-10, atol=1e-6)
    assert np.allclose(thin["squared_deviations"], np.diag(tensors["scatter"]), rtol=1e-12)


def moments_from_numpy_are_read(folder):
    """Another program can write them: tensors in any order, and the checksum put in afterwards."""
    x = pixels(TRAIN).astype(np.int64)[:, :48]
    about = {
        "format": "nnprep.moments", "version": "1", "per_sample": "none", "divide_by": "1", "checksum": "0" * 8,
        "input": json.dumps({"format": "npy", "shape": [3, 4, 4], "features": 48, "dtype": "uint8",
                             "feature_names": None, "label_columns": []}),
        "sources": json.dumps([{"name": "numpy", "samples": len(x), "rows_fingerprint": "0" * 32}]),
    }
    tensors = {"count": np.array([len(x)]), "sum": x.sum(0), "min": x.min(0), "max": x.max(0), "products": x.T @ x}
    data = save(tensors, about)
    checksum = b'"checksum":"%08x"' % zlib.crc32(data)
    (folder / "made.safetensors").write_bytes(data.replace(b'"checksum":"00000000"', checksum))
    np.save(folder / "x.npy", x.astype(np.uint8).reshape(-1, 3, 4, 4))
    for words in [[], ["--pca", "5"]]:
        nnprep("fit", "x.npy", *words, "-o", "data.json", cwd=folder)
        nnprep("fit", "made.safetensors", *words, "-o", "made.json", cwd=folder)
        one, other = (json.loads((folder / name).read_text()) for name in ["data.json", "made.json"])
        assert all(one[key] == other[key] for key in one if key != "fitted_on"), words


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


def numpy_lines_of_the_report_are_apply(folder):
    for options in [["--divide-by", "255"], ["--per-sample", "standardize", "--divide-by", "2"], ["--pca", "20"],
                    ["--pca", "20", "--whiten", "pca", "--epsilon", "0.5"], ["--whiten", "zca", "--pca", "30"],
                    ["--scale", "minmax", "--range", "0,1"]]:
        nnprep("fit", *options, TRAIN, "-o", 'a "b".json', cwd=folder)
        nnprep("apply", "--quiet", "--dtype", "float64", "--stats", 'a "b".json', VAL, "-o", "y.npy", cwd=folder)
        page = nnprep("report", "--stats", 'a "b".json', "-o", "-", cwd=folder).decode()
        code = html.unescape(page.split("<code>")[1].split("</code>")[0])
        scope = {"x": pixels(VAL).astype(float)}
        with contextlib.chdir(folder):
            exec(code, scope)
        assert np.abs(scope["y"] - np.load(folder / "y.npy")).max() < 1e-9, options


def numpy_archives_are_read_and_written(folder):
    rows, others = np.arange(60, dtype=np.float32).reshape(12, 5), np.ones((3, 2))
    for save in [np.savez, np.savez_compressed]:
        save(folder / "two.npz", rows=rows, others=others)
        two = (folder / "two.npz").read_bytes()
        for source, stdin in [("two.npz", None), ("-", two)]:
            back = nnprep("convert", source, "--array", "rows", cwd=folder, stdin=stdin)
            assert np.array_equal(np.load(io.BytesIO(back)), rows)
    for options in [[], ["--compress"]]:
        nnprep("convert", "two.npz", "--array", "others", "-o", "out.npz", *options, cwd=folder)
        with np.load(folder / "out.npz") as back:
            assert back.files == ["arr_0"] and np.array_equal(back["arr_0"], others)
        piped = nnprep("convert", "-", "--output-format", "npz", *options, cwd=folder,
                       stdin=(folder / "out.npz").read_bytes())
        assert np.array_equal(np.load(io.BytesIO(piped))["arr_0"], others)
        assert zipfile.ZipFile(folder / "out.npz").testzip() is None
    for name in ["out.npy.gz", "out.csv.gz"]:
        nnprep("convert", "two.npz", "--array", "others", "-o", name, cwd=folder)
    assert np.array_equal(np.load(gzip.open(folder / "out.npy.gz")), others)
    assert gzip.open(folder / "out.csv.gz").read().startswith(b"x1,x2\n1,1\n")


def pictures_are_those_of_pillow(folder):
    def resized(image):
        short = min(image.size)
        return image.resize([int(48 * side / short) for side in image.size], Image.Resampling.BILINEAR)

    def cropped(image):
        left, top = (round((side - 32) / 2) for side in image.size)
        return image.crop((left, top, left + 32, top + 32))

    pictures = [path for path in sorted((FIXTURES / "pictures").rglob("*.[jJp][pPn]*[gG]")) if path.name != "broken.jpg"]
    for options, make in [
        (["--resize", "48", "--crop", "32"], lambda image: cropped(resized(image))),
        (["--resize", "20x31"], lambda image: image.resize((20, 31), Image.Resampling.BILINEAR)),
    ]:
        for grey in [[], ["--grey"]]:
            nnprep("convert", *options, *grey, *pictures, "-o", "x.npy", cwd=folder)
            rows = [np.asarray(make(Image.open(path).convert("L" if grey else "RGB"))) for path in pictures]
            expected = np.stack([row.reshape(*row.shape[:2], -1).transpose(2, 0, 1) for row in rows])
            assert np.array_equal(np.load(folder / "x.npy"), expected), options


def onnxruntime_runs_the_models(folder):
    try:
        import onnx
        import onnxruntime
    except ImportError as missing:
        return f"not installed: {missing.name}"

    def compare(train, val, rows, *options, names=()):
        nnprep("fit", "--quiet", *options, *names, train, "-o", "stats.json", cwd=folder)
        expected = np.load(io.BytesIO(nnprep("apply", "--quiet", "--stats", "stats.json", val, "--output-format", "npy",
                                             cwd=folder)))
        for shape in ["images", "flat"]:
            nnprep("export", "stats.json", "--to", "onnx", "--input-shape", shape, "-o", "m.onnx", cwd=folder)
            onnx.checker.check_model(onnx.load(folder / "m.onnx"), full_check=True)
            session = onnxruntime.InferenceSession(folder / "m.onnx", providers=["CPUExecutionProvider"])
            x = rows if shape == "images" else rows.reshape(len(rows), -1)
            for batch in [x, x[:1]]:
                result = session.run(["output"], {"input": batch})[0].reshape(len(batch), -1)
                worst = np.abs(result - expected[:len(batch)].reshape(len(batch), -1)).max()
                assert worst <= 1e-5 * max(1, np.abs(expected).max()), (options, shape, worst)

    images = pixels(VAL).reshape(-1, 3, 32, 32)
    iris = np.loadtxt(FIXTURES / "iris-val.csv", delimiter=",", skiprows=1, usecols=range(4)).astype(np.float32)
    species = ["--label-column", "species"]
    for options in [
        [], ["--center", "none", "--scale", "none"], ["--scale", "minmax", "--range", "0,1"], ["--scale", "maxabs"],
        ["--per-sample", "standardize", "--divide-by", "255"], ["--pca", "3"], ["--pca", "3", "--whiten", "zca"],
        ["--pca", "0.9", "--whiten", "pca", "--divide-by", "255"], ["--per-sample", "center", "--pca", "2"],
    ]:
        compare(TRAIN, VAL, images, *options)
        compare(FIXTURES / "iris-train.csv", FIXTURES / "iris-val.csv", iris, *options, names=species)
    compare(TRAIN, VAL, images, "--center", "channel", "--divide-by", "255")


def shells_accept_the_completions(folder):
    missing = []
    for shell in ["bash", "zsh", "fish"]:
        script = nnprep("completions", shell, cwd=folder)
        if not shutil.which(shell):
            missing.append(shell)
            continue
        subprocess.run([shell, "-n", "/dev/stdin"], input=script, check=True)
    return f"not installed: {', '.join(missing)}" if missing else None


def _shards(folder):
    (folder / "data").mkdir()
    records = TRAIN.read_bytes()
    for number in range(3):
        (folder / "data" / f"shard{number}.bin").write_bytes(records[number * 200 * 3073:(number + 1) * 200 * 3073])


def _lines_of_readme(folder, told, status=0):
    """Runs lines up to the first that does not end with 0; what they have printed."""
    path = f"{Path(NNPREP).resolve().parent}:{os.environ['PATH']}"
    lines = "\n".join(line.strip() for line in told.splitlines()).replace("/data/", "data/")
    run = subprocess.run(
        ["bash", "-ec", lines], cwd=folder, env=os.environ | {"PATH": path}, capture_output=True, text=True)
    assert run.returncode == status, run.stderr
    return run.stdout


def the_readme_s_lines_of_gnu_parallel_run(folder):
    """As they stand, but for the folder of the shards."""
    told = README.read_text().partition("With GNU parallel:\n\n")[2].partition("\n\n")[0]
    assert told.count("nnprep ") == 3, told
    if not shutil.which("parallel"):
        return "not installed: parallel"
    _shards(folder)
    _lines_of_readme(folder, told)
    ours = json.loads((folder / "stats.json").read_text())
    nnprep("fit", "--pca", "144", TRAIN, "-o", "one.json", cwd=folder)
    one = json.loads((folder / "one.json").read_text())
    assert [source["name"] for source in ours["fitted_on"]["sources"]] == [f"shard{number}.bin" for number in range(3)]
    assert {**ours, "fitted_on": None} == {**one, "fitted_on": None}


def the_readme_s_parts_of_a_check_tell_what_one_tells(folder):
    """As they stand, but for the folder of the shards."""
    told = README.read_text().partition("tell the same bytes as one check of all rows:\n\n")[2].partition("\n\n")[0]
    assert told.count("nnprep ") == 2, told
    if not shutil.which("parallel"):
        return "not installed: parallel"
    _shards(folder)
    (folder / "test.bin").write_bytes((FIXTURES / "patches-leaky.bin").read_bytes())
    nnprep("fit", "--pca", "48", TRAIN, "-o", "stats.json", cwd=folder)
    ours = _lines_of_readme(folder, told, 3)
    one = subprocess.run([NNPREP, "check", "--stats", "stats.json", "test.bin", "--train",
                          *(f"data/shard{number}.bin" for number in range(3))],
                         cwd=folder, capture_output=True, text=True)
    assert one.returncode == 3 and ours == one.stdout and "near-duplicates" in ours, (ours, one.stdout)


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
