// Package leases hears which addresses the home's own DHCP server has given
// out, from the lease files of dnsmasq, odhcpd and ISC dhcpd, and from odhcpd on
// OpenWrt's bus. It sends nothing.
package leases

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/ubus"
	"github.com/homesweep/homesweep/probes/uci"
)

// maxFile bounds what is read of a lease file, in bytes: some 15,000 leases.
const maxFile = 1 << 20

// Files are where DHCP servers keep their leases by default: dnsmasq on OpenWrt,
// on Debian and its kin, and in Pi-hole; odhcpd, since 2025 and before; ISC
// dhcpd on Debian. OpenWrt's own configuration may name others.
var Files = []string{
	"/tmp/dhcp.leases", "/var/lib/misc/dnsmasq.leases", "/etc/pihole/dhcp.leases",
	"/tmp/odhcpd.leases", "/tmp/hosts/odhcpd",
	"/var/lib/dhcp/dhcpd.leases", "/var/lib/dhcp/dhcpd6.leases",
}

// LinkLayer is the field of lan.Heard with the hardware address in a DUID of
// type LLT or LL (RFC 8415, sections 11.2 and 11.4). It is that of some
// interface of the device at some time, not by need of this one.
const LinkLayer = "dhcp6.link-layer-address"

// source is the Source.
type source struct {
	root   string
	config uci.Reader
	bus    ubus.Caller
	files  []string
	now    func() time.Time
}

var _ probes.Source = source{}

// New is the Source "leases" over the files below root, which is "/" save in
// tests. When none is named it reads Files and those that OpenWrt's
// configuration names (UCI dhcp, option leasefile); of one that this user may not
// read, those by default.
func New(root string, config uci.Reader, files ...string) probes.Source {
	return source{root: root, config: config, bus: ubus.New(root, ubus.Patience), files: files, now: time.Now}
}

// Name implements probes.Source.
func (source) Name() string { return "leases" }

// Discover reads the files once. A file that does not exist is no error: this
// machine is then not the DHCP server. A lease says that a device was given an
// address, not that it is there now.
func (s source) Discover(ctx context.Context, link lan.Link, see func(lan.Sighting)) error {
	tell := func(list []Lease, now time.Time) {
		for _, l := range list {
			if ctx.Err() == nil && (link.Contains(l.Addr) || link.Exposes(l.Addr)) {
				see(l.sighting(link, now))
			}
		}
	}
	files, err := s.named(ctx)
	failed := []error{err}
	for _, file := range files {
		text, err := read(filepath.Join(s.root, file))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			failed = append(failed, fmt.Errorf("reading the DHCP leases (run as a user who may): %w", err))
			continue
		}
		now := s.now()
		tell(Parse(text, now), now)
	}
	for _, method := range []string{"ipv4leases", "ipv6leases"} {
		answer, err := s.bus.Call(ctx, "call", "dhcp", method)
		if err != nil {
			continue // no odhcpd, or nothing for this user to hear: the files are all there is
		}
		now := s.now()
		list, err := ParseBus(answer, now)
		failed = append(failed, err)
		tell(list, now)
	}
	if ctx.Err() != nil {
		return nil
	}
	return errors.Join(failed...)
}

// named are the files to read.
func (s source) named(ctx context.Context) ([]string, error) {
	if len(s.files) > 0 {
		return s.files, nil
	}
	files := slices.Clone(Files)
	config, err := s.config(ctx, "dhcp")
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) {
		return files, nil
	}
	for _, section := range slices.Concat(config.Of("dnsmasq"), config.Of("odhcpd")) {
		file := section.Get("leasefile")
		if filepath.IsAbs(file) && !slices.Contains(files, filepath.Clean(file)) {
			files = append(files, filepath.Clean(file))
		}
	}
	return files, err
}

// read is the file's text, of a longer one the end: ISC dhcpd's is a journal.
func read(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	if i, err := f.Stat(); err == nil && i.Size() > maxFile {
		if _, err := f.Seek(-maxFile, io.SeekEnd); err != nil {
			return "", err
		}
	}
	b, err := io.ReadAll(io.LimitReader(f, maxFile))
	return string(b), err
}

func (l Lease) sighting(link lan.Link, now time.Time) lan.Sighting {
	s := lan.Sighting{Source: "leases", At: now, Link: link.Name, MAC: l.MAC, Addr: l.Addr, Heard: lan.Heard{}}
	if l.Name != "" {
		s.Names = []string{l.Name}
		s.Heard.Set(lan.DHCPHostname, l.Name)
	}
	s.Heard.Set(lan.DHCPClient, l.Client)
	s.Heard.Set(lan.DHCP6DUID, l.DUID)
	s.Heard.Set(LinkLayer, linkLayer(l.DUID).String())
	switch {
	case l.DUID != "":
		s.ID = "duid:" + l.DUID
	case l.Client != "":
		s.ID = "dhcp:" + l.Client
	}
	return s
}
