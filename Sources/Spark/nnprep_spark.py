"""nnprep on Apache Spark: statistics of the training split, learnt and applied where the rows are.

    from nnprep_spark import Nnprep

    model = Nnprep(["--pca", "144", "--whiten", "pca"], inputCols=["features"]).fit(train)   # a DataFrame
    white = model.transform(val)                        # one more column, of arrays
    model.save("s3a://models/white")                    # NnprepModel.load reads it back

    model = fit_files(spark, "s3a://data/train/*.bin", ["--pca", "144"])                     # shards that nnprep reads
    transform_files(spark, "s3a://data/val/*.bin", model, "s3://data/white")

    check(val, model, train)                            # drift, and rows of the split that are training rows

Columns are numbers, arrays of numbers, Spark ML's vectors, or binary: one byte a value. The rows of a partition go as
raw values through a pipe to the program `nnprep`, whose moments (count, sums, sums of products) the cluster merges as a
tree; the driver fits. Arrow's buffers are written as they stand: no row is a Python object.

`nnprep` is on every worker, or `--files /usr/local/bin/nnprep` takes it there; OpenBLAS, LAPACKE and zlib, which it
needs, are installed. Needs PySpark 4.1 or newer, pyarrow and numpy.
"""

import json
import math
import os
import queue
import re
import shlex
import shutil
import subprocess
import tempfile
import threading
import warnings
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import Any, Callable, Iterable, Iterator, Optional, Sequence, Tuple, Union
from urllib.parse import unquote

import numpy as np
import pyarrow as pa
from pyspark import SparkFiles, TaskContext
from pyspark.ml import Estimator, Model
from pyspark.ml.functions import array_to_vector, vector_to_array
from pyspark.ml.param import Param, Params, TypeConverters
from pyspark.ml.param.shared import HasInputCols, HasOutputCol
from pyspark.ml.util import (
    DefaultParamsReadable, DefaultParamsReader, DefaultParamsWritable, DefaultParamsWriter, MLReadable, MLReader,
    MLWritable, MLWriter,
)
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql import types as T

__all__ = ["Nnprep", "NnprepModel", "NnprepError", "check", "fit", "fit_files", "transform", "transform_files"]

Words = Union[str, Sequence[str]]


class NnprepError(RuntimeError):
    """What nnprep says is wrong, with the partition or the shard that it says it of."""

    #: nnprep's exit code: 1 for data, 2 for options; None where it was not nnprep that failed.
    status: Optional[int] = None


# The program, on the driver and on the workers.


def _words(words: Words) -> list[str]:
    return shlex.split(words) if isinstance(words, str) else [str(word) for word in words]


def _found(program: str) -> str:
    """The program's path here: as it is named, as `--files` has brought it, or in PATH."""
    if os.path.dirname(program):
        return os.path.abspath(program)
    try:
        brought = SparkFiles.get(program)
        if os.access(brought, os.X_OK):
            return brought
    except Exception:
        pass  # There is no session here: then nothing was brought.
    return shutil.which(program) or program


class _Process:
    """nnprep with pipes on both ends, in a folder of its own, which goes when it ends.

    `inputs` are paths that nnprep knows its inputs by, the last part of them; each is a pipe, fed by `write`.
    """

    def __init__(
        self, program: str, words: Sequence[str], inputs: Sequence[str], files: dict[str, bytes] = {},
        operands: bool = True,
    ):
        self.names = list(inputs)
        self.folder = tempfile.TemporaryDirectory(prefix="nnprep-")
        folder = Path(self.folder.name)
        for name, content in files.items():
            (folder / name).write_bytes(content)
        self.errors = tempfile.TemporaryFile()
        ends = []
        self.pipes = []
        for number, name in enumerate(self.names):
            end, pipe = os.pipe()
            ends.append(end)
            self.pipes.append(open(pipe, "wb", buffering=0))
            # A name that nnprep shows, and takes the format from, in a folder that keeps equal names apart.
            (folder / f"input{number}").mkdir()
            os.symlink(f"/dev/fd/{end}", folder / self.operand(number))
        if operands:
            words = [*words, "--", *map(self.operand, range(len(self.names)))]
        try:
            self.process = subprocess.Popen(
                [_found(program), *words], cwd=folder, stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE, stderr=self.errors, pass_fds=ends,
            )
        except OSError as error:
            self._close()
            raise NnprepError(f"{program}: cannot be run: {error.strerror}") from None
        finally:
            for end in ends:
                os.close(end)

    def operand(self, number: int) -> str:
        """What nnprep is given for an input: `operands=False` leaves it to `words` to say so."""
        return f"input{number}/{os.path.basename(self.names[number])}"

    def write(self, data: Any, pipe: int = 0) -> bool:
        """False where nnprep reads no more: `finish` then says why."""
        view = memoryview(data).cast("B") if len(data) else memoryview(b"")
        try:
            while len(view):
                view = view[self.pipes[pipe].write(view) :]
            return True
        except (BrokenPipeError, ValueError):
            return False

    def end(self, pipe: int = 0) -> None:
        self.pipes[pipe].close()

    def read_into(self, view: memoryview) -> None:
        """Fills all of the view, or raises what nnprep says."""
        while len(view):
            count = self.process.stdout.readinto(view)
            if not count:
                self.finish()
                raise NnprepError(f"{self.names[0]}: nnprep wrote fewer rows than it read")
            view = view[count:]

    def finish(self) -> None:
        """Waits, and raises what nnprep says where it fails."""
        code = self.process.wait()
        if code:
            self.errors.seek(0)
            said = self.errors.read().decode(errors="replace").strip() or f"nnprep ended with status {code}"
            for number, name in enumerate(self.names):
                said = said.replace(self.operand(number), name)
            raise NnprepError(said.removeprefix("nnprep: error: "))

    def _close(self) -> None:
        for pipe in self.pipes:
            pipe.close()
        self.errors.close()
        self.folder.cleanup()

    def __enter__(self) -> "_Process":
        return self

    def __exit__(self, *_: Any) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        self._close()


def _run(program: str, *words: str, also: Sequence[int] = ()) -> str:
    """Runs nnprep on the driver; its warnings are Python's. Codes other than 0 and those are failures."""
    try:
        run = subprocess.run([_found(program), *words], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    except OSError as error:
        raise NnprepError(f"{program}: cannot be run: {error.strerror}") from None
    said = run.stderr.strip()
    if run.returncode and run.returncode not in also:
        failure = NnprepError(said.removeprefix("nnprep: error: "))
        failure.status = run.returncode
        raise failure
    if said:
        warnings.warn(said, stacklevel=4)
    return run.stdout


def _threads() -> list[str]:
    """As many as Spark gives to a task: executors run one task a core."""
    context = TaskContext.get()
    return ["--threads", str(context.cpus() if context else 1), "--quiet"]


@contextmanager
def _plain_errors() -> Iterator[None]:
    """Raises what nnprep said on a worker instead of Spark's account of it, which is its cause."""
    try:
        yield
    except Exception as error:  # Spark's own or Py4J's: where Spark notices decides.
        said = re.search(
            r"NnprepError: (.*?)(?=\n\s*(?:at |\n|JVM stacktrace|Driver stacktrace)|\Z)", str(error), re.DOTALL
        )
        if said is None:
            raise
        raise NnprepError(said.group(1).strip()) from error


# Columns become raw rows.

_NUMBERS = (T.ByteType, T.ShortType, T.IntegerType, T.LongType, T.FloatType, T.DoubleType, T.DecimalType, T.BooleanType)


@dataclass
class _Rows:
    """How the columns of a batch become rows of raw values, one beside the other."""

    columns: list[str]
    dtype: str
    shape: str
    invalid: str
    widths: list[int] = field(default_factory=list)

    @staticmethod
    def of(df: DataFrame, columns: Sequence[str], dtype: str, shape: str, invalid: str) -> tuple["_Rows", list[Any]]:
        """The rows, and the columns of `df` that they come from, as Arrow has them."""
        selected, kinds = [], set()
        for name in columns:
            column, kind = F.col(f"`{name}`"), df.schema[name].dataType
            if isinstance(kind, T.UserDefinedType) and kind.typeName().startswith("vector"):
                column, kind = vector_to_array(column, "float64"), T.ArrayType(T.DoubleType())
            value = kind.elementType if isinstance(kind, T.ArrayType) else kind
            if isinstance(kind, T.ArrayType) and isinstance(value, (T.DecimalType, T.BooleanType)):
                column = column.cast("array<double>")
            elif isinstance(value, (T.DecimalType, T.BooleanType)):
                column = column.cast("double")
            elif not isinstance(value, _NUMBERS) and not isinstance(kind, T.BinaryType):
                what = "neither a number, nor an array of numbers, a vector or bytes"
                raise NnprepError(f"column '{name}': {kind.simpleString()} is {what}")
            kinds.add({T.BinaryType: "uint8", T.FloatType: "float32"}.get(type(value), "float64"))
            selected.append(column)
        if dtype == "auto":
            dtype = kinds.pop() if len(kinds) == 1 else "float64"
        return _Rows(list(columns), dtype, shape, invalid), selected

    @property
    def options(self) -> list[str]:
        return ["--input-format", "raw", "--shape", self.shape or str(sum(self.widths)), "--dtype-in", self.dtype]

    def read(self, arrays: Sequence[pa.Array]) -> tuple[np.ndarray, Optional[np.ndarray]]:
        """The columns as values, [rows, features], and which of their rows those are: None is all."""
        whole = None
        missing = [self._missing(array) for array in arrays]
        if any(rows is not None for rows in missing):
            lost = np.logical_or.reduce([rows for rows in missing if rows is not None])
            if self.invalid == "error":
                name = next(name for name, rows in zip(self.columns, missing) if rows is not None)
                raise NnprepError(
                    f"{_partition()}: column '{name}': {int(lost.sum())} of {len(lost)} rows have a value missing; "
                    "handleInvalid='skip' leaves them out, 'keep' gives them null"
                )
            whole = ~lost
            arrays = [array.filter(pa.array(whole)) for array in arrays]
        parts = [self._values(array, name) for array, name in zip(arrays, self.columns)]
        if not len(parts[0]):
            return np.empty((0, sum(self.widths)), self.dtype), whole
        widths = [part.shape[1] for part in parts]
        if not self.widths:
            self.widths = widths
            features = math.prod(int(length) for length in self.shape.split("x")) if self.shape else sum(widths)
            if features != sum(widths):
                raise NnprepError(f"the shape {self.shape} has {features} values, and the columns have {sum(widths)}")
        for name, width, first in zip(self.columns, widths, self.widths):
            if width != first:
                raise NnprepError(
                    f"{_partition()}: column '{name}': {width} values in a row, and {first} in those before"
                )
        if len(parts) == 1:
            return np.ascontiguousarray(parts[0]), whole
        rows = np.empty((len(parts[0]), sum(widths)), self.dtype)
        for part, end in zip(parts, np.cumsum(widths)):
            rows[:, end - part.shape[1] : end] = part
        return rows, whole

    def _missing(self, array: pa.Array) -> Optional[np.ndarray]:
        """Which rows are null, or have null or NaN in them; None where none has.

        Where they are errors, a NaN is left to nnprep, which says where it is.
        """
        lost = array.is_null().to_numpy(zero_copy_only=False) if array.null_count else None
        values, lengths = array, None
        if _is_list(array):
            lengths = np.diff(array.offsets.to_numpy())
            values = array.values.slice(array.offsets[0].as_py(), int(lengths.sum()))
        bad = values.is_null().to_numpy(zero_copy_only=False) if values.null_count and values is not array else None
        if self.invalid != "error" and pa.types.is_floating(values.type):
            nan = values.is_null(nan_is_null=True).to_numpy(zero_copy_only=False)
            bad = nan if nan.any() else bad
        if bad is None:
            return lost
        if lengths is not None:
            rows = np.repeat(np.arange(len(array)), lengths)[bad]
            bad = np.zeros(len(array), bool)
            bad[rows] = True
        return bad if lost is None else bad | lost

    def _values(self, array: pa.Array, name: str) -> np.ndarray:
        """[rows, width], without a copy where the type is right."""
        rows = len(array)
        if pa.types.is_binary(array.type) or pa.types.is_large_binary(array.type):
            width = np.int32 if pa.types.is_binary(array.type) else np.int64
            offsets = np.frombuffer(array.buffers()[1], width)[array.offset : array.offset + rows + 1]
            bytes_ = np.frombuffer(array.buffers()[2], np.uint8) if rows and offsets[-1] else np.empty(0, np.uint8)
            values, lengths = bytes_[offsets[0] : offsets[-1]] if rows else bytes_, np.diff(offsets)
        elif _is_list(array):
            values, lengths = array.flatten().to_numpy(), np.diff(array.offsets.to_numpy())
        else:
            values, lengths = array.to_numpy(), np.ones(min(rows, 1), int)
        width = int(lengths[0]) if rows else 0
        if rows and (lengths != width).any():
            other = int(lengths[lengths != width][0])
            raise NnprepError(f"{_partition()}: column '{name}': rows of {width} and of {other} values")
        if values.dtype != self.dtype:
            with np.errstate(over="ignore", invalid="ignore"):
                converted = values.astype(self.dtype)
            if self.dtype == "uint8" and not np.array_equal(converted, values):
                stranger = values[converted != values][0]
                raise NnprepError(f"{_partition()}: column '{name}': {stranger} is no byte: 0 to 255")
            values = converted
        return values.reshape(rows, width)


def _is_list(array: pa.Array) -> bool:
    return pa.types.is_list(array.type) or pa.types.is_large_list(array.type)


def _partition() -> str:
    context = TaskContext.get()
    return f"partition-{context.partitionId()}" if context else "partition"


# Moments, and the tree that merges them.

# Records travel in pieces: 8 D² bytes in one would be more than a Spark row can hold from D = 16,384 on.
_PIECE = 1 << 20
_SLICES = 16  # Of a record on its way to the driver.
_RECORDS = "record long, piece int, bytes binary"


def _pieces(process: _Process, record: int) -> Iterator[pa.RecordBatch]:
    """What nnprep writes, cut."""
    number = 0
    while data := process.process.stdout.read(_PIECE):
        yield _record(record, number, data)
        number += 1
    process.finish()


def _record(record: int, piece: int, data: bytes) -> pa.RecordBatch:
    columns = [pa.array([record], pa.int64()), pa.array([piece], pa.int32()), pa.array([data], pa.binary())]
    return pa.RecordBatch.from_arrays(columns, names=["record", "piece", "bytes"])


def _moments(
    batches: Iterable[pa.RecordBatch], rows: "_Rows", words: list[str], program: str
) -> Iterator[pa.RecordBatch]:
    """The record of a partition; none, where it has no rows."""
    with ExitStack() as stack:
        process = None
        for batch in batches:
            values, _ = rows.read(batch.columns)
            if not len(values):
                continue
            if process is None:
                words = ["moments", *rows.options, *words, *_threads(), "-o", "-"]
                process = stack.enter_context(_Process(program, words, [_partition()]))
            if not process.write(values):
                break
        if process is not None:
            process.end()
            yield from _pieces(process, TaskContext.get().partitionId())


# A process of nnprep takes shards of so many bytes, and so many of them.
_SHARD_BYTES, _SHARDS = 256 << 20, 64


def _shards(batches: Iterable[pa.RecordBatch]) -> Iterator[tuple[str, memoryview]]:
    for batch in batches:
        for path, content in zip(batch.column("path"), batch.column("content")):
            yield unquote(path.as_py()), memoryview(content.as_buffer())


def _fed(process: _Process, pipe: int, content: memoryview) -> threading.Thread:
    def feed() -> None:
        process.write(content, pipe)
        process.end(pipe)

    thread = threading.Thread(target=feed, daemon=True)
    thread.start()
    return thread


def _shard_moments(batches: Iterable[pa.RecordBatch], words: list[str], program: str) -> Iterator[pa.RecordBatch]:
    """The records of a partition's shards, several shards a record."""
    words = ["moments", *words, *_threads(), "-o", "-"]
    record = TaskContext.get().partitionId()

    def summed(shards: list[tuple[str, memoryview]]) -> Iterator[pa.RecordBatch]:
        with _Process(program, words, [path for path, _ in shards]) as process:
            threads = [_fed(process, pipe, content) for pipe, (_, content) in enumerate(shards)]
            yield from _pieces(process, record)
            for thread in threads:
                thread.join()

    shards: list[tuple[str, memoryview]] = []
    for shard in _shards(batches):
        shards.append(shard)
        if len(shards) == _SHARDS or sum(len(content) for _, content in shards) >= _SHARD_BYTES:
            yield from summed(shards)
            shards = []
            record += 1 << 32
    if shards:
        yield from summed(shards)


@contextmanager
def _collected(batches: Iterable[pa.RecordBatch]) -> Iterator[list[str]]:
    """The records of a task as files, in the order of their partitions: the result is the same whatever came first."""
    with tempfile.TemporaryDirectory(prefix="nnprep-") as folder:
        _collect(batches, folder)
        yield [os.path.join(folder, name) for name in sorted(os.listdir(folder))]


def _merge(batches: Iterable[pa.RecordBatch], program: str, products: list[str]) -> Iterator[pa.RecordBatch]:
    """All records of a task as one."""
    with _collected(batches) as paths:
        if paths:
            with _Process(program, ["moments", *paths, *products, *_threads(), "-o", "-"], []) as process:
                yield from _pieces(process, TaskContext.get().partitionId())


def _collect(batches: Iterable[pa.RecordBatch], folder: str) -> None:
    """Puts pieces together in files named by their records."""
    for batch in batches:
        for record, piece, data in zip(*batch.columns):
            _place(os.path.join(folder, f"{record.as_py():020}"), piece.as_py(), data.as_buffer())


def _place(path: str, piece: int, data: Any) -> int:
    with open(path, "r+b" if os.path.exists(path) else "wb") as file:
        file.seek(piece * _PIECE)
        return file.write(data)


def _merged(records: DataFrame, levels: Sequence[int], merge: Callable[..., Iterator[pa.RecordBatch]]) -> DataFrame:
    """Records of all partitions through so many tasks each time, as one in the end."""
    for tasks in levels:
        target = F.pmod(F.col("record"), F.lit(tasks)).cast("int")
        records = records.repartitionById(tasks, target).mapInArrow(merge, _RECORDS)
    return records


@dataclass
class _Fit:
    """A recipe on its way through the cluster."""

    recipe: list[str]
    program: str
    tasks: int

    def __post_init__(self) -> None:
        # A recipe that is wrong shows before a job starts; what is right so far fails for want of rows.
        try:
            _run(
                self.program, "fit", *self.recipe, "--quiet", "-o", "-", "--input-format", "raw", "--shape", "1",
                os.devnull,
            )
        except NnprepError as error:
            if error.status != 1:
                raise

    def _option(self, name: str) -> Optional[str]:
        for word, following in zip(self.recipe, [*self.recipe[1:], ""]):
            if word == name:
                return following
            if word.startswith(f"{name}="):
                return word.partition("=")[2]
        return None

    @property
    def products(self) -> list[str]:
        needed = self._option("--pca") or (self._option("--whiten") or "none") != "none"
        return [] if needed else ["--no-products"]

    @property
    def step(self) -> list[str]:
        """What is done to a row before it is counted."""
        if (self._option("--per-sample") or "none") == "none":
            return []
        names = ["--per-sample", "--divide-by"]
        return [f"{name}={value}" for name in names if (value := self._option(name))]

    def statistics(self, records: DataFrame, name: str = "") -> str:
        """Merges the records of all partitions, and fits. `name` is what the rows come from, where it is one thing."""
        session = records.sparkSession
        program, products = self.program, self.products
        # Without products records are small.
        levels = [1] if products else [self.tasks or _root_of_cores(session), 1]
        records = _merged(records, levels, lambda batches: _merge(batches, program, products))
        with tempfile.TemporaryDirectory(prefix="nnprep-") as folder:
            path = os.path.join(folder, "moments")
            with _small_batches(session), _plain_errors():
                # Pieces come to the driver a few at a time: Spark holds a task's result in memory whole.
                if not products:
                    slice_ = F.pmod(F.col("piece"), F.lit(_SLICES)).cast("int")
                    records = records.repartitionById(_SLICES, slice_)
                rows = records.toLocalIterator(prefetchPartitions=True)
                total = sum(_place(path, piece, data) for _, piece, data in rows)
            if not total:
                raise NnprepError("there are no rows to fit on")
            statistics = _run(self.program, "fit", *self.recipe, "-o", "-", path)
        return _renamed(statistics, name) if name else statistics


@contextmanager
def _small_batches(session: SparkSession) -> Iterator[None]:
    """Holds Arrow's batches to a size that workers have room for: Spark itself counts rows, and rows are large here."""
    name = "spark.sql.execution.arrow.maxBytesPerBatch"
    before = session.conf.get(name)
    session.conf.set(name, "64m")
    try:
        yield
    finally:
        session.conf.set(name, before)


def _root_of_cores(session: SparkSession) -> int:
    """With a partition a core, both levels of the tree merge alike. Spark Connect does not tell the cores."""
    context = getattr(session, "_sc", None)
    return math.isqrt(context.defaultParallelism - 1) + 1 if context else 16


def _renamed(statistics: str, name: str) -> str:
    """Statistics whose sources are one: how the rows were partitioned is not told, and changes no byte."""
    told = json.loads(statistics)
    source = [{"name": name, "samples": told["fitted_on"]["samples"]}]
    told["fitted_on"]["sources"] = source
    text = "[\n      " + json.dumps(source[0], indent=2).replace("\n", "\n      ") + "\n    ]"
    renamed = re.sub(r'(?<=\n    "sources": )\[\n.*?\n    \]', lambda _: text, statistics, count=1, flags=re.DOTALL)
    if json.loads(renamed) != told:
        raise NnprepError("statistics of a layout that is not known")
    return renamed


# Components of very wide rows, without their covariance.


@dataclass
class _Lanczos:
    """Block Lanczos over the partitions: a job a step, which moves D x b numbers where the covariance has D x D.

    Each step multiplies the covariance with a block of orthonormal vectors, as XᵀXV over the rows; all blocks
    together span the space in which the components are looked for (Golub and Underwood 1977). Residuals |Cv - θv| are
    computed from the products that are there, and bound how far each variance is from one of the covariance's.
    """

    plan: _Fit
    count: int
    tolerance: float = 1e-8
    steps: int = 40

    @staticmethod
    def of(plan: _Fit) -> "_Lanczos":
        count = plan._option("--pca") or ""
        if not count.isdecimal() or plan.step:
            raise NnprepError("covariance=False needs a number of components, as in --pca 50, and no --per-sample")
        return _Lanczos(plan, int(count))

    def base(self) -> _Fit:
        """The recipe up to the components."""
        words, skipped = [], False
        for word in self.plan.recipe:
            name = word.partition("=")[0]
            if name in ("--pca", "--whiten", "--epsilon", "--solver"):
                skipped = "=" not in word
            elif skipped:
                skipped = False
            else:
                words.append(word)
        scale = [] if self.plan._option("--scale") else ["--scale", "none"]
        return _Fit([*words, *scale], self.plan.program, self.plan.tasks)

    def recipe(self) -> dict[str, Any]:
        """As nnprep itself writes it, for rows of two values."""
        with tempfile.TemporaryDirectory(prefix="nnprep-") as folder:
            path = os.path.join(folder, "rows")
            np.array([[0, 1], [1, 3], [2, 0]], np.uint8).tofile(path)
            words = [*self.plan.recipe, "--pca", "1"]
            place = next(n for n, word in enumerate(words) if word.partition("=")[0] == "--pca")
            del words[place : place + (1 if "=" in words[place] else 2)]
            raw = ["--input-format", "raw", "--shape", "2", "--quiet"]
            told = json.loads(_run(self.plan.program, "fit", *words, *raw, "-o", "-", path))
        return {**told["recipe"], "pca": self.count}

    def statistics(self, selected: DataFrame, rows: _Rows, base: str) -> str:
        """Statistics of `base` with components."""
        told = json.loads(base)
        told["recipe"] = recipe = self.recipe()
        # x' = (x - mean) / scale; the mean is what components are about, whatever `base` subtracts.
        told["transform"]["subtract"] = told["statistics"]["mean"]
        mean = np.array(told["statistics"]["mean"]) * recipe["divide_by"]
        divide = np.array(told["transform"]["divide"])
        scale, samples = divide * recipe["divide_by"], told["fitted_on"]["samples"]
        limit = min(samples - 1, len(mean))
        if self.count > limit:
            raise NnprepError(f"{self.count} components, and the rows have {limit} at the most")
        total = float(np.square(np.array(told["statistics"]["std"]) / divide).sum())

        def times(block: np.ndarray) -> np.ndarray:
            sums = selected.mapInArrow(
                lambda batches: _products(batches, replace(rows, widths=[]), block, mean, scale), _RECORDS
            )
            pieces = -(-block.nbytes // _PIECE)
            tasks = min(pieces, _SLICES)
            merged = sums.repartitionById(tasks, F.pmod(F.col("piece"), F.lit(tasks)).cast("int"))
            product = bytearray(block.nbytes)
            for _, piece, data in merged.mapInArrow(_sum, _RECORDS).collect():
                product[piece * _PIECE : piece * _PIECE + len(data)] = data
            return np.frombuffer(product).reshape(block.shape) / (samples - recipe["ddof"])

        with _small_batches(selected.sparkSession), _plain_errors():
            variances, components = self.axes(times, len(mean))
        told["pca"] = {
            "solver": "lanczos", "rank": limit, "total_variance": total, "explained_variance": variances.tolist(),
            "explained_variance_ratio": (variances / total).tolist(), "components": components.tolist(),
        }
        return json.dumps(told) + "\n"

    def axes(self, times: Callable[[np.ndarray], np.ndarray], features: int) -> tuple[np.ndarray, np.ndarray]:
        """The largest variances, [count], and their components, [count, features]."""
        width = self.count + 10
        if features < 8 * width:
            raise NnprepError(f"rows of {features} values have {self.count} components from their covariance sooner")
        random = np.random.default_rng(1)
        block = np.linalg.qr(random.standard_normal((features, width)))[0]
        basis, image = np.empty((features, 0)), np.empty((features, 0))
        for _ in range(min(self.steps, features // width)):
            product = times(block)
            basis, image = np.hstack([basis, block]), np.hstack([image, product])
            inner = basis.T @ image
            values, vectors = np.linalg.eigh((inner + inner.T) / 2)
            values, vectors = values[: -self.count - 1 : -1], vectors[:, : -self.count - 1 : -1]
            ritz = basis @ vectors
            residuals = np.linalg.norm(image @ vectors - ritz * values, axis=0)
            if residuals.max() <= self.tolerance * values[0]:
                largest = ritz[np.abs(ritz).argmax(0), range(self.count)]
                return np.maximum(values, 0), (ritz * np.where(largest < 0, -1, 1)).T
            for _ in range(2):
                product = product - basis @ (basis.T @ product)
                product = np.linalg.qr(product)[0]
            block = product
        raise NnprepError(
            f"block Lanczos: after {basis.shape[1] // width} steps a residual is {residuals.max() / values[0]:.1e} of "
            "the largest variance; ask for fewer components"
        )


def _products(
    batches: Iterable[pa.RecordBatch], rows: _Rows, block: np.ndarray, mean: np.ndarray, scale: np.ndarray
) -> Iterator[pa.RecordBatch]:
    """Xᵀ(XV) of a partition, X its rows after centering and scaling."""
    product, record = np.zeros(block.shape), TaskContext.get().partitionId()
    height = max(1, (32 << 20) // (8 * len(mean)))
    for batch in batches:
        values, _ = rows.read(batch.columns)
        if len(values) and values.shape[1] != len(mean):
            raise NnprepError(f"{_partition()}: rows of {values.shape[1]} and of {len(mean)} values")
        for start in range(0, len(values), height):
            x = (values[start : start + height] - mean) / scale
            product += x.T @ (x @ block)
    data = product.tobytes()
    for piece, start in enumerate(range(0, len(data), _PIECE)):
        yield _record(record, piece, data[start : start + _PIECE])


def _sum(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The sum of all records, piece by piece."""
    sums: dict[int, np.ndarray] = {}
    for batch in batches:
        for _, piece, data in zip(*batch.columns):
            values = np.frombuffer(data.as_buffer())
            sums[piece.as_py()] = sums.get(piece.as_py(), 0) + values
    for piece, values in sums.items():
        yield _record(0, piece, values.tobytes())


# Rows become rows.


def _transformed(batches: Iterable[Any], rows: _Rows, model: "_Map", program: str) -> Iterator[pa.Array]:
    """The new column for each batch of columns, null where a row was left out.

    nnprep reads ahead of what it writes: one thread feeds it, this one takes the rows.
    """
    batches = iter(batches)
    first = next(batches, None)
    if first is None:
        return
    raw = ["--input-format", "raw", "--shape", model.shape, "--dtype-in", rows.dtype]
    words = ["apply", "--stats", "stats.json", *raw, "--output-format", "raw", "--dtype", model.dtype, *_threads()]
    # What nnprep has not written yet. Nothing else bounds it: nnprep holds few rows, and reads no more than those.
    waiting: queue.SimpleQueue = queue.SimpleQueue()

    def feed() -> None:
        try:
            for columns in chain([first], batches):
                values, whole = rows.read(columns if isinstance(columns, tuple) else [columns])
                waiting.put((len(values), whole))
                if not process.write(values):
                    return
            process.end()
            waiting.put(None)
        except BaseException as error:
            waiting.put(error)

    kind = pa.list_(pa.field("element", pa.from_numpy_dtype(model.dtype), nullable=False))
    with _Process(program, [*words, "-o", "-"], [_partition()], {"stats.json": model.statistics.encode()}) as process:
        threading.Thread(target=feed, daemon=True).start()
        while (item := waiting.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            count, whole = item
            values = np.empty(count * model.width, model.dtype)
            process.read_into(memoryview(values).cast("B") if count else memoryview(b""))
            lengths = np.where(np.ones(count, bool) if whole is None else whole, model.width, 0)
            offsets = np.concatenate([np.zeros(1, np.int32), np.cumsum(lengths, dtype=np.int32)])
            mask = None if whole is None else pa.array(~whole)
            yield pa.ListArray.from_arrays(pa.array(offsets), pa.array(values), type=kind, mask=mask)
        process.finish()


@dataclass
class _Map:
    """Statistics as the workers need them."""

    statistics: str
    dtype: str = "float32"

    def __post_init__(self) -> None:
        try:
            told = json.loads(self.statistics)
            self.shape = "x".join(map(str, told["input"]["shape"]))
            components = told["pca"]
            projects = components is not None and told["recipe"]["whiten"] != "zca"
            self.width = len(components["explained_variance"]) if projects else told["input"]["features"]
        except (ValueError, KeyError, TypeError) as error:
            raise NnprepError(f"not statistics of nnprep fit: {error!r}") from None


def _transformed_shards(
    batches: Iterable[pa.RecordBatch],
    words: list[str],
    statistics: bytes,
    output: str,
    suffix: str,
    labels: str,
    program: str,
) -> Iterator[pa.RecordBatch]:
    """Writes a file for each shard, under its last name only when it is whole; tells the names."""
    from pyarrow.fs import FileSystem

    system, root = FileSystem.from_uri(output)
    for path, content in _shards(batches):
        written = {f"out{suffix}": f"{_stem(path)}{suffix}"}
        options = ["-o", f"out{suffix}"]
        if labels:
            written[f"labels{labels}"] = f"{_stem(path)}.labels{labels}"
            options += ["--labels", f"labels{labels}"]
        words_ = ["apply", "--stats", "stats.json", *words, *options, *_threads()]
        with _Process(program, words_, [path], {"stats.json": statistics}) as process:
            thread = _fed(process, 0, content)
            process.finish()
            thread.join()
            for name, target in written.items():
                part = f"{root}/.{target}.{TaskContext.get().taskAttemptId()}"
                with open(Path(process.folder.name) / name, "rb") as source, system.open_output_stream(part) as sink:
                    shutil.copyfileobj(source, sink, 1 << 20)
                system.move(part, f"{root}/{target}")
        names = list(written.values())
        folder, mark, query = output.partition("?")
        paths = pa.array([f"{folder}/{name}{mark}{query}" for name in names])
        yield pa.RecordBatch.from_arrays([paths], names=["path"])


def _stem(path: str) -> str:
    return os.path.splitext(os.path.basename(path).removesuffix(".gz"))[0]


# What Spark's users see.


class _Columns(HasInputCols, HasOutputCol):
    """Parameters that the estimator and its model share."""

    dtype = Param(
        Params._dummy(),
        "dtype",
        "the type of the values: auto, uint8, float32 or float64; auto takes bytes for "
        "uint8, floats for float32, all else for float64",
        TypeConverters.toString,
    )
    shape = Param(
        Params._dummy(), "shape",
        "the shape of a row, such as 3x32x32, for statistics by channel; empty: as many values as there are",
        TypeConverters.toString,
    )
    handleInvalid = Param(
        Params._dummy(),
        "handleInvalid",
        "rows with null or NaN in them: error, skip (leave them out), or "
        "keep (leave them out of fit, and give them null)",
        TypeConverters.toString,
    )
    outputType = Param(
        Params._dummy(), "outputType", "what the output column holds: array, or vector for Spark ML",
        TypeConverters.toString,
    )
    outputDtype = Param(
        Params._dummy(), "outputDtype", "the type that the map is computed in: float32 or float64",
        TypeConverters.toString,
    )
    program = Param(
        Params._dummy(), "program",
        "nnprep: its path on every worker, or the name of what --files has brought or PATH finds",
        TypeConverters.toString,
    )

    _choices = {
        "dtype": ("auto", "uint8", "float32", "float64"), "handleInvalid": ("error", "skip", "keep"),
        "outputType": ("array", "vector"), "outputDtype": ("float32", "float64"),
    }

    def __init__(self) -> None:
        super().__init__()
        self._setDefault(
            inputCols=["features"], outputCol="nnprep", dtype="auto", shape="", handleInvalid="error",
            outputType="array", outputDtype="float32", program="nnprep",
        )

    def _given(self, params: dict[str, Any]) -> None:
        for name, value in params.items():
            if not self.hasParam(name):
                raise TypeError(f"{type(self).__name__} has no parameter '{name}'")
            if value is not None:
                self._set(**{name: _words(value) if name == "recipe" else value})

    def _value(self, name: str) -> Any:
        value = self.getOrDefault(name)
        choices = self._choices.get(name)
        if choices and value not in choices:
            raise NnprepError(f"{name} is '{value}', and not one of {', '.join(choices)}")
        return value

    def _rows(self, df: DataFrame, shape: str) -> tuple[_Rows, list[Any]]:
        for name in self.getInputCols():
            if name not in df.columns:
                raise NnprepError(f"there is no column '{name}'; the columns are {', '.join(df.columns)}")
        return _Rows.of(df, self.getInputCols(), self._value("dtype"), shape, self._value("handleInvalid"))


class Nnprep(Estimator, _Columns, DefaultParamsReadable, DefaultParamsWritable):
    """Learns nnprep's statistics from a DataFrame.

    `recipe` are the options of `nnprep fit`, as a list or as one text: `["--pca", "144", "--whiten", "pca"]`. All else
    is a parameter by name: `inputCols` (numbers, arrays, vectors or binary; beside each other where there are several;
    by default `features`), `outputCol` (by default `nnprep`), `dtype`, `shape`, `handleInvalid`, `outputType`,
    `outputDtype`, `program`, and `mergeTasks`, how many tasks merge the partitions' moments before one merges theirs
    (by default the root of the number of cores). `explainParams()` tells more.

    With `covariance=False`, a few components of very wide rows come without their covariance: each step of a block
    Lanczos is a job over the rows, so `persist` them first.

    Statistics of bytes (binary columns, or `dtype="uint8"`) are the same bytes however the rows are partitioned.
    """

    recipe = Param(Params._dummy(), "recipe", "the options of nnprep fit", TypeConverters.toListString)
    mergeTasks = Param(
        Params._dummy(), "mergeTasks",
        "how many tasks merge the partitions' moments, before one merges theirs; 0 is the root of the number of cores",
        TypeConverters.toInt,
    )

    covariance = Param(
        Params._dummy(), "covariance",
        "whether components come from the covariance; False is for rows too wide for it: block Lanczos, a job a step",
        TypeConverters.toBoolean,
    )

    def __init__(self, recipe: Words = (), **params: Any):
        super().__init__()
        self._setDefault(recipe=[], mergeTasks=0, covariance=True)
        self._given({"recipe": recipe or None, **params})

    def setParams(self, **params: Any) -> "Nnprep":
        self._given(params)
        return self

    def _fit(self, dataset: DataFrame) -> "NnprepModel":
        plan = _Fit(self.getOrDefault("recipe"), self._value("program"), self.getOrDefault("mergeTasks"))
        rows, columns = self._rows(dataset, self._value("shape"))
        lanczos = None
        if not self.getOrDefault("covariance") and not plan.products:
            lanczos = _Lanczos.of(plan)
            plan = lanczos.base()
        words, program = [*plan.products, *plan.step], plan.program
        selected = dataset.select(*[column.alias(f"c{number}") for number, column in enumerate(columns)])
        records = selected.mapInArrow(
            lambda batches: _moments(batches, replace(rows, widths=[]), words, program), _RECORDS
        )
        statistics = plan.statistics(records, "DataFrame")
        if lanczos:
            statistics = lanczos.statistics(selected, rows, statistics)
        return self._copyValues(NnprepModel(statistics))


class NnprepModel(Model, _Columns, MLWritable, MLReadable):
    """Statistics that `fit` has learnt; `transform` adds a column of what `nnprep apply` makes of the rows.

    `statistics` is the text of nnprep's stats.json: `nnprep apply --stats` takes it as it stands, and any statistics
    that nnprep has written make a model: `NnprepModel(Path("stats.json").read_text(), inputCols=["pixels"])`.
    """

    def __init__(self, statistics: str = "", **params: Any):
        super().__init__()
        self.statistics = statistics
        self._given(params)

    def _transform(self, dataset: DataFrame) -> DataFrame:
        output, program = self.getOutputCol(), self._value("program")
        if output in dataset.columns:
            raise NnprepError(f"there is a column '{output}' already; name another outputCol")
        model = _Map(self.statistics, self._value("outputDtype"))
        rows, selected = self._rows(dataset, model.shape)
        kind = T.ArrayType(T.FloatType() if model.dtype == "float32" else T.DoubleType(), False)

        # Spark goes by the hints: an array a batch, or several.
        def one(batches: Iterator[pa.Array]) -> Iterator[pa.Array]:
            return _transformed(batches, replace(rows, widths=[]), model, program)

        def several(batches: Iterator[Tuple[pa.Array, ...]]) -> Iterator[pa.Array]:
            return _transformed(batches, replace(rows, widths=[]), model, program)

        apply = F.arrow_udf(one if len(selected) == 1 else several, kind)
        # "Nondeterministic" keeps Spark from computing the column a second time for the filter.
        result = dataset.withColumn(output, apply.asNondeterministic()(*selected))
        if rows.invalid == "skip":
            result = result.where(F.col(output).isNotNull())
        if self._value("outputType") == "vector":
            result = result.withColumn(output, array_to_vector(output))
        return result

    def write(self) -> MLWriter:
        return _ModelWriter(self)

    @classmethod
    def read(cls) -> MLReader:
        return _ModelReader(cls)


class _ModelWriter(MLWriter):
    def __init__(self, model: NnprepModel):
        super().__init__()
        self.model = model

    def saveImpl(self, path: str) -> None:
        DefaultParamsWriter.saveMetadata(self.model, path, self.sparkSession)
        rows = self.sparkSession.createDataFrame([(self.model.statistics.removesuffix("\n"),)], "value string")
        rows.coalesce(1).write.text(os.path.join(path, "statistics"))


class _ModelReader(MLReader):
    def __init__(self, kind: type):
        super().__init__()
        self.kind = kind

    def load(self, path: str) -> NnprepModel:
        metadata = DefaultParamsReader.loadMetadata(path, self.sparkSession)
        text = self.sparkSession.read.text(os.path.join(path, "statistics"), wholetext=True).first()[0]
        model = self.kind(text)
        model._resetUid(metadata["uid"])
        DefaultParamsReader.getAndSetParams(model, metadata)
        return model


def fit(df: DataFrame, columns: Words = "features", recipe: Words = (), **params: Any) -> NnprepModel:
    """Learns statistics from columns of a DataFrame: `fit(df, ["pixels"], ["--pca", "144"])`. `params` are Nnprep's."""
    return Nnprep(recipe, inputCols=[columns] if isinstance(columns, str) else list(columns), **params).fit(df)


def transform(df: DataFrame, stats: Union[NnprepModel, str, Path], **params: Any) -> DataFrame:
    """Adds a column of what `nnprep apply` makes of the rows.

    `stats` is a model, the path of a stats.json on the driver, or its text; `params` are the model's.
    """
    if isinstance(stats, NnprepModel):
        model = stats.copy()
        model._given(params)
    else:
        model = NnprepModel(_statistics(stats), **params)
    return model.transform(df)


def check(
    df: DataFrame, stats: Union[NnprepModel, str, Path], train: Optional[DataFrame] = None, key: str = "", **params: Any
) -> dict[str, Any]:
    """Is this split safe to judge by? What `nnprep check` finds: drift, and with `train`, rows that are in it too.

    The split is small enough for the driver and, with `train`, for each worker, past which the training rows stream.
    Equal rows are found, and near duplicates where the statistics have components, along which rows are compared. `key`
    is a column that names rows, in both. Gives `rows`, `drift` as `nnprep check --json` tells it, and `leaks`, pairs of
    `row` and `training_row`, their keys (without `key`, the row's number in the split, and None), with `equal`,
    `similarity` and `contrast`.
    """
    model = stats.copy() if isinstance(stats, NnprepModel) else NnprepModel(_statistics(stats))
    model._given(params)
    program, statistics, shape = model._value("program"), model.statistics, _Map(model.statistics).shape
    rows, columns = model._rows(df, shape)
    named = lambda columns: [*[column.alias(f"c{number}") for number, column in enumerate(columns)], *keys]
    keys = [F.col(f"`{key}`").cast("string").alias("key")] if key else []
    with tempfile.TemporaryDirectory(prefix="nnprep-") as folder, _plain_errors():
        split, stats_path, nearest = (os.path.join(folder, name) for name in ("split", "stats.json", "nearest"))
        names: list[Any] = []
        with open(split, "wb") as file:
            for batch in df.select(*named(columns)).toArrow().to_batches():
                values, found = _named_rows(batch, rows, key)
                names += found
                file.write(values)
        if not os.path.getsize(split):
            raise NnprepError("there are no rows to check")
        Path(stats_path).write_text(statistics)
        options = [*rows.options, *([] if json.loads(statistics)["pca"] else ["--threshold", "0"]), "--stats"]
        if train is not None:
            theirs, columns = model._rows(train, shape)
            if theirs.dtype != rows.dtype:
                raise NnprepError(f"the split has {rows.dtype}, and the training rows {theirs.dtype}: name a dtype")
            files = {"stats.json": statistics.encode(), "split": Path(split).read_bytes()}
            part = ["check", "--nearest", "-", *options, "stats.json"]
            records = train.select(*named(columns)).mapInArrow(
                lambda batches: _nearest(batches, replace(theirs, widths=[]), program, files, part, key), _RECORDS
            )
            levels = [_root_of_cores(df.sparkSession), 1]
            records = _merged(records, levels, lambda batches: _merge_nearest(batches, program, files, part))
            for _, piece, data in records.toLocalIterator():
                _place(nearest, piece, data)
            if not os.path.exists(nearest):
                raise NnprepError("there are no training rows")
        what = ["--train", nearest] if train is not None else ["--only", "drift"]
        told = json.loads(_run(program, "check", "--json", "--quiet", *options, stats_path, split, *what, also=[3]))
    names = names or list(range(1, told["rows"] + 1))
    leaks = told["leaks"] and [
        {
            "row": names[pair["row"] - 1], "training_row": pair["training_label"],
            **{name: pair[name] for name in ("equal", "similarity", "contrast")},
        }
        for pair in told["leaks"]["pairs"]
    ]
    return {"rows": told["rows"], "drift": told["drift"], "leaks": leaks}


def _named_rows(batch: pa.RecordBatch, rows: _Rows, key: str) -> tuple[np.ndarray, list[Any]]:
    values, whole = rows.read(batch.columns[: len(rows.columns)])
    if not key:
        return values, []
    names = batch.columns[-1]
    return values, (names if whole is None else names.filter(pa.array(whole))).to_pylist()


def _nearest(
    batches: Iterable[pa.RecordBatch], rows: _Rows, program: str, files: dict[str, bytes], words: list[str], key: str
) -> Iterator[pa.RecordBatch]:
    """What this partition's rows are to those of the split, with their keys as labels."""
    with ExitStack() as stack:
        process, names = None, []
        for batch in batches:
            values, found = _named_rows(batch, rows, key)
            names += found
            if len(values) and process is None:
                words = [*words, *_threads(), f"--train=input0/{_partition()}", "--", "split"]
                process = stack.enter_context(_Process(program, words, [_partition()], files, operands=False))
            if len(values) and not process.write(values):
                break
        if process is None:
            return
        process.end()
        told = process.process.stdout.read()
        process.finish()
        if names:
            nearest = json.loads(told)
            nearest["labels"] = [names[numbers[0] - 1] if numbers else None for numbers in nearest["rows"]]
            nearest["equal_labels"] = [names[number - 1] if number else None for number in nearest["equal"]]
            told = json.dumps(nearest).encode()
        for piece, start in enumerate(range(0, len(told), _PIECE)):
            yield _record(TaskContext.get().partitionId(), piece, told[start : start + _PIECE])


def _merge_nearest(
    batches: Iterable[pa.RecordBatch], program: str, files: dict[str, bytes], words: list[str]
) -> Iterator[pa.RecordBatch]:
    with _collected(batches) as paths:
        if paths:
            words = [*words, *_threads(), *(f"--train={path}" for path in paths), "--", "split"]
            with _Process(program, words, [], files, operands=False) as process:
                yield from _pieces(process, TaskContext.get().partitionId())


def _statistics(stats: Union[NnprepModel, str, Path]) -> str:
    if isinstance(stats, NnprepModel):
        return stats.statistics
    return stats if isinstance(stats, str) and stats.lstrip().startswith("{") else Path(stats).read_text()


def _files(spark: SparkSession, paths: Words) -> DataFrame:
    """Whole files, through Spark's file systems."""
    return spark.read.format("binaryFile").load([paths] if isinstance(paths, str) else [str(path) for path in paths])


def fit_files(
    spark: SparkSession,
    paths: Words,
    recipe: Words = (),
    input: Words = (),
    program: str = "nnprep",
    mergeTasks: int = 0,
    **params: Any,
) -> NnprepModel:
    """Learns statistics from shards that nnprep reads: any of its formats, plain or through gzip.

    `paths` are files, folders or patterns of any file system that Spark knows (`s3a:`, `hdfs:`, `file:`), up to 2 GB a
    file; the workers get their bytes from Spark and need no disk in common. Spark passes over files that are empty, or
    whose names begin with `_` or a dot. `input` are options of nnprep's input, such as `["--input-format", "cifar10"]`;
    `params` are those of the model.
    """
    plan = _Fit(_words(recipe), program, mergeTasks)
    words = [*_words(input), *plan.products, *plan.step]
    records = (
        _files(spark, paths)
        .select("path", "content")
        .mapInArrow(lambda batches: _shard_moments(batches, words, program), _RECORDS)
    )
    return NnprepModel(plan.statistics(records), program=program, **params)


def transform_files(
    spark: SparkSession,
    paths: Words,
    stats: Union[NnprepModel, str, Path],
    output: str,
    input: Words = (),
    format: str = "npy",
    labels: str = "",
    program: str = "nnprep",
) -> list[str]:
    """Writes what `nnprep apply` makes of each shard, and returns the paths of what was written.

    `output` is a folder that all workers reach: a path on a disk in common, or what pyarrow writes to (`s3:`, `hdfs:`,
    `gs:`; what it should know besides follows a question mark, as in `s3://bucket/white?region=eu-west-1`). A shard
    `val-0.bin` becomes `val-0.npy` there (or `format` csv, tsv, raw), with its labels, where `labels` names a format
    for them, in `val-0.labels.npy`. A file has its name only when it is whole: tasks that Spark repeats do no harm.
    """
    from pyarrow.fs import FileSystem

    output = (
        output.replace("s3a://", "s3://", 1).rstrip("/")
        if "://" in output or output.startswith("file:")
        else os.path.abspath(output)
    )
    statistics = _statistics(stats)
    _Map(statistics)
    files = _files(spark, paths)
    stems: dict[str, str] = {}
    for row in files.select("path").collect():
        other = stems.setdefault(_stem(unquote(row.path)), row.path)
        if other != row.path:
            raise NnprepError(f"{other} and {row.path} would become one file in {output}")
    system, root = FileSystem.from_uri(output)
    system.create_dir(root, recursive=True)
    words, encoded = [*_words(input), "--output-format", format], statistics.encode()
    suffix, labels = f".{format}", labels and f".{labels}"
    written = files.select("path", "content").mapInArrow(
        lambda batches: _transformed_shards(batches, words, encoded, output, suffix, labels, program), "path string"
    )
    with _small_batches(spark), _plain_errors():
        return sorted(row.path for row in written.collect())
