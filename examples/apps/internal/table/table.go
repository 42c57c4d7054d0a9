// Package table lays out rows for a terminal.
package table

import (
	"slices"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
)

// Text returns rows as lines of text, with two spaces between the columns and a line end after each
// row. right holds the numbers of columns, from 0, that are aligned to the right; other numbers are
// ignored. All other columns are aligned to the left.
//
// The first row, usually the headings, should be the longest. If a later row is longer, its further
// columns are aligned to the left. A later row may be shorter. Text panics if rows is empty.
func Text(rows [][]string, right ...int) []byte {
	t := table.NewWriter()
	t.SetStyle(table.Style{Box: table.BoxStyle{PaddingRight: "  "}})
	t.SuppressTrailingSpaces()
	var columns []table.ColumnConfig
	for n := range rows[0] {
		align := text.AlignLeft
		if slices.Contains(right, n) {
			align = text.AlignRight
		}
		columns = append(columns, table.ColumnConfig{Number: n + 1, Align: align})
	}
	t.SetColumnConfigs(columns)
	for _, row := range rows {
		cells := make(table.Row, len(row))
		for n, cell := range row {
			cells[n] = cell
		}
		t.AppendRow(cells)
	}
	return []byte(t.Render() + "\n")
}
