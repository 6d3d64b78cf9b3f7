package notify

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// hired is an agent at work at a real broker, and how to see what comes there.
func hired(t *testing.T, c lan.Channel, devices func() []lan.Device) (until func(topic, payload string)) {
	t.Helper()
	next := reader(t, c)
	n, err := Open(Options{Journal: &paper{}, Log: quiet(), Now: time.Now, Devices: devices, look: 10 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	c.ID, c.Agent = "x", true
	if err := n.SetAlerts(lan.Alerts{Channels: []lan.Channel{c}, Rules: []lan.Rule{{ID: "r", Channel: "x"}}}); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- n.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return func(topic, payload string) {
		t.Helper()
		for {
			if k, v := next(); k == topic && v == payload {
				return
			}
		}
	}
}

// say publishes as somebody else.
func say(t *testing.T, c lan.Channel, topic, payload string) {
	t.Helper()
	n := sender(t, c, nil)
	b, err := n.connect(t.Context(), &c, "", 0)
	if err != nil {
		t.Fatal(err)
	}
	defer b.close()
	if err := b.publish(topic, []byte(payload), true); err != nil {
		t.Fatal(err)
	}
}

// TestNotForGone: the will of a connection that was lost comes late, and Home
// Assistant starts anew; both are answered.
func TestNotForGone(t *testing.T) {
	c := login(mosquitto(t))
	cam := lan.Device{ID: "cam", Kind: "camera", Presence: lan.Presence{State: lan.Idle}}
	until := hired(t, c, func() []lan.Device { return []lan.Device{cam} })
	until("our/home/cam/presence", "home")
	say(t, c, "our/home/status", "offline")
	until("our/home/status", "offline")
	until("our/home/status", "online")
	say(t, c, birth, "online")
	until(birth, "online")
	until("our/home/cam/findings", `{"count":0,"severity":"for_info","titles":[]}`)
	until("our/home/cam/presence", "home")
}

// TestGoneIsSaid: when the agent fails, the broker says that we are gone.
func TestGoneIsSaid(t *testing.T) {
	c := login(mosquitto(t))
	until := hired(t, c, func() []lan.Device { panic("oh") })
	until("our/home/status", "online")
	until("our/home/status", "offline")
}

// TestBrokersNo: what a broker says no with.
func TestBrokersNo(t *testing.T) {
	for name, c := range map[string]struct {
		said string
		want func(err error) bool
	}{
		"not ready": {"\x20\x02\x00\x03", func(err error) bool { return err != nil && !errors.As(err, new(refusal)) }},
		"who":       {"\x20\x02\x00\x05", func(err error) bool { var no refusal; return errors.As(err, &no) && no.after == notYet }},
		"password":  {"\x20\x02\x00\x04", func(err error) bool { var no refusal; return errors.As(err, &no) && no.after == notYet }},
		"unread":    {"\x20\x02\x00\x00\x90\x04\x00\x01\x00\x80", func(err error) bool { return errors.Is(err, errUnread) }},
		"read":      {"\x20\x02\x00\x00\x90\x04\x00\x01\x00\x00", func(err error) bool { return err == nil }},
	} {
		t.Run(name, func(t *testing.T) {
			channel := lan.Channel{Kind: "mqtt", Server: serve(t, func(conn net.Conn) {
				_, _ = io.WriteString(conn, c.said)
				_, _ = io.Copy(io.Discard, conn)
			})}
			b, err := sender(t, channel, nil).connect(t.Context(), &channel, "", 0)
			if err == nil {
				defer b.close()
				err = b.subscribe("a", "b")
			}
			if !c.want(err) {
				t.Error(err)
			}
		})
	}
}

// TestUnreadIsNoEnd: where the broker lets us read nothing, it is still told.
func TestUnreadIsNoEnd(t *testing.T) {
	published := make(chan string, 1)
	channel := lan.Channel{ID: "x", Kind: "mqtt", Agent: true, Server: serve(t, func(conn net.Conn) {
		_, _ = io.WriteString(conn, "\x20\x02\x00\x00\x90\x07\x00\x01\x80\x80\x80\x80\x80\xd0\x00")
		all, _ := io.ReadAll(conn)
		published <- string(all)
	})}
	n := sender(t, channel, nil)
	n.o.step = 100 * time.Millisecond
	a := &agent{n: n, c: &channel}
	if err := a.session(t.Context()); err == nil {
		t.Error("nobody acknowledged anything")
	}
	if said := <-published; !strings.Contains(said, "homesweep/status\x00\x02online") {
		t.Errorf("said %q", said)
	}
}

func TestNoTwoTopicsAreOneNode(t *testing.T) {
	seen, long := map[string]string{}, strings.Repeat("x", 63)
	for _, prefix := range []string{"our/home", "our_home", "our//home", "our/home_", "homesweep", long, long + "a", long + "b"} {
		word := node(&lan.Channel{To: prefix})
		if strings.ContainsAny(word, "/+#") {
			t.Errorf("%q is no level of a topic", word)
		}
		if seen[word] != "" {
			t.Errorf("%q and %q are both %q", prefix, seen[word], word)
		}
		seen[word] = prefix
	}
	if err := checkMQTT(&lan.Channel{To: "homeassistant", Server: "x:1"}); err == nil {
		t.Error("our status would be Home Assistant's")
	}
}
