package notify

import (
	"fmt"
	"io"
	"net"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// of RFC 5424 section 6.
var syslogLine = regexp.MustCompile(`^<26>1 2026-11-23T09:30:00\.000Z \S+ homesweep - finding-new - \x{feff}Küche: the login is <b>admin</b> \. QUIT$`)

func TestSyslog(t *testing.T) {
	datagrams, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer datagrams.Close()
	heard := make(chan string, 1)
	stream := serve(t, func(conn net.Conn) {
		all, _ := io.ReadAll(conn)
		heard <- string(all)
	})
	n := sender(t, lan.Channel{Kind: "syslog", Server: datagrams.LocalAddr().String()}, nil)
	if err := n.send(t.Context(), &n.alerts.Channels[0], sample()); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 4096)
	_ = datagrams.SetReadDeadline(time.Now().Add(10 * time.Second))
	size, _, err := datagrams.ReadFrom(buf)
	if err != nil || !syslogLine.Match(buf[:size]) {
		t.Errorf("%q, %v", buf[:size], err)
	}
	n = sender(t, lan.Channel{Kind: "syslog", Server: "tcp://" + stream}, nil)
	if err := n.send(t.Context(), &n.alerts.Channels[0], sample()); err != nil {
		t.Fatal(err)
	}
	length, line, _ := strings.Cut(<-heard, " ")
	if length != fmt.Sprint(len(line)) || !syslogLine.MatchString(line) {
		t.Errorf("%s %q", length, line)
	}
}

func TestSyslogIsBounded(t *testing.T) {
	m := compose([]*lan.Event{{What: "x\n", Words: strings.Repeat("ü", 5000)}}, 0, false, time.Now())
	for _, line := range syslogLines("a b\n", m) {
		if len(line) > maxSyslog || strings.Contains(line, "\n") || !strings.Contains(line, " ab homesweep - x - ") {
			t.Errorf("%q", line)
		}
	}
}
