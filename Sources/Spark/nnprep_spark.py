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

import fcntl
import io
import json
import math
import os
import re
import shlex
import shutil
import subprocess
import tempfile
import threading
import uuid
import warnings
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Callable, Iterable, Iterator, Optional, Sequence, Tuple, Union
from urllib.parse import unquote

import numpy as np
import pyarrow as pa
from pyspark import SparkFiles, TaskContext
from pyspark.ml import Estimator, Model
from pyspark.ml.functions import array_to_vector
from pyspark.ml.linalg import DenseMatrix, DenseVector
from pyspark.ml.param import Param, Params, TypeConverters
from pyspark.ml.param.shared import HasInputCol, HasInputCols, HasOutputCol
from pyspark.ml.util import (
    DefaultParamsReader, DefaultParamsWriter, MLReadable, MLReader, MLWritable, MLWriter,
)
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql import types as T
from pyspark.sql.utils import is_remote

__all__ = ["Nnprep", "NnprepModel", "NnprepError", "check", "fit", "fit_files", "transform", "transform_files"]

#: The release of nnprep that this module is part of.
__version__ = "0.1.0"

Words = Union[str, Sequence[str]]


class NnprepError(RuntimeError):
    """What is wrong, and the column, partition or shard where it is."""

    #: nnprep's exit code, 1 for data and 2 for options; None for errors that nnprep did not report.
    status: Optional[int] = None


# Running the program, on the driver and on the workers.


def _words(words: Words) -> list[str]:
    if isinstance(words, str):
        try:
            return shlex.split(words)
        except ValueError as error:
            raise NnprepError(f"options '{words}': {error}") from None
    if not isinstance(words, (list, tuple)):
        raise NnprepError(f"options are text or a list of words, not {words!r}")
    return [str(word) for word in words]


def _found(program: str) -> str:
    """The program's path on this machine: as named, or brought by `--files`, or in PATH."""
    if os.path.dirname(program):
        path = os.path.abspath(program)
    else:
        path = shutil.which(program) or program
        with suppress(Exception):  # Without a session there is nothing that `--files` brought.
            brought = SparkFiles.get(program)
            path = brought if os.access(brought, os.X_OK) else path
    _check_version(path)
    return path


@lru_cache
def _check_version(path: str) -> None:
    """Raises unless the program at `path` is nnprep of this module's release. Runs once per process."""
    try:
        run = subprocess.run([path, "--version"], stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
    except OSError as error:
        raise NnprepError(f"{path}: cannot be run: {error.strerror}") from None
    except subprocess.TimeoutExpired:
        raise NnprepError(f"{path}: is not nnprep: '{path} --version' does not end") from None
    printed = run.stdout.decode(errors="replace")
    version = re.match(r"nnprep (\d+\.\d+)\.\d+", printed)
    if version is None:
        shown = (printed + run.stderr.decode(errors="replace")).strip().split("\n")[0][:200]
        raise NnprepError(f"{path}: is not nnprep: '{path} --version' prints '{shown}'")
    if version[1] != __version__.rpartition(".")[0]:
        raise NnprepError(
            f"{path}: is {version[0]}, and this module is for nnprep {__version__}; install both from one release"
        )


@contextmanager
def _scratch() -> Iterator[Path]:
    """A folder that is deleted on exit, and when this process is killed: a shell that waits for its end deletes it."""
    folder = os.path.join(tempfile.gettempdir(), f"nnprep-{uuid.uuid4().hex}")
    script = 'mkdir -m 700 -- "$1" && echo made && read -r _; rm -rf -- "$1"'
    with subprocess.Popen(
        ["/bin/sh", "-c", script, "sh", folder], cwd="/", start_new_session=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as guard:
        if not guard.stdout.readline():
            raise NnprepError(f"{folder}: cannot be made: {guard.stderr.read().decode(errors='replace').strip()}")
        yield Path(folder)


def _write_files(folder: Path, files: dict[str, Any]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


class _Process:
    """A run of nnprep in a folder of its own, to which `write` gives rows through a pipe.

    `files` are put into the folder; the pipe is the file `name` in it. `shown` is what messages call a file instead.

    Threads: the caller writes; one thread of the process reads, where `reads` asks for it. Whichever fails ends nnprep,
    which ends the other's pipe. Leaving the block ends nnprep and the thread.
    """

    #: Seconds that nnprep has to end, after it has closed a pipe.
    patience = 60

    def __init__(
        self, program: str, words: Sequence[str], files: dict[str, Any] = {}, name: str = "",
        shown: dict[str, str] = {}, folders: Iterable[str] = (),
    ):
        self.name, self.shown = name or "nnprep", shown
        self.failure: Optional[BaseException] = None
        with ExitStack() as stack:
            self.folder = stack.enter_context(_scratch())
            for path in folders:
                (self.folder / path).mkdir(parents=True, exist_ok=True)
            _write_files(self.folder, files)
            if name:
                os.symlink("/dev/fd/0", self.folder / name)
            self.errors = stack.enter_context(tempfile.TemporaryFile())
            try:
                self.process = subprocess.Popen(
                    [_found(program), *words], cwd=self.folder, bufsize=0, stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE, stderr=self.errors,
                )
            except OSError as error:
                raise NnprepError(f"{program}: cannot be run: {error.strerror}") from None
            for pipe in (self.process.stdin, self.process.stdout):
                stack.callback(pipe.close)
                with suppress(OSError):  # A larger pipe is faster; the system limits how many there can be.
                    fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIECE)
            self.reader = stack.enter_context(ThreadPoolExecutor(1))
            # Before the reader is waited for: its pipe ends with the process.
            stack.callback(self.process.wait)
            stack.callback(self.process.kill)
            self.stack = stack.pop_all()

    def __enter__(self) -> "_Process":
        return self

    def __exit__(self, *_: Any) -> None:
        self.stack.close()

    def write(self, data: Any) -> None:
        view = memoryview(data).cast("B") if len(data) else memoryview(b"")
        try:
            while len(view):
                view = view[self.process.stdin.write(view) :]
        except BrokenPipeError:
            self._wait()
            raise NnprepError(f"{self.name}: nnprep ended before it had read all rows") from None

    def end(self) -> None:
        """No more rows."""
        self.process.stdin.close()

    def reads(self, array: np.ndarray) -> "Future[np.ndarray]":
        """Fills the array with what nnprep writes next, in a thread."""
        return self.reader.submit(self._read, array)

    def _read(self, array: np.ndarray) -> np.ndarray:
        try:
            view = memoryview(array).cast("B") if array.size else memoryview(b"")
            while len(view):
                count = self.process.stdout.readinto(view)
                if not count:
                    self._wait()
                    raise NnprepError(f"{self.name}: nnprep wrote fewer rows than it read")
                view = view[count:]
            return array
        except BaseException as error:
            self.failure = error
            self.process.kill()
            raise

    def finish(self) -> None:
        """Waits for the end of nnprep, and raises its error message if it failed."""
        if self.process.stdout.read(1):
            raise NnprepError(f"{self.name}: nnprep wrote more rows than it read")
        self._wait()

    def _wait(self) -> None:
        """For the end of nnprep, which has closed a pipe."""
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(self.patience)
        if self.failure is not None:
            raise self.failure
        code = self.process.poll()
        if code is None:
            raise NnprepError(f"{self.name}: nnprep does not end")
        if code:
            self.errors.seek(0)
            said = self.errors.read().decode(errors="replace").strip()
            for path, name in self.shown.items():
                said = said.replace(path, name)
            raise NnprepError(said.removeprefix("nnprep: error: ") or f"{self.name}: nnprep ended with status {code}")


def _run(program: str, *words: str, folder: Optional[Path] = None, also: Sequence[int] = ()) -> str:
    """Runs nnprep on the driver. Its warnings become Python's; exit codes other than 0 and `also` raise.

    Messages show files as `words` name them, so files in `folder` are named as the user should see them.
    """
    run = subprocess.run(
        [_found(program), *words], cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    said = run.stderr.strip()
    if run.returncode and run.returncode not in also:
        failure = NnprepError(said.removeprefix("nnprep: error: ") or f"nnprep ended with status {run.returncode}")
        failure.status = run.returncode
        raise failure
    if said:
        warnings.warn(said.removeprefix("nnprep: warning: "), stacklevel=4)
    return run.stdout


def _threads() -> list[str]:
    """As many as Spark gives to a task: executors run one task a core."""
    context = TaskContext.get()
    return ["--threads", str(context.cpus() if context else 1), "--quiet"]


@contextmanager
def _plain_errors() -> Iterator[None]:
    """Raises nnprep's message from a worker instead of Spark's exception around it; hides secrets in any other."""
    try:
        yield
    except NnprepError:
        raise
    except Exception as error:  # Spark's own or Py4J's: where Spark notices decides.
        text = str(error)
        end = r"(?=\n\s*(?:at |\n|JVM stacktrace|Driver stacktrace)|\Z)"
        said = re.search(rf"NnprepError: (.*?){end}", text, re.DOTALL)
        hidden = _public(text) != text
        if said is None and not hidden:
            raise
        raise NnprepError(_public(said[1] if said else text).strip()) from (None if hidden else error)


def _public(text: str) -> str:
    """Text without the secrets of addresses in it: users, passwords, and parameters whose names tell of secrets."""
    text = re.sub(r"(?<=://)[^/?#\s'\"]*@", "", text)
    return re.sub(r"(?i)(?<=[?&])[^=&\s'\"]*(?:key|secret|token|password)[^=&\s'\"]*=[^&\s'\"]*&?", "", text)


# Naming columns.


def _fold(df: DataFrame) -> Callable[[str], str]:
    """What makes equal names equal: Spark tells upper from lower case only where the session says so."""
    return (lambda name: name) if df.sparkSession.conf.get("spark.sql.caseSensitive") == "true" else str.lower


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


def _column(df: DataFrame, name: str) -> tuple[Column, T.DataType]:
    """A column of `df` by its name, or a field of one as in `s.x`, and its type."""
    fold = _fold(df)

    def found(kind: T.DataType, part: str) -> Optional[T.DataType]:
        fields = [field for field in getattr(kind, "fields", []) if fold(field.name) == fold(part)]
        if len(fields) > 1:
            raise NnprepError(f"there are several columns '{name}'; rename all but one")
        return fields[0].dataType if fields else None

    part = r"`(?:[^`]|``)+`|[^`.]+"
    parts, kind = [name], found(df.schema, name)
    if kind is None and re.fullmatch(rf"({part})(\.({part}))*", name):
        parts = [
            text[1:-1].replace("``", "`") if text.startswith("`") else text for text in re.findall(part, name)
        ]
        kind = df.schema
        for text in parts:
            kind = found(kind, text)
    if kind is None:
        raise NnprepError(f"there is no column '{name}'; the columns are {', '.join(df.columns)}")
    return F.col(".".join(map(_quoted, parts))), kind


def _new_column(df: DataFrame, name: str) -> Column:
    """The column `name` once it is added to `df`, which must not have it."""
    fold = _fold(df)
    for column in df.columns:
        if fold(column) == fold(name):
            raise NnprepError(f"there is a column '{column}' already; name another outputCol than '{name}'")
    return F.col(_quoted(name))


def _require_frame(df: Any, what: str) -> None:
    if not isinstance(df, DataFrame):
        kind = type(df)
        shown = f"{kind.__module__}.{kind.__name__}" if kind.__name__ == "DataFrame" else kind.__name__
        raise NnprepError(f"{what} is a DataFrame of Spark, but here it is a {shown}")


# Columns become raw rows.

_NUMBERS = (T.ByteType, T.ShortType, T.IntegerType, T.LongType, T.FloatType, T.DoubleType, T.DecimalType, T.BooleanType)


@dataclass
class _Rows:
    """Turns batches of columns into rows of raw values, columns side by side. One object reads one partition."""

    columns: list[str]
    dtype: str
    shape: str
    invalid: str
    #: Columns of whole numbers that doubles may round.
    whole: set[str] = field(default_factory=set)
    widths: list[int] = field(default_factory=list)
    #: Rows of the batches before.
    before: int = 0
    #: What the user should know about a column, though it is no error.
    notes: dict[str, str] = field(default_factory=dict)

    @staticmethod
    def of(df: DataFrame, columns: Sequence[str], dtype: str, shape: str, invalid: str) -> tuple["_Rows", list[Column]]:
        """The rows, and the columns of `df` to read them from."""
        selected, kinds, whole = [], set(), set()
        for name in columns:
            column, kind = _column(df, name)
            if isinstance(kind, T.UserDefinedType) and kind.typeName().startswith("vector"):
                # Faster than vector_to_array, which copies each vector in Java; null stays null.
                column, kind = F.unwrap_udt(column), T.ArrayType(T.DoubleType())
            value = kind.elementType if isinstance(kind, T.ArrayType) else kind
            if isinstance(value, T.LongType) or isinstance(value, T.DecimalType) and value.scale == 0:
                whole.add(name)
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
        return _Rows(list(columns), dtype, shape, invalid, whole), selected

    def fresh(self) -> "_Rows":
        """For another partition."""
        return replace(self, widths=[], before=0, notes={})

    @property
    def options(self) -> list[str]:
        return ["--input-format", "raw", "--shape", self.shape or str(sum(self.widths)), "--dtype-in", self.dtype]

    def read(self, arrays: Sequence[pa.Array]) -> tuple[np.ndarray, Optional[np.ndarray]]:
        """The values of the valid rows, [rows, features], and which rows of the batch are valid: None is all."""
        arrays = [_lists(array) if pa.types.is_struct(array.type) else array for array in arrays]
        bad, count = None, len(arrays[0])
        for name, array in zip(self.columns, arrays):
            invalid = _invalid_rows(array)
            if invalid is not None and self.invalid == "error":
                raise self._error(int(invalid.argmax()), name, _problem(array[int(invalid.argmax())].as_py()))
            if invalid is not None:
                bad = invalid if bad is None else bad | invalid
        valid = None if bad is None else ~bad
        if valid is not None:
            arrays = [array.filter(pa.array(valid)) for array in arrays]
        numbers = np.arange(count) if valid is None else np.flatnonzero(valid)
        values = self._side_by_side(arrays, numbers) if len(numbers) else np.empty((0, sum(self.widths)), self.dtype)
        self.before += count
        return values, valid

    def _side_by_side(self, arrays: Sequence[pa.Array], numbers: np.ndarray) -> np.ndarray:
        widths = self.widths or [0] * len(arrays)
        parts = [
            self._values(array, name, width, numbers) for array, name, width in zip(arrays, self.columns, widths)
        ]
        if not self.widths:
            self.widths = [part.shape[1] for part in parts]
            features = math.prod(int(length) for length in self.shape.split("x")) if self.shape else sum(self.widths)
            if features != sum(self.widths):
                raise NnprepError(
                    f"the shape {self.shape} has {features} values, and the columns have {sum(self.widths)}"
                )
        if len(parts) == 1:
            return np.ascontiguousarray(parts[0])
        rows = np.empty((len(numbers), sum(self.widths)), self.dtype)
        for part, end in zip(parts, np.cumsum(self.widths)):
            rows[:, end - part.shape[1] : end] = part
        return rows

    def _values(self, array: pa.Array, name: str, width: int, numbers: np.ndarray) -> np.ndarray:
        """[rows, width], without a copy where the type is right. `width` is that of the rows before, or 0."""
        values, lengths = _flat(array)
        if lengths is None:
            return self._converted(values, name, numbers, 1).reshape(-1, 1)
        expected = width or int(lengths[0])
        if not expected:
            raise self._error(numbers[0], name, "has no values")
        if (lengths != expected).any():
            place = int((lengths != expected).argmax())
            what = f"has {lengths[place]} values, and those before have {expected}"
            raise self._error(numbers[place], name, what)
        return self._converted(values, name, numbers, expected).reshape(-1, expected)

    def _converted(self, values: np.ndarray, name: str, numbers: np.ndarray, width: int) -> np.ndarray:
        """The values in `dtype`."""
        if name in self.whole and self.dtype != "uint8" and name not in self.notes:
            self._note_rounding(values, name)
        if values.dtype == self.dtype:
            return values
        with np.errstate(over="ignore", invalid="ignore"):
            converted = values.astype(self.dtype)
            wrong = None
            if self.dtype == "uint8":
                wrong, what = converted != values, "is no byte: 0 to 255"
            elif self.dtype == "float32" and not np.isfinite(converted.sum()):
                wrong, what = ~np.isfinite(converted), "is too large for float32"
        if wrong is not None and wrong.any():
            place = int(wrong.argmax())
            raise self._error(numbers[place // width], name, f"has {values[place]}, which {what}")
        return converted

    def _note_rounding(self, values: np.ndarray, name: str) -> None:
        large = values[(values > 1 << 53) | (values < -1 << 53)]
        # Decimals come as doubles, rounded already.
        held = np.dtype(self.dtype).type
        rounded = large if values.dtype.kind == "f" else (value for value in large if int(held(value)) != int(value))
        for value in rounded:
            self.notes[name] = (
                f"column '{name}' has whole numbers above 2^53, such as {int(value)}, which are rounded to {self.dtype}"
            )
            return

    def _error(self, row: int, name: str, what: str) -> NnprepError:
        return NnprepError(f"{_partition()}, row {self.before + row + 1}: column '{name}' {what}")


def _lists(vectors: pa.StructArray) -> pa.Array:
    """Spark ML's vectors, stored as type, size, indices and values, as lists of doubles."""
    kinds, sizes, indices, values = vectors.flatten()
    kinds = kinds.fill_null(1).to_numpy()
    if kinds.all():
        return values
    # Sparse ones among them: each value has a place in the rows, and all others are 0.
    counts = np.diff(values.offsets.to_numpy())
    sparse = kinds == 0
    lengths = np.where(sparse, sizes.fill_null(0).to_numpy(), counts)
    ends = np.cumsum(lengths)
    places = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    places[np.repeat(sparse, counts)] = indices.filter(pa.array(sparse)).flatten().to_numpy()
    numbers = np.zeros(ends[-1])
    numbers[np.repeat(ends - lengths, counts) + places] = values.flatten().to_numpy()
    offsets = pa.array(np.concatenate([[0], ends]), pa.int64())
    nulls = vectors.is_null() if vectors.null_count else None
    return pa.LargeListArray.from_arrays(offsets, pa.array(numbers), mask=nulls)


def _invalid_rows(array: pa.Array) -> Optional[np.ndarray]:
    """Which rows are null, or have null, NaN or infinity in them; None where all are valid."""
    null = array.is_null().to_numpy(zero_copy_only=False) if array.null_count else None
    values, lengths = array, None
    if _is_list(array):
        lengths = np.diff(array.offsets.to_numpy())
        values = array.values.slice(array.offsets[0].as_py(), int(lengths.sum())) if len(array) else array.values
    if not pa.types.is_floating(values.type) and not (lengths is not None and values.null_count):
        return null
    numbers = values.to_numpy(zero_copy_only=False)  # Null becomes NaN.
    with np.errstate(over="ignore", invalid="ignore"):
        if np.isfinite(numbers.sum()):  # One fast pass over what is nearly always valid.
            return null
    bad = ~np.isfinite(numbers)
    if not bad.any():
        return null
    if lengths is not None:
        rows = np.repeat(np.arange(len(array)), lengths)[bad]
        bad = np.zeros(len(array), bool)
        bad[rows] = True
    return bad if null is None else bad | null


def _problem(value: Any) -> str:
    """What is wrong with a row that `_invalid_rows` found."""
    shown = lambda value: "null" if value is None else str(value)
    what = f"is {shown(value)}"
    if isinstance(value, list):
        index = next(index for index, item in enumerate(value) if item is None or not math.isfinite(item))
        what = f"has {shown(value[index])} at index {index}"
    return f"{what}; handleInvalid='skip' leaves such rows out, 'keep' gives them null"


def _flat(array: pa.Array) -> tuple[np.ndarray, Optional[np.ndarray]]:
    """All values of an array without nulls one after another, and how many each row has; None is one."""
    if pa.types.is_binary(array.type) or pa.types.is_large_binary(array.type):
        width = np.int32 if pa.types.is_binary(array.type) else np.int64
        _, offsets, data = array.buffers()
        offsets = np.frombuffer(offsets, width)[array.offset : array.offset + len(array) + 1]
        data = np.frombuffer(data, np.uint8) if offsets[-1] > offsets[0] else np.empty(0, np.uint8)
        return data[offsets[0] : offsets[-1]], np.diff(offsets)
    if _is_list(array):
        return array.flatten().to_numpy(), np.diff(array.offsets.to_numpy())
    return array.to_numpy(), None


def _is_list(array: pa.Array) -> bool:
    return pa.types.is_list(array.type) or pa.types.is_large_list(array.type)


def _partition() -> str:
    context = TaskContext.get()
    return f"partition-{context.partitionId()}" if context else "rows"


def _partition_number() -> int:
    context = TaskContext.get()
    return context.partitionId() if context else 0


# Moments, and the tree that merges them.

# Records travel in pieces: 8 D² bytes in one would be more than a Spark row can hold from D = 16,384 on.
_PIECE = 1 << 20
_SLICES = 16  # Of a record on its way to the driver.
_NOTE = -1  # The piece that is a note for the user instead.
_RECORDS = "record long, piece int, bytes binary"


def _pieces(source: Any, record: int) -> Iterator[pa.RecordBatch]:
    """What a file or a pipe holds, cut."""
    number = 0
    while data := source.read(_PIECE):
        # A pipe may give less at a time.
        while len(data) < _PIECE and (more := source.read(_PIECE - len(data))):
            data += more
        yield _record(record, number, data)
        number += 1


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
                name = _partition()
                words = ["moments", *rows.options, *words, *_threads(), "-o", "-", "--", name]
                process = stack.enter_context(_Process(program, words, name=name))
            process.write(values)
        if process is not None:
            process.end()
            yield from _pieces(process.process.stdout, _partition_number())
            process.finish()
        for note in rows.notes.values():
            yield _record(_partition_number(), _NOTE, note.encode())


# One process of nnprep takes at most so many bytes of shards, and so many shards.
_SHARD_BYTES, _SHARDS = 256 << 20, 1024


@dataclass
class _Shards:
    """Where shards come from: the folders that were named, and for a folder of pictures, the folders within it."""

    roots: list[str]
    #: The folder of pictures as its name and the folders in it, which are classes; None for all else.
    pictures: Optional[tuple[str, list[str]]] = None

    @staticmethod
    def of(files: DataFrame, paths: Sequence[str], input: Sequence[str]) -> tuple["_Shards", list[str]]:
        """Also the paths of all shards."""
        found = [unquote(path) for path in files.inputFiles()]
        shards = _Shards([_root(path) for path in paths])
        named = [path for path in found if _is_picture(path)]
        format = re.search(r"--input-format[ =](\S+)", " ".join(input))
        may_be = len(paths) == 1 and (format is None or format[1] == "pictures")
        folder = _plain_path(paths[0])
        is_folder = folder == shards.roots[0] and folder not in map(_plain_path, found)
        if may_be and any(is_folder or shards.relative(path) != os.path.basename(path) for path in named):
            folders = sorted({os.path.dirname(shards.relative(path)) for path in named} - {""})
            shards.pictures = (os.path.basename(shards.roots[0]) or "pictures", folders)
            found = named
        return shards, found

    def relative(self, path: str) -> str:
        """The path below the folder that was named."""
        path = _plain_path(path)
        for root in self.roots:
            if path.startswith(f"{root}/"):
                return path[len(root) + 1 :]
        return os.path.basename(path)

    def placed(self, number: int, path: str) -> tuple[str, str]:
        """Where in a folder a shard is put, and the operand that reads it, with the classes of all."""
        if self.pictures is None:
            name = f"input{number}/{os.path.basename(path)}"
            return name, name
        name, _ = self.pictures
        return f"{name}/{self.relative(path)}", name

    @property
    def folders(self) -> list[str]:
        return [f"{self.pictures[0]}/{folder}" for folder in self.pictures[1]] if self.pictures else []


def _is_picture(path: str) -> bool:
    return path.lower().endswith((".jpg", ".jpeg", ".png"))


def _plain_path(path: str) -> str:
    """Without scheme and host."""
    path = re.sub(r"^[A-Za-z][\w+.-]*:(//[^/]*)?", "", path)
    return re.sub("/+", "/", path if path.startswith("/") else os.path.abspath(path)).rstrip("/")


def _root(path: str) -> str:
    """The folder that a path names, up to the first pattern in it."""
    return re.split(r"/[^/]*[*?\[{\\]", _plain_path(path))[0]


def _groups(batches: Iterable[pa.RecordBatch], shards: _Shards) -> Iterator[list[tuple[str, memoryview]]]:
    """The shards of a partition, with their paths, as many at a time as a process takes."""
    group: list[tuple[str, memoryview]] = []
    size = 0
    for batch in batches:
        for path, content in zip(batch.column("path"), batch.column("content")):
            path, content = path.as_py(), memoryview(content.as_buffer())
            if shards.pictures and not _is_picture(path):
                continue
            group.append((path, content))
            size += len(content)
            if len(group) == _SHARDS or size >= _SHARD_BYTES:
                yield group
                group, size = [], 0
    if group:
        yield group


def _shard_moments(
    batches: Iterable[pa.RecordBatch], shards: _Shards, words: list[str], program: str
) -> Iterator[pa.RecordBatch]:
    """One record of all shards of a partition."""
    with _scratch() as folder:
        record, operands = folder / "record", []
        for group in _groups(batches, shards):
            places = [shards.placed(number, path) for number, (path, _) in enumerate(group)]
            files = {place: content for (place, _), (_, content) in zip(places, group)}
            shown = {place: _public(path) for (place, _), (path, _) in zip(places, group)}
            inputs = list(dict.fromkeys(operand for _, operand in places))
            command = ["moments", *words, *_threads(), "-o", f"{record}.next", "--", *operands, *inputs]
            shown[str(record)] = "the shards before"
            with _Process(program, command, files, shown=shown, folders=shards.folders) as process:
                process.end()
                process.finish()
            os.replace(f"{record}.next", record)
            operands = [str(record)]
        if operands:
            with open(record, "rb") as file:
                yield from _pieces(file, _partition_number())


def _merge(batches: Iterable[pa.RecordBatch], program: str, products: list[str]) -> Iterator[pa.RecordBatch]:
    """All records of a task as one, merged in the order of their partitions whatever came first; notes pass."""
    with _scratch() as folder:
        names, notes = _collect(batches, folder)
        if names:
            paths = [str(folder / name) for name in names]
            with _Process(program, ["moments", *paths, *products, *_threads(), "-o", "-"]) as process:
                yield from _pieces(process.process.stdout, _partition_number())
                process.finish()
        for note in sorted(notes):
            yield _record(_partition_number(), _NOTE, note.encode())


def _collect(batches: Iterable[Any], folder: Path, name: str = "partition-{}") -> tuple[list[str], set[str]]:
    """Puts pieces together in files named by their records; gives their names in order, and the notes."""
    found, notes = set(), set()
    for batch in batches:
        for record, piece, data in zip(*batch.columns):
            if piece.as_py() == _NOTE:
                notes.add(data.as_py().decode())
                continue
            found.add(record.as_py())
            _place(folder / name.format(record.as_py()), piece.as_py(), data.as_buffer())
    return [name.format(record) for record in sorted(found)], notes


def _place(path: Path, piece: int, data: Any) -> None:
    with open(path, "r+b" if path.exists() else "wb") as file:
        file.seek(piece * _PIECE)
        file.write(data)


def _merged(records: DataFrame, levels: Sequence[int], merge: Callable[..., Iterator[pa.RecordBatch]]) -> DataFrame:
    """Records of all partitions through so many tasks each time, as one in the end."""
    for tasks in levels:
        target = F.pmod(F.col("record"), F.lit(tasks)).cast("int")
        records = records.repartitionById(tasks, target).mapInArrow(merge, _RECORDS)
    return records


@lru_cache
def _check_recipe(program: str, shape: str, *recipe: str) -> None:
    """Raises nnprep's message about a recipe before a job starts. What is right so far fails for want of rows."""
    raw = ["--quiet", "-o", "-", "--input-format", "raw", "--shape", shape or "1", "--"]
    _check_options(program, "fit", *recipe, *raw, what=f"recipe '{shlex.join(recipe)}'")


def _check_options(program: str, *words: str, what: str, folder: Optional[Path] = None) -> None:
    """Raises nnprep's message about options before a job starts. It reads no rows, and may fail for want of them."""
    try:
        printed = _run(program, *words, os.devnull, folder=folder)
    except NnprepError as error:
        if error.status != 1:
            raise
        printed = str(error)
        if os.devnull in printed:
            return
    if printed:
        raise NnprepError(f"{what} has more in it than options: the rows are those of Spark")


# Records of so few partitions go to the driver as they are, where they are small.
_FEW = 32


@dataclass
class _Fit:
    """A recipe on its way through the cluster."""

    recipe: list[str]
    program: str
    tasks: int
    shape: str = ""

    def __post_init__(self) -> None:
        _check_recipe(self.program, self.shape, *self.recipe)

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

    def statistics(self, records: DataFrame, name: str, source: str = "") -> str:
        """Merges the records of all partitions, and fits.

        `name` is what messages call the rows, and `source` what the statistics call them, where they are one thing.
        """
        session = records.sparkSession
        program, products = self.program, self.products
        merge = lambda batches: _merge(batches, program, products)
        with _scratch() as folder, _small_batches(session), _plain_errors():
            partitions = None if self.tasks else _partitions(records)
            if products and partitions and partitions <= _FEW:
                names, notes = _collect(records.toArrow().to_batches(), folder)
            elif products:
                records = _merged(records, [self.tasks] if self.tasks > 1 else [], merge)
                names, notes = _collect(_merged(records, [1], merge).toArrow().to_batches(), folder, name)
            else:
                # One record needs no merging.
                levels = [] if partitions == 1 else [self.tasks or _root_of_cores(session), 1]
                records = _merged(records, levels, merge)
                # Pieces come to the driver a few at a time: Spark holds a task's result in memory whole.
                slice_ = F.pmod(F.col("piece"), F.lit(_SLICES)).cast("int")
                rows = records.repartitionById(_SLICES, slice_).toLocalIterator(prefetchPartitions=True)
                batches = (_record(record, piece, bytes(data)) for record, piece, data in rows)
                names, notes = _collect(batches, folder, name)
            # Partitions give other examples of the same.
            for note in {note.partition(", such as ")[0]: note for note in sorted(notes, reverse=True)}.values():
                warnings.warn(note, stacklevel=3)
            if not names:
                raise NnprepError("there are no rows to fit on")
            try:
                statistics = _run(self.program, "fit", *self.recipe, "-o", "-", "--", *names, folder=folder)
            except NnprepError as error:
                # nnprep counts the records, which say nothing to the user.
                raise NnprepError(re.sub(r"^(\d+ files|partition-\d+)(?=: )", name, str(error))) from None
        return _renamed(statistics, source) if source else statistics


def _partitions(records: DataFrame) -> Optional[int]:
    """How many partitions records come from, where Spark can tell it without running a shuffle."""

    def shuffles(node: Any) -> bool:
        children = node.children()
        return node.getClass().getSimpleName().endswith("ExchangeExec") or any(
            shuffles(children.apply(number)) for number in range(children.size())
        )

    if is_remote():
        return None
    execution = records._jdf.queryExecution()
    plan = execution.executedPlan()
    if plan.getClass().getSimpleName() == "AdaptiveSparkPlanExec":
        plan = plan.initialPlan()
    return None if shuffles(plan) else execution.toRdd().getNumPartitions()


_batch_lock, _batch_sizes = threading.Lock(), {}  # By session: how many jobs hold it, and what was set before.


@contextmanager
def _small_batches(session: SparkSession) -> Iterator[None]:
    """Makes Arrow's batches small enough for caches and for the workers' memory: Spark counts rows, and rows are large.

    The setting belongs to the session, and jobs may run at once: the last of them to end restores it.
    """
    name, key = "spark.sql.execution.arrow.maxBytesPerBatch", id(session)
    with _batch_lock:
        count, before = _batch_sizes.get(key) or (0, session.conf.get(name, None))
        if not count:
            session.conf.set(name, _BATCH)
        _batch_sizes[key] = (count + 1, before)
    try:
        yield
    finally:
        with _batch_lock:
            count, before = _batch_sizes.pop(key)
            if count > 1:
                _batch_sizes[key] = (count - 1, before)
            elif before is None:
                session.conf.unset(name)
            else:
                session.conf.set(name, before)


_BATCH = "2m"


def _root_of_cores(session: SparkSession) -> int:
    """With a partition a core, both levels of the tree merge alike."""
    return math.isqrt(_cores(session) - 1) + 1


def _cores(session: SparkSession) -> int:
    """Spark Connect does not tell the cores."""
    return 256 if is_remote() else session.sparkContext.defaultParallelism


def _renamed(statistics: str, name: str) -> str:
    """Statistics whose sources are one: they do not show how the rows were partitioned."""
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
        return _Fit([*words, *scale], self.plan.program, self.plan.tasks, self.plan.shape)

    def recipe(self) -> dict[str, Any]:
        """As nnprep itself writes it, for rows of two values."""
        with _scratch() as folder:
            np.array([[0, 1], [1, 3], [2, 0]], np.uint8).tofile(folder / "rows")
            words = [*self.plan.recipe, "--pca", "1"]
            place = next(n for n, word in enumerate(words) if word.partition("=")[0] == "--pca")
            del words[place : place + (1 if "=" in words[place] else 2)]
            raw = ["--input-format", "raw", "--shape", "2", "--quiet"]
            told = json.loads(_run(self.plan.program, "fit", *words, *raw, "-o", "-", "rows", folder=folder))
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
        # Deviations that doubles cannot square are null.
        total = float(np.square(np.array(told["statistics"]["std"], float) / divide).sum())
        if not 0 < total < np.inf:
            raise NnprepError("the variances are no numbers above 0 that a double holds, so there are no components")

        def times(block: np.ndarray) -> np.ndarray:
            sums = selected.mapInArrow(
                lambda batches: _products(batches, rows.fresh(), block, mean, scale), _RECORDS
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
        if "relative_epsilon" in recipe:
            recipe["epsilon"] = recipe["relative_epsilon"] * float(variances.mean())
        rank = _rank(variances, total, len(mean), limit)
        if recipe["whiten"] != "none" and recipe["epsilon"] == 0 and rank is not None and rank < self.count:
            raise NnprepError(
                f"the rank is {rank}, and {self.count} components are to be whitened: without an epsilon, some would "
                "be divided by zero"
            )
        told["pca"] = {
            "solver": "lanczos", "rank": rank, "total_variance": total, "explained_variance": variances.tolist(),
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


def _rank(variances: np.ndarray, total: float, features: int, limit: int) -> int | None:
    """The numerical rank, as nnprep counts it; None where the largest variances do not show it."""
    rounding = variances[0] * features * np.finfo(float).eps
    found = int((variances > rounding).sum())
    # The next variance is at most what these leave of the sum.
    is_whole = found < len(variances) or found >= limit or total - variances.sum() <= rounding
    return min(found, limit) if is_whole else None


def _products(
    batches: Iterable[pa.RecordBatch], rows: _Rows, block: np.ndarray, mean: np.ndarray, scale: np.ndarray
) -> Iterator[pa.RecordBatch]:
    """Xᵀ(XV) of a partition, X its rows after centering and scaling."""
    product = np.zeros(block.shape)
    height = max(1, (32 << 20) // (8 * len(mean)))
    for batch in batches:
        values, _ = rows.read(batch.columns)
        if len(values) and values.shape[1] != len(mean):
            raise NnprepError(f"{_partition()}: rows of {values.shape[1]} and of {len(mean)} values")
        for start in range(0, len(values), height):
            x = (values[start : start + height] - mean) / scale
            product += x.T @ (x @ block)
    yield from _pieces(io.BytesIO(product.tobytes()), _partition_number())


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

    nnprep reads ahead of what it writes: this thread writes to it, a thread of the process reads.
    """
    raw = ["--input-format", "raw", "--shape", model.shape, "--dtype-in", rows.dtype]
    words = ["apply", "--stats", "stats.json", *raw, "--output-format", "raw", "--dtype", model.dtype, *_threads()]
    kind = pa.list_(pa.field("element", pa.from_numpy_dtype(model.dtype), nullable=False))

    def column(values: np.ndarray, valid: Optional[np.ndarray]) -> pa.Array:
        lengths = np.full(len(values) // model.width, model.width)
        if valid is not None:
            lengths = np.where(valid, model.width, 0)
        offsets = np.concatenate([np.zeros(1, np.int32), np.cumsum(lengths, dtype=np.int32)])
        mask = None if valid is None else pa.array(~valid)
        return pa.ListArray.from_arrays(pa.array(offsets), pa.array(values), type=kind, mask=mask)

    name = _partition()
    # What nnprep has not written yet. Nothing else bounds it: nnprep holds few rows, and reads no more than those.
    waiting: deque[tuple[Future[np.ndarray], Optional[np.ndarray]]] = deque()
    with ExitStack() as stack:
        process = None
        for columns in batches:
            if process is None:
                words = [*words, "-o", "-", "--", name]
                files = {"stats.json": model.statistics.encode()}
                process = stack.enter_context(_Process(program, words, files, name))
            values, valid = rows.read(columns if isinstance(columns, tuple) else [columns])
            waiting.append((process.reads(np.empty(len(values) * model.width, model.dtype)), valid))
            process.write(values)
            while waiting and waiting[0][0].done():
                future, valid = waiting.popleft()
                yield column(future.result(), valid)
        if process is not None:
            process.end()
            for future, valid in waiting:
                yield column(future.result(), valid)
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
    shards: _Shards,
    words: list[str],
    statistics: bytes,
    output: "_Output",
    labels: str,
    program: str,
) -> Iterator[pa.RecordBatch]:
    """Writes a file for each shard, under its last name only when it is whole; gives the names."""
    for group in _groups(batches, shards):
        for path, content in group:
            place, operand = shards.placed(0, path)
            stem = _stem(shards.relative(path))
            written = {f"out{output.suffix}": f"{stem}{output.suffix}"}
            options = ["-o", f"out{output.suffix}"]
            if labels:
                written[f"labels{labels}"] = f"{stem}.labels{labels}"
                options += ["--labels", f"labels{labels}"]
            command = ["apply", "--stats", "stats.json", *words, *options, *_threads(), "--", operand]
            files = {"stats.json": statistics, place: content}
            with _Process(program, command, files, shown={place: _public(path)}, folders=shards.folders) as process:
                process.end()
                process.finish()
                paths = [output.take(process.folder / name, target) for name, target in written.items()]
            yield pa.RecordBatch.from_arrays([pa.array(paths)], names=["path"])


@dataclass
class _Output:
    """The folder that `transform_files` writes to. Files are written to a folder within it, then moved."""

    address: str
    suffix: str
    run: str = field(default_factory=lambda: f".nnprep-{uuid.uuid4().hex}")

    @contextmanager
    def _system(self) -> Iterator[tuple[Any, str]]:
        """pyarrow's file system and the folder's path there. Messages do not show the address's secrets."""
        from pyarrow.fs import FileSystem, LocalFileSystem

        try:
            if self.address.startswith("file:"):
                # As Spark reads such names: blanks and percent signs stand for themselves.
                yield LocalFileSystem(), _plain_path(self.address)
            else:
                yield FileSystem.from_uri(self.address)
        except (OSError, ValueError) as error:  # pyarrow's are among these.
            # An address that cannot be parsed may have its secret anywhere.
            said = str(error).replace(self.address, "the address") if "://" in self.address else str(error)
            raise NnprepError(f"{self.shown}: {_public(said)}") from None

    @property
    def shown(self) -> str:
        shown = _public(self.address)
        # An "@" behind a "/" that is not escaped.
        return re.sub(r"(?<=://).*@", "", shown) if "@" in shown.partition("?")[0] else shown

    @contextmanager
    def made(self, folders: Iterable[str]) -> Iterator[None]:
        """Makes the folders. In the end nothing is left of tasks that failed."""
        with self._system() as (system, root):
            for folder in ["", *sorted(folders), self.run]:
                system.create_dir(f"{root}/{folder}".rstrip("/"), recursive=True)
        try:
            yield
        finally:
            with self._system() as (system, root):
                system.delete_dir(f"{root}/{self.run}")

    def take(self, path: Path, target: str) -> str:
        """Copies a file to its name in the folder; gives the address."""
        with self._system() as (system, root):
            part = f"{root}/{self.run}/{uuid.uuid4().hex}"
            with open(path, "rb") as source, system.open_output_stream(part) as sink:
                shutil.copyfileobj(source, sink, _PIECE)
            system.move(part, f"{root}/{target}")
        folder, mark, query = self.shown.partition("?")
        return f"{folder}/{target}{mark}{query}".rstrip("?")


def _stem(path: str) -> str:
    return os.path.splitext(path.removesuffix(".gz"))[0]


# What Spark's users see.


def _accessors(kind: type) -> type:
    """Adds Spark ML's methods for each parameter: `setInputCols`, `getShape`."""
    for name in dir(kind):
        if isinstance(getattr(kind, name), Param):
            title = name[0].upper() + name[1:]
            if not hasattr(kind, f"get{title}"):
                setattr(kind, f"get{title}", lambda self, name=name: self.getOrDefault(name))
            setattr(kind, f"set{title}", lambda self, value, name=name: self._given({name: value}))
    return kind


def _text(name: str, doc: str) -> Param:
    return Param(Params._dummy(), name, doc, TypeConverters.toString)


class _Columns(HasInputCol, HasInputCols, HasOutputCol):
    """Parameters that the estimator and its model share."""

    dtype = _text(
        "dtype",
        "the type of the values: auto, uint8, float32 or float64; auto takes bytes for "
        "uint8, floats for float32, all else for float64",
    )
    shape = _text(
        "shape", "the shape of a row, such as 3x32x32, for statistics by channel; empty: as many values as there are"
    )
    handleInvalid = _text(
        "handleInvalid",
        "rows with null, NaN or infinity in them: error, skip (leave them out), or "
        "keep (leave them out of fit, and give them null)",
    )
    outputType = _text("outputType", "what the output column holds: array, or vector for Spark ML")
    outputDtype = _text("outputDtype", "the type of the output's values: float32 or float64")
    program = _text(
        "program", "nnprep: its path on every worker, or the name of what --files has brought or PATH finds"
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

    def _given(self, params: dict[str, Any]) -> Any:
        for name, value in params.items():
            if not self.hasParam(name):
                raise TypeError(f"{type(self).__name__} has no parameter '{name}'")
            if name == "inputCols" and isinstance(value, str):
                value = [value]
            try:
                if value is not None:
                    self._set(**{name: value})
            except TypeError as error:
                raise NnprepError(str(error)) from None
        return self

    def _valid(self) -> dict[str, Any]:
        """All parameters by name, checked. `columns` are the input columns' names."""
        values = {param.name: value for param, value in self.extractParamMap().items()}
        for name, choices in self._choices.items():
            if values[name] not in choices:
                raise NnprepError(f"{name} is '{values[name]}', and not one of {', '.join(choices)}")
        if self.isSet("inputCol") and self.isSet("inputCols"):
            raise NnprepError("inputCol and inputCols are both set; set one")
        columns = values["columns"] = [values["inputCol"]] if self.isSet("inputCol") else values["inputCols"]
        if not columns or not all(isinstance(name, str) and name for name in columns):
            raise NnprepError(f"inputCols are names of columns, not {columns!r}")
        for name in ("outputCol", "program"):
            if not isinstance(values[name], str) or not values[name]:
                raise NnprepError(f"{name} is a name, not {values[name]!r}")
        if not re.fullmatch(r"([1-9]\d{0,9}(x[1-9]\d{0,9}){0,2})?", values["shape"]):
            raise NnprepError(f"shape is '{values['shape']}', and not such as 3x32x32 or 784")
        if values.get("mergeTasks", 0) < 0:
            raise NnprepError(f"mergeTasks is {values['mergeTasks']}, and not 0 or more")
        return values

    def _rows(self, df: DataFrame, shape: str) -> tuple[_Rows, list[Column]]:
        given = self._valid()
        return _Rows.of(df, given["columns"], given["dtype"], shape, given["handleInvalid"])


class _Saved(MLWritable, MLReadable):
    """Saved and loaded as Spark ML does, through the session, so that Spark Connect does it too."""

    def write(self) -> MLWriter:
        return _Writer(self)

    @classmethod
    def read(cls) -> MLReader:
        return _Reader(cls)


@_accessors
class Nnprep(Estimator, _Columns, _Saved):
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

    recipe = Param(Params._dummy(), "recipe", "the options of nnprep fit, as text or a list", _words)
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
        return self._given(params)

    def _fit(self, dataset: DataFrame) -> "NnprepModel":
        _require_frame(dataset, "what fit learns from")
        given = self._valid()
        plan = _Fit(given["recipe"], given["program"], given["mergeTasks"], given["shape"])
        rows, columns = self._rows(dataset, given["shape"])
        lanczos = None
        if not given["covariance"] and not plan.products:
            lanczos = _Lanczos.of(plan)
            plan = lanczos.base()
        words, program = [*plan.products, *plan.step], plan.program
        selected = dataset.select(*[column.alias(f"c{number}") for number, column in enumerate(columns)])
        records = selected.mapInArrow(lambda batches: _moments(batches, rows.fresh(), words, program), _RECORDS)
        statistics = plan.statistics(records, "the DataFrame", "DataFrame")
        if lanczos:
            statistics = lanczos.statistics(selected, rows, statistics)
        model = self._copyValues(NnprepModel(statistics))
        model.parent = self
        return model._resetUid(self.uid)


@_accessors
class NnprepModel(Model, _Columns, _Saved):
    """Statistics that `fit` has learnt; `transform` adds a column of what `nnprep apply` makes of the rows.

    `statistics` is the text of nnprep's stats.json: `nnprep apply --stats` takes it as it stands, and any statistics
    that nnprep has written make a model: `NnprepModel(Path("stats.json").read_text(), inputCols=["pixels"])`.
    """

    #: The estimator that has fitted it, if it was not loaded.
    parent: Optional[Nnprep] = None

    def __init__(self, statistics: str = "", **params: Any):
        super().__init__()
        self.statistics = statistics
        self._given(params)

    @cached_property
    def _told(self) -> dict[str, Any]:
        _Map(self.statistics)
        return json.loads(self.statistics)

    @property
    def mean(self) -> DenseVector:
        """The training rows' mean, [features]."""
        return DenseVector(self._told["statistics"]["mean"])

    @property
    def std(self) -> DenseVector:
        """The training rows' standard deviation, [features], by the recipe's `--ddof`."""
        return DenseVector(self._told["statistics"]["std"])

    @property
    def explainedVariance(self) -> Optional[DenseVector]:
        """As Spark ML's: the share of the variance that each component explains. None without components."""
        pca = self._told["pca"]
        return pca and DenseVector(pca["explained_variance_ratio"])

    @property
    def components(self) -> Optional[DenseMatrix]:
        """[components, features]: the transpose of Spark ML's `pc`. None without components."""
        if self._told["pca"] is None:
            return None
        rows = np.array(self._told["pca"]["components"])
        return DenseMatrix(*rows.shape, rows.ravel(), isTransposed=True)

    def _transform(self, dataset: DataFrame) -> DataFrame:
        _require_frame(dataset, "what transform changes")
        given = self._valid()
        output, program = given["outputCol"], given["program"]
        column = _new_column(dataset, output)
        model = _Map(self.statistics, given["outputDtype"])
        rows, selected = self._rows(dataset, model.shape)
        kind = T.ArrayType(T.FloatType() if model.dtype == "float32" else T.DoubleType(), False)

        # Spark goes by the hints: an array a batch, or several.
        def one(batches: Iterator[pa.Array]) -> Iterator[pa.Array]:
            return _transformed(batches, rows.fresh(), model, program)

        def several(batches: Iterator[Tuple[pa.Array, ...]]) -> Iterator[pa.Array]:
            return _transformed(batches, rows.fresh(), model, program)

        apply = F.arrow_udf(one if len(selected) == 1 else several, kind)
        # "Nondeterministic" keeps Spark from computing the column a second time for the filter.
        result = dataset.withColumn(output, apply.asNondeterministic()(*selected))
        if rows.invalid == "skip":
            result = result.where(column.isNotNull())
        if given["outputType"] == "vector":
            # Null is no array: Spark's function fails on it.
            result = result.withColumn(output, F.when(column.isNotNull(), array_to_vector(column)))
        return result


class _Writer(MLWriter):
    def __init__(self, instance: Union[Nnprep, NnprepModel]):
        super().__init__()
        self.instance = instance

    def _handleOverwrite(self, path: str) -> None:
        if not is_remote():  # There, each part is overwritten.
            super()._handleOverwrite(path)

    def saveImpl(self, path: str) -> None:
        self._write(DefaultParamsWriter._get_metadata_to_save(self.instance, self.sparkSession), path, "metadata")
        if isinstance(self.instance, NnprepModel):
            self._write(self.instance.statistics.removesuffix("\n"), path, "statistics")

    def _write(self, text: str, path: str, part: str) -> None:
        mode = "overwrite" if self.shouldOverwrite else "error"
        rows = self.sparkSession.createDataFrame([(text,)], "value string")
        rows.coalesce(1).write.mode(mode).text(os.path.join(path, part))


class _Reader(MLReader):
    def __init__(self, kind: type):
        super().__init__()
        self.kind = kind

    def load(self, path: str) -> Union[Nnprep, NnprepModel]:
        metadata = DefaultParamsReader.loadMetadata(path, self.sparkSession)
        saved = metadata["class"].rpartition(".")[2]
        if saved != self.kind.__name__:
            raise NnprepError(f"{_public(path)} holds a saved {saved}: load it by {saved}.load")
        instance = self.kind()
        if isinstance(instance, NnprepModel):
            parts = self.sparkSession.read.text(os.path.join(path, "statistics"), wholetext=True)
            instance.statistics = parts.first()[0]
        instance._resetUid(metadata["uid"])
        DefaultParamsReader.getAndSetParams(instance, metadata)
        return instance


def fit(df: DataFrame, columns: Words = "features", recipe: Words = (), **params: Any) -> NnprepModel:
    """Learns statistics from columns of a DataFrame: `fit(df, ["pixels"], ["--pca", "144"])`. `params` are Nnprep's."""
    _require_frame(df, "the first argument of fit")
    return Nnprep(recipe, inputCols=columns, **params).fit(df)


def transform(df: DataFrame, stats: Union[NnprepModel, str, Path], **params: Any) -> DataFrame:
    """Adds a column of what `nnprep apply` makes of the rows.

    `stats` is a model, the path of a stats.json on the driver, or its text; `params` are the model's.
    """
    _require_frame(df, "the first argument of transform")
    return _model(stats, params).transform(df)


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
    _require_frame(df, "the split, the first argument of check,")
    if train is not None:
        _require_frame(train, "train, the third argument of check,")
    model = _model(stats, params)
    program, statistics, shape = model._valid()["program"], model.statistics, _Map(model.statistics).shape
    rows, columns = model._rows(df, shape)
    arrays = lambda df, columns: df.select(
        *[column.alias(f"c{number}") for number, column in enumerate(columns)], *_key_column(df, key)
    )
    with _scratch() as folder, _small_batches(df.sparkSession), _plain_errors():
        names: list[Any] = []
        with open(folder / "split", "wb") as file:
            for batch in arrays(df, columns).toArrow().to_batches():
                values, found = _named_rows(batch, rows, key)
                names += found
                file.write(values)
            size = file.tell()
        if not size:
            raise NnprepError("there are no rows to check")
        (folder / "stats.json").write_text(statistics)
        equal_alone = train is not None and not json.loads(statistics)["pca"]
        options = [*rows.options, *(["--threshold", "0"] if equal_alone else []), "--stats"]
        if train is not None:
            theirs, columns = model._rows(train, shape)
            if theirs.dtype != rows.dtype:
                raise NnprepError(f"the split has {rows.dtype}, and the training rows {theirs.dtype}: name a dtype")
            files = {"stats.json": statistics.encode(), "split": (folder / "split").read_bytes()}
            part = ["check", "--nearest", "-", *options, "stats.json"]
            records = arrays(train, columns).mapInArrow(
                lambda batches: _nearest(batches, theirs.fresh(), program, files, part, key), _RECORDS
            )
            levels = [_root_of_cores(df.sparkSession), 1]
            records = _merged(records, levels, lambda batches: _merge_nearest(batches, program, files, part))
            if not _collect(records.toArrow().to_batches(), folder, "training rows")[0]:
                raise NnprepError("there are no training rows")
        what = ["--train", "training rows"] if train is not None else ["--only", "drift"]
        words = ["check", "--json", "--quiet", *options, "stats.json", "split", *what]
        told = json.loads(_run(program, *words, folder=folder, also=[3]))
    names = names or list(range(1, told["rows"] + 1))
    leaks = told["leaks"] and [
        {
            "row": names[pair["row"] - 1], "training_row": pair["training_label"],
            **{name: pair[name] for name in ("equal", "similarity", "contrast")},
        }
        for pair in told["leaks"]["pairs"]
    ]
    return {"rows": told["rows"], "drift": told["drift"], "leaks": leaks}


def _key_column(df: DataFrame, key: str) -> list[Column]:
    """The column that names rows, as text; none without a name."""
    if not isinstance(key, str):
        raise NnprepError(f"key is the name of a column, not {key!r}")
    if not key:
        return []
    column, kind = _column(df, key)
    if isinstance(kind, (T.BinaryType, T.ArrayType, T.MapType, T.StructType, T.UserDefinedType)):
        raise NnprepError(f"key '{key}': {kind.simpleString()} is no name; use text or a number, such as hex({key})")
    return [column.cast("string").alias("key")]


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
                name = _partition()
                words = [*words, *_threads(), f"--train={name}", "--", "split"]
                process = stack.enter_context(_Process(program, words, files, name))
            if len(values):
                process.write(values)
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
        yield from _pieces(io.BytesIO(told), _partition_number())


def _merge_nearest(
    batches: Iterable[pa.RecordBatch], program: str, files: dict[str, bytes], words: list[str]
) -> Iterator[pa.RecordBatch]:
    with _scratch() as folder:
        names, _ = _collect(batches, folder)
        if names:
            words = [*words, *_threads(), *(f"--train={folder / name}" for name in names), "--", "split"]
            with _Process(program, words, files) as process:
                process.end()
                yield from _pieces(process.process.stdout, _partition_number())
                process.finish()


def _statistics(stats: Union[NnprepModel, str, Path]) -> str:
    if isinstance(stats, NnprepModel):
        return stats.statistics
    if not isinstance(stats, (str, Path)):
        raise NnprepError(f"statistics are a model, a path or text, not {type(stats).__name__}")
    if isinstance(stats, str) and stats.lstrip().startswith("{"):
        return stats
    try:
        return Path(stats).read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise NnprepError(f"{stats}: cannot be read: {error}") from None


def _model(stats: Union[NnprepModel, str, Path], params: dict[str, Any]) -> NnprepModel:
    model = stats.copy() if isinstance(stats, NnprepModel) else NnprepModel(_statistics(stats))
    return model._given(params)


def _files(spark: SparkSession, paths: Words, input: Sequence[str]) -> tuple[DataFrame, _Shards, list[str]]:
    """Whole files, through Spark's file systems, and their paths."""
    paths = [paths] if isinstance(paths, (str, Path)) else paths
    if not isinstance(paths, (list, tuple)) or not paths:
        raise NnprepError(f"paths are one or a list, not {paths!r}")
    paths = [str(path) for path in paths]
    try:
        files = spark.read.format("binaryFile").option("recursiveFileLookup", True).load(paths)
    except Exception as error:  # Spark's or Py4J's, with Java's lines behind the first.
        said = re.sub(r"^An error occurred while calling \S+\s+:\s*", "", str(error)).split("\n")[0]
        raise NnprepError(f"{', '.join(map(_public, paths))}: cannot be read: {_public(said)}") from None
    return files, *_Shards.of(files, paths, input)


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
    file; the workers get their bytes from Spark and need no disk in common. Folders are read with all folders in them;
    in a folder of pictures those are classes. Spark passes over files that are empty, or whose names begin with `_` or
    a dot. `input` are options of nnprep's input, such as `["--input-format", "cifar10"]`; `params` are those of the
    model.
    """
    model = NnprepModel(program=program, **params)
    Nnprep(program=program, mergeTasks=mergeTasks)._valid(), model._valid()
    plan, input = _Fit(_words(recipe), program, mergeTasks), _words(input)
    words = [*input, *plan.products, *plan.step]
    # Without products, which an empty record has, too.
    options = ["--quiet", *input, "--no-products", *plan.step, "-o", os.devnull, "--"]
    _check_options(program, "moments", *options, what=f"input '{shlex.join(input)}'")
    with _plain_errors():
        files, shards, _ = _files(spark, paths, input)
        if not plan.products:
            # A record has 8 D² bytes, however small the shards are: no more of them than are worth it.
            size = files.agg(F.sum("length")).first()[0] or 0
            files = files.coalesce(max(1, min(_cores(spark), size >> 25)))
        files = files.select("path", "content")
        records = files.mapInArrow(lambda batches: _shard_moments(batches, shards, words, program), _RECORDS)
        model.statistics = plan.statistics(records, "the shards", shards.pictures[0] if shards.pictures else "")
    return model


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
    `gs:`; parameters follow a question mark, as in `s3://bucket/white?region=eu-west-1`). A shard `cat/0.bin` below the
    folder in `paths` becomes `cat/0.npy` there (or `format` csv, tsv, raw), with its labels, where `labels` names a
    format for them, in `cat/0.labels.npy`. A file has its name only when it is whole: tasks that Spark repeats do no
    harm. Paths are returned without passwords and keys.
    """
    if not isinstance(output, (str, Path)) or not str(output):
        raise NnprepError(f"output is the address of a folder, not {output!r}")
    output = str(output)
    output = (
        output.replace("s3a://", "s3://", 1).rstrip("/")
        if "://" in output or output.startswith("file:")
        else os.path.abspath(output)
    )
    statistics, input = _statistics(stats), _words(input)
    _Map(statistics)
    target = _Output(output, f".{format}")
    if labels not in ("", "npy", "csv", "tsv"):
        raise NnprepError(f"labels is '{labels}', and not one of npy, csv, tsv")
    options = ["--output-format", str(format), "-o", f"out.{format}"]
    options += ["--labels", f"labels.{labels}"] if labels else []
    with _scratch() as folder:
        _write_files(folder, {"stats.json": statistics.encode()})
        words = ["apply", "--quiet", "--stats", "stats.json", *input, *options, "--"]
        _check_options(program, *words, what=f"input '{shlex.join(input)}'", folder=folder)
    with _plain_errors():
        files, shards, found = _files(spark, paths, input)
        stems: dict[str, str] = {}
        for path in found:
            other = stems.setdefault(_stem(shards.relative(path)), path)
            if other != path:
                raise NnprepError(f"{_public(other)} and {_public(path)} would become one file in {target.shown}")
        words, encoded = [*input, "--output-format", format], statistics.encode()
        labels = labels and f".{labels}"
        written = files.select("path", "content").mapInArrow(
            lambda batches: _transformed_shards(batches, shards, words, encoded, target, labels, program), "path string"
        )
        with target.made({os.path.dirname(stem) for stem in stems} - {""}), _small_batches(spark):
            return sorted(row.path for row in written.collect())
