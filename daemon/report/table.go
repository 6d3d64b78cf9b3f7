package report

import "strings"

const gutter = 2 // blanks between two columns

// column is one column of a table: how wide it is by itself, and how narrow it
// may be made.
type column struct{ wide, least int }

// table is rows under a head, each cell wrapped within its column; ok is false
// when width cannot hold it.
func table(head []string, least []int, rows [][]string, width int) (lines []string, ok bool) {
	cols := make([]column, len(head))
	for i := range cols {
		cols[i].wide = cells(head[i])
		for _, row := range rows {
			cols[i].wide = max(cols[i].wide, cells(row[i]))
		}
		cols[i].least = min(cols[i].wide, least[i])
	}
	if !fit(cols, width) {
		return nil, false
	}
	lines = rowLines(cols, head)
	for _, row := range rows {
		lines = append(lines, rowLines(cols, row)...)
	}
	return lines, true
}

// fit takes from the widest columns until all fit into width.
func fit(cols []column, width int) bool {
	total := gutter * (len(cols) - 1)
	for _, c := range cols {
		total += c.wide
	}
	for ; total > width; total-- {
		widest := -1
		for i, c := range cols {
			if c.wide > c.least && (widest < 0 || c.wide > cols[widest].wide) {
				widest = i
			}
		}
		if widest < 0 {
			return false
		}
		cols[widest].wide--
	}
	return true
}

// rowLines is one row, as many lines as its longest cell needs.
func rowLines(cols []column, row []string) (lines []string) {
	for i, text := range row {
		left := 0
		for _, c := range cols[:i] {
			left += c.wide + gutter
		}
		for n, part := range wrap(text, cols[i].wide) {
			if n == len(lines) {
				lines = append(lines, "")
			}
			if part != "" {
				lines[n] = pad(lines[n], left) + part
			}
		}
	}
	for n := range lines {
		lines[n] = strings.TrimRight(lines[n], " ")
	}
	return lines
}
