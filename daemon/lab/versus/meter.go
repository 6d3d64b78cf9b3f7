package main

import (
	"encoding/binary"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"time"

	"github.com/mdlayher/packet"
	"golang.org/x/sys/unix"

	"github.com/homesweep/homesweep/daemon/lab"
	"github.com/homesweep/homesweep/probes/identify"
	"github.com/homesweep/homesweep/probes/lan"
)

// meter notes, at the scanner's own end of its cable, what each device is asked.
type meter struct {
	conn *packet.Conn
	own  lan.MAC
	done chan struct{}

	talks map[talk]*span
	asked map[netip.Addr]int // UDP questions of identification
}

// talk is one try at a connection, span from its beginning to its last frame.
type talk struct {
	to   netip.AddrPort
	from uint16
}

type span struct {
	begin, end time.Time
	made       bool // the handshake was completed
}

// maxTalks bounds what is kept: a household's port questions count too.
const maxTalks = 1 << 18

func startMeter() (*meter, error) {
	i, err := net.InterfaceByName(lab.Link)
	if err != nil {
		return nil, fmt.Errorf("metering %s: %w", lab.Link, err)
	}
	conn, err := packet.Listen(i, packet.Raw, unix.ETH_P_ALL, nil) // a socket for one protocol sees none that leave
	if err != nil {
		return nil, fmt.Errorf("metering %s: %w", lab.Link, err)
	}
	m := &meter{conn: conn, done: make(chan struct{}), talks: map[talk]*span{}, asked: map[netip.Addr]int{}}
	m.own, _ = lan.MACFrom(i.HardwareAddr)
	go m.read()
	return m, nil
}

func (m *meter) read() {
	defer close(m.done)
	questions := identify.UDPPorts(lan.Sturdy)
	buf := make([]byte, 2048)
	for {
		n, _, err := m.conn.ReadFrom(buf)
		if err != nil {
			return
		}
		m.note(buf[:n], time.Now(), questions)
	}
}

// stop ends it; what it noted can be read from then on.
func (m *meter) stop() {
	_ = m.conn.Close()
	<-m.done
}

// note notes one frame, if it is an IPv4 one that left from here.
func (m *meter) note(frame []byte, at time.Time, questions []uint16) {
	const ethernet, ipv4 = 14, 20
	if len(frame) < ethernet+ipv4+8 || lan.MAC(frame[6:12]) != m.own || binary.BigEndian.Uint16(frame[12:]) != 0x0800 {
		return
	}
	ip := frame[ethernet:]
	header := int(ip[0]&0x0f) * 4
	if len(ip) < header+8 {
		return
	}
	body, to := ip[header:], netip.AddrFrom4([4]byte(ip[16:20]))
	port := binary.BigEndian.Uint16(body[2:])
	switch {
	case ip[9] == 17 && slices.Contains(questions, port) && frame[0]&1 == 0:
		m.asked[to]++
	case ip[9] == 6 && len(body) >= 20:
		m.segment(talk{netip.AddrPortFrom(to, port), binary.BigEndian.Uint16(body)}, body[13], at)
	}
}

// segment notes a TCP segment by its flags. An acknowledgement that opens and
// resets nothing ends a handshake, or comes after it.
func (m *meter) segment(k talk, flags byte, at time.Time) {
	const syn, rst, ack = 2, 4, 16
	s := m.talks[k]
	if s == nil && len(m.talks) < maxTalks {
		s = &span{begin: at}
		m.talks[k] = s
	}
	if s != nil {
		s.end, s.made = at, s.made || flags&(syn|rst|ack) == ack
	}
}

// connections are how many were made to each device.
func (m *meter) connections() map[netip.Addr]int {
	made := map[netip.Addr]int{}
	for k, s := range m.talks {
		if s.made {
			made[k.to.Addr()]++
		}
	}
	return made
}

// talking is how long at least one connection was open, or being made.
func (m *meter) talking() (all time.Duration) {
	var spans []*span
	for _, s := range m.talks {
		if s.made {
			spans = append(spans, s)
		}
	}
	slices.SortFunc(spans, func(a, b *span) int { return a.begin.Compare(b.begin) })
	var end time.Time
	for _, s := range spans {
		if from := later(s.begin, end); s.end.After(from) {
			all += s.end.Sub(from)
			end = s.end
		}
	}
	return all
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
