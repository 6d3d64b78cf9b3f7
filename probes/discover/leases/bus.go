package leases

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"net/netip"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// told is what odhcpd says of its leases on OpenWrt's bus, object dhcp, methods
// ipv4leases and ipv6leases (openwrt/odhcpd, src/ubus.c), since 2017 and before. A lease
// of IPv4 has mac and address, which was ip, one of IPv6 duid and ipv6-addr, which was
// ipv6, with the length that tells a delegated prefix.
type told struct {
	Device map[string]struct {
		Leases []struct {
			MAC, DUID, Hostname, Address, IP string
			Valid                            int64 // seconds from now; -1 is no end, as 32 bits without a sign too
			Length                           int
			IPv6                             []string
			Addrs                            []struct{ Address string } `json:"ipv6-addr"`
		}
	}
}

// ParseBus reads an answer of odhcpd's and keeps the leases in force at now, as Parse
// does: it renames its lease file into place, so that a daemon in a jail sees the first
// one for ever, and what it says is always of now.
func ParseBus(answer []byte, now time.Time) ([]Lease, error) {
	var t told
	if err := json.Unmarshal(answer, &t); err != nil {
		return nil, fmt.Errorf("reading the leases on the bus: %w", err)
	}
	var all []Lease
	for _, device := range t.Device {
		for _, said := range device.Leases {
			l := Lease{Name: lan.Printable(said.Hostname, lan.MaxName), DUID: duid(said.DUID)}
			switch {
			case said.Valid > 0 && said.Valid < math.MaxUint32:
				l.Expires = now.Add(time.Duration(said.Valid) * time.Second)
			case said.Valid != -1 && said.Valid != math.MaxUint32:
				continue
			}
			list := append(said.IPv6, said.Address, said.IP)
			if said.Length != 0 && said.Length != 128 {
				list = nil
			}
			for _, a := range said.Addrs {
				list = append(list, a.Address)
			}
			if b, err := hex.DecodeString(said.MAC); err == nil {
				l.MAC, _ = lan.MACFrom(b)
			}
			four := !l.MAC.IsZero() && !l.MAC.IsGroup()
			for _, text := range list {
				addr, err := netip.ParseAddr(text)
				if err == nil && addr.Zone() == "" && addr.Is4() == four && (four || l.DUID != "") && len(all) < maxLeases {
					l.Addr = addr
					all = append(all, l)
				}
			}
		}
	}
	return all, nil
}
