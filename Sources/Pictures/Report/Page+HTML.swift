internal import Words

extension Page {
    /// The page as HTML: styles, charts and pictures are in it, nothing is fetched, and no script is needed to read it. It is
    /// well-formed XML as well.
    package var html: [UInt8] {
        var writer = HTMLWriter()
        writer.write(self)
        return Array(writer.text.utf8)
    }
}

private struct HTMLWriter {
    var text = ""

    mutating func write(_ page: Page) {
        // What the page may load is said outright: nothing but what is in it.
        text += """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8"/>
            <meta name="viewport" content="width=device-width, initial-scale=1"/>
            <meta name="color-scheme" content="light dark"/>
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; \
            style-src 'unsafe-inline'; script-src 'unsafe-inline'"/>
            <link rel="icon" href="data:,"/>
            <title>\(escaped(page.title))</title>
            <style>
            \(PageStyle.css)</style>
            </head>
            <body>
            <header>
            <h1>\(escaped(page.title))</h1>
            <p>\(escaped(page.lead))</p>
            <nav aria-label="Contents">
            <ul>

            """
        for (i, section) in page.sections.enumerated() {
            text += "<li><a href=\"#s\(i + 1)\">\(escaped(section.title))</a></li>\n"
        }
        text += "</ul>\n</nav>\n</header>\n<main>\n"
        for (i, section) in page.sections.enumerated() {
            text += "<section aria-labelledby=\"s\(i + 1)\">\n<h2 id=\"s\(i + 1)\">\(escaped(section.title))</h2>\n"
            for block in section.blocks { write(block) }
            text += "</section>\n"
        }
        text += """
            </main>
            <footer><p>\(escaped(page.footer))</p></footer>
            <script>
            \(PageStyle.sorting)</script>
            </body>
            </html>

            """
    }

    private mutating func write(_ block: Page.Block) {
        switch block {
        case .text(let words): text += "<p>\(escaped(words))</p>\n"
        case .heading(let words): text += "<h3>\(escaped(words))</h3>\n"
        case .list(let items, let isOrdered): list(items, isOrdered ? "ol" : "ul")
        case .warnings(let items): list(items, "ul class=\"warnings\"")
        case .facts(let facts):
            text += "<dl>\n"
            for fact in facts { text += "<dt>\(escaped(fact.name))</dt><dd>\(escaped(fact.value))</dd>\n" }
            text += "</dl>\n"
        case .code(let code, let caption):
            text += "<figure>\n<figcaption>\(escaped(caption))</figcaption>\n"
            open(region: caption, "pre")
            text += "<code>\(escaped(code, keepsLines: true))</code></pre>\n</figure>\n"
        case .table(let table): write(table)
        case .chart(let drawing, let caption):
            text += "<figure>\n"
            open(region: drawing.title, "div")
            text += "\n\(drawing.svgElement)</div>\n<figcaption>\(escaped(caption))</figcaption>\n</figure>\n"
        case .pictures(let pictures):
            text += "<div class=\"pictures\">\n"
            for picture in pictures { write(picture) }
            text += "</div>\n"
        }
    }

    private mutating func list(_ items: [String], _ tag: String) {
        text += "<\(tag)>\n"
        for item in items { text += "<li>\(escaped(item))</li>\n" }
        text += "</\(tag.prefix { $0 != " " })>\n"
    }

    /// What may be wider than the page scrolls by itself, with the keyboard too.
    private mutating func open(region name: String, _ tag: String, isTall: Bool = false) {
        text +=
            "<\(tag) class=\"scroll\(isTall ? " tall" : "")\" role=\"region\" tabindex=\"0\" aria-label=\"\(escaped(name))\">"
    }

    private mutating func write(_ table: Page.Table) {
        open(region: table.caption, "div", isTall: table.rows.count > 20)
        text +=
            "\n<table\(table.isSortable ? " class=\"sortable\"" : "")>\n<caption>\(escaped(table.caption))</caption>\n"
        text += "<thead><tr>" + table.head.map { "<th scope=\"col\">\(escaped($0))</th>" }.joined() + "</tr></thead>\n"
        text += "<tbody>\n"
        for row in table.rows {
            text += "<tr><th scope=\"row\">\(escaped(row[0]))</th>"
            for cell in row.dropFirst() { text += "<td>\(escaped(cell))</td>" }
            text += "</tr>\n"
        }
        text += "</tbody>\n</table>\n</div>\n"
    }

    private mutating func write(_ picture: Page.Picture) {
        let (width, height) = (picture.raster.width, picture.raster.height)
        text += """
            <figure>
            <img src="data:image/png;base64,\(base64(PNG.encode(picture.raster)))" width="\(width)" height="\(height)" \
            alt="\(escaped(picture.description))"/>
            <figcaption>\(escaped(picture.caption))</figcaption>
            </figure>

            """
    }
}
