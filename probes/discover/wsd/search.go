package wsd

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"sync"
	"time"

	"golang.org/x/net/ipv4"
	"golang.org/x/net/ipv6"

	"github.com/homesweep/homesweep/probes/lan"
)

// Port is WS-Discovery's, and the groups are where it is spoken (WS-Discovery
// 1.1, section 3.1.1).
const Port = 3702

var (
	group4 = netip.MustParseAddr("239.255.255.250")
	group6 = netip.MustParseAddr("ff02::c")
)

const maxAnswers = 4096 // datagrams heard on one socket

// asking is the rhythm of a search.
type asking struct {
	again time.Duration // from the questions to their repetition (SOAP-over-UDP 1.1, appendix I)
	until time.Duration // from there to the end; devices answer within half a second
}

// gentle repeats each question once, as a lost one is lost for the sweep.
var gentle = asking{again: 200 * time.Millisecond, until: 1300 * time.Millisecond}

// search asks on link and hands each answer to got until the rhythm or ctx ends,
// which is no error. got is called from several goroutines.
func (a asking) search(ctx context.Context, link lan.Link, got func(netip.Addr, []byte)) error {
	sockets, err := open(link)
	for _, s := range sockets {
		defer s.conn.Close()
	}
	if len(sockets) == 0 {
		return err // nil on a link without an address
	}
	stop := context.AfterFunc(ctx, func() {
		for _, s := range sockets {
			_ = s.conn.SetReadDeadline(time.Now()) // a closed socket has nothing to wake
		}
	})
	defer stop()
	questions := questions()
	for _, pause := range []time.Duration{a.again, a.until} {
		if ctx.Err() != nil {
			return nil
		}
		if err := sockets.round(ctx, questions, pause, got); err != nil {
			return err
		}
	}
	return nil
}

// sockets are one per IP version.
type sockets []socket

type socket struct {
	conn *net.UDPConn
	to   netip.AddrPort
}

// round asks once and listens for as long as pause. One version of IP may fail:
// a link can be without multicast routes for it.
func (all sockets) round(ctx context.Context, questions [][]byte, pause time.Duration, got func(netip.Addr, []byte)) error {
	var errs []error
	for _, s := range all {
		err := s.conn.SetReadDeadline(time.Now().Add(pause))
		for _, q := range questions {
			if err == nil {
				_, err = s.conn.WriteToUDPAddrPort(q, s.to)
			}
		}
		if err != nil {
			errs = append(errs, err)
		}
	}
	if len(errs) == len(all) {
		return errors.Join(errs...)
	}
	var wait sync.WaitGroup
	for _, s := range all {
		wait.Go(func() { s.listen(ctx, got) })
	}
	wait.Wait()
	return nil
}

// listen hands over datagrams until the read deadline.
func (s socket) listen(ctx context.Context, got func(netip.Addr, []byte)) {
	buf := make([]byte, MaxBody)
	for range maxAnswers {
		n, from, err := s.conn.ReadFromUDPAddrPort(buf)
		if err != nil || ctx.Err() != nil {
			return
		}
		got(from.Addr().Unmap().WithZone(""), buf[:n])
	}
}

// open makes the sockets that link has addresses for, each bound to one of our
// own, so that the answers come to us alone.
func open(link lan.Link) (all sockets, err error) {
	over := &net.Interface{Index: link.Index, Name: link.Name}
	if own, ok := link.Source4(netip.Addr{}); ok {
		conn, e := bound("udp4", own, func(c *net.UDPConn) error {
			p := ipv4.NewPacketConn(c)
			return errors.Join(p.SetMulticastInterface(over), p.SetMulticastTTL(1))
		})
		if e == nil {
			all = append(all, socket{conn, netip.AddrPortFrom(group4, Port)})
		}
		err = errors.Join(err, e)
	}
	zone := strconv.Itoa(link.Index) // a name may mean another interface by now
	for _, own := range link.Addrs {
		if !own.Is6() || !own.IsLinkLocalUnicast() || !link.Contains(own) {
			continue
		}
		conn, e := bound("udp6", own.WithZone(zone), func(c *net.UDPConn) error {
			p := ipv6.NewPacketConn(c)
			return errors.Join(p.SetMulticastInterface(over), p.SetMulticastHopLimit(1))
		})
		if e == nil {
			all = append(all, socket{conn, netip.AddrPortFrom(group6.WithZone(zone), Port)})
			break
		}
		err = errors.Join(err, e)
	}
	if len(all) > 0 {
		return all, nil
	}
	return nil, err
}

// bound is a socket on our own address that set has set up.
func bound(network string, own netip.Addr, set func(*net.UDPConn) error) (*net.UDPConn, error) {
	conn, err := net.ListenUDP(network, net.UDPAddrFromAddrPort(netip.AddrPortFrom(own, 0)))
	if err != nil {
		return nil, err
	}
	if err := set(conn); err != nil {
		conn.Close()
		return nil, fmt.Errorf("setting up the socket: %w", err)
	}
	return conn, nil
}

// Namespaces of the two versions in use, and what each calls its addressee.
const (
	old     = "http://schemas.xmlsoap.org/ws/2005/04/discovery"
	current = "http://docs.oasis-open.org/ws-dd/ns/discovery/2009/01"
)

// questions are the Probes of one search: for everything in both versions, and
// for cameras in the one that ONVIF uses, as some answer to nothing else. A
// repetition is the same message with the same ID.
func questions() [][]byte {
	const nvt = `<wsd:Types xmlns:dn="http://www.onvif.org/ver10/network/wsdl">dn:NetworkVideoTransmitter</wsd:Types>`
	return [][]byte{
		probe(old, "urn:schemas-xmlsoap-org:ws:2005:04:discovery", "http://schemas.xmlsoap.org/ws/2004/08/addressing", ""),
		probe(old, "urn:schemas-xmlsoap-org:ws:2005:04:discovery", "http://schemas.xmlsoap.org/ws/2004/08/addressing", nvt),
		probe(current, "urn:docs-oasis-open-org:ws-dd:ns:discovery:2009:01", "http://www.w3.org/2005/08/addressing", ""),
	}
}

// probe is a Probe message (WS-Discovery 1.1, section 5.2). Its prefixes are
// those of the standard's own examples: small devices look for "wsa:Action" as a
// word and not as a name in a space (wsdd2, which NETGEAR wrote for its NAS).
func probe(discovery, to, addressing, types string) []byte {
	return fmt.Appendf(nil, `<?xml version="1.0" encoding="utf-8"?>`+
		`<soap:Envelope xmlns:soap="http://www.w3.org/2003/05/soap-envelope" xmlns:wsa="%s" xmlns:wsd="%s">`+
		`<soap:Header><wsa:To>%s</wsa:To><wsa:Action>%s/Probe</wsa:Action><wsa:MessageID>urn:uuid:%s</wsa:MessageID></soap:Header>`+
		`<soap:Body><wsd:Probe>%s</wsd:Probe></soap:Body></soap:Envelope>`, addressing, discovery, to, discovery, uuid(), types)
}

// uuid is a random one (RFC 9562, section 5.4).
func uuid() string {
	var b [16]byte
	rand.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
