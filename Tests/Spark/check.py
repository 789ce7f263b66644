"""Checks nnprep_spark on Spark itself: with local[2], and with a master and two workers, which lose an executor.

    make spark          # makes the virtual environment, builds nnprep, runs this

    python Tests/Spark/check.py NNPREP [local|cluster] [CHECK...]

Each function whose name says what is true is one check. It compares with nnprep on this machine alone, and with numpy.
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
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
MODULE = HERE.parents[1] / "Sources" / "Spark" / "nnprep_spark.py"
TRAIN = HERE.parents[1] / "Fixtures" / "patches-train.bin"
RECORD = 3073
WHITE = ["--pca", "20", "--whiten", "pca", "--epsilon", "0.1"]
SIDE = 8


class Checks:
    """What is known of nnprep on one machine, and a session of Spark."""

    def __init__(self, program, ours, folder, cluster):
        import numpy as np
        from pyspark.sql import SparkSession

        self.program, self.ours, self.folder, self.cluster = program, ours, Path(folder), cluster
        self.spark = SparkSession.builder.getOrCreate()
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
            assert ours["recipe"] == one["recipe"] and ours["pca"]["rank"] == one["pca"]["rank"]
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
        frame = self.frame(rows, pa.list_(pa.float64())).withColumn(
            "x", F.when(F.col("id") == 5, None).when(F.col("id") == 77, hole).when(F.col("id") == 301, nan)
            .otherwise(F.col("x"))).repartition(7)
        whole = np.ones(len(rows), bool)
        whole[[5, 77, 301]] = False
        one = json.loads(self.fitted(np.ascontiguousarray(rows[whole])))
        for invalid in ("skip", "keep"):
            model = self.fit(frame, handleInvalid=invalid)
            told = json.loads(model.statistics)
            assert told["fitted_on"]["samples"] == 597
            assert np.abs(np.array(told["statistics"]["std"]) / one["statistics"]["std"] - 1).max() < 1e-12
            found = {row.id: row.nnprep for row in model.transform(frame).collect()}
            want = self.applied(model.statistics, np.ascontiguousarray(rows[whole]))
            assert len(found) == (597 if invalid == "skip" else 600)
            assert [found.pop(lost, None) for lost in (5, 77, 301)] == [None] * 3
            assert np.array_equal(np.array([found[number] for number in sorted(found)], np.float32), want)
        # One at a time: which partition fails first is not told.
        assert self.says("the value is missing", lambda: self.fit(frame.where("id not in (5, 77)")))
        assert self.says("column 'x': 1 of ", lambda: self.fit(frame.where("id not in (77, 301)")))
        assert self.says("column 'x': 1 of ", lambda: self.fit(frame.where("id not in (5, 301)")))

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
        assert self.says("column 'x': rows of ", lambda: self.fit(short))
        assert self.says("column 'id': 300 is no byte", lambda: self.fit(
            frame.select(F.lit(300).alias("id")), columns="id", dtype="uint8"))
        assert self.says("is invalid for '--pca", lambda: self.fit(frame, ["--pca", "many"]))
        assert self.says("there is no column 'pixels'", lambda: self.fit(frame, columns=["pixels"]))
        assert self.says("not one of error, skip, keep",
                         lambda: self.fit(frame, handleInvalid="infinite"))
        floats = self.frame(self.floats, pa.list_(pa.float64()))
        endless = F.array_repeat(F.lit(float("inf")), 3 * SIDE**2)
        infinite = floats.withColumn("x", F.when(F.col("id") == 9, endless).otherwise(F.col("x")))
        try:
            self.fit(floats).transform(infinite).collect()
            raise AssertionError("infinity is transformed")
        except Exception as error:
            assert "inf is not a finite number" in str(error), error
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
            assert written == sorted(f"s3://id:secret@bucket/white/{stem}.npy{ends}" for stem in stems), written
            for path, stem in zip(paths, stems):
                one = self.nnprep("apply", "--stats", "white.json", *cifar, path, "-o", "-")
                assert store.get_object(Bucket="bucket", Key=f"white/{stem}.npy")["Body"].read() == one
            keys = [item["Key"] for item in store.list_objects_v2(Bucket="bucket")["Contents"]]
            assert [key for key in keys if not key.endswith("/")] == [f"white/{stem}.npy" for stem in stems], keys
        finally:
            process.kill()
            process.wait()

    def says(self, words, run):
        """What the error says; it must have the words."""
        from nnprep_spark import NnprepError

        try:
            run()
        except NnprepError as error:
            assert words in str(error), f"'{error}' does not say '{words}'"
            assert "Traceback" not in str(error) and "org.apache" not in str(error), error
            return str(error)
        raise AssertionError(f"no error says '{words}'")


def alike(one, other, *but):
    """Whether two statistics are the same but for some parts."""
    one, other = json.loads(one), json.loads(other)
    for name in but:
        assert one[name]["samples"] == other[name]["samples"]
        one.pop(name), other.pop(name)
    return json.dumps(one) == json.dumps(other)


def run_checks(program, ours, folder, kind, *names):
    """Inside spark-submit."""
    checks = Checks(program, ours, folder, kind == "cluster")
    checks.spark.sparkContext.setLogLevel("OFF")
    helpers = ("nnprep", "raw", "fitted", "applied", "frame", "shuffled", "fit", "column", "shards", "says")
    for name, check in inspect.getmembers(checks, inspect.ismethod):
        if name.startswith("_") or name in helpers or names and name not in names:
            continue
        start = time.perf_counter()
        check()
        print(f"ok  {kind:7} {name.replace('_', ' ')}  ({time.perf_counter() - start:.0f} s)", flush=True)
    checks.spark.stop()


# Sessions of Spark.

def environment(folder):
    # One machine talks to itself.
    return os.environ | {
        "PYSPARK_PYTHON": sys.executable, "PYSPARK_DRIVER_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_WORKER_DIR": str(folder / "work"), "PYTHONDONTWRITEBYTECODE": "1"}


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
    for name in [kind] if kind else ["local", "cluster"]:
        with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
            folder = Path(folder)
            # On the cluster the program travels. A local session has to be asked to try again what was killed.
            master = "local[2,4]" if name == "local" else stack.enter_context(standalone(folder))
            ours = program if name == "local" else os.path.basename(program)
            words = ["--master", master, "--py-files", MODULE, *([] if name == "local" else ["--files", program])]
            for setting in ("spark.ui.enabled=false", "spark.ui.showConsoleProgress=false",
                            "spark.sql.shuffle.partitions=4", "spark.executor.cores=1"):
                words += ["--conf", setting]
            run = subprocess.run(
                [submit, *words, __file__, "--checks", program, ours, folder, name, *names], env=environment(folder),
                stderr=subprocess.PIPE, text=True)
            assert run.returncode == 0, run.stderr


if __name__ == "__main__":
    if sys.argv[1] == "--checks":
        run_checks(*sys.argv[2:])
    else:
        main(*sys.argv[1:])
