package watch

import (
	"hash/maphash"
	"maps"
	"slices"
	"strings"

	"github.com/homesweep/homesweep/probes/discover/dhcp"
	"github.com/homesweep/homesweep/probes/lan"
)

// said is what devices announced before, as far as a change of it is worth another
// look: hashes of words, by device.
type said struct {
	seed maphash.Seed
	all  map[string]map[uint64]bool
	at   map[string][]place // where a device was heard lately, beyond its addresses on the roll, the newest last
}

// Bounds of what is remembered so of one device. Whoever says more is listened to
// anew: what a device did not say before is never missed for all that it said.
const (
	maxSaid   = 96 // words
	maxHaunts = 16 // addresses
)

func newSaid() said {
	return said{seed: maphash.MakeSeed(), all: map[string]map[uint64]bool{}, at: map[string][]place{}}
}

// know takes over what devices are remembered to have said.
func (l *said) know(devices []lan.Device) {
	all := make(map[string]map[uint64]bool, len(devices))
	for _, d := range devices {
		words := l.all[d.ID]
		if words == nil && len(d.Heard) > 0 {
			words = map[uint64]bool{}
		}
		l.note(words, d.Heard)
		all[d.ID] = words
	}
	l.all = all
	maps.DeleteFunc(l.at, func(id string, _ []place) bool { _, there := all[id]; return !there })
}

// note adds to words those of heard and reports whether there was a new one. There
// is no telling of one of whom nothing is remembered.
func (l *said) note(words map[uint64]bool, heard lan.Heard) (fresh bool) {
	if words == nil {
		return false
	}
	for key, value := range heard {
		if !telling(key) {
			continue
		}
		parts := []string{value}
		if lists[key] {
			parts = strings.Fields(value)
		}
		for _, p := range parts {
			h := maphash.String(l.seed, key+"\x00"+p)
			if words[h] {
				continue
			}
			if len(words) >= maxSaid {
				clear(words)
			}
			words[h], fresh = true, true
		}
	}
	return fresh
}

// hear reports whether s, by the device with that ID, says anything that it did not
// say before.
func (l *said) hear(id string, s lan.Sighting) bool { return l.note(l.all[id], s.Heard) }

// moved reports whether the device was not heard at a before.
func (l *said) moved(id string, at place) bool {
	list := l.at[id]
	if a := at.addr; !a.Is4() && !a.IsPrivate() && !a.IsLinkLocalUnicast() || a.IsUnspecified() || a.IsMulticast() || slices.Contains(list, at) {
		return false
	}
	if len(list) >= maxHaunts {
		list = slices.Delete(list, 0, 1)
	}
	l.at[id] = append(list, at)
	return true
}

// lists are the fields that hold words of which each counts.
var lists = map[string]bool{lan.MDNSTypes: true, lan.UPnPDeviceType: true, lan.WSDTypes: true}

// versions are the keys of TXT records in which devices say what they run: HomeKit's
// configuration number and whether it can be paired (c#, sf), AirPlay's, Cast's and
// those that makers commonly choose.
var versions = []string{
	"c#", "sf", "fv", "fw", "fw_id", "firmware", "fwversion", "fw_version", "version", "ver", "swversion", "sw", "os_version", "osvers", "srcvers", "vs", "build", "app", "gen",
}

// telling reports whether a change of the field is worth a look: what kind of device
// it is, which services it has, what it runs.
func telling(key string) bool {
	switch key {
	case lan.UPnPSoftware, lan.UPnPModelNumber, lan.SSDPServer, dhcp.Server:
		return true
	}
	if name, ok := strings.CutPrefix(key, "mdns._"); ok {
		return slices.Contains(versions, name[strings.LastIndexByte(name, '.')+1:])
	}
	return lists[key]
}

// news is what one sighting comes to.
type news struct {
	id      string // the device on the roll that it is about
	unknown bool   // it is about nobody on it
	looked  bool   // it is worth another look
}

// sorted is what s says: of whom, and whether that is new.
func (r *roll) sorted(s lan.Sighting) (n news) {
	at := place{s.Link, s.Addr.WithZone("").Unmap()}
	_, mac := r.macs[s.MAC]
	_, addr := r.addrs[at]
	if n.id = r.who(s); n.id == "" {
		n.unknown = !s.MAC.IsZero() && !mac || s.MAC.IsZero() && s.Addr.IsValid() && !addr
		return n
	}
	if s.Claim || s.Gone {
		return n
	}
	n.looked = r.said.hear(n.id, s)
	if !s.MAC.IsZero() && r.addrs[at].id != n.id && r.said.moved(n.id, at) {
		n.looked = true
	}
	return n
}
