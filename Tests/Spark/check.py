"""Checks nnprep_spark on Spark itself: with local[2], with Spark Connect, and with a master and two workers, which lose
an executor.

    make spark          # makes the virtual environment, builds nnprep, runs this

    python Tests/Spark/check.py NNPREP [local|connect|cluster] [CHECK...]

Each function whose name says what is true is one check. It compares with nnprep on this machine alone, and with numpy.
Each has a time limit: one that hangs fails, and the others run.
"""

import contextlib
import gzip
import inspect
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import warnings
from pathlib import Path

HERE = Path(__file__).resolve().parent
MODULE = HERE.parents[1] / "Sources" / "Spark" / "nnprep_spark.py"
TRAIN = HERE.parents[1] / "Fixtures" / "patches-train.bin"
RECORD = 3073
WHITE = ["--pca", "20", "--whiten", "pca", "--epsilon", "0.1"]
SIDE = 8
LIMIT = 900  # Seconds of a check: many times what it takes on a machine with nothing else to do.


@contextlib.contextmanager
def limit(seconds):
    """Raises where the block takes longer."""
    def late(*_):
        raise TimeoutError(f"not done after {seconds} s")

    before, rest = signal.signal(signal.SIGALRM, late), signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(rest)
        signal.signal(signal.SIGALRM, before)


def on(*kinds):
    """Marks a check that runs with these sessions alone; without a mark, it is not run with Connect."""
    return lambda check: setattr(check, "kinds", kinds) or check


class Checks:
    """What is known of nnprep on one machine, and a session of Spark."""

    def __init__(self, program, ours, folder, kind):
        import numpy as np
        from pyspark.sql import SparkSession

        self.program, self.ours, self.folder, self.cluster = program, ours, Path(folder), kind == "cluster"
        builder = SparkSession.builder
        self.spark = (builder.remote("local[2]") if kind == "connect" else builder).getOrCreate()
        records = np.frombuffer(TRAIN.read_bytes(), np.uint8).reshape(-1, RECORD)
        images = records[:, 1:].reshape(-1, 3, 32, 32)[:, :, 8 : 8 + SIDE, 8 : 8 + SIDE]
        self.bytes = np.ascontiguousarray(images.reshape(len(records), -1))
        random = np.random.default_rng(20261126)
        self.floats = self.bytes + random.normal(size=self.bytes.shape) + 1e6 * random.normal(size=self.bytes.shape[1])

    # nnprep on this machine.

    def nnprep(self, *words):
        run = subprocess.run([self.program, *map(str, words)], cwd=self.folder, capture_output=True)
        assert run.returncode == 0, run.stderr.decode()
        return run.stdout

    def raw(self, rows):
        """Options that read rows as raw values, and their file."""
        path = self.folder / "rows.raw"
        rows.tofile(path)
        return ["--input-format", "raw", "--dtype-in", str(rows.dtype), "--shape", str(rows.shape[1]), path]

    def fitted(self, rows, *recipe):
        return self.nnprep("fit", *recipe, "-o", "-", *self.raw(rows)).decode()

    def applied(self, statistics, rows, dtype="float32"):
        import numpy as np

        (self.folder / "stats.json").write_text(statistics)
        out = self.nnprep(
            "apply", "--stats", "stats.json", *self.raw(rows), "--output-format", "raw", "--dtype", dtype, "-o", "-")
        return np.frombuffer(out, dtype).reshape(len(rows), -1)

    # Rows on Spark.

    def frame(self, rows, kind):
        """Rows with an id, as a column of arrays of a type, or of bytes."""
        import pyarrow as pa

        values = [row.tobytes() for row in rows] if kind == pa.binary() else list(rows)
        table = pa.table({"id": pa.array(range(len(rows))), "x": pa.array(values, kind)})
        return self.spark.createDataFrame(table)

    def shuffled(self, frame, partitions):
        from pyspark.sql import functions as F

        return frame.repartition(partitions, F.hash("id")) if partitions > 1 else frame.coalesce(1).orderBy(F.rand(7))

    def fit(self, frame, recipe=(), columns="x", **params):
        from nnprep_spark import fit

        return fit(frame, columns, list(recipe), program=self.ours, **params)

    def column(self, frame, name="nnprep"):
        """A column's arrays by id."""
        import numpy as np

        return np.array([row[name] for row in frame.orderBy("id").select(name).collect()])

    def shards(self):
        """The training images in five files, one of them compressed, out of order."""
        records = TRAIN.read_bytes()
        cuts = [0, 100, 101, 350, 500, len(records) // RECORD]
        folder = self.folder / "shards"
        folder.mkdir(exist_ok=True)
        paths = []
        for number, (start, end) in enumerate(zip(cuts, cuts[1:])):
            path = folder / (f"shard {number}.bin" + (".gz" if number == 2 else ""))
            data = records[start * RECORD : end * RECORD]
            path.write_bytes(gzip.compress(data) if number == 2 else data)
            paths.append(path)
        return folder, paths

    # The checks.

    def shards_give_the_statistics_of_one_fit(self):
        from nnprep_spark import fit_files

        folder, paths = self.shards()
        cifar = ["--input-format", "cifar10"]
        for recipe in [[], WHITE]:
            model = fit_files(self.spark, f"file:{folder}", recipe, input=cifar, program=self.ours)
            plain = self.nnprep("fit", *recipe, *cifar, "-o", "-", *paths[::-1]).decode()
            assert alike(model.statistics, plain, "fitted_on"), recipe
            sources = json.loads(model.statistics)["fitted_on"]["sources"]
            assert sorted(source["name"] for source in sources) == sorted(path.name for path in paths)
            assert sum(source["samples"] for source in sources) == 600

    def bytes_give_the_same_bytes_however_they_are_partitioned(self):
        import numpy as np
        import pyarrow as pa

        frame = self.frame(self.bytes, pa.binary())
        small = self.frame(self.bytes.astype(np.int16), pa.list_(pa.int16()))
        for recipe in [[], WHITE]:
            plain = self.fitted(self.bytes, *recipe)
            texts = {self.fit(self.shuffled(frame, count), recipe).statistics for count in (1, 7, 64)}
            texts.add(self.fit(self.shuffled(small, 7), recipe, dtype="uint8").statistics)
            assert len(texts) == 1, recipe
            assert alike(texts.pop(), plain, "fitted_on"), recipe

    def floats_give_the_same_statistics_to_rounding(self):
        import numpy as np
        import pyarrow as pa

        frame = self.frame(self.floats, pa.list_(pa.float64()))
        plain = json.loads(self.fitted(self.floats, *WHITE))
        covariance = np.cov(self.floats.T, bias=True)
        variances = np.linalg.eigvalsh(covariance)[::-1][:20]
        for count in (1, 7, 64):
            told = json.loads(self.fit(self.shuffled(frame, count), WHITE).statistics)
            for name in ("mean", "std", "min", "max"):
                ours, one = np.array(told["statistics"][name]), np.array(plain["statistics"][name])
                assert np.abs(ours / one - 1).max() < 1e-11, (count, name)
            found = np.array(told["pca"]["explained_variance"])
            assert np.abs(found - variances).max() < 1e-8 * variances[0], count
            assert np.abs(np.array(told["pca"]["components"]) - plain["pca"]["components"]).max() < 1e-6, count

    def one_partition_in_order_gives_the_same_bytes_whatever_the_scale(self):
        import numpy as np
        import pyarrow as pa
        from nnprep_spark import transform

        rows = np.outer(1 + np.arange(50) % 7, [1e-150, 1e-100, 1.0, 1e100, 1e150])
        frame = self.frame(rows, pa.list_(pa.float64())).coalesce(1).sortWithinPartitions("id")
        assert alike(self.fit(frame).statistics, self.fitted(rows), "fitted_on")
        same = self.fitted(rows, "--center", "none", "--scale", "none")
        ends = np.outer(1 + np.arange(50) % 7, [5e-324, 1e-320, 1e-300, 1e300, 2e307])
        white = transform(
            self.frame(ends, pa.list_(pa.float64())), same, inputCols=["x"], program=self.ours, outputDtype="float64")
        assert (self.column(white) == ends).all()

    def vectors_and_columns_of_numbers_are_the_arrays(self):
        import pyarrow as pa
        from pyspark.ml.functions import array_to_vector
        from pyspark.sql import functions as F

        rows = self.floats[:, :6].copy()
        frame = self.frame(rows, pa.list_(pa.float64()))
        one = self.fit(frame).statistics
        vectors = frame.select("id", array_to_vector("x").alias("x"))
        assert self.fit(vectors).statistics == one
        names = [f"odd.name {place}" for place in range(3)]
        several = frame.select(
            "id", F.slice("x", 1, 2).alias("head"), *[F.col("x")[2 + place].alias(n) for place, n in enumerate(names)],
            array_to_vector(F.slice("x", 6, 1)).alias("tail"))
        columns = ["head", *names, "tail"]
        model = self.fit(several, columns=columns)
        assert model.statistics == one
        assert (self.column(model.transform(several)) == self.applied(one, rows)).all()

    def transform_equals_apply(self):
        import numpy as np
        import pyarrow as pa
        from nnprep_spark import transform

        kinds = [(self.bytes, pa.binary()), (self.floats, pa.list_(pa.float64())),
                 (self.bytes.astype(np.float32), pa.list_(pa.float32()))]
        for rows, kind in kinds:
            frame = self.frame(rows, kind)
            for recipe in [[], WHITE, ["--whiten", "zca", "--epsilon", "1"], ["--per-sample", "center"]]:
                plain = self.fitted(rows, *recipe)
                for dtype in ("float32", "float64"):
                    white = transform(
                        frame.repartition(7), plain, inputCols=["x"], program=self.ours, outputDtype=dtype)
                    found = self.column(white).astype(dtype)
                    assert found.tobytes() == self.applied(plain, rows, dtype).tobytes(), (kind, recipe, dtype)
        assert white.columns == ["id", "x", "nnprep"]
        assert len(white.limit(3).collect()) == 3

    def each_sample_by_itself(self):
        import pyarrow as pa

        recipe = ["--per-sample", "standardize", "--divide-by=255"]
        frame = self.frame(self.bytes, pa.binary()).repartition(7)
        ours, one = json.loads(self.fit(frame, recipe).statistics), json.loads(self.fitted(self.bytes, *recipe))
        assert ours["recipe"] == one["recipe"]
        for name in ("mean", "std"):
            pairs = zip(ours["statistics"][name], one["statistics"][name])
            assert max(abs(a - b) for a, b in pairs) < 1e-13, name

    def channels_have_statistics_where_there_is_a_shape(self):
        import pyarrow as pa

        shape, recipe = f"3x{SIDE}x{SIDE}", ["--center", "channel"]
        told = json.loads(self.fit(self.frame(self.bytes, pa.binary()), recipe, shape=shape).statistics)
        means = self.bytes.reshape(len(self.bytes), 3, -1).mean((0, 2))
        assert abs(told["statistics"]["channel_mean"] - means).max() < 1e-12
        assert self.says("the shape 3x2x2 has 12 values, and the columns have 192",
                         lambda: self.fit(self.frame(self.bytes, pa.binary()), shape="3x2x2"))

    def components_come_without_the_covariance_too(self):
        import numpy as np
        import pyarrow as pa

        frame = self.frame(self.floats, pa.list_(pa.float64())).repartition(7).persist()
        other = ["--scale", "std", "--whiten=zca", "--pca=5", "--divide-by", "255", "--ddof", "1"]
        for recipe in [["--pca", "5"], other]:
            model = self.fit(frame, recipe, covariance=False)
            ours, one = json.loads(model.statistics), json.loads(self.fitted(self.floats, *recipe))
            assert ours["recipe"] == one["recipe"]
            # Five variances do not show the rank of all: nnprep has it from the covariance.
            assert ours["pca"]["rank"] is None and one["pca"]["rank"] == 192
            for name in ("total_variance", "explained_variance", "explained_variance_ratio"):
                assert np.abs(np.array(ours["pca"][name]) / one["pca"][name] - 1).max() < 1e-9, (recipe, name)
            assert np.abs(np.array(ours["pca"]["components"]) - one["pca"]["components"]).max() < 1e-6, recipe
            for name in ("subtract", "divide"):
                assert np.abs(np.array(ours["transform"][name]) / one["transform"][name] - 1).max() < 1e-11, recipe
            assert (self.column(model.transform(frame)) == self.applied(model.statistics, self.floats)).all()
        for recipe in (["--pca", "0.9"], ["--whiten", "pca"], ["--pca", "5", "--per-sample", "center"]):
            assert self.says("needs a number of components", lambda: self.fit(frame, recipe, covariance=False))
        assert self.says("sooner", lambda: self.fit(frame, ["--pca", "50"], covariance=False))

    def missing_values_are_errors_or_left_out_or_kept(self):
        import numpy as np
        import pyarrow as pa
        from pyspark.sql import functions as F

        rows = self.floats[:, :5]
        hole = F.array(F.col("x")[0], F.lit(None).cast("double"), *[F.col("x")[place] for place in (2, 3, 4)])
        nan = F.array(*[F.col("x")[place] for place in range(4)], F.lit(float("nan")))
        endless = F.array(*[F.col("x")[place] for place in range(4)], F.lit(float("-inf")))
        frame = self.frame(rows, pa.list_(pa.float64())).withColumn(
            "x", F.when(F.col("id") == 5, None).when(F.col("id") == 77, hole).when(F.col("id") == 301, nan)
            .when(F.col("id") == 302, endless).otherwise(F.col("x"))).repartition(7)
        whole = np.ones(len(rows), bool)
        whole[[5, 77, 301, 302]] = False
        one = json.loads(self.fitted(np.ascontiguousarray(rows[whole])))
        for invalid in ("skip", "keep"):
            model = self.fit(frame, handleInvalid=invalid)
            told = json.loads(model.statistics)
            assert told["fitted_on"]["samples"] == 596
            assert np.abs(np.array(told["statistics"]["std"]) / one["statistics"]["std"] - 1).max() < 1e-12
            found = {row.id: row.nnprep for row in model.transform(frame).collect()}
            want = self.applied(model.statistics, np.ascontiguousarray(rows[whole]))
            assert len(found) == (596 if invalid == "skip" else 600)
            assert [found.pop(lost, None) for lost in (5, 77, 301, 302)] == [None] * 4
            assert np.array_equal(np.array([found[number] for number in sorted(found)], np.float32), want)
        # One at a time: which partition fails first is not told.
        problems = {5: "is null", 77: "has null at index 1", 301: "has nan at index 4", 302: "has -inf at index 4"}
        for bad, what in problems.items():
            others = ", ".join(str(other) for other in problems if other != bad)
            assert self.says(f"column 'x' {what}; handle", lambda: self.fit(frame.where(f"id not in ({others})")))

    def partitions_without_rows_count_for_nothing(self):
        import pyarrow as pa

        frame = self.frame(self.bytes, pa.binary())
        few = frame.repartition(64).where("id < 9")
        model = self.fit(few, ["--pca", "3"])
        assert alike(model.statistics, self.fitted(self.bytes[:9].copy(), "--pca", "3"), "fitted_on")
        assert (self.column(model.transform(few)) == self.applied(model.statistics, self.bytes[:9].copy())).all()
        assert model.transform(few.where("id < 0")).collect() == []
        assert self.says("there are no rows to fit on", lambda: self.fit(few.where("id < 0")))

    def errors_of_workers_reach_the_driver(self):
        import pyarrow as pa
        from nnprep_spark import fit_files
        from pyspark.sql import functions as F

        folder, paths = self.shards()
        shard = paths[3]
        shard.write_bytes(shard.read_bytes()[:-1000])
        cifar = ["--input-format", "cifar10"]
        said = self.says("a record of 3073 bytes begins here, but only 2073 are left",
                         lambda: fit_files(self.spark, f"file:{folder}", input=cifar, program=self.ours))
        assert str(shard) in said, said
        frame = self.frame(self.bytes, pa.binary())
        short = frame.withColumn("x", F.when(F.col("id") == 9, F.substring("x", 1, 5)).otherwise(F.col("x")))
        assert self.says("column 'x' has ", lambda: self.fit(short))
        # All partitions fail, and which of them first is not told: so there is one.
        assert self.says("partition-0, row 1: column 'id' has 300, which is no byte", lambda: self.fit(
            frame.select(F.lit(300).alias("id")).coalesce(1), columns="id", dtype="uint8"))
        assert self.says("is invalid for '--pca", lambda: self.fit(frame, ["--pca", "many"]))
        assert self.says("there is no column 'pixels'", lambda: self.fit(frame, columns=["pixels"]))
        assert self.says("not one of error, skip, keep",
                         lambda: self.fit(frame, handleInvalid="infinite"))
        floats = self.frame(self.floats, pa.list_(pa.float64()))
        endless = F.array_repeat(F.lit(float("inf")), 3 * SIDE**2)
        infinite = floats.withColumn("x", F.when(F.col("id") == 9, endless).otherwise(F.col("x")))
        assert "column 'x' has inf at index 0" in self.fails(lambda: self.fit(floats).transform(infinite).collect())
        assert self.says("cannot be run", lambda: fit_files(self.spark, f"file:{folder}", program="/no/such/nnprep"))

    def a_worker_that_is_killed_changes_nothing(self):
        import pyarrow as pa

        frame = self.frame(self.bytes, pa.binary()).repartition(8)
        self.spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", 10)
        mark, executor = str(self.folder / "killed"), self.cluster

        def killed_once(batches):
            for number, batch in enumerate(batches):
                if number == 3:
                    with contextlib.suppress(FileExistsError):
                        os.close(os.open(mark, os.O_CREAT | os.O_EXCL))
                        # Python's worker; or the executor, whose child is a daemon, whose child is the worker.
                        process = os.getpid()
                        for _ in range(2 if executor else 0):
                            process = int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])
                        os.kill(process, signal.SIGKILL)
                yield batch

        model = self.fit(frame.mapInArrow(killed_once, frame.schema), WHITE)
        self.spark.conf.unset("spark.sql.execution.arrow.maxRecordsPerBatch")
        assert os.path.exists(mark)
        assert alike(model.statistics, self.fitted(self.bytes, *WHITE), "fitted_on")

    def a_pipeline_holds_it_and_is_saved(self):
        from nnprep_spark import Nnprep, NnprepModel
        from pyspark.ml import Pipeline, PipelineModel
        from pyspark.ml.classification import LogisticRegression
        from pyspark.ml.feature import VectorAssembler

        rows = [(number, float(number % 2), *map(float, row[:4])) for number, row in enumerate(self.floats)]
        frame = self.spark.createDataFrame(rows, ["id", "label", "a", "b", "c", "d"])
        stage = Nnprep("--pca 3 --whiten pca", inputCols=["together"], outputType="vector", program=self.ours)
        pipeline = Pipeline(stages=[
            VectorAssembler(inputCols=["a", "b", "c", "d"], outputCol="together"), stage,
            LogisticRegression(featuresCol="nnprep", maxIter=2)])
        path = f"file:{self.folder}/pipeline"
        pipeline.write().overwrite().save(path)
        model = Pipeline.load(path).fit(frame)
        model.write().overwrite().save(f"{path}-model")
        again = PipelineModel.load(f"{path}-model")
        assert again.stages[1].statistics == model.stages[1].statistics
        assert isinstance(again.stages[1], NnprepModel)
        pick = lambda fitted: [(row.nnprep, row.prediction) for row in fitted.transform(frame).orderBy("id").collect()]
        assert pick(again) == pick(model)
        assert (self.column(again.transform(frame)) == self.applied(
            again.stages[1].statistics, self.floats[:, :4].copy())).all()

    def a_split_is_checked_for_drift_and_for_training_rows(self):
        import numpy as np
        import pyarrow as pa
        from nnprep_spark import check
        from pyspark.sql import functions as F

        train = self.frame(self.bytes[:500].copy(), pa.binary()).repartition(7)
        model = self.fit(train, ["--pca", "5"])
        rows = np.concatenate([self.bytes[500:], self.bytes[120:122]])
        split = self.frame(rows, pa.binary()).withColumn("id", F.col("id") + 1000)
        told = check(split, model, train, key="id")
        raw = self.raw(rows)
        (self.folder / "stats.json").write_text(model.statistics)
        one = subprocess.run([self.program, "check", "--stats", "stats.json", "--only", "drift", "--json", *raw],
                             cwd=self.folder, capture_output=True)
        assert told["rows"] == 102 and told["drift"] == json.loads(one.stdout)["drift"]
        pairs = lambda found: [(pair["row"], pair["training_row"], pair["equal"]) for pair in found["leaks"]]
        assert pairs(told)[:2] == [("1100", "120", True), ("1101", "121", True)]
        assert not any(pair["equal"] for pair in told["leaks"][2:])
        # The pairs of one machine that has all rows, with their similarities.
        self.bytes[:500].tofile(self.folder / "train")
        one = subprocess.run([self.program, "check", "--stats", "stats.json", "--json", *raw, "--train", "train"],
                             cwd=self.folder, capture_output=True)
        numbers = lambda pair: (pair["similarity"], pair["contrast"])
        theirs = {(pair["row"] + 999, pair["training_row"] - 1): numbers(pair) for pair in
                  json.loads(one.stdout)["leaks"]["pairs"]}
        assert {(int(pair["row"]), int(pair["training_row"])): numbers(pair) for pair in told["leaks"]} == theirs
        # Near duplicates: rows of which a value is another by one.
        near = self.bytes[[7, 300]].copy()
        near[:, 0] ^= 1
        found = check(self.frame(near, pa.binary()), model, train.repartition(3), key="id")
        assert pairs(found) == [("0", "7", False), ("1", "300", False)] or pairs(found) == [
            ("1", "300", False), ("0", "7", False)]
        # Statistics without components tell of equal rows alone.
        plain = self.fit(train)
        assert pairs(check(split, plain, train, key="id")) == [("1100", "120", True), ("1101", "121", True)]
        assert check(split.where("id < 1100"), plain, train)["leaks"] == []
        assert check(split, model.statistics, inputCols=["x"], program=self.ours)["leaks"] is None
        assert self.says("there are no rows to check", lambda: check(split.where("id < 0"), model))

    def files_are_transformed_as_by_apply(self):
        from nnprep_spark import transform_files

        folder, paths = self.shards()
        cifar = ["--input-format", "cifar10"]
        (self.folder / "white.json").write_bytes(self.nnprep("fit", *WHITE, *cifar, "-o", "-", *paths))
        out = self.folder / "white"
        written = transform_files(
            self.spark, f"file:{folder}", self.folder / "white.json", str(out), cifar, labels="npy", program=self.ours)
        assert len(written) == 2 * len(paths) == len(list(out.iterdir())), written
        for path in paths:
            self.nnprep("apply", "--stats", "white.json", *cifar, path, "-o", "one.npy", "--labels", "labels.npy")
            stem = path.name.split(".")[0]
            assert (out / f"{stem}.npy").read_bytes() == (self.folder / "one.npy").read_bytes()
            assert (out / f"{stem}.labels.npy").read_bytes() == (self.folder / "labels.npy").read_bytes()
        (folder / "shard 0.csv").write_text("1,2\n")
        assert self.says("would become one file", lambda: transform_files(
            self.spark, f"file:{folder}", self.folder / "white.json", str(out), cifar, program=self.ours))
        (folder / "shard 0.csv").unlink()

    def files_are_written_to_an_object_store(self):
        """S3, as moto plays it on this machine; boto3 reads it."""
        import boto3
        from botocore.exceptions import EndpointConnectionError
        from nnprep_spark import transform_files

        server = Path(sys.executable).with_name("moto_server")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            place = f"127.0.0.1:{free.getsockname()[1]}"
        folder, paths = self.shards()
        cifar = ["--input-format", "cifar10"]
        (self.folder / "white.json").write_bytes(self.nnprep("fit", *WHITE, *cifar, "-o", "-", *paths))
        process = subprocess.Popen(
            [server, "-p", place.split(":")[1]], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            store = boto3.client(
                "s3", endpoint_url=f"http://{place}", region_name="us-east-1", aws_access_key_id="id",
                aws_secret_access_key="secret")
            for _ in range(100):
                with contextlib.suppress(EndpointConnectionError):
                    store.create_bucket(Bucket="bucket")
                    break
                time.sleep(0.2)
            ends = f"?scheme=http&endpoint_override={place}&region=us-east-1"
            written = transform_files(
                self.spark, f"file:{folder}", self.folder / "white.json", f"s3a://id:secret@bucket/white{ends}", cifar,
                program=self.ours)
            stems = [path.name.split(".")[0] for path in paths]
            assert written == sorted(f"s3://bucket/white/{stem}.npy{ends}" for stem in stems), written
            for path, stem in zip(paths, stems):
                one = self.nnprep("apply", "--stats", "white.json", *cifar, path, "-o", "-")
                assert store.get_object(Bucket="bucket", Key=f"white/{stem}.npy")["Body"].read() == one
            keys = lambda: [item["Key"] for item in store.list_objects_v2(Bucket="bucket")["Contents"]]
            named = [f"white/{stem}.npy" for stem in stems]
            assert [key for key in keys() if not key.endswith("/")] == named, keys()
            # A job that fails: what it has written under other names goes, and no message has the secret.
            paths[3].write_bytes(paths[3].read_bytes()[:-1000])
            for address in (f"s3a://id:secret@bucket/white{ends}", f"s3://id:sec/ret@bucket/white{ends}",
                            f"s3://id:secret@bucket/white{ends.replace(place, '127.0.0.1:1')}&access_token=secret"):
                said = self.says("", lambda: transform_files(
                    self.spark, f"file:{folder}", self.folder / "white.json", address, cifar, program=self.ours),
                    seconds=200)
                assert "secret" not in said and "ret@" not in said, said
            assert not [key for key in keys() if ".nnprep" in key], keys()
        finally:
            process.kill()
            process.wait()

    # Failures end, all of them.

    @on("local")
    def a_failure_of_a_thread_or_a_pipe_ends_the_others(self):
        """Without Spark: whichever of the source, nnprep, the reading thread and the consumer fails."""
        import nnprep_spark as module
        import pyarrow as pa

        stats = self.fitted(self.bytes)
        batch = pa.array([bytes(192)] * 20_000, pa.binary())  # More than all pipes hold.
        ragged = pa.array([bytes(192)] * 9 + [bytes(7)], pa.binary())

        def program(name, script):
            path = self.folder / name
            path.write_text(f'#!/bin/sh\n[ "$1" = --version ] && exec "{self.program}" --version\n{script}\n')
            path.chmod(0o755)
            return str(path)

        def failing(*good):
            yield from good
            raise ValueError("the source is broken")

        def mapped(batches, program=self.program):
            ours = module._Rows(["x"], "uint8", "192", "error")
            return module._transformed(iter(batches), ours, module._Map(stats), program)

        def summed(batches, program=self.program):
            ours = module._Rows(["x"], "uint8", "192", "error")
            batches = (pa.RecordBatch.from_arrays([array], ["x"]) for array in batches)
            return module._moments(batches, ours, ["--no-products"], program)

        def shards(batches, program=self.program):
            table = lambda array: pa.RecordBatch.from_arrays(
                [pa.array(["/a/x.raw"]), pa.array([b"".join(array.to_pylist())])], ["path", "content"])
            words = ["--no-products", "--input-format", "raw", "--shape", "192"]
            return module._shard_moments(map(table, batches), module._Shards(["/a"]), words, program)

        ends = program("ends", "echo 'nnprep: error: gone' >&2; exit 1")
        half = program("half", "head -c 3000000 rows > /dev/null; echo 'nnprep: error: half' >&2; exit 1")
        silent = program("silent", "cat rows input0/x.raw > /dev/null; exit 0")
        endless = program("endless", "cat rows input0/x.raw > /dev/null; exec cat /dev/zero")
        deaf = program("deaf", "exec < /dev/null > /dev/null; exec sleep 600")
        killed = program("killed", "head -c 1000000 rows > /dev/null; kill -9 $$")
        loud = program("loud", "head -c 10000000 /dev/zero >&2; cat rows input0/x.raw > /dev/null; exit 1")

        cases = [
            # What fails, what it says, for whom.
            (lambda run: run(failing(batch)), "the source is broken", (mapped, summed, shards)),
            (lambda run: run([batch, ragged]), "has 7 values", (mapped, summed)),
            (lambda run: run([batch, pa.array([None], pa.binary())]), "is null", (mapped, summed)),
            (lambda run: run([batch], ends), "gone", (mapped, summed, shards)),
            (lambda run: run([batch], half), "half", (mapped, summed)),
            (lambda run: run([batch], killed), "ended with status -9", (mapped, summed)),
            (lambda run: run([batch], silent), "fewer rows", (mapped,)),
            (lambda run: run([batch], endless), "more rows", (mapped, shards)),
            (lambda run: run([batch], deaf), "does not end", (mapped, summed, shards)),
            (lambda run: run([batch], loud), "", (mapped, summed, shards)),
        ]
        children = lambda: {pid for task in Path("/proc/self/task").iterdir()
                            for pid in (task / "children").read_text().split()}
        threads, processes, before = set(threading.enumerate()), children(), tempfile.tempdir
        tempfile.tempdir, module._Process.patience = str(self.folder / "scratch"), 2
        os.mkdir(tempfile.tempdir)

        def is_clean(case):
            assert not os.listdir(tempfile.tempdir), case
            assert children() == processes, case
            assert set(threading.enumerate()) == threads, case

        try:
            for case, words, runs in cases:
                for run in runs:
                    try:
                        with limit(60):
                            for _ in case(run):
                                pass
                        raise AssertionError(f"{run} does not say '{words}'")
                    except (module.NnprepError, ValueError) as error:
                        assert words in str(error), (error, words)
                    is_clean((words, run))
            # The consumer goes away.
            for run in (mapped, summed):
                with limit(60):
                    results = run([batch] * 5)
                    next(results)
                    results.close()
                is_clean(run)
            # The reading thread fails: what it fills cannot be written.
            reads = module._Process.reads

            def unwritable(process, array):
                array.flags.writeable = False
                return reads(process, array)

            module._Process.reads = unwritable
            try:
                with limit(60):
                    list(mapped([batch] * 5))
                raise AssertionError("a thread that fails is not heard")
            except TypeError as error:
                assert "read-write" in str(error) or "read-only" in str(error), error
            finally:
                module._Process.reads = reads
            is_clean("the reading thread")
            # And without failures, all is there.
            with limit(60):
                assert sum(len(array) for array in mapped([batch] * 5)) == 5 * len(batch)
            is_clean("no failure")
        finally:
            tempfile.tempdir, module._Process.patience = before, 60

    @on("local")
    def a_process_that_is_killed_leaves_no_folder(self):
        script = (
            "import nnprep_spark, sys, time\n"
            "words = ['moments', '--input-format', 'raw', '--shape', '4', '-o', '-', '--', 'rows']\n"
            f"with nnprep_spark._Process({self.program!r}, words, {{'stats.json': b'x'}}, 'rows') as process:\n"
            "    print(process.folder, process.process.pid, flush=True)\n"
            "    time.sleep(600)\n")
        with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as process:
            folder, pid = process.stdout.readline().split()
            assert (Path(folder) / "stats.json").exists()
            process.kill()
        self.until(lambda: not os.path.exists(folder) and not os.path.exists(f"/proc/{pid}"))

    def a_cancelled_job_leaves_no_folder(self):
        import pyarrow as pa

        def folders():
            return {name for name in os.listdir(tempfile.gettempdir()) if name.startswith("nnprep-")}

        def slow(batches):
            for number, batch in enumerate(batches):
                yield batch
                if number == 50:  # Enough for all buffers.
                    time.sleep(600)

        before = folders()
        frame = self.frame(self.floats, pa.list_(pa.float64())).coalesce(1)
        self.spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", 10)

        def cancelled():
            with contextlib.suppress(Exception):
                self.fit(frame.mapInArrow(slow, frame.schema))

        thread = threading.Thread(target=cancelled, daemon=True)
        thread.start()
        self.until(lambda: len(folders() - before) > 1)  # The driver's, and a worker's.
        self.spark.sparkContext.cancelAllJobs()
        thread.join(60)
        assert not thread.is_alive()
        self.spark.conf.unset("spark.sql.execution.arrow.maxRecordsPerBatch")
        self.until(lambda: folders() <= before)

    def transform_ends_where_a_later_row_is_bad(self):
        import pyarrow as pa
        from pyspark.sql import functions as F

        frame = self.frame(self.bytes, pa.binary())
        third = F.broadcast(frame.where("id = 3").select("x"))
        many = self.spark.range(20_000).coalesce(1).crossJoin(third).coalesce(1)
        model = self.fit(frame)
        bad = {"is null; handleInvalid": F.lit(None), "has 5 values": F.substring("x", 1, 5)}
        for words, value in bad.items():
            late = many.withColumn("x", F.when(F.col("id") == 15_000, value).otherwise(F.col("x")))
            assert words in self.fails(lambda: late.transform(model.transform).select("nnprep").toArrow()), words
            assert self.says(f"row 15001: column 'x' {words}", lambda: self.fit(late))

    @on("local")
    def fits_at_once_leave_the_settings_as_they_were(self):
        import pyarrow as pa

        name, get = "spark.sql.execution.arrow.maxBytesPerBatch", self.spark.conf.get
        frame = self.frame(self.bytes, pa.binary()).repartition(2)
        default = get(name)
        for value in (None, "33m"):
            if value:
                self.spark.conf.set(name, value)
            threads = [threading.Thread(target=lambda: self.fit(frame)) for _ in range(3)]
            for thread in threads:
                thread.start()
                time.sleep(0.3)
            for thread in threads:
                thread.join()
            assert get(name) == (value or default)
        self.spark.conf.unset(name)

    # Names and parameters.

    @on("local")
    def columns_are_named_by_the_sessions_rules(self):
        import pyarrow as pa
        from pyspark.sql import functions as F

        frame = self.frame(self.bytes[:50].copy(), pa.binary())
        one = self.fit(frame).statistics
        odd = frame.select("id", F.col("x").alias("a.b"), F.col("x").alias("t`k"), F.struct("x").alias("s"), "x")
        for name in ("X", "a.b", "A.B", "t`k", "s.x", "S.X", "`a.b`", "`s`.x"):
            model = self.fit(odd, columns=name, outputCol="o.ut`put", handleInvalid="skip", outputType="vector")
            assert model.statistics == one, name
            white = model.transform(odd)
            assert white.columns == [*odd.columns, "o.ut`put"] and len(white.collect()) == 50, name
        for name in ("*", "s.*", "s.y", "`", "a.b.c", "id + 1", ""):
            assert self.says("column", lambda: self.fit(odd, columns=[name])), name
        model = self.fit(frame)
        for name in ("nnprep", "NNPREP", "Nnprep"):
            assert self.says(f"there is a column '{name}' already",
                             lambda: model.transform(frame.withColumn(name, F.lit(1))))
        assert self.says("there is a column 'x' already", lambda: model.copy().setOutputCol("X").transform(frame))
        self.spark.conf.set("spark.sql.caseSensitive", "true")
        try:
            both = frame.withColumn("X", F.lit(1)).withColumn("NNPREP", F.lit(2))
            assert self.fit(both).transform(both).columns == ["id", "x", "X", "NNPREP", "nnprep"]
        finally:
            self.spark.conf.unset("spark.sql.caseSensitive")
        assert self.says("several columns 'x'", lambda: self.fit(both))

    @on("local")
    def null_vectors_are_left_out_or_kept(self):
        import numpy as np
        import pyarrow as pa
        from pyspark.ml.functions import array_to_vector
        from pyspark.ml.linalg import Vectors, VectorUDT
        from pyspark.sql import functions as F
        from pyspark.sql import types as T

        rows = self.floats[:40, :5].copy()
        vectors = self.frame(rows, pa.list_(pa.float64())).select(
            "id", F.when(F.col("id") != 7, array_to_vector("x")).alias("x")).repartition(3)
        assert self.says("column 'x' is null", lambda: self.fit(vectors))
        whole = np.ascontiguousarray(rows[np.arange(40) != 7])
        for kind in ("array", "vector"):
            for invalid in ("skip", "keep"):
                model = self.fit(vectors, handleInvalid=invalid, outputType=kind)
                assert json.loads(model.statistics)["fitted_on"]["samples"] == 39
                found = {row.id: row.nnprep for row in model.transform(vectors).collect()}
                assert len(found) == (39 if invalid == "skip" else 40) and found.pop(7, None) is None
                values = np.array([list(found[number]) for number in sorted(found)], np.float32)
                assert np.array_equal(values, self.applied(model.statistics, whole)), (kind, invalid)
        found = self.spark.createDataFrame([
            (Vectors.sparse(3, {1: 2.0}),), (Vectors.dense(1, 2, 3),), (Vectors.sparse(3, {}),),
            (Vectors.sparse(3, {0: 7.0, 2: -1.0}),), (None,)], T.StructType([T.StructField("x", VectorUDT())]))
        found = found.coalesce(1)
        dense = np.array([[0, 2, 0], [1, 2, 3], [0, 0, 0], [7, 0, -1]], float)
        model = self.fit(found, handleInvalid="keep")
        assert np.allclose(model.mean.toArray(), dense.mean(0), rtol=1e-15)
        white = [row.nnprep for row in model.transform(found).collect()]
        assert white.pop() is None
        assert np.array_equal(np.array(white, np.float32), self.applied(model.statistics, dense))
        assert self.says("partition-0, row 5: column 'x' is null", lambda: self.fit(found))
        for bad, words in {Vectors.sparse(4, {1: 2.0}): "row 2: column 'x' has 4 values, and those before have 3",
                           Vectors.sparse(3, {2: float("inf")}): "row 2: column 'x' has inf at index 2",
                           Vectors.dense([]): "row 2: column 'x' has 0 values"}.items():
            pair = self.spark.createDataFrame([(Vectors.sparse(3, {1: 2.0}),), (bad,)], ["x"]).coalesce(1)
            assert self.says(words, lambda: self.fit(pair)), words

    @on("local")
    def wrong_parameters_are_told_before_a_job(self):
        import pyarrow as pa
        from nnprep_spark import Nnprep, NnprepModel, check, fit, fit_files, transform, transform_files
        from pyspark.sql import functions as F

        frame = self.frame(self.bytes, pa.binary())
        model = self.fit(frame)
        # Rows that cannot be computed: a job over them would fail with other words.
        lost = frame.withColumn("x", F.expr("assert_true(id < 0, 'a job ran')").cast("binary"))
        for words, params in {
            "inputCols are names": {"columns": []}, "shape is 'two'": {"shape": "two"},
            "mergeTasks is -3": {"mergeTasks": -3}, "outputType is 'tensor'": {"outputType": "tensor"},
            "outputDtype is 'int8'": {"outputDtype": "int8"}, "dtype is 'uint16'": {"dtype": "uint16"},
            "handleInvalid is 'drop'": {"handleInvalid": "drop"}, "program is a name": {"program": ""},
            "outputCol is a name": {"outputCol": ""}, "inputCol and inputCols": {"inputCol": "x"},
            "options '--pca \"3': No closing": {"recipe": '--pca "3'}, "invalid for '--pca": {"recipe": "--pca many"},
            "neither a number": {"columns": "text"}, "Could not convert 3 to list": {"columns": 3},
            "Boolean Param requires": {"covariance": "no"}, "Could not convert two to int": {"mergeTasks": "two"},
            "recipe '--help' has more in it than options": {"recipe": "--help"},
            f"recipe '--pca 1 {TRAIN}' has more": {"recipe": ["--pca", "1", str(TRAIN)]},
        }.items():
            params = {"columns": "x", "program": self.ours, **params}
            assert self.says(words, lambda: fit(lost.withColumn("text", F.lit("a")), **params))
        assert self.says("the first argument of fit is a DataFrame", lambda: fit("x", frame))
        assert self.says("the first argument of transform is", lambda: transform(model, frame))
        assert self.says("the split, the first argument of check,", lambda: check(model, frame))
        assert self.says("statistics are a model, a path or text, not DataFrame", lambda: check(frame, frame))
        assert self.says("train, the third argument of check, is a DataFrame", lambda: check(frame, model, "x"))
        for wrong in (None, 7, frame.schema):
            assert self.says("is a DataFrame of Spark, but", lambda: model.transform(wrong))
            assert self.says("is a DataFrame of Spark, but", lambda: Nnprep(program=self.ours).fit(wrong))
        assert self.says("here it is a pandas.", lambda: fit(frame.limit(1).toPandas(), "x"))
        for text in ("", "{}", "text"):
            assert self.says("not statistics of nnprep fit", lambda: NnprepModel(text).mean)
        assert self.says("key is the name of a column, not 3", lambda: check(frame, model, frame, key=3))
        assert self.says("cannot be read", lambda: transform(frame, "/no/such/stats.json"))
        # Files.
        files = {"program": self.ours, "input": "--input-format cifar10"}
        for words, wrong in {"takes cifar10, cifar100,": "--input-format none", "unknown option": "--no",
                             "has more in it than options": "x.csv", "/no/such: cannot be read: [PATH_NOT": ""}.items():
            assert self.says(words, lambda: fit_files(self.spark, "/no/such", input=wrong, program=self.ours)), words
        assert self.says("paths are one or a list", lambda: fit_files("/no/such", self.spark, **files))
        write = lambda **wrong: transform_files(
            self.spark, "/no/such", model.statistics, **{"output": str(self.folder / "new"), **files, **wrong})
        for words, wrong in {"output is the address of a folder, not None": {"output": None},
                             "labels is 'xls'": {"labels": "xls"},
                             "takes csv, tsv, npy, npz or raw, not 'xls'": {"format": "xls"},
                             "unknown option '--no'": {"input": "--no"}, "/no/such: cannot be read": {}}.items():
            assert self.says(words, lambda: write(**wrong)), words
        assert self.says("not statistics of nnprep", lambda: transform(frame, "{}", inputCols=["x"]))
        for key in ("x", F.array("id"), F.struct("id")):
            assert self.says("is no name", lambda: check(
                frame.withColumn("k", F.col(key) if isinstance(key, str) else key), model, frame, key="k"))
        assert self.says("there is no column 'y'", lambda: check(frame, model, frame, key="y"))
        # Rows without values.
        for kind, value in {"binary": b"", "array<double>": []}.items():
            empty = self.spark.createDataFrame([(bytearray(value) if kind == "binary" else value,)], f"x {kind}")
            assert self.says("row 1: column 'x' has no values", lambda: self.fit(empty)), kind
        assert self.says("row 2: column 'x' has 0 values, and those before have 192", lambda: self.fit(
            frame.coalesce(1).orderBy("id").limit(3).withColumn(
                "x", F.when(F.col("id") == 1, F.substring("x", 1, 0)).otherwise(F.col("x")))))
        # Programs that are not this nnprep.
        other = self.folder / "other"
        for script, words in {"echo nnprep 7.1.0": "is nnprep 7.1.0, and this module is for nnprep 0.",
                              "echo 1.0": "is not nnprep: '", "exit 0": "is not nnprep: '"}.items():
            other = other.with_name(other.name + "r")
            other.write_text(f"#!/bin/sh\n{script}\n")
            assert self.says("cannot be run", lambda: self.fit_with(other, lost))
            other.chmod(0o755)
            assert self.says(words, lambda: self.fit_with(other, lost))
            assert words in self.fails(lambda: transform(
                frame, model.statistics, inputCols=["x"], program=str(other)).collect())
        version = subprocess.run([self.program, "--version"], capture_output=True, text=True).stdout.split()[1]
        assert inspect.getmodule(Nnprep).__version__ == version

    @on("local")
    def whole_numbers_above_2_to_the_53_are_told(self):
        from nnprep_spark import NnprepError
        from pyspark.sql import functions as F

        frame = self.spark.range(1, 10).select(
            F.col("id").alias("n"), (F.col("id") + 2**53).alias("rounded"), (F.col("id") * 2**54).alias("exact"),
            (F.col("id") + 2**60).cast("decimal(20,0)").alias("decimal"), F.array(F.col("id") + 2**53).alias("list"))
        for recipe in ("", "--pca 1"):
            for name, told in {"rounded": True, "exact": False, "decimal": True, "list": True, "n": False}.items():
                with warnings.catch_warnings(record=True) as said:
                    warnings.simplefilter("always")
                    self.fit(frame.repartition(3), recipe.split(), columns=[name, "n"])
                said = [str(warning.message) for warning in said if "2^53" in str(warning.message)]
                assert len(said) == told, (name, said)
                assert all(text.startswith(f"column '{name}' has whole numbers above 2^53") for text in said), said

        for partitions in (1, 3):
            large = self.spark.createDataFrame([([1e308, 1.0],), ([1.7e308, 2.0],)], "x array<double>")
            said = self.says("the variance of feature x1 is too large",
                             lambda: self.fit(large.repartition(partitions)))
            assert " files:" not in said and "partition-" not in said, said

    # As Spark ML has it.

    def estimators_have_spark_mls_manners(self):
        import numpy as np
        import pyarrow as pa
        from nnprep_spark import Nnprep, NnprepModel
        from pyspark.ml.evaluation import RegressionEvaluator
        from pyspark.ml.tuning import ParamGridBuilder

        rows = self.floats[:, :6].copy()
        frame = self.frame(rows, pa.list_(pa.float64()))
        estimator = Nnprep(inputCol="x", program=self.ours).setOutputCol("white").setHandleInvalid("skip")
        assert estimator.getInputCol() == "x" and estimator.getOutputCol() == "white"
        assert estimator.setRecipe("--pca 2").getRecipe() == ["--pca", "2"] and estimator.getShape() == ""
        assert Nnprep().setInputCols(["a", "b"]).getInputCols() == ["a", "b"]
        one, three = estimator.fit(frame, [{estimator.recipe: "--pca 1"}, {estimator.recipe: ["--pca", "3"]}])
        assert one.components.numRows == 1 and three.components.numRows == 3
        model = estimator.fit(frame, {estimator.recipe: "--pca 3"})
        assert model.parent.getRecipe() == ["--pca", "3"] and model.uid == estimator.uid
        told = json.loads(model.statistics)
        assert np.allclose(model.mean.toArray(), rows.mean(0), rtol=1e-12)
        assert np.allclose(model.std.toArray(), rows.std(0), rtol=1e-9)
        assert list(model.explainedVariance) == told["pca"]["explained_variance_ratio"]
        assert (model.components.toArray() == np.array(told["pca"]["components"])).all()
        plain = Nnprep(inputCol="x", program=self.ours).fit(frame)
        assert plain.components is None and plain.explainedVariance is None
        assert model.transform(frame, {model.outputCol: "other"}).columns == ["id", "x", "other"]
        assert model.getInputCol() == "x" and len(model.transform(frame).first().white) == 3
        self._saved(estimator, model)

    def _saved(self, estimator, model):
        from nnprep_spark import Nnprep, NnprepModel

        path = f"file:{self.folder}/saved-{time.time_ns()}"
        for thing, kind, other in ((estimator, Nnprep, NnprepModel), (model, NnprepModel, Nnprep)):
            place = f"{path}-{kind.__name__}"
            thing.save(place)
            assert self.fails(lambda: thing.save(place))
            thing.write().overwrite().save(place)
            again = kind.load(place)
            assert again.uid == thing.uid and again.extractParamMap().keys() == thing.extractParamMap().keys()
            assert again.getInputCol() == "x" and again.getOutputCol() == "white"
            words = f"holds a saved {kind.__name__}: load it by {kind.__name__}.load"
            assert self.says(words, lambda: other.load(place))
        assert again.statistics == model.statistics

    @on("connect")
    def spark_connect_fits_transforms_saves_and_checks(self):
        import pyarrow as pa
        from nnprep_spark import Nnprep, check, fit_files
        from pyspark.sql import functions as F

        rows = self.floats[:, :6].copy()
        frame = self.frame(rows, pa.list_(pa.float64())).repartition(3)
        estimator = Nnprep("--pca 2", inputCol="x", outputCol="white", program=self.ours)
        model = estimator.fit(frame)
        plain = json.loads(self.fitted(rows, "--pca", "2"))
        variances = json.loads(model.statistics)["pca"]["explained_variance"]
        assert max(abs(a / b - 1) for a, b in zip(variances, plain["pca"]["explained_variance"])) < 1e-9
        assert (self.column(model.transform(frame), "white") == self.applied(model.statistics, rows)).all()
        self._saved(estimator, model)
        assert self.says("column 'x' is null", lambda: estimator.fit(frame.withColumn(
            "x", F.when(F.col("id") != 4, F.col("x")))))
        assert check(frame.limit(5), model, frame, key="id")["rows"] == 5
        folder, paths = self.shards()
        cifar = ["--input-format", "cifar10"]
        found = fit_files(self.spark, f"file:{folder}", ["--pca", "3"], input=cifar, program=self.ours)
        assert alike(found.statistics, self.nnprep("fit", "--pca", "3", *cifar, "-o", "-", *paths), "fitted_on")

    # Files.

    def folders_of_class_folders_are_read_as_by_the_command_line(self):
        import numpy as np
        from nnprep_spark import fit_files, transform_files
        from PIL import Image

        root, random = self.folder / "pictures", np.random.default_rng(5)
        for name in ("cat", "dog", "emu"):
            (root / name).mkdir(parents=True)
            for number in range(33, 36):
                Image.fromarray(random.integers(0, 256, (4, 5, 3), np.uint8)).save(root / name / f"0{number}.png")
        (root / "README.txt").write_text("not a picture")
        for recipe in ((), ("--pca", "2")):
            plain = self.nnprep("fit", *recipe, "-o", "-", root).decode()
            model = fit_files(self.spark, f"file:{root}", recipe, program=self.ours)
            assert model.statistics == plain, recipe
        assert json.loads(plain)["input"]["classes"] == ["cat", "dog", "emu"]
        flat = fit_files(self.spark, f"file:{root}/dog/", program=self.ours)
        assert flat.statistics == self.nnprep("fit", "-o", "-", root / "dog").decode()
        out = self.folder / "by-class"
        written = transform_files(self.spark, f"file:{root}", plain, str(out), labels="csv", program=self.ours)
        names = [f"{name}/0{number}" for name in ("cat", "dog", "emu") for number in range(33, 36)]
        assert written == sorted(f"{out}/{name}{end}" for name in names for end in (".npy", ".labels.csv")), written
        self.nnprep("apply", "--stats", "stats.json", "-o", "all.npy", "--labels", "all.csv", self._stats(plain), root)
        rows = np.concatenate([np.load(out / f"{name}.npy") for name in names])
        assert (rows == np.load(self.folder / "all.npy")).all()
        labels = [(out / f"{name}.labels.csv").read_text().split()[1] for name in names]
        assert labels == (self.folder / "all.csv").read_text().split()[1:]

    def _stats(self, text):
        (self.folder / "stats.json").write_text(text)
        return "--quiet"

    def names_of_files_stay_as_they_are_and_folders_are_kept(self):
        from nnprep_spark import fit_files, transform_files

        root, records = self.folder / "tree", TRAIN.read_bytes()
        names = ["a%20b.bin", "a b.bin", "x/033.bin", "y/033.bin", "y/z/ü#?.bin"]
        for number, name in enumerate(names):
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_bytes(records[number * 20 * RECORD : (number + 1) * 20 * RECORD])
        cifar, paths = ["--input-format", "cifar10"], [root / name for name in names]
        plain = self.nnprep("fit", *cifar, "-o", "-", *paths).decode()
        model = fit_files(self.spark, f"file:{root}", input=cifar, program=self.ours)
        assert alike(model.statistics, plain, "fitted_on")
        sources = {source["name"] for source in json.loads(model.statistics)["fitted_on"]["sources"]}
        assert sources == {os.path.basename(name) for name in names}, sources
        stems = [name.removesuffix(".bin") for name in names]
        for number, given in enumerate([f"file:{root}", str(root), [f"{root}/y", f"file://{root}/*"]]):
            out = self.folder / f"tree %20é-{number}"
            written = transform_files(self.spark, given, plain, f"file:{out}", cifar, program=self.ours)
            if number == 2:  # Folders within y are below y, and all else is below the pattern's folder.
                break
            assert written == sorted(f"file:{out}/{stem}.npy" for stem in stems), written
            assert sorted(str(path.relative_to(out)) for path in out.rglob("*") if path.is_file()) == sorted(
                f"{stem}.npy" for stem in stems)
            assert not list(out.glob(".nnprep*"))

    def many_small_files_are_few_records(self):
        import nnprep_spark as module
        import pyarrow as pa

        folder, records = self.folder / "small", TRAIN.read_bytes()
        folder.mkdir()
        for number in range(300):
            (folder / f"{number}.bin").write_bytes(records[2 * number * RECORD : 2 * (number + 1) * RECORD])
        cifar = ["--input-format", "cifar10"]
        plain = self.nnprep("fit", "--pca", "3", *cifar, "-o", "-", TRAIN).decode()
        with limit(120):
            model = module.fit_files(self.spark, f"file:{folder}", ["--pca", "3"], cifar, self.ours)
        assert alike(model.statistics, plain, "fitted_on")
        # Several runs of nnprep within a task: still one record.
        batches = [pa.RecordBatch.from_pydict({
            "path": [f"/a/{number}.bin"], "content": [(folder / f"{number}.bin").read_bytes()]
        }) for number in range(10)]
        most, module._SHARDS = module._SHARDS, 3
        try:
            record = self.folder / "record"
            found = list(module._shard_moments(batches, module._Shards(["/a"]), cifar, self.program))
            record.write_bytes(b"".join(batch.column("bytes")[0].as_py() for batch in found))
        finally:
            module._SHARDS = most
        few = self.folder / "few.bin"
        few.write_bytes(records[: 20 * RECORD])
        assert alike(self.nnprep("fit", "-o", "-", record), self.nnprep("fit", *cifar, "-o", "-", few), "fitted_on")

    # What the checks use.

    def fit_with(self, program, frame):
        from nnprep_spark import fit

        return fit(frame, "x", program=str(program))

    def until(self, reached, seconds=60):
        for _ in range(seconds * 10):
            if reached():
                return
            time.sleep(0.1)
        raise AssertionError(f"not so after {seconds} s: {inspect.getsource(reached)}")

    def fails(self, run, seconds=120):
        """What any exception says."""
        try:
            with limit(seconds):
                run()
        except TimeoutError:
            raise
        except Exception as error:
            return str(error)
        raise AssertionError("nothing fails")

    def says(self, words, run, seconds=120):
        """What the error says; it must have the words."""
        from nnprep_spark import NnprepError

        try:
            with limit(seconds):
                run()
        except NnprepError as error:
            assert words in str(error), f"'{error}' does not say '{words}'"
            assert "Traceback" not in str(error) and "org.apache" not in str(error), error
            return str(error) or "nothing"
        raise AssertionError(f"no error says '{words}'")


HELPERS = (
    "nnprep", "raw", "fitted", "applied", "frame", "shuffled", "fit", "column", "shards", "says", "fails", "until",
    "fit_with")


def alike(one, other, *but):
    """Whether two statistics are the same but for some parts."""
    one, other = json.loads(one), json.loads(other)
    for name in but:
        assert one[name]["samples"] == other[name]["samples"]
        one.pop(name), other.pop(name)
    return json.dumps(one) == json.dumps(other)


def run_checks(program, ours, folder, kind, *names):
    """Inside spark-submit, or with Connect, in a process of its own."""
    checks = Checks(program, ours, folder, kind)
    if kind == "connect":
        checks.spark.addArtifacts(str(MODULE), pyfile=True)
    else:
        checks.spark.sparkContext.setLogLevel("OFF")
    failed = False
    for name, check in inspect.getmembers(checks, inspect.ismethod):
        if name.startswith("_") or name in HELPERS or names and name not in names:
            continue
        if kind not in getattr(check, "kinds", ("local", "cluster")):
            continue
        start = time.perf_counter()
        try:
            with limit(LIMIT):
                check()
            how = "ok    "
        except Exception:
            failed, how = True, "FAILED"
            traceback.print_exc()
            if kind != "connect":
                checks.spark.sparkContext.cancelAllJobs()
        print(f"{how} {kind:7} {name.replace('_', ' ')}  ({time.perf_counter() - start:.0f} s)", flush=True)
    if not failed:
        checks.spark.stop()
    sys.stderr.flush()
    # Whatever hangs would hold an exit up.
    os._exit(failed)


# Sessions of Spark.

def environment(folder):
    # One machine talks to itself. What other programs leave in /tmp is not looked at.
    (folder / "tmp").mkdir(exist_ok=True)
    return os.environ | {
        "PYSPARK_PYTHON": sys.executable, "PYSPARK_DRIVER_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_WORKER_DIR": str(folder / "work"), "TMPDIR": str(folder / "tmp"),
        "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(MODULE.parent)}


@contextlib.contextmanager
def standalone(folder):
    """A master and two workers of one core, each a process; gives the master's address."""
    start = Path(sys.executable).parent / "spark-class"
    processes = []

    def daemon(log, *words):
        with open(folder / log, "wb") as file:
            processes.append(subprocess.Popen(
                [start, *words, "--host", "127.0.0.1", "--webui-port", "0"], env=environment(folder),
                stdout=file, stderr=subprocess.STDOUT))

    def logged(log, pattern):
        for _ in range(1200):
            if found := re.search(pattern, (folder / log).read_text(errors="replace")):
                return found.group()
            time.sleep(0.1)
        raise AssertionError(f"{pattern} is not in\n{(folder / log).read_text(errors='replace')}")

    try:
        daemon("master.log", "org.apache.spark.deploy.master.Master", "--port", "0")
        address = logged("master.log", r"spark://127\.0\.0\.1:\d+")
        for number in range(2):
            worker = f"worker{number}.log"
            daemon(worker, "org.apache.spark.deploy.worker.Worker", "--cores", "1", "--memory", "1g", address)
            logged(worker, "Successfully registered with master")
        yield address
    finally:
        for process in reversed(processes):
            process.terminate()
        for process in reversed(processes):
            process.wait()


def main(program, kind="", *names):
    program = os.path.abspath(program)
    submit = Path(sys.executable).parent / "spark-submit"
    for name in [kind] if kind else ["local", "connect", "cluster"]:
        with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
            folder = Path(folder)
            # On the cluster the program travels. A local session has to be asked to try again what was killed.
            master = stack.enter_context(standalone(folder)) if name == "cluster" else "local[2,4]"
            ours = os.path.basename(program) if name == "cluster" else program
            words = [submit, "--master", master, "--py-files", MODULE]
            words += ["--files", program] if name == "cluster" else []
            for setting in ("spark.ui.enabled=false", "spark.ui.showConsoleProgress=false",
                            "spark.sql.shuffle.partitions=4", "spark.executor.cores=1"):
                words += ["--conf", setting]
            if name == "connect":
                words = [sys.executable]
            run = subprocess.run(
                [*words, __file__, "--checks", program, ours, folder, name, *names], env=environment(folder),
                stderr=subprocess.PIPE, text=True)
            assert run.returncode == 0, run.stderr


if __name__ == "__main__":
    if sys.argv[1] == "--checks":
        run_checks(*sys.argv[2:])
    else:
        main(*sys.argv[1:])
