package notify

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
)

// maxSyslog is the bound of one line: every receiver takes 480 bytes, and should
// take 2048 (RFC 5424 section 6.1).
const maxSyslog = 1024

func checkSyslog(c *lan.Channel) error {
	server, stream := syslogServer(c)
	if c.TLS == "whole" && !stream {
		return fmt.Errorf("TLS needs a connection; write tcp://%s", server)
	}
	return checkHostPort(server, "192.168.1.5:514 or tcp://192.168.1.5:601")
}

// syslogServer is host:port, and whether it is talked to over TCP: where the owner
// wrote tcp:// before it, or chose TLS.
func syslogServer(c *lan.Channel) (server string, stream bool) {
	if server, ok := strings.CutPrefix(c.Server, "tcp://"); ok {
		return server, true
	}
	server, ok := strings.CutPrefix(c.Server, "udp://")
	return server, !ok && c.TLS == "whole"
}

// syslog sends each event as a line of RFC 5424: over UDP (RFC 5426), of which
// nobody says whether it arrived, over TCP with its length before it (RFC 6587
// section 3.4.1), or over TLS (RFC 5425).
func (n *Notifier) syslog(ctx context.Context, c *lan.Channel, m *message) error {
	server, stream := syslogServer(c)
	network := "udp"
	if stream {
		network = "tcp"
	}
	conn, err := n.dial(ctx, network, server, c.TLS == "whole")
	if err != nil {
		return err
	}
	host, err := os.Hostname()
	if err != nil {
		host = ""
	}
	for _, line := range syslogLines(host, m) {
		if stream {
			line = fmt.Sprintf("%d %s", len(line), line)
		}
		if _, err := conn.Write([]byte(line)); err != nil {
			_ = conn.Close()
			return plain(err, server)
		}
	}
	if err := conn.Close(); err != nil {
		return plain(err, server)
	}
	return nil
}

// syslogLines are m, one for each event. They name no structured data: that takes
// a number of one's own from IANA.
func syslogLines(host string, m *message) []string {
	events := m.Events
	if len(events) == 0 {
		events = []*lan.Event{{What: "test", At: m.At, Words: m.Title + ". " + m.Words}}
	}
	var lines []string
	for _, e := range events {
		const daemon = 3 << 3
		level := [...]int{5, 5, 4, 2}[e.Severity] // notice, notice, warning, critical
		head := fmt.Sprintf("<%d>1 %s %s homesweep - %s - \ufeff", daemon|level, m.At.Format("2006-01-02T15:04:05.000Z07:00"), word(host), word(string(e.What)))
		lines = append(lines, head+lan.Printable(line(e), maxSyslog-len(head)))
	}
	return lines
}

// word is s as a header's word: printable ASCII without blanks, "-" for nothing.
func word(s string) string {
	s = strings.Map(func(r rune) rune {
		if r <= ' ' || r > '~' {
			return -1
		}
		return r
	}, s)
	return firstOf(s[:min(len(s), 32)], "-")
}
