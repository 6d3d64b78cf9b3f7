package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
)

var (
	deviceHead = []string{"Address", "Name", "Kind", "Maker and model", "Firmware", "Open services"}
	// deviceLeast is how narrow each column may get: an IPv4 or hardware address
	// and a kind stay whole.
	deviceLeast = []int{17, 8, 9, 8, 8, 8}
)

// devices writes one row a device, or a block each where the terminal is too
// narrow for a table.
func (p *paper) devices(list []lan.Device) {
	p.heading(fmt.Sprintf("DEVICES (%d)", len(list)))
	if len(list) == 0 {
		p.para("", "  ", "Nobody answered and nothing was heard.")
		return
	}
	var rows [][]string
	for _, d := range list {
		rows = append(rows, []string{address(d), name(d), kind(d), clean(d.Made()), clean(d.Firmware), services(d)})
	}
	lines, ok := table(deviceHead, deviceLeast, rows, p.width)
	if !ok {
		p.blocks(rows)
		return
	}
	for i, l := range lines {
		if i == 0 {
			p.line(bold, l)
		} else {
			p.line("", l)
		}
	}
}

func (p *paper) blocks(rows [][]string) {
	for _, row := range rows {
		p.para("", "", strings.TrimSpace(row[0]+"  "+row[1]))
		for i := 2; i < len(row); i++ {
			if row[i] != "" {
				p.para("", "  ", deviceHead[i]+": "+row[i])
			}
		}
	}
}

// address is the first address, or the MAC of a device that has none.
func address(d lan.Device) string {
	if a := first(d); a.IsValid() {
		return clean(a.String())
	}
	if len(d.MACs) > 0 {
		return d.MACs[0].String()
	}
	return ""
}

func name(d lan.Device) string {
	var text string
	if len(d.Names) > 0 {
		text = clean(d.Names[0])
	}
	if d.Self {
		text = strings.TrimSpace(text + " (this machine)")
	}
	return text
}

func kind(d lan.Device) string {
	if d.Kind.Known() {
		return string(d.Kind)
	}
	return ""
}

// services names what is open, each once, after what all ports have in common.
func services(d lan.Device) string {
	var names []string
	for _, f := range d.Identity {
		if f.Field == lan.FieldPorts {
			names = append(names, clean(f.Value))
		}
	}
	for _, s := range d.Services {
		if n := service(s); !slices.Contains(names, n) {
			names = append(names, n)
		}
	}
	return strings.Join(names, ", ")
}

// service is the service's name, or its port when it did not say.
func service(s lan.Service) string {
	if n := clean(s.Name); n != "" && n != lan.Unknown {
		return n
	}
	return s.Key()
}
