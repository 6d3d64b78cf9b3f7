package report

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/homesweep/homesweep/probes/lan"
)

// columns are the head of the table that CSV writes.
var columns = []string{
	"device", "name", "address", "mac", "kind", "vendor", "model", "firmware",
	"check", "verdict", "severity", "service", "title", "advice", "guideline", "provision", "evidence", "first_seen", "last_seen",
}

// mark is the byte order mark. Excel takes a file without it for one in the old
// code page of its country, in which a name in Japanese is rubble; LibreOffice and
// Sheets take it as it is meant. Programs are better served by JSON.
const mark = "\uFEFF"

// CSV writes s as a table for a spreadsheet: a row for each finding, whatever its
// verdict, and one for each device without any. It is UTF-8 with a byte order mark,
// in the form of RFC 4180: lines end in CR LF, every cell but the head's stands in
// quotes. No cell has a line break, a control or a formatting character in it, and
// none is taken for a formula (see inert).
func CSV(w io.Writer, s lan.Sweep) error {
	var b strings.Builder
	b.WriteString(mark + strings.Join(columns, ",") + "\r\n")
	for _, d := range ordered(s).Devices {
		about := deviceCells(d)
		if len(d.Findings) == 0 {
			row(&b, append(about, findingCells(lan.Finding{}, d)...))
		}
		for _, f := range d.Findings {
			row(&b, append(about[:len(about):len(about)], findingCells(f, d)...))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func deviceCells(d lan.Device) []string {
	var addresses, macs []string
	for _, a := range d.Addresses {
		addresses = append(addresses, a.String())
	}
	for _, m := range d.MACs {
		macs = append(macs, m.String())
	}
	return []string{
		d.ID, strings.Join(d.Names, " · "), strings.Join(addresses, " "), strings.Join(macs, " "),
		kind(d), d.Vendor, d.Model, d.Firmware,
	}
}

// findingCells are a finding's, and when it was seen; of the zero Finding, only
// when the device was.
func findingCells(f lan.Finding, d lan.Device) []string {
	cells := make([]string, 9, 11)
	first, last := d.FirstSeen, d.LastSeen
	if f.Check != "" {
		first, last = f.FirstSeen, f.LastSeen
		severity := ""
		if f.Verdict.Problem() {
			severity = f.Severity.String()
		}
		cells = append(cells[:0], f.Check, f.Verdict.String(), severity, f.Service, f.Title, advised(f),
			number(f.Guideline), f.Provision, proven(f))
	}
	return append(cells, stamp(first), stamp(last))
}

// number is n, and nothing for none.
func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// advised is the advice with its steps.
func advised(f lan.Finding) string {
	text := f.Advice
	for i, step := range f.Steps {
		text += fmt.Sprintf(" %d. %s", i+1, step)
	}
	return text
}

func proven(f lan.Finding) string {
	var list []string
	for _, e := range f.Evidence {
		if text := exchange(e); text != "" {
			list = append(list, text)
		}
	}
	return strings.Join(list, " · ")
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// maxCell is how many UTF-16 units a cell has at most, the apostrophes of inert
// among them: Excel keeps no more
// (https://support.microsoft.com/en-us/office/excel-specifications-and-limits-1672b34d-7043-467e-8e27-269d656771c3).
const maxCell = 32767

// fitting is text in at most maxCell UTF-16 units, its loss marked.
func fitting(text string) string {
	n, last := 0, 0 // last is where text is cut to leave room for the mark
	for i, r := range text {
		if n < maxCell {
			last = i
		}
		if n += utf16.RuneLen(r); n > maxCell {
			return text[:last] + "…"
		}
	}
	return text
}

// row writes one line of the table.
func row(b *strings.Builder, cells []string) {
	for i, text := range cells {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(`"` + strings.ReplaceAll(fitting(inert(clean(text))), `"`, `""`) + `"`)
	}
	b.WriteString("\r\n")
}
