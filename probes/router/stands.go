package router

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
)

// maxRoutes bounds what is read of a routing table, in bytes. A home's has a dozen
// lines.
const maxRoutes = 256 << 10

// switchedOff reports whether the firewall is not started (service firewall disable),
// so that its settings say nothing.
func (m machine) switchedOff() bool {
	services := filepath.Join(m.root, "etc/rc.d")
	started, err := filepath.Glob(filepath.Join(services, "S*firewall"))
	_, missing := os.Stat(services)
	return err == nil && missing == nil && len(started) == 0
}

// stands notes on r what follows from where this router stands. The internet comes in
// here only where the way out is behind a zone that leads to it: an access point, or
// a router behind another on its home side, lets nobody in, and who does is not read.
// Where the way out is not known, there may be more ways in.
func (m machine) stands(r *lan.Router) {
	if r.Forwards == nil {
		return
	}
	ways := m.waysOut()
	through := func(outside bool) bool {
		return slices.ContainsFunc(r.Zones, func(z lan.Zone) bool {
			return z.Outside == outside && slices.ContainsFunc(ways, func(w string) bool { return slices.Contains(z.Links, w) })
		})
	}
	if through(true) {
		return
	}
	if r.Partial = true; through(false) {
		r.Forwards, r.Leases = []lan.Forward{}, []lan.Forward{}
	}
}

// waysOut are the links of the default routes that are in force (/proc/net/route and
// /proc/net/ipv6_route; flags in linux/route.h).
func (m machine) waysOut() (links []string) {
	const up, reject = 0x1, 0x200
	for _, t := range []struct {
		path              string
		link, flags, most int
		nothing           []int // the fields that are zeros of a default route
	}{{"proc/net/route", 0, 3, 8, []int{1, 7}}, {"proc/net/ipv6_route", 9, 8, 10, []int{0, 1}}} {
		for line := range strings.Lines(m.table(t.path)) {
			f := strings.Fields(line)
			if len(f) < t.most || slices.ContainsFunc(t.nothing, func(n int) bool { return strings.Trim(f[n], "0") != "" }) {
				continue
			}
			flags, err := strconv.ParseUint(f[t.flags], 16, 32)
			if err == nil && flags&up != 0 && flags&reject == 0 && f[t.link] != "lo" && !slices.Contains(links, f[t.link]) {
				links = append(links, f[t.link])
			}
		}
	}
	return links
}

func (m machine) table(path string) string {
	file, err := os.Open(filepath.Join(m.root, path))
	if err != nil {
		return "" // no IPv6, or not to be read: then no way out is known
	}
	defer file.Close()
	text, _ := io.ReadAll(io.LimitReader(file, maxRoutes))
	return string(text)
}
