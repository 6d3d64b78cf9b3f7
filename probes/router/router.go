// Package router reads what only the home's router knows, on OpenWrt: how its
// firewall keeps networks apart, whom it lets in from the internet, and what leaves
// the home in clear text. It reads files, and changes and sends nothing.
//
// Most of these files are root's alone (/etc/config is written with mode 0600, the
// table of connections has 0440), and the daemon has a user of its own. So there is
// a View, which holds no secrets: Privileged makes it, and the daemon's Reader asks
// for it over the bus where it may not read itself.
package router

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/homesweep/homesweep/probes/conntrack"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/uci"
)

// View is what is handed to a program that may not read the router's files. It has
// no secrets in it and is at most 200 KiB as JSON.
type View struct {
	// UCI are the configuration files by name, of each the sections and options that
	// are needed. A file that does not exist is not in it.
	UCI map[string]uci.File `json:"uci"`
	// Flows and Leases are those of lan.Router; nil where they were not read.
	Flows  []lan.Flow    `json:"flows"`
	Leases []lan.Forward `json:"leases"`
	// Unread says why something was not read, or not in full: by the file's name,
	// "flows" and "leases".
	Unread map[string]string `json:"unread,omitempty"`

	refused []string // which of Unread's keys for want of permission
}

// The parts of a View beside its files.
const (
	partFlows  = "flows"
	partLeases = "leases"
)

// machine is who reads: what is below root, and the interfaces' addresses.
type machine struct {
	root  string
	now   func() time.Time
	nets  func() (map[string][]netip.Prefix, error)
	chain func() ([]byte, error) // nil: the firewall itself is not asked
}

func here(root string) machine {
	m := machine{root: root, now: time.Now, nets: networks}
	if filepath.Clean(root) == "/" && os.Geteuid() == 0 {
		m.chain = func() ([]byte, error) { return Chain(context.Background()) }
	}
	return m
}

// Privileged reads the View below root, which is "/" save in tests, with the rights
// of who calls it: root's, in the program that serves it on the bus. It takes some
// milliseconds and at most seconds.
func Privileged(root string) View { return here(root).view() }

func (m machine) view() View {
	v := View{UCI: map[string]uci.File{}, Unread: map[string]string{}}
	room := maxSettings
	for _, name := range files {
		file, err := uci.Read(m.root, name)
		if v.missed(name, err) && len(file.Sections) == 0 {
			continue
		}
		var whole bool
		if v.UCI[name], room, whole = cut(name, file, room); !whole {
			v.Unread[name] = fmt.Sprintf("it is longer than is read; its first %d sections count", len(v.UCI[name].Sections))
		}
	}
	if m.switchedOff() {
		delete(v.UCI, "firewall")
		v.Unread["firewall"] = "it is switched off, so that its settings are not in force"
	}
	m.living(&v)
	return v
}

// living reads what changes by itself.
func (m machine) living(v *View) {
	var err error
	v.Leases, err = UPnP(m.root, m.chain, m.now())
	if v.missed(partLeases, err) && v.Unread[partLeases] == "" { // the service is on, but its file is not there
		v.Unread[partLeases] = err.Error()
		if m.chain == nil { // or not in this jail; who may ask the firewall knows
			v.refused = append(v.refused, partLeases)
		}
	}
	if n := fitting(v.Leases); n < len(v.Leases) {
		v.Leases = v.Leases[:n]
		v.Unread[partLeases] = fmt.Sprintf("programs at home had more opened than is read; the first %d count", n)
	}
	for _, name := range []string{"firewall", "network"} {
		if slices.Contains(v.refused, name) {
			v.missed(partFlows, fs.ErrPermission)
			return
		}
	}
	home, err := m.home(Zones(v.UCI))
	if err == nil {
		v.Flows, err = m.flows(home)
	}
	if err == nil && len(home.Inside) == 0 {
		v.Flows, err = nil, errors.New("it is not known which networks are the home's")
	}
	v.missed(partFlows, err)
}

// missed notes why a part is missing; what does not exist is not missed.
func (v *View) missed(part string, err error) bool {
	switch {
	case err == nil:
		return false
	case errors.Is(err, fs.ErrPermission):
		v.refused = append(v.refused, part)
		fallthrough
	case !errors.Is(err, fs.ErrNotExist):
		v.Unread[part] = err.Error()
	}
	return true
}

// maxLeaseText bounds the leases of a View, in bytes as JSON: any program at home may
// have the router open something, under a name of its choice.
const maxLeaseText = 40 << 10

// fitting is how many of the leases fit.
func fitting(list []lan.Forward) int {
	room := maxLeaseText
	for n, f := range list {
		text, err := json.Marshal(f)
		if room -= len(text) + 1; err != nil || room < 0 {
			return n
		}
	}
	return len(list)
}

// maxFlows bounds those of one View. A home of a hundred devices has some 150.
const maxFlows = 512

func (m machine) flows(home conntrack.Home) ([]lan.Flow, error) {
	paths := slices.Clone(conntrack.Files)
	for i := range paths {
		paths[i] = filepath.Join(m.root, paths[i])
	}
	list, err := conntrack.Load(paths, home)
	return list[:min(len(list), maxFlows)], err
}

// home is who is at home: the networks of the zones that do not lead to the
// internet, or without any zone every private one.
func (m machine) home(zones []lan.Zone) (conntrack.Home, error) {
	var home conntrack.Home
	nets, err := m.nets()
	for _, name := range slices.Sorted(maps.Keys(nets)) {
		inside := len(zones) == 0
		for _, z := range zones {
			inside = inside || !z.Outside && slices.Contains(z.Links, name)
		}
		for _, p := range nets[name] {
			home.Own = append(home.Own, p.Addr())
			if inside && !p.Addr().IsLinkLocalUnicast() && (len(zones) > 0 || p.Addr().IsPrivate()) {
				home.Inside = append(home.Inside, p.Masked())
			}
		}
	}
	return home, err
}

// networks are the addresses of this machine's interfaces with their networks'
// lengths, by interface, without the loopback.
func networks() (map[string][]netip.Prefix, error) {
	ifaces, err := net.Interfaces()
	if err != nil {
		return nil, fmt.Errorf("reading the network interfaces: %w", err)
	}
	nets := map[string][]netip.Prefix{}
	for _, i := range ifaces {
		addrs, _ := i.Addrs() // of one that goes away there are none
		for _, a := range addrs {
			if n, ok := a.(*net.IPNet); ok && i.Flags&net.FlagLoopback == 0 {
				addr, _ := netip.AddrFromSlice(n.IP)
				ones, _ := n.Mask.Size()
				if p := netip.PrefixFrom(addr.Unmap(), ones); p.IsValid() {
					nets[i.Name] = append(nets[i.Name], p)
				}
			}
		}
	}
	return nets, nil
}
