// Package table lays out rows for a terminal.
package table

import (
	"slices"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
)

// Text returns rows with their columns below each other, two spaces apart. Columns
// are aligned to the left, except those that right names, counted from 0. Rows have
// the same number of cells; the first one has the headings.
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
