"""nnprep beside what people use today, in one run on one machine.

    make bench                              (images made from the fixtures)
    make bench CIFAR10=folder WIDE=1        (the real data_batch_*.bin; the photographs' jobs take minutes and 3.4 GB)
    make bench SPARK="50000 32"             (beside Spark ML, where `make spark` has installed it: rows, and pixels of a
                                             side; otherwise 10,000 rows of 16 x 16 x 3)
    make bench TORCH=1                      (beside torchvision, too, which is a download of gigabytes)

nnprep's times are whole processes: start, read, compute, write. The peers' are calls on data that is in memory already.
Every time is the least of several runs. Peers that are not installed are left out.
"""

import argparse
import glob
import json
import os
import pathlib
import platform
import subprocess
import sys
import tempfile
import time

FIXTURES = pathlib.Path(__file__).resolve().parents[2] / "Fixtures"
ROWS, FEATURES, COMPONENTS = 50_000, 3072, 144
# Of `check`: components, and neighbours of each row.
CHECKED, NEIGHBOURS = 96, 20
# Exit codes of what has done its work; 3 is that of `check` where it finds something.
FINE = (0, 3)
WIDE_SHAPE, WIDE_FEATURES = "3x224x224", 3 * 224 * 224


def least(repeats, run):
    """The shortest of some runs, in seconds."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return min(times)


# The peers. Each loads its data, then times its call; run in a process of its own.

def images(folder):
    import numpy as np

    files = [np.fromfile(path, np.uint8).reshape(-1, 1 + FEATURES)[:, 1:] for path in batches(folder)]
    return np.ascontiguousarray(np.concatenate(files))


def numpy_moments(folder, repeats):
    x = images(folder)
    return least(1, lambda: (x.mean(0), x.std(0)))


def sklearn_scaler(folder, repeats):
    from sklearn.preprocessing import StandardScaler

    x = images(folder)
    return least(1, lambda: StandardScaler().fit(x))


def sklearn_pca(folder, repeats, components=COMPONENTS):
    import numpy as np
    from sklearn.decomposition import PCA

    x = images(folder).astype(np.float32)
    return least(repeats, lambda: PCA(components, svd_solver="covariance_eigh").fit(x))


def onedal_pca(folder, repeats, components=COMPONENTS):
    import numpy as np
    from sklearnex.decomposition import PCA

    x = images(folder).astype(np.float32)
    return least(repeats, lambda: PCA(components, svd_solver="covariance_eigh").fit(x))


def notes_pca(folder, repeats):
    import numpy as np

    x = images(folder)

    def run():
        z = x.astype(np.float32)
        z -= np.mean(z, axis=0)
        u, s, v = np.linalg.svd(np.dot(z.T, z) / z.shape[0])
        return u[:, :COMPONENTS]

    return least(1, run)


def floats(folder):
    import numpy as np

    return np.load(os.path.join(folder, "floats.npy"))


def numpy_float_moments(folder, repeats):
    x = floats(folder)
    return least(repeats, lambda: (x.mean(0), x.std(0)))


def sklearn_float_pca(folder, repeats):
    from sklearn.decomposition import PCA

    x = floats(folder)
    return least(repeats, lambda: PCA(COMPONENTS, svd_solver="covariance_eigh").fit(x))


def onedal_float_pca(folder, repeats):
    from sklearnex.decomposition import PCA

    x = floats(folder)
    return least(repeats, lambda: PCA(COMPONENTS, svd_solver="covariance_eigh").fit(x))


def sklearn_transform(folder, repeats):
    import numpy as np
    from sklearn.decomposition import PCA

    x = images(folder).astype(np.float32)
    pca = PCA(COMPONENTS, svd_solver="covariance_eigh").fit(x[:5000])
    return least(repeats, lambda: pca.transform(x))


def polars_csv(folder, repeats):
    import polars

    table = os.path.join(folder, "table.csv")

    def run():
        data = polars.read_csv(table)
        return data.mean(), data.std()

    return least(repeats, run)


def sklearn_probe(folder, repeats):
    """Rows a second of one epoch of a network of 100 hidden units."""
    import numpy as np
    from sklearn.neural_network import MLPClassifier

    records = np.fromfile(batches(folder)[0], np.uint8).reshape(-1, 1 + FEATURES)
    x, y = records[:, 1:].astype(np.float32), records[:, 0]
    x = (x - x.mean(0)) / x.std(0)
    model = MLPClassifier((100,), solver="sgd", batch_size=100, max_iter=1, learning_rate_init=0.01)
    import warnings

    warnings.simplefilter("ignore")
    return least(repeats, lambda: model.fit(x, y))


def unit_rows(folder):
    """The whitened training rows and those of the split, of length 1."""
    import numpy as np

    rows = [np.load(os.path.join(folder, name)) for name in ("whitened.npy", "whitened-test.npy")]
    return [np.ascontiguousarray(x / np.linalg.norm(x, axis=1, keepdims=True)) for x in rows]


def faiss_search(folder, repeats):
    import faiss

    x, y = unit_rows(folder)

    def run():
        index = faiss.IndexFlatIP(x.shape[1])
        index.add(x)
        return index.search(y, NEIGHBOURS)

    return least(repeats, run)


def cropped_sums(path):
    """Sums of a picture's values, and of their squares, by channel, resized and cropped as torchvision does."""
    import numpy as np
    from PIL import Image

    image = Image.open(path).convert("RGB")
    short = min(image.size)
    image = image.resize([int(256 * side / short) for side in image.size], Image.Resampling.BILINEAR)
    left, top = (round((side - 224) / 2) for side in image.size)
    x = np.asarray(image.crop((left, top, left + 224, top + 224)), np.float32) / 255
    return np.stack([x.sum((0, 1)), (x * x).sum((0, 1))])


def pillow_pictures(folder, repeats):
    import multiprocessing

    paths = sorted(glob.glob(os.path.join(folder, "photos", "*", "*.jpg")))

    def run():
        with multiprocessing.Pool(2) as pool:
            return sum(pool.imap_unordered(cropped_sums, paths, chunksize=20))

    return least(repeats, run)


def sklearn_search(folder, repeats):
    from sklearn.neighbors import NearestNeighbors

    x, y = unit_rows(folder)
    return least(repeats, lambda: NearestNeighbors(n_neighbors=NEIGHBOURS, algorithm="brute").fit(x).kneighbors(y))


def torchvision_pictures(folder, repeats):
    import torch
    from torchvision import datasets, transforms

    change = transforms.Compose([transforms.Resize(256), transforms.CenterCrop(224), transforms.ToTensor()])
    pictures = datasets.ImageFolder(os.path.join(folder, "photos"), change)

    def run():
        sums = torch.zeros(2, 3)
        for x, _ in torch.utils.data.DataLoader(pictures, batch_size=64, num_workers=2):
            sums += torch.stack([x.sum((0, 2, 3)), (x * x).sum((0, 2, 3))])

    return least(repeats, run)


PEERS = {
    "numpy mean, std": numpy_moments,
    "scikit-learn StandardScaler": sklearn_scaler,
    "scikit-learn covariance_eigh": sklearn_pca,
    "oneDAL covariance_eigh": onedal_pca,
    "numpy, the notes' lines": notes_pca,
    "scikit-learn, all components": lambda folder, repeats: sklearn_pca(folder, repeats, None),
    "oneDAL, all components": lambda folder, repeats: onedal_pca(folder, repeats, None),
    "numpy mean, std of float32": numpy_float_moments,
    "scikit-learn covariance_eigh of float32": sklearn_float_pca,
    "oneDAL covariance_eigh of float32": onedal_float_pca,
    "scikit-learn transform": sklearn_transform,
    "polars": polars_csv,
    "scikit-learn MLPClassifier, an epoch": sklearn_probe,
    "faiss IndexFlatIP": faiss_search,
    "scikit-learn brute NearestNeighbors": sklearn_search,
    "Pillow in 2 processes": pillow_pictures,
    "torchvision DataLoader, 2 workers": torchvision_pictures,
}


def peer(name, folder, repeats):
    """Seconds, or None where the peer is not installed."""
    run = subprocess.run(
        [sys.executable, __file__, "--peer", name, "--folder", folder, "--repeats", str(repeats)],
        capture_output=True, text=True)
    return json.loads(run.stdout) if run.returncode == 0 else None


# The machine and the data.

def sgemm_rate():
    """Multiplications and additions a second of the library that nnprep uses, in GF/s."""
    try:
        import ctypes
        import ctypes.util

        import numpy as np

        blas = ctypes.CDLL(ctypes.util.find_library("openblas") or "libopenblas.so.0")
        a = np.random.default_rng(0).standard_normal((1024, FEATURES), dtype=np.float32)
        c = np.zeros((FEATURES, FEATURES), np.float32)
        pointer = lambda array: array.ctypes.data_as(ctypes.c_void_p)
        run = lambda: blas.cblas_sgemm(
            101, 112, 111, FEATURES, FEATURES, 1024, ctypes.c_float(1), pointer(a), FEATURES, pointer(a), FEATURES,
            ctypes.c_float(0), pointer(c), FEATURES)
        return 2 * 1024 * FEATURES**2 / least(5, run) / 1e9
    except (ImportError, OSError):
        return None


def read_rate(paths):
    """Reading files that the system holds in memory, in GB/s."""
    def run():
        buffer = bytearray(1 << 20)
        for path in paths:
            with open(path, "rb", buffering=0) as file:
                while file.readinto(buffer):
                    pass

    return sum(os.path.getsize(path) for path in paths) / least(3, run) / 1e9


def batches(folder):
    return sorted(glob.glob(os.path.join(folder, "data_batch_*.bin")))


def make_images(folder):
    """Five files like CIFAR-10's, from the fixtures' photographs: shifted, and with a little noise."""
    records = bytearray((FIXTURES / "patches-train.bin").read_bytes())
    size = 1 + FEATURES
    patches = [records[i:i + size] for i in range(0, len(records), size)]
    state = 1
    for number in range(1, 6):
        with open(os.path.join(folder, f"data_batch_{number}.bin"), "wb") as file:
            for _ in range(ROWS // 5):
                state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
                patch = patches[(state >> 33) % len(patches)]
                turn = (state >> 20) % FEATURES
                table = bytes((value + (state >> 50) % 16) % 256 for value in range(256))
                file.write(bytes([patch[0] % 10]) + (patch[1 + turn:] + patch[1:1 + turn]).translate(table))


def make_split(folder):
    """10,000 rows like the last training file's, with other noise."""
    records = pathlib.Path(batches(folder)[-1]).read_bytes()
    table = bytes(min(255, value + 3) for value in range(256))
    with open(os.path.join(folder, "test_batch.bin"), "wb") as file:
        for start in range(0, len(records), 1 + FEATURES):
            turn = start // (1 + FEATURES) % 5
            values = records[start + 1:start + 1 + FEATURES].translate(table)
            file.write(records[start:start + 1] + values[32 * turn:] + values[:32 * turn])


def make_floats(folder):
    """The images as float32, with a fraction each, so that no value is a whole number. False without numpy."""
    try:
        import numpy as np
    except ImportError:
        return False
    random = np.random.default_rng(1)
    out = np.lib.format.open_memmap(
        os.path.join(folder, "floats.npy"), mode="w+", dtype=np.float32, shape=(ROWS, FEATURES))
    for number, path in enumerate(batches(folder)):
        rows = np.fromfile(path, np.uint8).reshape(-1, 1 + FEATURES)[:, 1:]
        start = number * (ROWS // 5)
        out[start:start + len(rows)] = rows
        out[start:start + len(rows)] += random.random(rows.shape, dtype=np.float32)
    out.flush()
    return True


def exact_deviations(x):
    """Deviations of the columns of what `make_floats` made, multiples of 2^-24: from sums of whole numbers of any length."""
    import math

    import numpy as np

    deviations = []
    for column in np.ascontiguousarray(x.T):
        whole = [int(value) for value in column.astype(np.float64) * 2**24]
        count, total = len(whole), sum(whole)
        variance = count * sum(value * value for value in whole) - total * total
        deviations.append(math.isqrt(variance << 80) / 2**40 / count / 2**24)
    return np.array(deviations)


def accuracy(bench):
    """The largest relative errors of deviations, of nnprep and of numpy in float32, against exact sums."""
    import numpy as np

    x = floats(bench.folder)
    columns = list(range(0, FEATURES, FEATURES // 12))
    exact = exact_deviations(x[:, columns])
    with open(os.path.join(bench.folder, "floats.json")) as file:
        found = np.array(json.load(file)["statistics"]["std"])[columns]
    single = x.std(0)[columns]
    relative = lambda values: float(np.max(np.abs(values / exact - 1)))
    return {"deviations": {"nnprep": relative(found), "numpy float32": relative(single.astype(np.float64))}}


def make_table(folder, rows=200_000, columns=30):
    """Doubles of 17 digits."""
    import random

    random.seed(1)
    with open(os.path.join(folder, "table.csv"), "w") as file:
        file.write(",".join(f"x{i}" for i in range(columns)) + "\n")
        line = [random.gauss(0, 1) for _ in range(columns)]
        for row in range(rows):
            line[row % columns] = random.gauss(0, 1)
            file.write(",".join(f"{value * (1 + row % 97):.17g}" for value in line) + "\n")


def make_photographs(folder, rows):
    """Rows of 224 x 224 x 3 bytes: the images, seven times as large, each a little different."""
    paths = batches(folder)
    shades = [bytes(min(255, value + shade) for value in range(256)) for shade in range(5)]
    with open(os.path.join(folder, f"photographs-{rows}.bin"), "wb") as out:
        for row in range(rows):
            with open(paths[row // (ROWS // 5)], "rb") as file:
                file.seek(row % (ROWS // 5) * (1 + FEATURES) + 1)
                image = file.read(FEATURES)
            for start in range(0, FEATURES, 32):
                wide = bytearray(7 * 32)
                for place in range(7):
                    wide[place::7] = image[start:start + 32]
                for shade in range(7):
                    out.write(wide.translate(shades[shade * row % 5]))
    return out.name


def make_pictures(folder, count=1000):
    """JPEG files of 500 x 375 pixels in class folders: each of a dozen images, four times as large. False without Pillow."""
    try:
        import numpy as np
        from PIL import Image
    except ImportError:
        return False
    x = np.fromfile(batches(folder)[0], np.uint8).reshape(-1, 1 + FEATURES)
    tiles = x[:, 1:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)
    for number in range(count):
        first = 12 * number % (len(tiles) - 12)
        rows = [np.concatenate(tiles[first + 4 * row:first + 4 * row + 4], axis=1) for row in range(3)]
        image = Image.fromarray(np.concatenate(rows)).resize((500, 375), Image.Resampling.BICUBIC)
        path = pathlib.Path(folder, "photos", str(x[number, 0]), f"{number}.jpg")
        path.parent.mkdir(parents=True, exist_ok=True)
        image.save(path, quality=90)
    return True


def watch(process):
    """The largest resident size of a process, in MB: looked at while it runs, for what is told afterwards counts ours too."""
    peak = 0
    while process.poll() is None:
        try:
            with open(f"/proc/{process.pid}/status") as file:
                peak = max([peak] + [int(line.split()[1]) / 1024 for line in file if line.startswith("VmHWM")])
        except OSError:
            pass
        time.sleep(0.002)
    if process.returncode not in FINE:
        sys.exit(f"{' '.join(process.args)} failed")
    return peak


# The table.

class Bench:
    def __init__(self, nnprep, folder, repeats):
        self.nnprep, self.folder, self.repeats = nnprep, folder, repeats
        self.rows = []

    def time(self, *arguments, repeats=None):
        """Seconds, and the largest resident size in MB."""
        def start():
            return subprocess.Popen([self.nnprep, *arguments, "--quiet"], cwd=self.folder, stdout=subprocess.DEVNULL)

        def run():
            if start().wait() not in FINE:
                sys.exit(f"nnprep {' '.join(arguments)} failed")

        if repeats == 1:
            begin = time.perf_counter()
            peak = watch(start())
            return time.perf_counter() - begin, peak
        return least(repeats or self.repeats, run), watch(start())

    def add(self, job, measured, peers):
        seconds, peak = measured
        found = {name: peer(name, self.folder, self.repeats) for name in peers}
        self.rows.append({
            "job": job, "nnprep_seconds": seconds, "nnprep_peak_mb": peak,
            "peers": {name: value for name, value in found.items() if value is not None}})
        best = [f"{name} {value:.2f} s ({value / seconds:.1f} x)" for name, value in found.items() if value is not None]
        print(f"{job:48} {seconds:8.2f} s {peak:7.0f} MB   {'; '.join(best) or '-'}", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("nnprep", nargs="?")
    parser.add_argument("--cifar10", default="")
    parser.add_argument("--wide", default="")
    parser.add_argument("--spark", default="", help="spark-submit, where there is one")
    parser.add_argument("--spark-size", nargs=2, default=["10000", "16"], metavar=("ROWS", "SIDE"))
    parser.add_argument("--out", default="bench.json")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--peer")
    parser.add_argument("--folder")
    options = parser.parse_args()
    if options.peer:
        print(json.dumps(PEERS[options.peer](options.folder, options.repeats)))
        return

    with tempfile.TemporaryDirectory(dir=os.path.dirname(os.path.abspath(options.out))) as folder:
        if options.cifar10:
            for path in [*batches(options.cifar10), *glob.glob(os.path.join(options.cifar10, "test_batch.bin"))]:
                os.symlink(os.path.abspath(path), os.path.join(folder, os.path.basename(path)))
        else:
            make_images(folder)
        make_table(folder)
        files = [os.path.basename(path) for path in batches(folder)]
        if not files:
            sys.exit(f"no data_batch_*.bin in {options.cifar10}")
        bench = Bench(os.path.abspath(options.nnprep), folder, options.repeats)
        machine = {
            "processor": processor(), "cores": os.cpu_count(), "sgemm_gflops": sgemm_rate(),
            "read_gb_per_second": read_rate(batches(folder)),
            "version": subprocess.run([bench.nnprep, "--version"], capture_output=True, text=True).stdout}
        print(f"{machine['processor']}, {machine['cores']} cores; "
              f"sgemm {machine['sgemm_gflops'] or 0:.0f} GF/s; reading {machine['read_gb_per_second']:.1f} GB/s")
        print(machine["version"])

        bench.add("mean and std of every feature", bench.time("fit", *files, "-o", "plain.json"),
                  ["numpy mean, std", "scikit-learn StandardScaler"])
        gram = bench.time("moments", *files, "-o", "/dev/null")
        bench.add("moments: sums of all products", gram, [])
        bench.add(f"PCA, top {COMPONENTS}", bench.time("fit", "--pca", str(COMPONENTS), *files, "-o", "pca.json"),
                  ["scikit-learn covariance_eigh", "oneDAL covariance_eigh", "numpy, the notes' lines"])
        bench.add("PCA, all components", bench.time("fit", "--pca", "all", *files, "-o", "all.json"),
                  ["scikit-learn, all components", "oneDAL, all components"])
        if make_floats(folder):
            bench.add("mean and std, float32 npy", bench.time("fit", "floats.npy", "-o", "floats.json"),
                      ["numpy mean, std of float32"])
            machine["accuracy"] = accuracy(bench)
            for name, error in machine["accuracy"]["deviations"].items():
                print(f"    deviations of {name}: off by {error:.1e} of themselves, against exact sums")
            bench.add(f"PCA, top {COMPONENTS}, float32 npy",
                      bench.time("fit", "--pca", str(COMPONENTS), "floats.npy", "-o", "floats.json"),
                      ["scikit-learn covariance_eigh of float32", "oneDAL covariance_eigh of float32"])
            os.remove(os.path.join(folder, "floats.npy"))
        bench.add(f"transform to {COMPONENTS}", bench.time("apply", "--stats", "pca.json", *files, "-o", "out.npy"),
                  ["scikit-learn transform"])
        if not os.path.exists(os.path.join(folder, "test_batch.bin")):
            make_split(folder)
        bench.add("check: moments, drift, 10,000 against 50,000", bench.time(
            "check", "--train", *files, "test_batch.bin"), [])
        for name, rows in {"whitened": files, "whitened-test": ["test_batch.bin"]}.items():
            if name == "whitened":
                bench.time("fit", "--pca", str(CHECKED), "--whiten", "pca", *files, "-o", "white.json", repeats=1)
            bench.time("apply", "--stats", "white.json", *rows, "-o", f"{name}.npy", repeats=1)
        bench.add("check: 10,000 against 50,000, statistics given", bench.time(
            "check", "--only", "leaks", "--stats", "white.json", "--train", *files, "test_batch.bin"),
                  ["faiss IndexFlatIP", "scikit-learn brute NearestNeighbors"])
        bench.add("CSV, 200,000 x 30, mean and std", bench.time("fit", "table.csv", "-o", "table.json"), ["polars"])
        bench.add("an epoch of 100 hidden units, 10,000 rows", epoch(bench, files),
                  ["scikit-learn MLPClassifier, an epoch"])
        if make_pictures(folder):
            bench.add("1,000 JPEG files, resized, mean and std", bench.time(
                "fit", "--resize", "256", "--crop", "224", "--center", "channel", "photos", "-o", "photos.json"),
                ["Pillow in 2 processes", "torchvision DataLoader, 2 workers"])
            bench.add("1,000 JPEG files, all pixels, mean and std", bench.time(
                "fit", "--rows", "pixels", "photos", "-o", "photos.json"), [])
        if options.wide:
            for rows in (2000, 20_000):
                name = make_photographs(folder, rows)
                bench.add(f"PCA, top 50, {rows} x {WIDE_FEATURES}", bench.time(
                    "fit", "--pca", "50", "--input-format", "raw", "--shape", WIDE_SHAPE, name, "-o", "wide.json",
                    repeats=1), [])
        if options.spark and os.access(options.spark, os.X_OK):
            bench.rows += spark(bench, os.path.abspath(options.spark), options.spark_size)
        machine["gram_gflops"] = ROWS * FEATURES * (FEATURES + 1) / gram[0] / 1e9
        if machine["sgemm_gflops"]:
            print(f"\nmoments, reading and writing included: {machine['gram_gflops']:.0f} GF/s of products, "
                  f"{machine['gram_gflops'] / machine['sgemm_gflops']:.2f} of sgemm's rate")
        result = {"date": time.strftime("%Y-%m-%d"), "machine": machine, "jobs": bench.rows}
        pathlib.Path(options.out).write_text(json.dumps(result, indent=1) + "\n")
        print(f"\n{options.out}")


def spark(bench, submit, size):
    """The module for Spark beside Spark ML, on all cores of this machine; each fit runs once."""
    module = FIXTURES.parent / "Sources" / "Spark" / "nnprep_spark.py"
    python = os.path.join(os.path.dirname(submit), "python")
    # Spark holds the rows as vectors of doubles, and makes more of them on the way.
    rows, side = map(int, size)
    memory = max(6, round(rows * 3 * side * side * 8e-9 * 10))
    words = [submit, "--master", "local[*]", "--driver-memory", f"{memory}g", "--py-files", module]
    for setting in ("spark.ui.showConsoleProgress=false", "spark.ui.enabled=false"):
        words += ["--conf", setting]
    run = subprocess.run(
        [*words, pathlib.Path(__file__).with_name("spark.py"), bench.nnprep, *size, *batches(bench.folder)],
        env=os.environ | {"PYSPARK_PYTHON": python, "PYSPARK_DRIVER_PYTHON": python, "SPARK_LOCAL_IP": "127.0.0.1"},
        capture_output=True, text=True)
    if run.returncode:
        sys.exit(f"Spark failed\n{run.stderr[-2000:]}")
    jobs = json.loads(run.stdout.splitlines()[-1])
    for job in jobs:
        print(f"{job['job']:44} {job['seconds']:8.2f} s              {job['peer']} {job['peer_seconds']:.2f} s "
              f"({job['peer_seconds'] / job['seconds']:.1f} x)", flush=True)
        if job["error"] is not None:
            print(f"{'':44} off by {job['error']:.0e} (Spark ML {job['peer_error']:.0e}); from {job['partitions']} "
                  f"partitions, {job['shuffled_mb']:.2f} MB shuffled ({job['peer_shuffled_mb']:.2f} MB)")
    return jobs


def epoch(bench, files):
    """Eleven epochs less one, tenfold shorter: starting, reading, and the first look at the data are not compared."""
    with open(os.path.join(bench.folder, files[0]), "rb") as file, \
            open(os.path.join(bench.folder, "few.bin"), "wb") as few:
        few.write(file.read(100 * (1 + FEATURES)))
    bench.time("fit", files[0], "-o", "probe.json", repeats=1)
    run = lambda epochs: bench.time(
        "probe", "--train", files[0], "--val", "few.bin", "--stats", "probe.json", "--hidden", "100", "--batch", "100",
        "--learning-rate", "0.01", "--epochs", str(epochs))
    one, many = run(1), run(11)
    return (many[0] - one[0]) / 10, many[1]


def processor():
    try:
        with open("/proc/cpuinfo") as file:
            return next(line.split(":")[1].strip() for line in file if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.machine()


if __name__ == "__main__":
    main()
