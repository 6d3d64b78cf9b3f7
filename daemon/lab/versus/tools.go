package main

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/homesweep/homesweep/daemon/lab"
	"github.com/homesweep/homesweep/probes/lan"
)

// tool is a scanner as it is called for one comparison.
type tool struct {
	name string
	argv []string
	read func(out []byte) (found, error)
}

// homesweep sweeps its whole link: nobody tells it who is there.
func (b bench) homesweep(touch lan.Touch, pace lan.Pace) tool {
	return tool{
		name: fmt.Sprintf("homesweep -touch %s -pace %s", touch, pace),
		argv: []string{b.binary, "sweep", "-link", lab.Link, "-touch", touch.String(), "-pace", pace.String(), "-json"},
		read: func(out []byte) (found, error) {
			s, err := readSweep(out)
			return listed(s), err
		},
	}
}

func readSweep(out []byte) (s lan.Sweep, err error) {
	if err := json.Unmarshal(out, &s); err != nil {
		return s, fmt.Errorf("reading homesweep's result: %w", err)
	}
	return s, nil
}

// listed is what a sweep found on others than the machine that swept.
func listed(s lan.Sweep) found {
	f := found{}
	for _, d := range s.Devices {
		for _, p := range d.Services {
			if p.Transport != lan.TCP || d.Self {
				continue
			}
			name := p.Name
			if name == lan.Unknown {
				name = ""
			}
			f.add(p.Address, p.Port, name)
		}
	}
	return f
}

// nmap asks the same ports, of the given targets. It finds out by ARP who of them
// is there, as it does on any link, and resolves no names, which others do not
// either.
func nmap(name string, targets []string, flags ...string) tool {
	argv := append([]string{"nmap", "-n", "-sS"}, flags...)
	argv = append(argv, "-p", portList(), "-oX", "-")
	return tool{name: name, argv: append(argv, targets...), read: readNmap}
}

// readNmap reads nmap's output -oX. A name is one that the service itself told
// (method "probed"), not the one that a table has for the port's number.
func readNmap(out []byte) (found, error) {
	var run struct {
		Hosts []struct {
			Addresses []struct {
				Addr string `xml:"addr,attr"`
				Type string `xml:"addrtype,attr"`
			} `xml:"address"`
			Ports []struct {
				Protocol string `xml:"protocol,attr"`
				Number   uint16 `xml:"portid,attr"`
				State    struct {
					State string `xml:"state,attr"`
				} `xml:"state"`
				Service struct {
					Name   string `xml:"name,attr"`
					Method string `xml:"method,attr"`
				} `xml:"service"`
			} `xml:"ports>port"`
		} `xml:"host"`
	}
	if err := xml.Unmarshal(out, &run); err != nil {
		return nil, fmt.Errorf("reading nmap's result: %w", err)
	}
	f := found{}
	for _, h := range run.Hosts {
		for _, a := range h.Addresses {
			addr, err := netip.ParseAddr(a.Addr)
			if a.Type != "ipv4" || err != nil {
				continue
			}
			for _, p := range h.Ports {
				if p.Protocol != "tcp" || p.State.State != "open" {
					continue
				}
				name := p.Service.Name
				if p.Service.Method != "probed" || name == "unknown" || name == "tcpwrapped" {
					name = ""
				}
				f.add(addr, p.Number, name)
			}
		}
	}
	return f, nil
}

// masscan sends everything to the router's hardware address, whatever the target:
// it looks up no other. In the household the router forwards, in the crowd the
// first host does (see crowd.New). It waits 2 s for late answers, not its usual
// 10, and sends nothing twice, which is its default.
func (b bench) masscan(targets []string, rate float64) tool {
	file := filepath.Join(b.dir, "masscan")
	_ = os.Remove(file) // an earlier run's
	argv := []string{"masscan", "--interface", lab.Link, "--rate", strconv.FormatFloat(rate, 'f', 0, 64), "--wait", "2", "-p", portList(), "-oL", file}
	return tool{
		name: fmt.Sprintf("masscan --rate %.0f", rate),
		argv: append(argv, targets...),
		read: func([]byte) (found, error) {
			out, err := os.ReadFile(file)
			if err != nil {
				return nil, fmt.Errorf("reading masscan's result: %w", err)
			}
			return readMasscan(out)
		},
	}
}

// readMasscan reads masscan's output -oL: "open tcp PORT ADDRESS TIME".
func readMasscan(out []byte) (found, error) {
	f := found{}
	for line := range bytes.Lines(out) {
		fields := strings.Fields(string(line))
		if len(fields) < 4 || fields[0] != "open" || fields[1] != "tcp" {
			continue
		}
		port, err := strconv.ParseUint(fields[2], 10, 16)
		if err != nil {
			return nil, fmt.Errorf("reading masscan's result: %w", err)
		}
		addr, err := netip.ParseAddr(fields[3])
		if err != nil {
			return nil, fmt.Errorf("reading masscan's result: %w", err)
		}
		f.add(addr, uint16(port), "")
	}
	return f, nil
}

// row is one tool's line of a table.
type row struct {
	tool string
	weight
	score
	most  int // connections to one device
	note  string
	sweep lan.Sweep // homesweep's own account
}

// decided is when homesweep knew which ports are open, from its start as a
// program.
func (r row) decided() time.Duration {
	before := r.Wall - r.sweep.Finished.Sub(r.sweep.Started) // starting and ending
	return before + seconds(r.sweep.Cost.PortsDecided)
}

// run has a tool do its work, and judges it.
func (b bench) run(ctx context.Context, t tool, truth found) (row, error) {
	r := row{tool: t.name}
	var out []byte
	var err error
	if r.weight, out, err = weigh(ctx, b.patience, t.argv...); err != nil {
		return r, err
	}
	if r.Late {
		r.note = fmt.Sprintf("stopped after %s", b.patience)
		return r, nil
	}
	ours := t.argv[0] == b.binary
	if r.Status != 0 && !(ours && r.Status == 1) { // ours says by 1 that something needs doing
		return r, fmt.Errorf("%s ended with status %d: %s", t.name, r.Status, r.complaint)
	}
	got, err := t.read(out)
	if err != nil {
		return r, fmt.Errorf("%s: %w", t.name, err)
	}
	if ours {
		r.sweep, _ = readSweep(out)
	}
	r.score = judge(truth, got)
	return r, nil
}
