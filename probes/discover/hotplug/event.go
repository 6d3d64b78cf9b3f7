package hotplug

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/homesweep/homesweep/probes/discover/leases"
	"github.com/homesweep/homesweep/probes/lan"
)

// DHCP is the directory below /etc/hotplug.d whose scripts are started for us. Those of
// "neigh" are not: dnsmasq has them started for whoever stands in the kernel's table, long
// gone or not (its arp.c, on each of its starts), and that table is watched itself.
const DHCP = "dhcp"

// What happened, in OpenWrt's words.
const (
	add    = "add"
	remove = "remove"
	update = "update"
)

// Bounds of an event: every value is an address, an identifier or a name.
const (
	maxDatagram = 4 << 10
	maxValue    = 512
)

// Event is one thing that the DHCP server told of a device.
type Event struct {
	Action string     `json:"action"` // "add", "update" or "remove"
	MAC    lan.MAC    `json:"mac"`    // zero where only a DUID is known
	Addr   netip.Addr `json:"addr"`
	Name   string     `json:"name,omitempty"`   // its host name
	Link   string     `json:"link,omitempty"`   // the interface on which it asked
	Client string     `json:"client,omitempty"` // client identifier (DHCPv4) or DUID (DHCPv6), hexadecimal
}

// FromEnvironment reads the event that a hotplug script was started for. Its words
// are those of dnsmasq's script (openwrt/openwrt, package/network/services/dnsmasq,
// dhcp-script.sh) and what dnsmasq itself adds (dnsmasq(8), --dhcp-script): for an IPv6
// lease MACADDR is the DUID, if it is there, and DNSMASQ_INTERFACE is missing where
// dnsmasq only reads its book anew, and always up to OpenWrt 24.10, where so no lease that
// is kept is told of. ok is false for that, as it does not say who is here now.
func FromEnvironment(get func(string) string) (e Event, ok bool) {
	value := func(name string) string {
		v := get(name)
		if len(v) > maxValue {
			return ""
		}
		return v
	}
	e = Event{Action: value("ACTION"), Name: value("HOSTNAME"), Client: value("DNSMASQ_CLIENT_ID"), Link: value("DNSMASQ_INTERFACE")}
	if e.Link == "" {
		e.Link = value("INTERFACE")
	}
	var err error
	if e.Addr, err = netip.ParseAddr(value("IPADDR")); err != nil {
		return Event{}, false
	}
	mac := value("MACADDR")
	if e.Addr.Is6() {
		e.Client, mac = cmp.Or(mac, e.Client), value("DNSMASQ_MAC")
	}
	e.MAC, _ = lan.ParseMAC(mac)
	return e, e.check() == nil
}

// check is nil for an event that tells something.
func (e Event) check() error {
	switch e.Action {
	case add, remove:
	case update:
		if e.Link == "" {
			return errors.New("a lease that was read anew")
		}
	default:
		return fmt.Errorf("%.40q is no event of ours", e.Action)
	}
	switch {
	case !e.Addr.IsValid() || e.Addr.Zone() != "" || e.Addr.IsMulticast() || e.Addr.IsUnspecified():
		return fmt.Errorf("%q is no device's address", e.Addr)
	case e.MAC.IsGroup() || e.MAC.IsZero() && (e.Addr.Is4() || e.Client == ""):
		return errors.New("it says nothing of who it is")
	}
	return nil
}

// Parse reads a datagram.
func Parse(datagram []byte) (e Event, err error) {
	if len(datagram) > maxDatagram {
		return e, fmt.Errorf("the event is longer than %d bytes", maxDatagram)
	}
	if err := json.Unmarshal(datagram, &e); err != nil {
		return Event{}, fmt.Errorf("the event cannot be read: %w", err)
	}
	e.Addr = e.Addr.Unmap()
	return e, e.check()
}

// word is s where it is one word, else none.
func word(s string) string {
	if f := strings.Fields(s); len(f) == 1 && f[0] == s {
		return s
	}
	return "*"
}

// sighting is e on link; ok is false where it happened elsewhere.
func (e Event) sighting(link lan.Link, now time.Time) (s lan.Sighting, ok bool) {
	if e.Link != "" && e.Link != link.Name || !link.Contains(e.Addr) && !link.Exposes(e.Addr) {
		return s, false
	}
	s = lan.Sighting{Source: Name, At: now, Link: link.Name, MAC: e.MAC, Addr: e.Addr, Heard: lan.Heard{}, Gone: e.Action == remove}
	// It is read as the line of dnsmasq's book that it will become, by who reads that;
	// for IPv6 it has an IAID in place of the MAC.
	who := e.MAC.String()
	if e.Addr.Is6() {
		who = "0"
	}
	line := "0 " + who + " " + e.Addr.String() + " " + word(e.Name) + " " + word(e.Client)
	for _, l := range leases.Parse(line, now) {
		if l.Name != "" {
			s.Names = []string{l.Name}
			s.Heard.Set(lan.DHCPHostname, l.Name)
		}
		s.Heard.Set(lan.DHCPClient, l.Client)
		s.Heard.Set(lan.DHCP6DUID, l.DUID)
		switch {
		case l.DUID != "":
			s.ID = "duid:" + l.DUID
		case l.Client != "":
			s.ID = "dhcp:" + l.Client
		}
	}
	return s, true
}
