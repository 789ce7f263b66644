"""Checks that statistics from Spark are those of one nnprep fit, to the last bit.

    make spark          # makes the virtual environment, builds nnprep, runs this with local[2]

    python Tests/Spark/check.py NNPREP [SHARD...]

Without shards, cuts Fixtures/patches-train.bin into five, out of order.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
RECORD = 3073
RECIPES = [[], ["--pca", "20", "--whiten", "pca", "--epsilon", "0.1"]]


def shards_of(path, folder):
    records = path.read_bytes()
    cuts = [0, 100, 101, 350, 500, len(records) // RECORD]
    for number, (start, end) in enumerate(zip(cuts, cuts[1:])):
        shard = folder / f"shard{number}.bin"
        shard.write_bytes(records[start * RECORD : end * RECORD])
        yield str(shard)


def without_sources(path):
    statistics = json.loads(path.read_text())
    sources = statistics["fitted_on"].pop("sources")
    return json.dumps(statistics), sum(source["samples"] for source in sources)


def environment():
    # One machine talks to itself.
    ours = {"PYSPARK_PYTHON": sys.executable, "PYSPARK_DRIVER_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"}
    return os.environ | ours


def main(program, *shards):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shards = list(shards) or list(shards_of(HERE.parents[1] / "Fixtures" / "patches-train.bin", folder))[::-1]
        for number, recipe in enumerate(RECIPES):
            spark, plain = folder / f"spark{number}.json", folder / f"plain{number}.json"
            submit = Path(sys.executable).parent / "spark-submit"
            words = ["--master", "local[2]", HERE / "fit.py", program, spark, *shards, "--", *recipe]
            run = subprocess.run([submit, *words], env=environment(), capture_output=True, text=True)
            assert run.returncode == 0, run.stdout + run.stderr
            subprocess.run([program, "fit", *recipe, "-o", plain, *shards], check=True)
            (one, rows), (other, _) = without_sources(spark), without_sources(plain)
            assert one == other, f"{recipe}: Spark's statistics differ from those of one fit"
            print(f"ok  {len(shards)} shards, {rows} rows, fit {' '.join(recipe)}".rstrip())


if __name__ == "__main__":
    main(*sys.argv[1:])
