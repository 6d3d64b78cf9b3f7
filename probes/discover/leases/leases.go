// Package leases hears which addresses the home's own DHCP server has given
// out, from the lease file of dnsmasq. It sends nothing.
package leases

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// maxFile bounds what is read of a lease file, in bytes: some 15,000 leases.
const maxFile = 1 << 20

// Files are where dnsmasq keeps its leases: on OpenWrt, and on Debian and its
// kin by the package's own default.
var Files = []string{"/tmp/dhcp.leases", "/var/lib/misc/dnsmasq.leases"}

// source is the Source.
type source struct {
	root  string
	files []string
	now   func() time.Time
}

var _ probes.Source = source{}

// New is the Source "leases" over the files (Files when none is named) below
// root, which is "/" save in tests.
func New(root string, files ...string) probes.Source {
	if len(files) == 0 {
		files = Files
	}
	return source{root: root, files: files, now: time.Now}
}

// Name implements probes.Source.
func (source) Name() string { return "leases" }

// Discover reads the files once. A file that does not exist is no error: this
// machine is then not the DHCP server. A lease says that a device was given an
// address, not that it is there now.
func (s source) Discover(ctx context.Context, link lan.Link, see func(lan.Sighting)) error {
	var failed []error
	for _, file := range s.files {
		text, err := read(filepath.Join(s.root, file))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			failed = append(failed, fmt.Errorf("reading the DHCP leases (run as a user who may): %w", err))
			continue
		}
		now := s.now()
		for _, l := range Parse(text, now) {
			if ctx.Err() != nil {
				return nil
			}
			if link.Contains(l.Addr) {
				see(l.sighting(link, now))
			}
		}
	}
	return errors.Join(failed...)
}

func read(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxFile))
	return string(b), err
}

func (l Lease) sighting(link lan.Link, now time.Time) lan.Sighting {
	s := lan.Sighting{Source: "leases", At: now, Link: link.Name, MAC: l.MAC, Addr: l.Addr, Heard: lan.Heard{}}
	if l.Name != "" {
		s.Names = []string{l.Name}
		s.Heard.Set(lan.DHCPHostname, l.Name)
	}
	if l.DUID != "" {
		s.ID = "duid:" + l.DUID
	}
	return s
}
