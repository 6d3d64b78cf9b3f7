package conntrack

import "github.com/homesweep/homesweep/probes/lan"

// Protocol is one that does not encrypt, and is known by its port.
type Protocol struct {
	Name string
	// Tried says that an attempt counts, though nobody answered.
	Tried bool
}

// Of is the protocol of a port at the other end, if it is one that is counted. A port
// proves no protocol, yet these are registered for one that has no encryption of its
// own (iana.org/assignments/service-names-port-numbers), and another for the
// encrypted form:
//
//   - 23 Telnet (RFC 854) carries names and passwords as they are typed. Attempts
//     count: a device that looks for Telnet all over the internet is looking for
//     others to take over, as those of the Mirai family do (CISA, TA16-288A).
//   - 21 FTP (RFC 959) carries the password in clear unless AUTH TLS (RFC 4217) came
//     first, which few devices do.
//   - 1883 MQTT (8883 is its TLS), 554 RTSP (322 is), 5683 CoAP (5684 is DTLS) are how
//     cameras, plugs and sensors speak to their clouds.
//   - 80 HTTP is weak evidence alone: nearly every device asks there whether it is
//     online, and signed updates and revocation lists come that way by design.
//
// Left out: mail's 25, 110, 143 and 587, where STARTTLS turns encryption on inside
// the same port (RFC 3207, RFC 2595) and nearly all providers insist on it; 8080,
// where anything may run; 53 and 123, which everybody uses in clear by design.
func Of(t lan.Transport, port uint16) (p Protocol, counted bool) {
	switch {
	case t == lan.UDP && port == 5683:
		p.Name = "CoAP"
	case t != lan.TCP:
	case port == 21:
		p.Name = "FTP"
	case port == 23:
		p.Name, p.Tried = "Telnet", true
	case port == 80:
		p.Name = "HTTP"
	case port == 554:
		p.Name = "RTSP"
	case port == 1883:
		p.Name = "MQTT"
	}
	return p, p.Name != ""
}
