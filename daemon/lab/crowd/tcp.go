package crowd

import (
	"bytes"
	"encoding/binary"
	"hash/maphash"
)

// The flags of a TCP segment.
const (
	fin = 1 << iota
	syn
	rst
	psh
	ack
)

// place is both ends of a connection.
type place struct {
	here, there         [4]byte
	herePort, therePort uint16
}

// talk is one connection. There is none before the handshake is complete, so that
// a scan of half-open connections costs no memory, as with SYN cookies.
type talk struct {
	next    uint32 // the visitor's next byte
	said    uint32 // our next byte
	closing bool   // we have said our last
	ended   bool   // so has the visitor
}

// maxTalks bounds the connections; who is over it meets a crowd that has
// forgotten all others.
const maxTalks = 1 << 16

// window is what a host offers, and the largest segment that it takes.
const (
	window  = 64240
	segment = 1460
)

var secret = maphash.MakeSeed()

// first is our first sequence number in a connection.
func (p place) first() uint32 { return uint32(maphash.Comparable(secret, p)) }

// heard is a segment that a visitor sent.
type heard struct {
	place
	packet
	seq, ack uint32
	flags    byte
	data     []byte
}

// segment answers a TCP segment to h (RFC 9293 section 3.10.7).
func (c *Crowd) segment(h *host, p packet, send func([]byte)) {
	b := p.payload
	if len(b) < tcp || int(b[12]>>4)*4 < tcp || int(b[12]>>4)*4 > len(b) {
		return
	}
	v := heard{
		place: place{here: p.dst, there: p.src, herePort: binary.BigEndian.Uint16(b[2:]), therePort: binary.BigEndian.Uint16(b)}, packet: p,
		seq: binary.BigEndian.Uint32(b[4:]), ack: binary.BigEndian.Uint32(b[8:]), flags: b[13], data: b[int(b[12]>>4)*4:],
	}
	opens := v.flags&(syn|ack|rst) == syn
	if opens {
		c.note()
	}
	switch {
	case !h.open[v.herePort] && !h.Tarpit:
		if !h.Walled && v.flags&rst == 0 {
			c.refuse(h, v, send)
		}
	case v.flags&rst != 0:
		delete(c.talks, v.place)
	case opens:
		delete(c.talks, v.place)
		c.say(h, v, v.first(), v.seq+1, syn|ack, nil, send)
	case v.flags&(ack|syn) == ack:
		c.carry(h, v, send)
	}
}

// note counts a question about a port.
func (c *Crowd) note() {
	now := c.now()
	if c.count.SYNs == 0 {
		c.count.First = now
	}
	c.count.SYNs++
	c.count.Last = now
	c.pulse.beat(now.Sub(c.count.First))
}

// refuse resets what does not belong to a connection.
func (c *Crowd) refuse(h *host, v heard, send func([]byte)) {
	if v.flags&ack != 0 {
		c.say(h, v, v.ack, 0, rst, nil, send)
		return
	}
	next := v.seq + uint32(len(v.data)) + uint32(v.flags&syn)/syn + uint32(v.flags&fin)
	c.say(h, v, 0, next, rst|ack, nil, send)
}

// carry goes on with a connection, or begins it with the last segment of its
// handshake.
func (c *Crowd) carry(h *host, v heard, send func([]byte)) {
	t := c.talks[v.place]
	if t == nil {
		if v.ack != v.first()+1 {
			c.refuse(h, v, send)
			return
		}
		t = c.welcome(h, v, send)
	}
	if t.ended && v.ack == t.said {
		delete(c.talks, v.place)
		return
	}
	if len(v.data) == 0 && v.flags&fin == 0 {
		return
	}
	if v.seq != t.next { // said before, or before its turn
		c.say(h, v, t.said, t.next, ack, nil, send)
		return
	}
	t.next += uint32(len(v.data))
	c.count.Bytes += len(v.data)
	if v.flags&fin != 0 {
		t.next++
		t.ended = true
	}
	c.respond(h, v, t, send)
}

// welcome begins a connection, with the greeting of who speaks first.
func (c *Crowd) welcome(h *host, v heard, send func([]byte)) *talk {
	if len(c.talks) >= maxTalks {
		clear(c.talks)
	}
	t := &talk{next: v.seq, said: v.ack}
	c.talks[v.place] = t
	h.connections++
	if text := greeting(v.herePort); text != "" {
		c.say(h, v, t.said, t.next, psh|ack, []byte(text), send)
		t.said += uint32(len(text))
	}
	return t
}

// respond takes what was just said: a web page for who asks for one, the end for
// whoever says anything else to one that does not speak first.
func (c *Crowd) respond(h *host, v heard, t *talk, send func([]byte)) {
	var text []byte
	flags := byte(ack)
	if len(v.data) > 0 && !t.closing && greeting(v.herePort) == "" {
		if bytes.HasPrefix(v.data, []byte("GET ")) || bytes.HasPrefix(v.data, []byte("HEAD ")) {
			text = []byte(page)
		}
		flags |= fin
	}
	if t.ended && !t.closing {
		flags |= fin
	}
	if len(text) > 0 {
		flags |= psh
	}
	c.say(h, v, t.said, t.next, flags, text, send)
	t.said += uint32(len(text))
	if flags&fin != 0 {
		t.said++
		t.closing = true
	}
}

// say sends one segment back.
func (c *Crowd) say(h *host, v heard, seq, next uint32, flags byte, text []byte, send func([]byte)) {
	header := tcp
	if flags&syn != 0 {
		header += 4
	}
	frame, b := c.reply(h.MAC, v.packet, protocolTCP, header+len(text))
	binary.BigEndian.PutUint16(b, v.herePort)
	binary.BigEndian.PutUint16(b[2:], v.therePort)
	binary.BigEndian.PutUint32(b[4:], seq)
	binary.BigEndian.PutUint32(b[8:], next)
	b[12], b[13] = byte(header)<<2, flags
	if flags&rst == 0 {
		binary.BigEndian.PutUint16(b[14:], window)
	}
	if flags&syn != 0 {
		copy(b[tcp:], []byte{2, 4, segment >> 8, segment & 0xff})
	}
	copy(b[header:], text)
	binary.BigEndian.PutUint16(b[16:], overTCP(v.packet, b))
	send(frame)
}

// page is what every web server of the crowd answers.
const page = "HTTP/1.1 200 OK\r\nServer: crowd\r\nContent-Type: text/html\r\nContent-Length: 20\r\nConnection: close\r\n\r\n<title>crowd</title>"

// greeting is what the service on the port says first; empty for one that waits.
func greeting(port uint16) string {
	switch port {
	case 22, 2222, 20022:
		return "SSH-2.0-dropbear_2022.83\r\n"
	case 21, 2121:
		return "220 crowd FTP server ready\r\n"
	case 23, 2323, 2601, 4719, 60023:
		return "\xff\xfb\x01\r\ncrowd login: "
	case 5900, 5901:
		return "RFB 003.008\n"
	}
	return ""
}
