/// A page as values: what a report says, in order. `html` renders it as one file that needs nothing else.
package struct Page: Sendable {
    package var title: String
    /// What there is to know before all else, a sentence or two.
    package var lead: String
    package var sections: [Section]
    /// What made the page.
    package var footer: String

    package init(title: String, lead: String, sections: [Section], footer: String) {
        self.title = title
        self.lead = lead
        self.sections = sections
        self.footer = footer
    }

    package struct Section: Sendable {
        package var title: String
        package var blocks: [Block]

        package init(_ title: String, _ blocks: [Block]) {
            self.title = title
            self.blocks = blocks
        }
    }

    package enum Block: Sendable {
        case text(String)
        /// A heading within the section.
        case heading(String)
        case list([String], isOrdered: Bool)
        /// What the reader should not miss.
        case warnings([String])
        case facts([Fact])
        case code(String, caption: String)
        case table(Table)
        /// A chart, with what is to be seen in it.
        case chart(Drawing, caption: String)
        case pictures([Picture])
    }

    package struct Fact: Sendable {
        package var name: String
        package var value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// Rows of a name and numbers.
    package struct Table: Sendable {
        package var caption: String
        package var head: [String]
        package var rows: [[String]]
        /// Whether a reader with scripts can order it by any column.
        package var isSortable: Bool

        package init(caption: String, head: [String], rows: [[String]], isSortable: Bool = false) {
            self.caption = caption
            self.head = head
            self.rows = rows
            self.isSortable = isSortable
        }
    }

    /// A raster with its caption, and what it shows for those who cannot see it.
    package struct Picture: Sendable {
        package var raster: Raster
        package var caption: String
        package var description: String

        package init(_ raster: Raster, caption: String, description: String) {
            self.raster = raster
            self.caption = caption
            self.description = description
        }
    }
}
