"""Opens the pages of `nnprep report` in headless Chromium (Debian's chromium): what a reader sees, at three widths, light and dark.

    make interop
    python page.py NNPREP [FOLDER]     # keeps the screenshots in FOLDER

Raises where a page is wider than its window, says something on the console, fetches anything, has headings out of order,
images without a description, or text that WCAG AA calls too faint.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

FIXTURES = Path(__file__).resolve().parents[2] / "Fixtures"
NNPREP = sys.argv[1]
WIDTHS = [400, 900, 1600]

# Text against the nearest background that is painted; charts have that of the page.
FAINT = """() => {
  const parse = c => c.match(/[\\d.]+/g).map(Number)
  const linear = c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
  const light = ([r, g, b]) => 0.2126 * linear(r / 255) + 0.7152 * linear(g / 255) + 0.0722 * linear(b / 255)
  const ground = e => {
    for (e = e.closest("svg")?.parentElement ?? e; e; e = e.parentElement) {
      const c = parse(getComputedStyle(e).backgroundColor)
      if (c.length < 4 || c[3] > 0) return c
    }
    return [255, 255, 255]
  }
  const faint = []
  for (const e of document.querySelectorAll("body *")) {
    if (![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())) continue
    if (["SCRIPT", "STYLE", "TITLE"].includes(e.tagName.toUpperCase())) continue
    const style = getComputedStyle(e)
    const ink = parse(e.closest("svg") ? style.fill : style.color)
    const [a, b] = [light(ink), light(ground(e))].sort((a, b) => b - a)
    if ((a + 0.05) / (b + 0.05) < 4.5) faint.push([e.tagName, e.textContent.slice(0, 40), ink.join()])
  }
  return faint
}"""

OUTLINE = """() => ({
  width: document.documentElement.scrollWidth, window: document.documentElement.clientWidth,
  levels: [...document.querySelectorAll("h1,h2,h3,h4,h5,h6")].map(h => Number(h.tagName[1])),
  images: [...document.images].filter(i => !i.alt || i.naturalWidth === 0).length,
  charts: [...document.querySelectorAll("svg")].filter(s => s.getAttribute("role") !== "img" || !s.ariaLabel).length,
  twice: [...document.querySelectorAll("[id]")].map(e => e.id).filter((id, i, all) => all.indexOf(id) !== i),
})"""


def nnprep(*words, cwd):
    run = subprocess.run([NNPREP, *map(str, words)], cwd=cwd, capture_output=True)
    assert run.returncode == 0, run.stderr.decode()


def reports(folder):
    """A report of images with everything, one of a table, and one of statistics alone."""
    train, val = FIXTURES / "patches-train.bin", FIXTURES / "patches-val.bin"
    # A split with leaks, so that pairs are drawn.
    data = val.read_bytes()
    (folder / "test.bin").write_bytes(data[:3073 * 100] + train.read_bytes()[:3073 * 5])
    nnprep("fit", "--pca", "0.95", "--whiten", "pca", train, "-o", "white.json", cwd=folder)
    nnprep("report", "--stats", "white.json", "--train", train, "--val", val, "--test", "test.bin", "-o", "images.html",
           cwd=folder)
    nnprep("fit", "--label-column", "species", FIXTURES / "iris-train.csv", "-o", "iris.json", cwd=folder)
    nnprep("report", "--stats", "iris.json", "--train", FIXTURES / "iris-train.csv", "--val", FIXTURES / "iris-val.csv",
           "-o", "table.html", cwd=folder)
    nnprep("report", "--stats", "white.json", "-o", "statistics.html", cwd=folder)
    return ["images.html", "table.html", "statistics.html"]


def look(browser, path, width, scheme, folder):
    page = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme).new_page()
    said, fetched = [], []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: fetched.append(request.url))
    page.goto(path.as_uri())
    seen = page.evaluate(OUTLINE)
    name = f"{path.stem}-{width}-{scheme}"
    page.screenshot(path=folder / f"{name}.png", full_page=True)
    assert seen["width"] <= seen["window"], f"{name}: {seen['width']} wide"
    levels = seen["levels"]
    assert levels[0] == 1 and levels.count(1) == 1, levels
    assert all(b <= a + 1 for a, b in zip(levels, levels[1:])), f"{name}: {levels}"
    assert seen["images"] == 0 and seen["charts"] == 0 and seen["twice"] == [], f"{name}: {seen}"
    faint = page.evaluate(FAINT)
    assert not faint, f"{name}: {faint[:5]}"
    head = page.locator("table.sortable thead th", has_text="std")
    head.get_by_role("button").click()
    column = "[...document.querySelectorAll('table.sortable tbody tr')].map(r => Number(r.cells[2].textContent))"
    stds = page.evaluate(column)
    assert stds == sorted(stds, reverse=True) and head.get_attribute("aria-sort") == "descending"
    head.get_by_role("button").click()
    assert page.evaluate(column) == sorted(stds)
    assert not said, f"{name}: {said}"
    assert all(url.startswith("data:") or url == path.as_uri() for url in fetched), fetched
    page.context.close()


def without_scripts(browser, path):
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(path.as_uri())
    assert page.locator("table.sortable tbody tr").count() > 3 and page.locator("button").count() == 0
    assert page.locator("h2").count() >= 4
    page.context.close()


def main():
    chromium = shutil.which("chromium")
    if not chromium:
        print("not installed: chromium")
        return
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        folder = Path(temporary)
        kept = Path(sys.argv[2]) if len(sys.argv) > 2 else folder
        kept.mkdir(parents=True, exist_ok=True)
        names = reports(folder)
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for name in names:
            for width in WIDTHS:
                for scheme in ["light", "dark"]:
                    look(browser, folder / name, width, scheme, kept)
            without_scripts(browser, folder / name)
            page = browser.new_page()
            page.goto((folder / name).as_uri())
            page.pdf(path=kept / f"{Path(name).stem}.pdf")
            print(f"ok: {name} in Chromium at {', '.join(map(str, WIDTHS))} pixels, light and dark, without scripts, printed")
        browser.close()


main()
