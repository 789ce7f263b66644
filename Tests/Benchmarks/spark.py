"""nnprep on Spark beside Spark ML, on one DataFrame of vectors, which Spark holds in memory; `make bench` starts it.
Beside it is the same DataFrame as bytes, which only nnprep takes.

    spark-submit --py-files nnprep_spark.py spark.py NNPREP ROWS SIDE FILE...        (CIFAR-10's records, cut)

Prints JSON: seconds of each call, what was shuffled, and how far variances are from those of numpy in doubles. The short
jobs run three times in turn, and the least counts.
"""

import json
import sys
import time

import numpy as np
import pyarrow as pa
from pyspark.ml.feature import PCA, StandardScaler
from pyspark.ml.functions import array_to_vector
from pyspark.sql import SparkSession

from nnprep_spark import Nnprep

COMPONENTS = 144


def main(program, rows, side, *paths):
    spark = SparkSession.builder.getOrCreate()
    spark.sparkContext.setLogLevel("OFF")
    records = np.concatenate([np.fromfile(path, np.uint8).reshape(-1, 3073)[:, 1:] for path in paths])[: int(rows)]
    edge = (32 - int(side)) // 2
    images = records.reshape(-1, 3, 32, 32)[:, :, edge : edge + int(side), edge : edge + int(side)]
    images = images.reshape(len(records), -1)
    features = images.shape[1]
    partitions = 2 * spark.sparkContext.defaultParallelism
    arrays = pa.FixedSizeListArray.from_arrays(pa.array(images.ravel().astype(np.float32)), features)
    table = pa.table({"features": arrays.cast(pa.list_(pa.float32()))})
    frame = spark.createDataFrame(table).select(array_to_vector("features").alias("features"))
    frame = frame.repartition(partitions).persist()
    frame.count()
    table = pa.table({"features": pa.array([image.tobytes() for image in images], pa.binary())})
    pixels = spark.createDataFrame(table).repartition(partitions).persist()
    pixels.count()

    covariance = np.cov(images.T.astype(np.float64))
    deviations, variances = np.sqrt(np.diag(covariance)), np.linalg.eigvalsh(covariance)[::-1]
    shares = variances[:COMPONENTS] / variances.sum()
    off = lambda found, right: float(np.abs(np.array(found) / right - 1).max())
    shuffled = lambda: spark.sparkContext._jsc.sc().statusStore().executorList(False).apply(0).totalShuffleWrite()

    def timed(*runs, times=1):
        """For each of the runs, which take turns: its result, least seconds, and bytes shuffled."""
        found = [(None, float("inf"), 0)] * len(runs)
        for number in list(range(len(runs))) * times:
            start, before = time.perf_counter(), shuffled()
            result = runs[number]()
            seconds = time.perf_counter() - start
            time.sleep(1)  # Spark counts behind the work.
            found[number] = (result, min(seconds, found[number][1]), shuffled() - before)
        return found

    def passed(model):
        model.transform(frame).write.format("noop").mode("overwrite").save()

    nnprep = lambda recipe, rows=frame: Nnprep(recipe, program=program, outputType="vector").fit(rows)
    scaler = StandardScaler(inputCol="features", outputCol="out", withMean=True)
    warm = frame.limit(100)
    nnprep("", warm), scaler.fit(warm)
    told = lambda model: json.loads(model.statistics)

    (plain, plain_fit, plain_moved), (theirs, theirs_fit, theirs_moved), (bytes_, bytes_fit, bytes_moved) = timed(
        lambda: nnprep("--ddof 1"), lambda: scaler.fit(frame), lambda: nnprep("--ddof 1", pixels), times=3)
    (pca, pca_fit, pca_moved), (their_pca, their_pca_fit, their_pca_moved) = timed(
        lambda: nnprep(f"--ddof 1 --pca {COMPONENTS}"),
        lambda: PCA(k=COMPONENTS, inputCol="features", outputCol="out").fit(frame))
    (_, apply, _), (_, their_apply, _) = timed(lambda: passed(pca), lambda: passed(their_pca), times=3)

    def job(name, peer, ours, other, moved, moved_other, error, error_other):
        return {"job": f"Spark, {len(images)} x {features}: {name}", "seconds": ours, "peer": f"Spark ML {peer}",
                "peer_seconds": other, "partitions": partitions, "shuffled_mb": moved and moved / 1e6,
                "peer_shuffled_mb": moved_other and moved_other / 1e6, "error": error, "peer_error": error_other}

    error = lambda model: off(told(model)["statistics"]["std"], deviations)
    their_error = off(theirs.std.toArray(), deviations)
    print(json.dumps([
        job("mean and std", "StandardScaler", plain_fit, theirs_fit, plain_moved, theirs_moved,
            error(plain), their_error),
        job("mean and std of bytes", "StandardScaler of vectors", bytes_fit, theirs_fit, bytes_moved, theirs_moved,
            error(bytes_), their_error),
        job(f"PCA, top {COMPONENTS}", "PCA", pca_fit, their_pca_fit, pca_moved, their_pca_moved,
            off(told(pca)["pca"]["explained_variance_ratio"], shares),
            off(their_pca.explainedVariance.toArray(), shares)),
        job(f"transform to {COMPONENTS}", "PCA", apply, their_apply, None, None, None, None),
    ]))
    spark.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
