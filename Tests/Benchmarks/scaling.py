"""Time and memory against the number of rows: made rows of 3,072 bytes, through a pipe.

    make scaling                    (5,000,000 rows at the most: 15 GB through each pipe; minutes)

A straight line and a flat one, as a picture (SVG) and in numbers. Rows are random, and the same ones over and over.
"""

import json
import math
import os
import subprocess
import sys
import time

from bench import FEATURES, processor, watch

COUNTS = [10_000, 30_000, 100_000, 300_000, 1_000_000, 3_000_000, 5_000_000]
COMMANDS = {
    "fit: mean and deviation": ["fit"],
    "fit --pca 144": ["fit", "--pca", "144"],
}
CHUNK = 1000


def measure(nnprep, words, rows, chunk):
    """Seconds and MB of one process."""
    start = time.perf_counter()
    process = subprocess.Popen(
        [nnprep, *words, "--quiet", "--input-format", "raw", "--shape", str(FEATURES), "-", "-o", "/dev/null"],
        stdin=subprocess.PIPE)
    writer = os.fork()
    if writer == 0:
        for _ in range(rows // CHUNK):
            process.stdin.write(chunk)
        process.stdin.flush()
        os._exit(0)
    process.stdin.close()
    peak = watch(process)
    os.waitpid(writer, 0)
    return time.perf_counter() - start, peak


# The picture: two panels of one width, whose axes are logarithmic.

WIDTH, HEIGHT, LEFT, TOP, GAP = 330, 210, 64, 44, 74
STYLE = ("<style>text{font:12px sans-serif;fill:#333}.t{font-size:14px}.g{stroke:#ddd}.l{fill:none;stroke-width:2}"
         "@media(prefers-color-scheme:dark){svg{background:#161616}text{fill:#ccc}.g{stroke:#333}}</style>")
COLOURS = ["#2a6fb0", "#c2571a"]


def panel(x, title, series, low, high, form):
    """Lines of (rows, value) over decades from `low` to `high`."""
    def place(rows, value):
        span = math.log10(COUNTS[-1] / COUNTS[0])
        return (x + WIDTH * math.log10(rows / COUNTS[0]) / span,
                TOP + HEIGHT * (1 - math.log10(value / low) / math.log10(high / low)))

    parts = [f'<text class="t" x="{x}" y="{TOP - 18}">{title}</text>']
    decade = low
    while decade <= high * 1.01:
        _, y = place(COUNTS[0], decade)
        parts.append(f'<line class="g" x1="{x}" x2="{x + WIDTH}" y1="{y:.1f}" y2="{y:.1f}"/>'
                     f'<text x="{x - 8}" y="{y + 4:.1f}" text-anchor="end">{form(decade)}</text>')
        decade *= 10
    for rows, name in [(10_000, "10,000"), (100_000, "100,000"), (1_000_000, "1,000,000")]:
        at, _ = place(rows, low)
        parts.append(f'<line class="g" x1="{at:.1f}" x2="{at:.1f}" y1="{TOP}" y2="{TOP + HEIGHT}"/>'
                     f'<text x="{at:.1f}" y="{TOP + HEIGHT + 18}" text-anchor="middle">{name}</text>')
    parts.append(f'<text x="{x + WIDTH}" y="{TOP + HEIGHT + 18}" text-anchor="end">rows</text>')
    for colour, (name, points) in zip(COLOURS, series.items()):
        places = [place(rows, value) for rows, value in points]
        line = " ".join(f"{a:.1f},{b:.1f}" for a, b in places)
        parts.append(f'<polyline class="l" stroke="{colour}" points="{line}"/>')
        parts += [f'<circle cx="{a:.1f}" cy="{b:.1f}" r="3" fill="{colour}"/>' for a, b in places]
        a, b = places[len(places) // 2]
        # The first line is the lower one: its name is below it, and the other's above.
        at, anchor = (b + 20, "start") if colour == COLOURS[0] else (b - 10, "end")
        parts.append(f'<text x="{a:.1f}" y="{at:.1f}" text-anchor="{anchor}">{name}</text>')
    return "".join(parts)


def picture(measured):
    seconds = {name: [(rows, s) for rows, s, _ in points] for name, points in measured.items()}
    memory = {name: [(rows, m) for rows, _, m in points] for name, points in measured.items()}
    whole = LEFT + 2 * WIDTH + GAP + 20
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{whole}" height="{TOP + HEIGHT + 34}" role="img" '
            f'aria-label="Time grows as rows do; memory stays">{STYLE}'
            + panel(LEFT, "seconds", seconds, 0.01, 100, lambda v: f"{v:g}")
            + panel(LEFT + WIDTH + GAP, "peak memory, MB", memory, 10, 1000, lambda v: f"{v:g}") + "</svg>\n")


def main():
    nnprep, out = sys.argv[1:3]
    chunk = os.urandom(CHUNK * FEATURES)
    measured = {}
    print(processor())
    for name, words in COMMANDS.items():
        measured[name] = []
        for rows in COUNTS:
            seconds, peak = measure(nnprep, words, rows, chunk)
            measured[name].append((rows, seconds, peak))
            print(f"{name:26} {rows:>9,} rows {seconds:8.2f} s {peak:6.0f} MB {rows / seconds:12,.0f} rows/s", flush=True)
    with open(out, "w") as file:
        file.write(picture(measured))
    print(json.dumps(measured))


if __name__ == "__main__":
    main()
