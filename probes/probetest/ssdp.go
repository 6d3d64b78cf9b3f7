package probetest

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"

	"golang.org/x/net/ipv4"
)

// maxTargets is how many search targets a device may list, and so how many
// datagrams one question can bring.
const maxTargets = 32

const ssdpPort = 1900

// ssdpGroup is SSDP's multicast address (UPnP Device Architecture 1.1 section
// 1).
var ssdpGroup = net.UDPAddr{IP: net.IPv4(239, 255, 255, 250), Port: ssdpPort}

// SSDP answers searches, by multicast and by unicast, each at once and by
// unicast.
type SSDP struct {
	Server   string `json:"server"`
	UUID     string `json:"uuid"`     // without "uuid:"
	Location string `json:"location"` // "http://{addr}:49152/rootDesc.xml"
	// Targets are the device and service types it answers to besides
	// "upnp:rootdevice" and its own uuid.
	Targets []string    `json:"targets"`
	Headers [][2]string `json:"headers"` // further ones, such as hue-bridgeid
}

func (p *SSDP) check() error {
	if p.UUID == "" || p.Location == "" || len(p.Targets) > maxTargets {
		return fmt.Errorf("wants uuid, location and at most %d targets", maxTargets)
	}
	errs := []error{oneLine("server", p.Server), oneLine("uuid", p.UUID), oneLine("location", p.Location)}
	for _, t := range p.Targets {
		errs = append(errs, oneLine("target", t))
	}
	for _, h := range p.Headers {
		errs = append(errs, oneLine("header", h[0]+h[1]))
	}
	return errors.Join(errs...)
}

// startSSDP listens to the group on the device's interface; on loopback to
// unicast questions only.
func (r *Running) startSSDP(p *SSDP) error {
	key := portKey("udp", ssdpPort)
	r.ledger.port(key, func(*PortCount) {})
	var pc net.PacketConn
	var err error
	if r.net.Interface() == "" {
		pc, err = r.net.ListenPacket("udp4", netip.AddrPortFrom(r.net.Addr(), ssdpPort).String())
	} else {
		err = r.net.Do(func() error {
			ifi, err := net.InterfaceByName(r.net.Interface())
			if err != nil {
				return err
			}
			conn, err := net.ListenMulticastUDP("udp4", ifi, &ssdpGroup)
			if err == nil {
				pc = &voice{conn, ipv4.NewPacketConn(conn), ipv4.ControlMessage{Src: r.net.Addr().AsSlice(), IfIndex: ifi.Index}}
			}
			return err
		})
	}
	if err != nil {
		return err
	}
	r.answer(pc, key, p.answer)
	return nil
}

// voice answers from the device's own address and interface, of which a host may
// have several.
type voice struct {
	net.PacketConn
	out *ipv4.PacketConn
	as  ipv4.ControlMessage
}

// WriteTo sends a datagram.
func (v *voice) WriteTo(b []byte, to net.Addr) (int, error) {
	as := v.as // it is written to
	return v.out.WriteTo(b, &as, to)
}

// answer is the replies to one datagram: none to what is not for this device.
func (p *SSDP) answer(r *Running, key string, datagram []byte) [][]byte {
	req, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(datagram)))
	if err != nil {
		r.ledger.malformed(key)
		return nil
	}
	if req.Method == "NOTIFY" {
		return nil // somebody else's announcement
	}
	target := req.Header.Get("ST")
	if req.Method != "M-SEARCH" || req.Header.Get("MAN") != `"ssdp:discover"` || target == "" {
		r.ledger.malformed(key)
		return nil
	}
	r.ledger.asked(key, "M-SEARCH "+target)
	var replies [][]byte
	for _, t := range append([]string{"upnp:rootdevice", p.udn()}, p.Targets...) {
		if target == "ssdp:all" || target == t {
			replies = append(replies, p.reply(r, t))
		}
	}
	return replies
}

func (p *SSDP) udn() string { return "uuid:" + p.UUID }

// reply is the answer for one target (section 1.3.3).
func (p *SSDP) reply(r *Running, target string) []byte {
	usn := p.udn()
	if target != usn {
		usn += "::" + target
	}
	var b strings.Builder
	b.WriteString("HTTP/1.1 200 OK\r\nCACHE-CONTROL: max-age=1800\r\nEXT:\r\n")
	fmt.Fprintf(&b, "LOCATION: %s\r\nSERVER: %s\r\nST: %s\r\nUSN: %s\r\n", r.placed(p.Location), p.Server, target, usn)
	for _, h := range p.Headers {
		fmt.Fprintf(&b, "%s: %s\r\n", h[0], h[1])
	}
	b.WriteString("\r\n")
	return []byte(b.String())
}
