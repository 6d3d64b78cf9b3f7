// Package hosts hears the names that the owner, or the router for him, has
// given to devices: static leases and names of OpenWrt's configuration, of
// dnsmasq's own, /etc/ethers and /etc/hosts. It sends nothing. A name given is
// no sign that the device is there.
package hosts

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/uci"
)

const (
	// maxFile bounds what is read of one file, in bytes. Lists of blocked names
	// in /etc/hosts are longer; the home's own names stand before them.
	maxFile = 1 << 20
	// maxFiles bounds how many files of /etc/dnsmasq.d are read.
	maxFiles = 64
	// maxHosts is how many names are kept of one file.
	maxHosts = 4096
)

// Host is one device as a file names it. At least one of MACs, Addrs and DUID
// is there, and a name.
type Host struct {
	Names []string
	MACs  []lan.MAC
	Addrs []netip.Addr
	DUID  string // lower-case hexadecimal; empty when not said
}

// source is the Source.
type source struct {
	root   string
	config uci.Reader
	now    func() time.Time
}

var _ probes.Source = source{}

// New is the Source "hosts" over the files below root, which is "/" save in
// tests, and over config, which may know more than this user may read.
func New(root string, config uci.Reader) probes.Source {
	return source{root: root, config: config, now: time.Now}
}

// Name implements probes.Source.
func (source) Name() string { return "hosts" }

// Discover reads the files once. One that does not exist is no error. A host
// with addresses is told on the link that has one of them; one without, on
// each.
func (s source) Discover(ctx context.Context, link lan.Link, see func(lan.Sighting)) error {
	all, err := s.all(ctx)
	now := s.now()
	for _, h := range all {
		for _, sighting := range h.sightings(link) {
			if ctx.Err() != nil {
				return nil
			}
			sighting.Source, sighting.Link, sighting.At, sighting.Heard = "hosts", link.Name, now, lan.Heard{}
			see(sighting)
		}
	}
	return err
}

// all is every host of every file. What cannot be read is in the error, and the
// rest is there nevertheless.
func (s source) all(ctx context.Context) (all []Host, err error) {
	config, err := s.config(ctx, "dhcp")
	if errors.Is(err, fs.ErrPermission) {
		err = nil // who reads the rest of the router's settings says so, once
	}
	failed := []error{existing(err)}
	all = fromUCI(config)
	for _, file := range []struct {
		path  string
		parse func(string) []Host
	}{{"etc/ethers", ParseEthers}, {"etc/hosts", ParseHosts}, {"etc/dnsmasq.conf", ParseDnsmasq}} {
		text, err := load(filepath.Join(s.root, file.path))
		failed = append(failed, err)
		all = append(all, file.parse(text)...)
	}
	// The pattern is well formed; what it finds is sorted.
	extra, _ := filepath.Glob(filepath.Join(s.root, "etc/dnsmasq.d/*.conf"))
	for _, path := range extra[:min(len(extra), maxFiles)] {
		text, err := load(path)
		failed = append(failed, err)
		all = append(all, ParseDnsmasq(text)...)
	}
	return all, errors.Join(failed...)
}

// existing is err unless it says that there is no file.
func existing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// load is a file's text, empty when there is none.
func load(path string) (string, error) {
	f, err := os.Open(path)
	if err == nil {
		defer f.Close()
		var b []byte
		if b, err = io.ReadAll(io.LimitReader(f, maxFile)); err == nil {
			if len(b) == maxFile { // the last line may be cut
				b = b[:bytes.LastIndexByte(b, '\n')+1]
			}
			return string(b), nil
		}
	}
	if err = existing(err); err != nil {
		err = fmt.Errorf("reading the names given to devices (run as a user who may): %w", err)
	}
	return "", err
}

// sightings is what h says on link. Several MACs are several interfaces of one
// host, any of which may hold its address: they are told apart from it.
func (h Host) sightings(link lan.Link) (all []lan.Sighting) {
	here := slices.DeleteFunc(slices.Clone(h.Addrs), func(a netip.Addr) bool {
		return !link.Contains(a) && !link.Exposes(a)
	})
	if len(h.Addrs) > 0 && len(here) == 0 {
		return nil
	}
	id := ""
	if h.DUID != "" {
		id = "duid:" + h.DUID
	}
	if len(h.MACs) == 1 && len(here) == 1 {
		return []lan.Sighting{{Names: h.Names, ID: id, MAC: h.MACs[0], Addr: here[0]}}
	}
	for _, mac := range h.MACs {
		all = append(all, lan.Sighting{Names: h.Names, ID: id, MAC: mac})
	}
	for _, addr := range here {
		all = append(all, lan.Sighting{Names: h.Names, ID: id, Addr: addr})
	}
	if len(all) == 0 {
		all = []lan.Sighting{{Names: h.Names, ID: id}}
	}
	return all
}

// fromUCI is the static leases ("config host") and names ("config domain") of
// OpenWrt's /etc/config/dhcp.
func fromUCI(config uci.File) (all []Host) {
	for _, s := range config.Sections {
		var h Host
		switch s.Type {
		case "host":
			h.macs(s.Words("mac"))
			duid := ""
			for _, word := range s.Words("duid") {
				duid = cmp.Or(duid, hexadecimal(word))
			}
			h.DUID = duid
		case "domain":
		default:
			continue
		}
		h.name(s.Get("name"))
		h.addrs(s.Words("ip"))
		all = h.keep(all)
	}
	return all
}
