package notify

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/probetest/inetd"
)

// mosquitto is a real broker, which wants the login anna, topsecret.
func mosquitto(t *testing.T) string {
	t.Helper()
	inetd.Need(t, "mosquitto")
	inetd.Need(t, "mosquitto_passwd")
	dir := t.TempDir()
	passwords := inetd.File(t, dir, "passwords", "anna:topsecret\n")
	if out, err := exec.Command("mosquitto_passwd", "-U", passwords).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := ln.Addr().String()
	ln.Close()
	_, port, _ := net.SplitHostPort(server)
	user := ""
	if os.Getuid() == 0 {
		user = "user root\n"
	}
	conf := inetd.File(t, dir, "conf", "listener "+port+" 127.0.0.1\n"+user+"allow_anonymous false\npassword_file "+passwords+"\n")
	cmd := exec.Command("mosquitto", "-c", conf)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	for end := time.Now().Add(10 * time.Second); ; {
		conn, err := net.Dial("tcp", server)
		if err == nil {
			conn.Close()
			return server
		}
		if time.Now().After(end) {
			t.Fatal(err)
		}
	}
}

// reader is what an MQTT client hears of everything on a broker.
func reader(t *testing.T, c lan.Channel) (next func() (string, string)) {
	t.Helper()
	n := sender(t, c, nil)
	ctx, cancel := context.WithCancel(context.Background())
	b, err := n.connect(ctx, &n.alerts.Channels[0], "", 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.close(); cancel() })
	if err := b.subscribe("#"); err != nil {
		t.Fatal(err)
	}
	return func() (string, string) {
		p, err := b.read()
		if err != nil {
			t.Fatal(err)
		}
		return p.topic, p.payload
	}
}

func login(server string) lan.Channel {
	return lan.Channel{Kind: "mqtt", Server: server, User: "anna", Key: "topsecret", To: "our/home"}
}

func TestRealBroker(t *testing.T) {
	c := login(mosquitto(t))
	next := reader(t, c)
	n := sender(t, c, nil)
	if err := n.send(t.Context(), &n.alerts.Channels[0], sample()); err != nil {
		t.Fatal(err)
	}
	if topic, payload := next(); topic != "our/home/events" || !strings.Contains(payload, `"what":"finding-new"`) {
		t.Errorf("%s: %s", topic, payload)
	}
	c.Key = "wrong"
	if err := sender(t, c, nil).Test(t.Context(), "x"); err == nil || !strings.Contains(err.Error(), "password") {
		t.Error(err)
	}
}

// TestHomeAssistant: devices appear, change and go at a real broker, also those that
// an earlier run left; at the end we are offline.
func TestHomeAssistant(t *testing.T) {
	c := login(mosquitto(t))
	c.ID, c.Agent = "x", true
	old := sender(t, c, nil)
	b, err := old.connect(t.Context(), &c, "", 0)
	if err != nil {
		t.Fatal(err)
	}
	left := "homeassistant/sensor/" + node(&c) + "/old_findings/config"
	strange := "our/home/kitchen/presence"
	for topic, payload := range map[string]string{left: "{}", strange: "on"} {
		if err := b.publish(topic, []byte(payload), true); err != nil {
			t.Fatal(err)
		}
	}
	b.close()
	next := reader(t, c)
	var mu sync.Mutex
	devices := []lan.Device{{ID: "cam", Names: []string{"Door"}, Kind: "camera", Presence: lan.Presence{State: lan.Idle},
		Findings: []lan.Finding{{Verdict: lan.Fail, Severity: lan.Soon, Title: "Bad"}, {Verdict: lan.Pass}}}}
	n, err := Open(Options{Journal: &paper{}, Log: quiet(), Now: time.Now, Devices: func() []lan.Device {
		mu.Lock()
		defer mu.Unlock()
		return devices
	}})
	if err != nil {
		t.Fatal(err)
	}
	set := func(c lan.Channel) {
		if err := n.SetAlerts(lan.Alerts{Channels: []lan.Channel{c}, Rules: []lan.Rule{{ID: "r", Channel: "x"}}}); err != nil {
			t.Fatal(err)
		}
	}
	set(c)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- n.Run(ctx) }()
	state := map[string]string{}
	until := func(topic, payload string) {
		t.Helper()
		for state[topic] != payload {
			k, v := next()
			state[k] = v
		}
	}
	state[left] = "?"
	until(left, "")
	until("our/home/status", "online")
	until("our/home/cam/findings", `{"count":1,"severity":"soon","titles":["Bad"]}`)
	until("our/home/cam/presence", "home")
	tracker := "homeassistant/device_tracker/" + node(&c) + "/cam_presence/config"
	if !strings.Contains(state[tracker], `"state_topic":"our/home/cam/presence"`) {
		t.Errorf("tracker %s", state[tracker])
	}
	c.Agent = false
	set(c) // no longer wanted: everything goes
	until(tracker, "")
	until("our/home/status", "offline")
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	for topic, payload := range state {
		if topic != "our/home/status" && (payload != "") != (topic == strange) {
			t.Errorf("%s is left at %q", topic, payload)
		}
	}
}

func TestAnnounced(t *testing.T) {
	c := lan.Channel{ID: "x"}
	anna := lan.Device{ID: "a/+#", Kind: "phone", Presence: lan.Presence{State: lan.Online}, MACs: []lan.MAC{{2, 1}, {0, 0x16, 0x3e}},
		Findings: []lan.Finding{{Check: "k", Verdict: lan.Fail}}}
	count := func(rules []lan.Rule, said []lan.Decision, devices ...lan.Device) (trackers int, all string) {
		for _, r := range announced(&c, rules, devices, said) {
			if strings.Contains(r.topic, "device_tracker") {
				trackers++
			}
			if strings.ContainsAny(r.topic, "+# ") {
				t.Errorf("topic %q", r.topic)
			}
			all += r.topic + " " + r.payload + "\n"
		}
		return
	}
	if trackers, all := count([]lan.Rule{{Channel: "x"}}, nil, anna); trackers != 0 {
		t.Errorf("%d trackers in %s", trackers, all)
	} else if strings.Contains(all, "02:01") || !strings.Contains(all, "00:16:3e") {
		t.Errorf("addresses in %s", all)
	}
	moves := []lan.Happening{lan.DeviceBack}
	for name, c := range map[string]struct {
		rule lan.Rule
		kind lan.Kind
		want int
	}{
		"its movements":         {lan.Rule{Group: "device:a/+#", Events: moves}, "phone", 1},
		"its problems":          {lan.Rule{Group: "device:a/+#"}, "phone", 0},
		"a kind's movements":    {lan.Rule{Group: "kind:phone", Events: moves}, "phone", 0},
		"nobody knows what":     {lan.Rule{}, "", 0},
		"nor that":              {lan.Rule{}, lan.Unknown, 0},
		"a thing that stays":    {lan.Rule{}, "camera", 1},
		"an unknown that moves": {lan.Rule{Group: "device:a/+#", Events: moves}, "", 1},
	} {
		d := anna
		d.Kind, c.rule.Channel = c.kind, "x"
		if trackers, _ := count([]lan.Rule{c.rule}, nil, d); trackers != c.want {
			t.Errorf("%s: %d trackers", name, trackers)
		}
	}
	if _, all := count([]lan.Rule{{Channel: "x"}}, []lan.Decision{{Device: anna.ID, What: "accept", Check: "k", Value: "yes"}}, anna); !strings.Contains(all, `"count":0`) {
		t.Errorf("an accepted problem counts: %s", all)
	}
	if _, all := count([]lan.Rule{{Channel: "x", Group: "room:Attic"}, {Channel: "y"}, {Channel: "x", Off: true}}, nil, anna); all != "" {
		t.Errorf("announced without a rule: %s", all)
	}
	var many []lan.Device
	for i := range 300 {
		many = append(many, lan.Device{ID: fmt.Sprint(i)})
	}
	if got := len(announced(&c, []lan.Rule{{Channel: "x"}}, many, nil)); got != 3*maxEntities {
		t.Errorf("%d topics", got)
	}
}

func TestPacketIsBounded(t *testing.T) {
	for size, want := range map[int]error{maxPacket: nil, maxPacket + 1: errMQTT} {
		_, err := readPacket(bufio.NewReader(bytes.NewReader(framed(mqttPuback, make([]byte, size)))))
		if err != want {
			t.Errorf("%d bytes: %v", size, err)
		}
	}
}

func FuzzReadPacket(f *testing.F) {
	for _, seed := range []string{"\x20\x02\x00\x00", "\x40\x02\x00\x01", "\x30\x03\x00\x01a", "\x32\x06\x00\x01a\x00\x01x", "\x30\x02\xff\xff", "\x30\x00", "\x34\x03\x00\x01a", "\x20\xff\xff\xff\x7f"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := readPacket(bufio.NewReader(strings.NewReader(string(data))))
		if err == nil && (len(p.body) > maxPacket || len(p.topic)+len(p.payload) > len(p.body)) {
			t.Errorf("%+v", p)
		}
	})
}
