package wifi

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
)

// place says which access points belong to a link.
type place struct {
	s    source
	link lan.Link
	// vlan is the bridge that the link is a VLAN of; empty when it is none. A
	// station then belongs to the link if the bridge has met it there.
	vlan    string
	members map[lan.MAC]bool
	err     error
}

func (s source) place(link lan.Link) *place { return &place{s: s, link: link} }

// has reports whether the access point's frames can reach the link: it is the
// link, a port of the link's bridge, or of the bridge under the link's VLAN.
func (p *place) has(iface string) bool {
	if iface == p.link.Name {
		return true
	}
	target, err := os.Readlink(filepath.Join(p.s.root, "sys/class/net", iface, "master"))
	if err != nil {
		return false
	}
	master := filepath.Base(target)
	if master == p.link.Name {
		return true
	}
	// The kernel links every interface to those it is made on.
	if _, err := os.Lstat(filepath.Join(p.s.root, "sys/class/net", p.link.Name, "lower_"+master)); err != nil {
		return false
	}
	p.vlan = master
	return true
}

// knows reports whether the station is the link's.
func (p *place) knows(mac lan.MAC) bool {
	if p.vlan == "" {
		return true
	}
	if p.members == nil {
		p.members = map[lan.MAC]bool{}
		all, err := p.s.members(p.link)
		p.err = err
		for _, e := range all {
			p.members[e.MAC] = true
		}
	}
	return p.members[mac]
}

// ifaceName reports whether s can be an interface's name (netdevice(7): at most
// 15 bytes) and is plain enough for a path and for JSON.
func ifaceName(s string) bool {
	const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"
	return s != "" && s != "." && s != ".." && len(s) <= 15 && strings.Trim(s, plain) == ""
}
