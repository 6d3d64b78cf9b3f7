package router

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/uci"
)

// Bounds of what programs at home may have opened. A household has ten at most;
// miniupnpd itself knows no limit.
const (
	maxLeaseFile = 64 << 10 // bytes
	maxLeases    = 256
)

// leaseFile is where miniupnpd keeps them unless told otherwise (net/miniupnpd of
// OpenWrt's packages: files/miniupnpd.init).
const leaseFile = "/var/run/miniupnpd.leases"

// UPnP is what programs at home had miniupnpd open (UPnP IGD, PCP, NAT-PMP): what
// its lease files below root say ("/" save in tests), and what stands in its chain
// of the firewall, where chain can ask for it (nil: it is not asked). At most 256,
// each once. A router without miniupnpd, or with it switched off, lets nobody open
// anything. An error says that it may have opened more than was read: of errCut, or
// where the chain was read, beyond what is given; else nothing is, which is nil.
func UPnP(root string, chain func() ([]byte, error), now time.Time) ([]lan.Forward, error) {
	conf, err := uci.Read(root, "upnpd")
	if errors.Is(err, fs.ErrNotExist) {
		return []lan.Forward{}, nil
	}
	on, path := false, leaseFile
	for _, s := range conf.Of("upnpd") {
		on = on || s.Bool("enabled", true)
		path = cmp.Or(s.Get("lease_file"), s.Get("upnp_lease_file"), path) // as it is called since 2025, and before
	}
	if err == nil && !on {
		return []lan.Forward{}, nil
	}
	text4, err4 := readLeases(filepath.Join(root, path))
	text6, err6 := readLeases(filepath.Join(root, path+"-ipv6"))
	if errors.Is(err6, fs.ErrNotExist) {
		err6 = nil // it has one only where it serves IPv6
	}
	list, known := append(ParseLeases(text4, now), ParsePinholes(text6)...), false
	if chain != nil {
		text, missed := chain()
		rules, wrong := ParseChain(text)
		switch {
		case missed == nil && wrong == nil:
			list, err4, known = append(list, rules...), nil, true // of IPv4 what is in force counts, whatever the file says
		case errors.Is(missed, fs.ErrNotExist) && errors.Is(err4, fs.ErrNotExist):
			err4 = nil // no nft, as before OpenWrt 22.03; the first mapping makes the file
		}
	}
	err = errors.Join(err, err4, err6)
	if err != nil && !known && !errors.Is(err, errCut) {
		return nil, fmt.Errorf("read which ports programs at home had the router open: %w", err)
	}
	if list = distinct(list); len(list) > maxLeases {
		list, err = list[:maxLeases], errCut
	}
	return list, err
}

// errCut says that there is more than was read.
var errCut = errors.New("programs at home had more opened than is read; the first of it counts")

func readLeases(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxLeaseFile+1))
	if len(text) > maxLeaseFile {
		return text[:maxLeaseFile], errCut
	}
	return text, err
}

// distinct is list without those that lead the same way twice, as the file and the
// chain say most of them; the first, which has a name, stays.
func distinct(list []lan.Forward) []lan.Forward {
	out := []lan.Forward{}
	for _, f := range list {
		if !slices.ContainsFunc(out, func(o lan.Forward) bool {
			return o.Transport == f.Transport && o.External == f.External && o.Client == f.Client && o.Port == f.Port
		}) && len(out) <= maxLeases {
			out = append(out, f)
		}
	}
	return out
}

// ParseLeases reads miniupnpd's lease file, a line for each:
// "TCP:51413:192.168.1.7:51413:0:Transmission" with the external port, where it
// leads, when it ends (seconds since 1970, 0 for never) and what the program said of
// itself (lease_file_add in miniupnpd/upnpredirect.c). What has ended at now, and
// what is no such line, is passed over.
func ParseLeases(text []byte, now time.Time) (list []lan.Forward) {
	for line := range bytes.Lines(text) {
		f := strings.SplitN(string(line), ":", 6)
		if len(f) < 6 {
			continue
		}
		ends, err := strconv.ParseInt(f[4], 10, 64)
		if err != nil || ends != 0 && ends <= now.Unix() {
			continue
		}
		if w, ok := leased(f[0], f[1], f[2], f[3], "", f[5]); ok {
			list = append(list, w)
		}
	}
	return list
}

// ParsePinholes reads the file of the same for IPv6, where nothing is translated:
// "TCP;2001:db8::7;22;2001:db8:1::9;0;3;0;ssh" with the device and its port, who may
// use it and from which port, a number, an end and a description (lease_file6_add in
// miniupnpd/upnppinhole.c). The end is not a time of day, so it is not looked at:
// miniupnpd takes out what has ended.
func ParsePinholes(text []byte) (list []lan.Forward) {
	for line := range bytes.Lines(text) {
		f := strings.SplitN(string(line), ";", 8)
		if len(f) < 8 {
			continue
		}
		if w, ok := leased(f[0], f[2], f[1], f[2], f[3], f[7]); ok {
			list = append(list, w)
		}
	}
	return list
}

// leased is one way; ok is false where a part of it is none.
func leased(transport, external, client, port, from, what string) (w lan.Forward, ok bool) {
	out, err1 := strconv.ParseUint(external, 10, 16)
	in, err2 := strconv.ParseUint(port, 10, 16)
	addr, err3 := netip.ParseAddr(client)
	w = lan.Forward{By: lan.ByUPnP, Mapping: lan.Mapping{
		Transport: lan.Transport(strings.ToLower(transport)), External: uint16(out), Client: addr.Unmap().WithZone(""), Port: uint16(in),
		For: lan.Printable(what, lan.MaxName),
	}}
	if a, err := netip.ParseAddr(from); err == nil && !a.IsUnspecified() {
		w.From = a.WithZone("").String()
	}
	return w, errors.Join(err1, err2, err3) == nil && in > 0 && out > 0 && (w.Transport == lan.TCP || w.Transport == lan.UDP)
}
