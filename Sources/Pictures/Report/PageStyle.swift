/// How pages look, and what a script adds to them.
enum PageStyle {
    /// The inks of the charts are those of the page.
    static var css: String {
        func inks(_ colour: (Ink) -> Ink.RGB) -> String {
            Ink.all.map { ".f-\($0.name){fill:\(colour($0).hex)}.l-\($0.name){stroke:\(colour($0).hex)}" }.joined(
                separator: "\n")
        }
        return """
            :root{--paper:\(Ink.paper.light.hex);--text:\(Ink.text.light.hex);--faint:\(Ink.faint.light.hex);\
            --grid:\(Ink.grid.light.hex);--link:#0a5cc2;--warn:#fff4d6;--edge:#9a6700;--code:#f4f6f8}
            \(sheet)
            @media screen and (prefers-color-scheme:dark){
            :root{--paper:\(Ink.paper.dark.hex);--text:\(Ink.text.dark.hex);--faint:\(Ink.faint.dark.hex);\
            --grid:\(Ink.grid.dark.hex);--link:#6cb0ff;--warn:#2e2410;--edge:#d29922;--code:#161b22}
            \(inks(\.dark))
            }
            @media print{
            body{max-width:none;padding:0;font-size:10pt}
            nav{display:none}
            figure,tr,li{break-inside:avoid}
            h2,h3{break-after:avoid}
            .scroll{overflow:visible;max-height:none}
            .scroll svg{min-width:0!important}
            pre{white-space:pre-wrap}
            }

            """
    }

    private static let sheet = """
        *{box-sizing:border-box}
        html{background:var(--paper);color:var(--text)}
        body{margin:0 auto;max-width:68rem;padding:1.5rem 1rem 3rem;line-height:1.5;\
        font-family:system-ui,"Segoe UI",Roboto,Helvetica,Arial,sans-serif;overflow-wrap:anywhere}
        h1{font-size:1.8rem;line-height:1.2;margin:0 0 .5rem}
        h2{font-size:1.3rem;line-height:1.3;margin:2.5rem 0 .75rem;padding-top:.5rem;border-top:1px solid var(--grid)}
        h3{font-size:1.05rem;margin:1.75rem 0 .5rem}
        p,li{max-width:44rem}
        a{color:var(--link)}
        a:focus-visible,button:focus-visible,.scroll:focus-visible{outline:2px solid var(--link);outline-offset:2px}
        nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;list-style:none;margin:1rem 0 0;padding:0}
        ul.warnings{list-style:none;padding:0}
        ul.warnings li{background:var(--warn);border-left:4px solid var(--edge);margin:.5rem 0;padding:.5rem .75rem}
        dl{display:grid;grid-template-columns:minmax(7rem,max-content) 1fr;gap:.25rem 1.25rem;margin:0}
        dt{color:var(--faint)}
        dd{margin:0}
        figure{margin:1rem 0}
        figcaption,caption,footer{color:var(--faint);font-size:.9rem}
        caption{text-align:left;padding-bottom:.5rem}
        .scroll{overflow-x:auto;margin:.75rem 0}
        .scroll svg{display:block;width:100%;height:auto}
        .tall{max-height:34rem;overflow-y:auto}
        .tall thead th{position:sticky;top:0;background:var(--paper)}
        pre{background:var(--code);padding:.75rem 1rem;font-size:.9rem;line-height:1.45;overflow-wrap:normal}
        table{min-width:min(24rem,100%);border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:.92rem;overflow-wrap:normal}
        th,td{padding:.3rem .75rem;text-align:right;border-bottom:1px solid var(--grid);white-space:nowrap}
        th:first-child{text-align:left;padding-left:0}
        tbody th{font-weight:normal}
        th button{font:inherit;color:inherit;background:none;border:0;padding:0;cursor:pointer;text-decoration:underline \
        dotted;text-underline-offset:.25em}
        th[aria-sort=ascending] button::after{content:" \\2191"}
        th[aria-sort=descending] button::after{content:" \\2193"}
        .pictures{display:grid;gap:1rem}
        @media (min-width:30rem){.pictures{grid-template-columns:repeat(2,1fr)}}
        @media (min-width:60rem){.pictures{grid-template-columns:repeat(4,1fr)}}
        .pictures figure{margin:0}
        .pictures img{display:block;width:100%;height:auto;image-rendering:pixelated}
        footer{margin-top:3rem;border-top:1px solid var(--grid)}
        """

    /// Heads of columns become buttons: the first press puts the largest first, the next the smallest.
    static let sorting = """
        for (const table of document.querySelectorAll("table.sortable")) {
          const heads = [...table.tHead.rows[0].cells], body = table.tBodies[0]
          const key = (row, i) => row.cells[i].textContent
          heads.forEach((head, i) => {
            const button = document.createElement("button")
            button.type = "button"
            button.textContent = head.textContent
            head.replaceChildren(button)
            button.addEventListener("click", () => {
              const sign = head.getAttribute("aria-sort") === "descending" ? 1 : -1
              for (const other of heads) other.removeAttribute("aria-sort")
              head.setAttribute("aria-sort", sign > 0 ? "ascending" : "descending")
              const rows = [...body.rows]
              const isNumeric = !rows.some(row => key(row, i).trim() === "" || isNaN(key(row, i)))
              rows.sort((a, b) => sign * (isNumeric ? key(a, i) - key(b, i)
                : key(a, i).localeCompare(key(b, i), "en", {numeric: true})))
              body.append(...rows)
            })
          })
        }

        """
}
