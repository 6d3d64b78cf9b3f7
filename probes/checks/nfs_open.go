package checks

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/identify"
	"github.com/homesweep/homesweep/probes/lan"
)

// A file server's mount daemon tells which folders it shares with whom (RFC 1813
// appendix I, MOUNTPROC3_EXPORT). Nothing is mounted.
var _ = register(probes.Check{
	ID:        "nfs-open",
	Topic:     "Shared folders by NFS",
	Title:     "Anyone on your network can open its shared folders (NFS)",
	Advice:    "NFS asks for no password: every device that a folder is shared with can read it, and often change it. In the device's NFS settings name the computers that may use each folder, instead of \"everyone\" or your whole network, or turn NFS off.",
	Guideline: 5, Provision: "5.5-4", Severity: lan.Soon, Touch: lan.Ask,
	Applies: onService("nfs"),
	Run: func(ctx context.Context, p *probes.Pass) (verdict lan.Verdict, err error) {
		ep := p.Service.Endpoint()
		if ep.Port = mountd(p.Device); ep.Port == 0 {
			p.Saw("looked for its list of shared folders", "it tells nobody where that is")
			return lan.Undecided, nil
		}
		err = call(ctx, p, ep, func(conn net.Conn) error {
			said, err := exchange(conn, exportCall, func(said []byte) bool {
				return len(said) >= 4 && len(said)-4 >= int(binary.BigEndian.Uint32(said)&(1<<31-1))
			})
			if err != nil {
				return err
			}
			list, ok := parseExports(said)
			if !ok {
				return errors.New("this is no list of shared folders")
			}
			verdict = exported(p, list)
			return nil
		})
		return verdict, err
	},
})

// mountd is the port of d's mount daemon, as its port mapper has it.
func mountd(d lan.Device) uint16 {
	for _, s := range d.Services {
		if port, err := strconv.ParseUint(s.Heard[identify.RPCMountd], 10, 16); err == nil {
			return uint16(port)
		}
	}
	return 0
}

// exported judges the list: who is among a folder's friends.
func exported(p *probes.Pass, list []export) lan.Verdict {
	verdict := lan.Pass
	for _, e := range list {
		to := strings.Join(e.groups, ", ")
		if len(e.groups) == 0 || slices.ContainsFunc(e.groups, func(g string) bool { return everyone(g, p.Service.Address) }) {
			verdict, to = lan.Fail, heardOr("everyone:", to)
		}
		p.Saw("asked whom it shares "+e.folder+" with", to)
	}
	if len(list) == 0 {
		p.Saw("asked for the list of its shared folders", "it shares none")
	}
	return verdict
}

// everyone reports whether a group is all the world, or all of the home that the
// server at addr is in: "*", "(everyone)", "192.168.1.0/255.255.255.0".
func everyone(group string, addr netip.Addr) bool {
	if group == "*" || group == "(everyone)" {
		return true
	}
	network, mask, found := strings.Cut(group, "/")
	if m, err := netip.ParseAddr(mask); err == nil && m.Is4() {
		bits, _ := net.IPMask(m.AsSlice()).Size()
		group = network + "/" + strconv.Itoa(bits)
	}
	prefix, err := netip.ParsePrefix(group)
	return found && err == nil && (prefix.Bits() == 0 || !prefix.IsSingleIP() && prefix.Contains(addr.WithZone("")))
}

// exportCall is the call, in one record (RFC 5531 sections 9 and 11).
const exportCall = "\x80\x00\x00\x28HSME\x00\x00\x00\x00\x00\x00\x00\x02\x00\x01\x86\xa5\x00\x00\x00\x03\x00\x00\x00\x05" +
	"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"

// export is a shared folder and those that it is shared with.
type export struct {
	folder string
	groups []string
}

// maxExports bounds the list, and the groups of each folder.
const maxExports = 64

// parseExports reads the reply's record. A list that is cut short counts as far as
// its folders are whole.
func parseExports(said []byte) (list []export, ok bool) {
	reply, ok := bytes.CutPrefix(said[min(4, len(said)):], []byte("HSME\x00\x00\x00\x01\x00\x00\x00\x00"))
	x := xdr(reply)
	x.number() // the flavour of the server's verifier
	x.text()   // and the verifier
	if !ok || len(x) < 8 || x.number() != 0 {
		return nil, false
	}
	for x.number() == 1 && len(list) < maxExports {
		e := export{folder: x.text()}
		for x.number() == 1 {
			if group := x.text(); len(e.groups) < maxExports {
				e.groups = append(e.groups, group)
			}
		}
		if x == nil { // cut short: its groups are not known
			break
		}
		list = append(list, e)
	}
	return list, true
}

// xdr reads numbers and texts in their order (RFC 4506). Past the end there are
// zeros, and it is nil.
type xdr []byte

func (x *xdr) number() (n uint32) {
	if len(*x) >= 4 {
		n, *x = binary.BigEndian.Uint32(*x), (*x)[4:]
	} else {
		*x = nil
	}
	return n
}

func (x *xdr) text() string {
	n := x.number()
	if uint64(n) > uint64(len(*x)) {
		*x = nil
		return ""
	}
	s := string((*x)[:n])
	*x = (*x)[min(uint64(len(*x)), (uint64(n)+3)&^3):]
	return s
}
