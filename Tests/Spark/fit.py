"""Fits nnprep statistics on Apache Spark: each partition makes moments of its shards, the cluster adds them up.

    spark-submit --master local[2] Tests/Spark/fit.py NNPREP OUT.json SHARD... [-- FIT-OPTION...]

NNPREP is the program's path on every worker; shards are paths that the workers can read.
"""

import subprocess
import sys
import tempfile

from pyspark.sql import SparkSession


def nnprep(program, *words):
    """Runs nnprep, and returns what it writes to standard output."""
    return subprocess.run([program, *words], check=True, stdout=subprocess.PIPE).stdout


def moments_of(program, shards):
    """One binary record for all shards of a partition."""
    shards = list(shards)
    return [nnprep(program, "moments", *shards, "-o", "-")] if shards else []


def merged(program, one, other):
    """The monoid's operation on two binary records."""
    with tempfile.NamedTemporaryFile() as a, tempfile.NamedTemporaryFile() as b:
        for file, record in ((a, one), (b, other)):
            file.write(record)
            file.flush()
        return nnprep(program, "moments", a.name, b.name, "-o", "-")


def main(program, out, *words):
    split = words.index("--") if "--" in words else len(words)
    shards, options = words[:split], words[split + 1 :]
    spark = SparkSession.builder.appName("nnprep").getOrCreate()
    total = (
        spark.sparkContext.parallelize(shards, len(shards))
        .mapPartitions(lambda part: moments_of(program, part))
        .treeReduce(lambda one, other: merged(program, one, other))
    )
    spark.stop()
    subprocess.run([program, "fit", *options, "-o", out, "-"], input=total, check=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
