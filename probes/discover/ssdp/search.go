package ssdp

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"time"

	"golang.org/x/net/ipv4"

	"github.com/homesweep/homesweep/probes/lan"
)

// group is where SSDP questions go.
var group = netip.MustParseAddrPort("239.255.255.250:1900")

const (
	ttl         = 2       // UPnP Device Architecture 2.0, section 1.3.2
	maxDatagram = 4 << 10 // bytes of one answer
	maxAnswers  = 4096    // of one search
)

// targets are what is asked for: everything, then root devices again, for the
// stacks that overlook the first.
var targets = []string{"ssdp:all", "upnp:rootdevice"}

// asking is the rhythm of a search.
type asking struct {
	wait  int           // MX: seconds within which devices spread their answers
	again time.Duration // from the first round of questions to the second
	until time.Duration // from the second round to the end
}

// polite gives devices 2 s to answer, and the late ones half a second more.
var polite = asking{wait: 2, again: time.Second, until: 2500 * time.Millisecond}

// search asks on link from our own address own, and hands each answer to got
// until the rhythm or ctx ends, which is no error.
func (a asking) search(ctx context.Context, link lan.Link, own netip.Addr, got func(netip.Addr, []byte)) error {
	conn, err := socket(link, own)
	if err != nil {
		return err
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { conn.SetReadDeadline(time.Now()) })
	defer stop()
	for _, pause := range []time.Duration{a.again, a.until} {
		if ctx.Err() != nil {
			return nil
		}
		if err := conn.SetReadDeadline(time.Now().Add(pause)); err != nil {
			return err
		}
		for _, t := range targets {
			if _, err := conn.WriteToUDPAddrPort(question(t, a.wait), group); err != nil {
				return err
			}
		}
		listen(ctx, conn, got)
	}
	return nil
}

// socket is bound to our own address, so that the answers come to us alone and
// nothing that other programs ask is heard.
func socket(link lan.Link, own netip.Addr) (*net.UDPConn, error) {
	conn, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(netip.AddrPortFrom(own, 0)))
	if err != nil {
		return nil, err
	}
	p := ipv4.NewPacketConn(conn)
	err = p.SetMulticastInterface(&net.Interface{Index: link.Index, Name: link.Name})
	if err == nil {
		err = p.SetMulticastTTL(ttl)
	}
	if err != nil {
		conn.Close()
		return nil, fmt.Errorf("setting up the socket: %w", err)
	}
	return conn, nil
}

// question is one M-SEARCH (section 1.3.2).
func question(target string, wait int) []byte {
	return fmt.Appendf(nil, "M-SEARCH * HTTP/1.1\r\nHOST: %s\r\nMAN: \"ssdp:discover\"\r\nMX: %d\r\nST: %s\r\n\r\n", group, wait, target)
}

// listen hands over datagrams until the read deadline.
func listen(ctx context.Context, conn *net.UDPConn, got func(netip.Addr, []byte)) {
	buf := make([]byte, maxDatagram)
	for range maxAnswers {
		n, from, err := conn.ReadFromUDPAddrPort(buf)
		if err != nil || ctx.Err() != nil {
			return
		}
		got(from.Addr().Unmap(), buf[:n])
	}
}

// answer is what matters of one answer's header.
type answer struct {
	location string
	server   string
	uuid     string // "uuid:…", the first part of USN
}

// parse reads an answer to M-SEARCH (section 1.3.3). It is lenient about the
// line ends, the spaces and the letters' case, as devices are about writing.
func parse(datagram []byte) (a answer, ok bool) {
	head, rest, _ := bytes.Cut(datagram, []byte("\n"))
	status := strings.Fields(string(head))
	if len(status) < 2 || !strings.HasPrefix(status[0], "HTTP/1.") || status[1] != "200" {
		return a, false
	}
	for line := range bytes.Lines(rest) {
		name, value, found := strings.Cut(strings.TrimSpace(string(line)), ":")
		if !found {
			continue
		}
		value = strings.TrimSpace(value)
		switch strings.ToUpper(strings.TrimSpace(name)) {
		case "LOCATION":
			a.location = value
		case "SERVER":
			a.server = lan.Printable(value, lan.MaxValue)
		case "USN":
			a.uuid, _, _ = strings.Cut(value, "::")
		}
	}
	return a, true
}
