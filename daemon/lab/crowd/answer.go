package crowd

import (
	"encoding/binary"
	"net/netip"
	"os"
	"sync"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// Count is what has been done to the crowd so far.
type Count struct {
	Frames      int // received, whatever they were
	SYNs        int // questions about ports
	First, Last time.Time
	Rate        float64 // SYNs a second while most of them came (see pulse)
	Connections int     // handshakes completed
	Most        int     // of them to one host
	Bytes       int     // taken over all connections
	Lost        int     // frames that the kernel threw away because we were too slow
}

// Crowd answers for hosts. Its methods are safe for concurrent use.
type Crowd struct {
	base   uint32 // of the network's first address
	router Host   // the first one
	now    func() time.Time
	sock   *os.File // while it serves
	done   chan struct{}

	mu    sync.Mutex
	at    []*host // by address, from base on
	talks map[place]*talk
	count Count
	pulse pulse
	out   [longest]byte
}

// host is a Host with what was done to it.
type host struct {
	Host
	open        map[uint16]bool
	connections int
	grumbles    float64 // ICMP errors that it may still send
	grumbled    time.Time
}

// An ICMP error costs; as Linux, a host sends one a second, and six at once
// (ip-sysctl, icmp_ratelimit).
const (
	grumbleRate  = 1
	grumbleBurst = 6
)

// New is a crowd of hosts that all live in prefix. What is sent to another's
// address by way of the first host's hardware address, it passes on, as a router
// does: a scanner that knows no hardware address but the router's reaches all.
func New(prefix netip.Prefix, hosts []Host) *Crowd {
	base := prefix.Masked().Addr().As4()
	c := &Crowd{
		base: binary.BigEndian.Uint32(base[:]), router: hosts[0], now: time.Now,
		at: make([]*host, 1<<(32-prefix.Bits())), talks: map[place]*talk{},
	}
	for _, h := range hosts {
		open := map[uint16]bool{}
		for _, p := range h.Open {
			open[p] = true
		}
		at := h.Addr.As4()
		c.at[binary.BigEndian.Uint32(at[:])-c.base] = &host{Host: h, open: open, grumbles: grumbleBurst}
	}
	return c
}

// host is who has the address, nil if nobody.
func (c *Crowd) host(addr [4]byte) *host {
	if i := binary.BigEndian.Uint32(addr[:]) - c.base; int64(i) < int64(len(c.at)) {
		return c.at[i]
	}
	return nil
}

// Count is what has been done since Forget.
func (c *Crowd) Count() Count {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := c.count
	n.Rate = c.pulse.rate()
	for _, h := range c.at {
		if h != nil {
			n.Connections += h.connections
			n.Most = max(n.Most, h.connections)
		}
	}
	return n
}

// Forget begins the count anew and drops all connections.
func (c *Crowd) Forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.count, c.pulse = Count{}, pulse{}
	clear(c.talks)
	for _, h := range c.at {
		if h != nil {
			h.connections, h.grumbles = 0, grumbleBurst
		}
	}
}

// answer hands every frame to send that the crowd says to one that it heard. A
// frame is valid until send returns.
func (c *Crowd) answer(frame []byte, send func([]byte)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.count.Frames++
	if len(frame) < ethernet {
		return
	}
	switch binary.BigEndian.Uint16(frame[12:]) {
	case typeARP:
		c.resolve(frame[ethernet:], send)
		return
	case typeIPv4:
	default:
		return
	}
	p, protocol, ok := open(frame)
	if !ok {
		return
	}
	h := c.host(p.dst)
	if to := lan.MAC(frame[:6]); h == nil || to != h.MAC && to != c.router.MAC {
		return
	}
	switch protocol {
	case protocolTCP:
		c.segment(h, p, send)
	case protocolICMP:
		c.echo(h, p, send)
	case protocolUDP:
		c.grumble(h, p, send)
	}
}

// resolve answers who asks for a host's address.
func (c *Crowd) resolve(body []byte, send func([]byte)) {
	if len(body) < arp || binary.BigEndian.Uint16(body[6:]) != 1 {
		return
	}
	h := c.host([4]byte(body[24:28]))
	if h == nil {
		return
	}
	send(h.holds(2, lan.MAC(body[8:14]), lan.MAC(body[8:14]), body[14:18]))
}

// holds is an ARP message to a station, that h has its address.
func (h Host) holds(operation byte, to, target lan.MAC, asked []byte) []byte {
	own := h.Addr.As4()
	frame := make([]byte, 0, shortest)
	frame = append(append(frame, to[:]...), h.MAC[:]...)
	frame = append(frame, 0x08, 0x06, 0, 1, 8, 0, 6, 4, 0, operation)
	frame = append(append(frame, h.MAC[:]...), own[:]...)
	frame = append(append(frame, target[:]...), asked...)
	return frame[:shortest]
}

// echo answers a ping.
func (c *Crowd) echo(h *host, p packet, send func([]byte)) {
	if h.Walled || len(p.payload) < icmp || p.payload[0] != 8 || len(p.payload) > longest-ethernet-ipv4 {
		return
	}
	frame, body := c.reply(h.MAC, p, protocolICMP, len(p.payload))
	copy(body, p.payload)
	body[0], body[2], body[3] = 0, 0, 0
	binary.BigEndian.PutUint16(body[2:], ^fold(sum(0, body)))
	send(frame)
}

// grumble says of a datagram that nobody reads it (RFC 1122 section 4.1.3.1), as
// often as a host may.
func (c *Crowd) grumble(h *host, p packet, send func([]byte)) {
	if h.Walled || len(p.payload) < udp {
		return
	}
	now := c.now()
	h.grumbles = min(grumbleBurst, h.grumbles+grumbleRate*now.Sub(h.grumbled).Seconds())
	h.grumbled = now
	if h.grumbles < 1 {
		return
	}
	h.grumbles--
	quoted := p.whole[:min(len(p.whole), 548)] // RFC 1812 section 4.3.2.3
	frame, body := c.reply(h.MAC, p, protocolICMP, icmp+len(quoted))
	body[0], body[1] = 3, 3
	copy(body[icmp:], quoted)
	binary.BigEndian.PutUint16(body[2:], ^fold(sum(0, body)))
	send(frame)
}
