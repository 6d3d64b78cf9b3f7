package wiring

import (
	"context"
	"fmt"
	"log/slog"
	"net/netip"
	"slices"
	"sync"

	"github.com/homesweep/homesweep/daemon/sweep"
	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/discover/arp"
	"github.com/homesweep/homesweep/probes/discover/dhcp"
	"github.com/homesweep/homesweep/probes/discover/fdb"
	statics "github.com/homesweep/homesweep/probes/discover/hosts"
	"github.com/homesweep/homesweep/probes/discover/hotplug"
	"github.com/homesweep/homesweep/probes/discover/knock"
	"github.com/homesweep/homesweep/probes/discover/leases"
	"github.com/homesweep/homesweep/probes/discover/listen"
	"github.com/homesweep/homesweep/probes/discover/mdns"
	"github.com/homesweep/homesweep/probes/discover/ndp"
	"github.com/homesweep/homesweep/probes/discover/neigh"
	"github.com/homesweep/homesweep/probes/discover/ssdp"
	"github.com/homesweep/homesweep/probes/discover/vendor"
	"github.com/homesweep/homesweep/probes/discover/wifi"
	"github.com/homesweep/homesweep/probes/discover/wsd"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/llmnr"
	"github.com/homesweep/homesweep/probes/nbns"
	"github.com/homesweep/homesweep/probes/reach"
)

// presence is who finds out who is there.
func presence(rung string, scope *reach.Scope, where []lan.Link) []sweep.Ear {
	ears := []sweep.Ear{
		{Source: neigh.New(), Touch: lan.Listen},
		{Source: leases.New("/", settings.File), Touch: lan.Listen},
		{Source: fdb.New(), Touch: lan.Listen},
		{Source: statics.New("/", settings.File), Touch: lan.Listen},
		{Source: wifi.New("/"), Touch: lan.Listen},
	}
	if rung == RungRaw {
		return append(ears,
			sweep.Ear{Source: arp.New(scope.Allow, arp.Fresh(fresh(where))), Touch: lan.Look},
			sweep.Ear{Source: ndp.New(scope.Allow), Touch: lan.Look})
	}
	return append(ears,
		sweep.Ear{Source: knock.New(scope.Allows), Touch: lan.Look},
		sweep.Ear{Source: ndp.NewPing(ndp.Each(scope.Allow)), Touch: lan.Look})
}

// announcements is who asks devices what they are.
func announcements(scope *reach.Scope, road probes.Reach) []sweep.Ear {
	return []sweep.Ear{
		{Source: wifi.Hints("/"), Touch: lan.Listen},
		{Source: mdns.New(), Touch: lan.Look},
		{Source: ssdp.New(road, scope.Allows), Touch: lan.Ask},
		{Source: wsd.New(road, scope.Allows), Touch: lan.Ask},
		{Source: vendor.New(scope.Allows), Touch: lan.Ask},
	}
}

// listener hears on one packet socket what devices say unasked. It joins groups
// if joined, which the switches of the home get to hear of.
func listener(joined bool, flooded func(listen.Flood)) probes.Source {
	ears := []listen.Ear{
		{Port: 67, Hear: dhcp.Hear}, {Port: 68, Hear: dhcp.Hear},
		{Port: 546, Hear: dhcp.Hear6}, {Port: 547, Hear: dhcp.Hear6},
		{Port: 5353, Begin: func(l lan.Link) listen.Memory { return mdns.NewCollector(l) }},
		{Port: ssdp.Port, Hear: ssdp.Hear},
		{Port: wsd.Port, Hear: wsd.Hear},
		{Port: llmnr.Port, Hear: llmnr.Hear},
		{Port: nbns.Port, Hear: nbns.Hear}, {Port: nbns.DatagramPort, Hear: nbns.Hear138},
	}
	for port, hear := range vendor.Ears() {
		ears = append(ears, listen.Ear{Port: port, Hear: hear})
	}
	options := []listen.Option{listen.NDP(ndp.Hear), listen.Flooded(flooded)}
	if joined {
		options = append(options, listen.Join(append(vendor.Groups(), groups...)...))
	}
	return listen.New(ears, options...)
}

// groups are where things announce themselves: SSDP's and WS-Discovery's, and
// that of LLMNR (RFC 4795).
var groups = []netip.Addr{
	netip.MustParseAddr("239.255.255.250"), netip.MustParseAddr("ff02::c"),
	netip.MustParseAddr("224.0.0.252"), netip.MustParseAddr("ff02::1:3"),
}

// watchers are the sources that hear for as long as the daemon lives, of which state is
// the directory.
func watchers(state string, log *slog.Logger) []probes.Source {
	return []probes.Source{neigh.Watcher(), fdb.Watcher(), wifi.Watcher("/"), hotplug.New(hotplug.Path(state)), permitted{listener(false, func(f listen.Flood) {
		log.Warn("more is announced than a home does; the rest is left out", "link", f.Link, "from", f.From, "left out", f.Left, "lost", f.Lost)
	}), Rung}}
}

// permitted is a source that needs packet sockets. Whether they may be opened is asked
// each time: at the daemon's start there may be no link yet to try it on. Where they
// may not, it is done at once.
type permitted struct {
	probes.Source
	rung func(lan.Link) (string, error)
}

// Discover is the source's, on the upper rung.
func (p permitted) Discover(ctx context.Context, link lan.Link, see func(lan.Sighting)) error {
	if rung, err := p.rung(link); err != nil || rung != RungRaw {
		return err
	}
	return p.Source.Discover(ctx, link, see)
}

// floods keeps for a sweep's notes what listeners had to leave out. It is safe
// for concurrent use.
type floods struct {
	mu   sync.Mutex
	list []listen.Flood
}

func (f *floods) add(one listen.Flood) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.list = append(f.list, one)
}

// notes are the floods in plain words.
func (f *floods) notes() (notes []string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, one := range f.list {
		who := "Somebody"
		if !one.From.IsZero() {
			who = "The device with the hardware address " + one.From.String()
		}
		notes = append(notes, fmt.Sprintf("%s announced more on %s than a home's devices do; %d announcements were left out.", who, one.Link, one.Left+one.Lost))
	}
	return notes
}

// mute tells the reader what an ordinary user's sweep of where may miss.
func mute(where []lan.Link) func() []string {
	return func() []string {
		if !slices.ContainsFunc(where, ndp.Mute) {
			return nil
		}
		return []string{"Devices that have IPv6 only may be missing: this user may not ask all of them at once. Run homesweep as root, or give the program CAP_NET_RAW."}
	}
}
