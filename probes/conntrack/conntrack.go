// Package conntrack reads the kernel's table of connections on a router
// (/proc/net/nf_conntrack) and counts in it what leaves the home by protocols that
// do not encrypt. Of each connection nothing is kept but who, which protocol and
// how many: neither how much nor where to, save while the table is read, to tell one
// address that is tried again and again from many.
//
// The form of a line is that of ct_seq_show in Linux's
// net/netfilter/nf_conntrack_standalone.c, and before 2.6.20 that of
// /proc/net/ip_conntrack, which lacks the first two words:
//
//	ipv4     2 tcp      6 7431 ESTABLISHED src=192.168.1.20 dst=198.51.100.7 sport=40112 dport=23 packets=9 bytes=812 src=198.51.100.7 dst=203.0.113.5 sport=23 dport=40112 packets=7 bytes=640 [ASSURED] mark=0 zone=0 use=2
//
// The words before the addresses are fewer where the flow was handed to hardware
// ([OFFLOAD], [HW_OFFLOAD]): such a connection is counted all the same, though its
// packets are not seen any more.
package conntrack

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"slices"

	"github.com/homesweep/homesweep/probes/lan"
)

// Bounds of what is read of one table: a small router keeps 16384 connections
// (nf_conntrack_max), of 300 bytes a line; a large one more, and is read in part.
const (
	maxLine    = 1024
	maxLines   = 65536
	maxClients = 1024 // devices of which anything is counted
	maxTried   = 32   // addresses of which it is noted that one device tried them
)

// Files are where kernels keep the table, the newer one first.
var Files = []string{"/proc/net/nf_conntrack", "/proc/net/ip_conntrack"}

// ErrCut says that a table was longer than what is read of it.
var ErrCut = errors.New("the table of connections is too long; the first part of it was counted")

// Home is what belongs to the home: Inside are the networks of its links, Own the
// addresses of the router itself, those at the internet among them.
type Home struct {
	Inside []netip.Prefix
	Own    []netip.Addr
}

// Load counts in the first of files that exists, as Parse does. Without any the
// error is fs.ErrNotExist: the kernel tracks nothing, or was built without the file
// (CONFIG_NF_CONNTRACK_PROCFS); fs.ErrPermission where only root may read it.
func Load(files []string, home Home) ([]lan.Flow, error) {
	err := os.ErrNotExist
	for _, path := range files {
		var f *os.File
		if f, err = os.Open(path); err == nil {
			defer f.Close()
			return Parse(f, home)
		}
		if !errors.Is(err, os.ErrNotExist) {
			break
		}
	}
	return nil, fmt.Errorf("read the table of connections: %w", err)
}

// Parse counts the clear-text connections from home to the internet in r, a table
// in the kernel's form: never nil without an error, in order of client and
// protocol. Of what counts when it is tried it counts the addresses, up to 32. With ErrCut the counts are of the first 65536 lines. What is no line of
// such a table is passed over.
func Parse(r io.Reader, home Home) ([]lan.Flow, error) {
	counts, clients, tried := map[lan.Flow]int{}, map[netip.Addr]bool{}, map[lan.Flow][]netip.Addr{}
	lines := bufio.NewReaderSize(r, maxLine)
	for range maxLines {
		line, err := lines.ReadSlice('\n')
		for long := err; errors.Is(long, bufio.ErrBufferFull); { // what is cut off are marks and labels
			_, long = lines.ReadSlice('\n')
		}
		if f, to, ok := flow(line, home); ok && (clients[f.Client] || len(clients) < maxClients) {
			clients[f.Client] = true
			if p, _ := Of(f.Transport, f.Port); !p.Tried {
				counts[f]++
			} else if known := tried[f]; len(known) < maxTried && !slices.Contains(known, to) {
				tried[f] = append(known, to)
				counts[f]++
			}
		}
		switch {
		case err == io.EOF:
			return listed(counts), nil
		case err != nil && !errors.Is(err, bufio.ErrBufferFull):
			return nil, fmt.Errorf("read the table of connections: %w", err)
		}
	}
	return listed(counts), ErrCut
}

func listed(counts map[lan.Flow]int) []lan.Flow {
	list := make([]lan.Flow, 0, len(counts))
	for f, n := range counts {
		f.Count = n
		list = append(list, f)
	}
	lan.Sort(list, func(a, b lan.Flow) int {
		return cmp.Or(a.Client.Compare(b.Client), cmp.Compare(a.Transport, b.Transport), cmp.Compare(a.Port, b.Port))
	})
	return list
}

// flow is what is counted of a line, and where it leads; ok is false for one that is
// not.
func flow(line []byte, home Home) (f lan.Flow, to netip.Addr, ok bool) {
	c, ok := connection(line)
	if !ok || !told(c) || !home.inside(c.src) || !home.abroad(c.dst) || c.back.IsValid() && c.back != c.dst {
		return f, to, false // the last is one that the router led elsewhere, such as to its own proxy
	}
	return lan.Flow{Client: c.src, Transport: c.transport, Port: c.port}, c.dst, true
}

// told reports whether c tells by its port that it is not encrypted, and came about
// and is not over: what has ended stays in the table for minutes.
func told(c conn) bool {
	p, listed := Of(c.transport, c.port)
	return listed && (p.Tried || !c.over && (c.replied || c.transport == lan.UDP))
}

// over are the states of TCP in which nothing is said any more, or not yet
// (tcp_conntrack_names in Linux's nf_conntrack_proto_tcp.c).
var over = []string{"SYN_SENT", "SYN_SENT2", "FIN_WAIT", "LAST_ACK", "TIME_WAIT", "CLOSE"}

func (h Home) inside(a netip.Addr) bool {
	return !slices.Contains(h.Own, a) && slices.ContainsFunc(h.Inside, func(p netip.Prefix) bool { return p.Contains(a) })
}

// shared is the space that providers put before their own translation (RFC 6598).
// What is there is the provider's, or a private network's of its own (Tailscale's).
var shared = netip.MustParsePrefix("100.64.0.0/10")

// abroad reports whether a is somewhere on the internet.
func (h Home) abroad(a netip.Addr) bool {
	return a.IsGlobalUnicast() && !a.IsPrivate() && !shared.Contains(a) && a != netip.AddrFrom4([4]byte{255, 255, 255, 255}) &&
		!slices.Contains(h.Own, a) && !slices.ContainsFunc(h.Inside, func(p netip.Prefix) bool { return p.Contains(a) })
}

// conn is one line of the table.
type conn struct {
	transport lan.Transport
	src, dst  netip.Addr // as the client sent it
	back      netip.Addr // who answers, which is dst unless the router translated it
	port      uint16
	replied   bool
	over      bool
}

// connection reads a line.
func connection(line []byte) (c conn, ok bool) {
	c.replied = true
	for word := range bytes.FieldsSeq(line) {
		key, value, pair := bytes.Cut(word, []byte("="))
		switch {
		case string(word) == "[UNREPLIED]":
			c.replied = false
		case !pair && slices.Contains(over, string(word)):
			c.over = true
		case !pair && c.transport == "" && (string(word) == "tcp" || string(word) == "udp"):
			c.transport = lan.Transport(word)
		case string(key) == "src" && !c.src.IsValid():
			c.src = address(value)
		case string(key) == "src" && !c.back.IsValid():
			c.back = address(value)
		case string(key) == "dst" && !c.dst.IsValid():
			c.dst = address(value)
		case string(key) == "dport" && c.port == 0:
			c.port = number(value)
		}
	}
	return c, c.transport != "" && c.src.IsValid() && c.dst.IsValid() && c.port != 0
}

// address is the zero Addr for what is none.
func address(text []byte) netip.Addr {
	if len(text) > 45 { // no form of an IPv6 address is longer
		return netip.Addr{}
	}
	a, _ := netip.ParseAddr(string(text))
	return a.Unmap().WithZone("")
}

// number is 0 for what is no port.
func number(text []byte) (n uint16) {
	for i, b := range text {
		if b < '0' || b > '9' || i == 5 || int(n)*10+int(b-'0') > 65535 {
			return 0
		}
		n = n*10 + uint16(b-'0')
	}
	return n
}
