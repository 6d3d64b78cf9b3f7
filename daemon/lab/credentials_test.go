package lab

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// sent is what this machine said to one port in one conversation, in order; each
// datagram is one of its own.
type sent struct {
	to   netip.AddrPort
	udp  bool
	said []byte
}

// conversations puts together what was said over IPv4 and IPv6 without options.
func conversations(frames [][]byte) (list []*sent) {
	open := map[string]*sent{}
	seen := map[string]bool{}
	for _, f := range frames {
		if len(f) < 54 {
			continue
		}
		var from, to netip.Addr
		var proto byte
		var rest []byte
		switch ip := f[14:]; binary.BigEndian.Uint16(f[12:]) {
		case 0x0800:
			from, to = netip.AddrFrom4([4]byte(ip[12:16])), netip.AddrFrom4([4]byte(ip[16:20]))
			proto, rest = ip[9], ip[int(ip[0]&15)*4:min(len(ip), int(binary.BigEndian.Uint16(ip[2:])))]
		case 0x86dd:
			from, to = netip.AddrFrom16([16]byte(ip[8:24])), netip.AddrFrom16([16]byte(ip[24:40]))
			proto, rest = ip[6], ip[40:]
		}
		if proto != 6 && proto != 17 || len(rest) < 8 {
			continue
		}
		port := binary.BigEndian.Uint16(rest[2:])
		if proto == 17 {
			list = append(list, &sent{netip.AddrPortFrom(to, port), true, rest[8:]})
			continue
		}
		if len(rest) < 20 || len(rest) <= int(rest[12]>>4)*4 {
			continue
		}
		key := fmt.Sprint(from, to, rest[:4])
		again := key + string(rest[4:8])
		if seen[again] {
			continue // sent twice
		}
		seen[again] = true
		if open[key] == nil {
			open[key] = &sent{to: netip.AddrPortFrom(to, port)}
			list = append(list, open[key])
		}
		open[key].said = append(open[key].said, rest[int(rest[12]>>4)*4:]...)
	}
	return list
}

// signs are the words by which a login begins, whatever the port.
var signs = map[string]*regexp.Regexp{
	"HTTP or RTSP Authorization": regexp.MustCompile(`(?i)\r\n(?:proxy-)?authorization:`),
	"WS-Security":                regexp.MustCompile(`(?i)UsernameToken|wsse:`),
	"a password by its name":     regexp.MustCompile(`(?i)\b(?:password|passwd|pwd)["']?\s*[=:>]`),
	"FTP USER or PASS":           regexp.MustCompile(`(?im)^(?:USER|PASS) `),
	"Redis AUTH":                 regexp.MustCompile(`(?i)(?:^|\r\n)(?:AUTH|HELLO \d+ AUTH)\b`),
	"a mail login":               regexp.MustCompile(`(?im)^(?:\S+ LOGIN|(?:\S+ )?AUTH(?:ENTICATE)?) `),
}

// credential is what sort of login c holds, empty where it holds none.
func (c *sent) credential() string {
	for what, sign := range signs {
		if sign.Match(c.said) {
			return what
		}
	}
	b := c.said
	switch {
	case c.udp && c.to.Port() == 161:
		return snmpSign(b)
	case c.to.Port() == 23 && len(typed(b)) > 0:
		return "a telnet line"
	case bytes.HasPrefix(b, []byte("SSH-")) && newKeys(b):
		return "SSH authentication"
	case len(b) > 12 && b[0] == 0x10 && bytes.Contains(b[:12], []byte("MQTT")) && b[bytes.Index(b, []byte("MQTT"))+5]&0xc0 != 0:
		return "an MQTT user name"
	}
	if at := bytes.Index(b, []byte("NTLMSSP\x00\x03")); at >= 0 && len(b) >= at+64 {
		answer, user := binary.LittleEndian.Uint16(b[at+20:]), binary.LittleEndian.Uint16(b[at+36:])
		if answer > 0 || user > 0 {
			return "an NTLM answer"
		}
	}
	return ""
}

// typed is what is left of b without negotiation and what goes with it (RFC 854,
// RFC 855).
func typed(b []byte) (text []byte) {
	for len(b) > 0 {
		switch {
		case b[0] != 0xff:
			text, b = append(text, b[0]), b[1:]
		case len(b) > 1 && b[1] == 0xfa:
			_, b, _ = bytes.Cut(b, []byte{0xff, 0xf0})
		case len(b) > 1 && b[1] < 0xfb:
			b = b[2:]
		default:
			b = b[min(3, len(b)):]
		}
	}
	return bytes.TrimSpace(text)
}

// newKeys reports whether the client went as far as to take new keys into use (RFC
// 4253 section 7.3), without which it cannot log in.
func newKeys(b []byte) bool {
	_, b, _ = bytes.Cut(b, []byte("\n"))
	for len(b) >= 6 {
		if b[5] == 21 {
			return true
		}
		n := binary.BigEndian.Uint32(b)
		if n > 35000 || len(b) < int(n)+4 {
			return false
		}
		b = b[n+4:]
	}
	return false
}

// snmpSign reads the head of a message of SNMP v1 or v2c (RFC 1157 section 4). It
// is what we write ourselves, with lengths of one byte.
func snmpSign(b []byte) string {
	at := bytes.Index(b, []byte{2, 1})
	if at < 0 || at > 4 || len(b) < at+5 || b[at+2] > 1 {
		return "" // version 3: without a user there is nothing in it
	}
	n := int(b[at+4])
	if b[at+3] != 4 || len(b) < at+6+n {
		return "an SNMP community of its own"
	}
	switch {
	case string(b[at+5:at+5+n]) != "public":
		return "an SNMP community of its own"
	case b[at+5+n] == 0xa3:
		return "an SNMP write"
	}
	return ""
}

// TestAskSendsNoCredential: a whole sweep at touch ask of devices that all have a
// login sends nobody a name or a password. The same search finds those that a
// sweep at touch login sends, so that it is known to see.
func TestAskSendsNoCredential(t *testing.T) {
	guests := entrances(t, Shipped)
	found := map[lan.Touch]map[string]int{}
	for _, touch := range []lan.Touch{lan.Ask, lan.Login} {
		c, err := StartCapture(Link)
		if err != nil {
			t.Fatal(err)
		}
		visit(t, visits{set: probes.Documented, touch: touch, state: t.TempDir()})
		frames := c.Sent()
		if len(frames) >= maxFrames {
			t.Fatal("the capture was cut short")
		}
		found[touch] = map[string]int{}
		list := conversations(frames)
		for _, one := range list {
			if what := one.credential(); what != "" {
				if found[touch][what]++; touch == lan.Ask {
					t.Errorf("%s to %s: %q", what, one.to, one.said[:min(300, len(one.said))])
				}
			}
		}
		t.Logf("at touch %s: %d frames, %d conversations, logins in them: %v", touch, len(frames), len(list), found[touch])
		if touch == lan.Ask {
			communities(t, list, guests)
		}
	}
	for what, name := range map[string]string{
		"HTTP or RTSP Authorization": "lighttpd with Basic", "FTP USER or PASS": "vsftpd", "a telnet line": "busybox telnetd", "SSH authentication": "dropbear",
		"an MQTT user name": "mosquitto", "Redis AUTH": "redis", "a password by its name": "Node.js with a form",
	} {
		there := slices.ContainsFunc(guests, func(g guest) bool { return g.Name == name })
		if there && found[lan.Login][what] == 0 {
			t.Errorf("%s was sent to %s at touch login, and the search did not see it", what, name)
		}
	}
}

// communities holds that "public" is asked once, and again only of who answered it.
func communities(t *testing.T, list []*sent, guests []guest) {
	asked := map[netip.Addr]int{}
	for _, c := range list {
		if c.udp && c.to.Port() == 161 && bytes.Contains(c.said, []byte("public")) {
			asked[c.to.Addr()]++
		}
	}
	for _, g := range guests {
		if n := asked[g.room.Addr()]; n > 1 && !strings.HasPrefix(g.Name, "snmpd") {
			t.Errorf("%s was asked %d times by SNMP", g.Name, n)
		}
	}
}
