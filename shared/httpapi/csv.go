package httpapi

import (
	"bytes"
	"encoding/csv"
	"strings"
)

// sheet writes rows as CSV (RFC 4180), the first of them the names of the
// columns. No cell can be a formula.
func sheet(rows [][]string) ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	for _, row := range rows {
		safe := make([]string, len(row))
		for i, cell := range row {
			safe[i] = noFormula(cell)
		}
		if err := w.Write(safe); err != nil {
			return nil, err
		}
	}
	w.Flush()
	return b.Bytes(), w.Error()
}

// noFormula puts an apostrophe before what a spreadsheet would read as a
// formula or drop at the beginning of a cell.
func noFormula(cell string) string {
	if begins := strings.TrimLeft(cell, " "); begins != "" && strings.ContainsRune("=+-@\t\r\n\x00", rune(begins[0])) {
		return "'" + cell
	}
	return cell
}

// sheetMedia is the type of a CSV: its first row names the columns.
const sheetMedia = mediaCSV + "; charset=utf-8; header=present"
