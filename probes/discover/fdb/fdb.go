// Package fdb hears which stations the router's bridge has met and at which of
// its ports: the forwarding database (IEEE 802.1D-2004, section 7.9) that the Linux
// bridge keeps. It sends nothing and needs no capability. A station that only
// talks to others on the bridge is in it, though the router has never had a
// packet from it.
package fdb

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/discover/neigh"
	"github.com/homesweep/homesweep/probes/lan"
)

// The fields of lan.Heard that say where on the bridge a station was met.
const (
	Port = "fdb.port" // name of the interface: "lan3", "phy0-ap0"
	VLAN = "fdb.vlan" // number, where the bridge tells VLANs apart
)

// Entry is one station in the forwarding database.
type Entry struct {
	MAC  lan.MAC
	Port string
	VLAN uint16        // 0 where the bridge does not tell
	Age  time.Duration // since its last frame
}

// source is the Source, of one dump or for long listening.
type source struct{ follow bool }

var _ probes.Source = source{}

// New is the Source "fdb", which reads the database once.
func New() probes.Source { return source{} }

// Watcher is the Source "fdb" that goes on listening: each station as the
// bridge learns it anew or at another port, until ctx ends. Frames of a known
// station are not told, and one that the bridge forgets is not said to be gone.
func Watcher() probes.Source { return source{follow: true} }

// Name implements probes.Source.
func (source) Name() string { return "fdb" }

// Discover tells every station of link's bridge, each dated by its last frame:
// the bridge remembers for five minutes. Nothing is told, and that is no error,
// where link is no bridge and no VLAN of one.
func (s source) Discover(ctx context.Context, link lan.Link, see func(lan.Sighting)) error {
	dump := func() error {
		all, err := Read(link)
		now := time.Now()
		for _, e := range all {
			if ctx.Err() != nil {
				return nil
			}
			see(e.sighting(link, now))
		}
		return err
	}
	if !s.follow {
		return dump()
	}
	known, err := find(link)
	if err != nil {
		return unless(err, errNoBridge)
	}
	return neigh.Follow(ctx, link, dump, func(message []byte) {
		f, ok := decode(message)
		if !ok {
			return
		}
		if f.master == known.index && known.ports[f.port] == "" { // a port that is new
			if b, err := find(link); err == nil {
				known = b
			}
		}
		if e, mine := known.entry(f, link); mine {
			see(e.sighting(link, time.Now()))
		}
	})
}

// unless is err, or nil when it is the given one.
func unless(err, not error) error {
	if errors.Is(err, not) {
		return nil
	}
	return err
}

func (e Entry) sighting(link lan.Link, now time.Time) lan.Sighting {
	heard := lan.Heard{}
	heard.Set(Port, e.Port)
	if e.VLAN != 0 {
		heard.Set(VLAN, strconv.Itoa(int(e.VLAN)))
	}
	return lan.Sighting{Source: "fdb", At: now.Add(-e.Age), Link: link.Name, MAC: e.MAC, Heard: heard}
}
