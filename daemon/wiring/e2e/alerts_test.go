package e2e

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

func number(n int) string { return strconv.Itoa(n) }

// ways: a way to each server is set up on the page with a rule, and tried; what was
// sent is what the servers have.
func ways(t *testing.T, h *home) {
	h.see("alerts")
	h.page.Press("Set up the first way")
	h.page.Write("way-to", topic)
	h.page.Write("way-server", h.post.ntfy)
	h.page.Write("way-name", "Anna’s phone")
	h.page.Press("Save")
	h.try(t, "ntfy-1")
	select {
	case n := <-h.post.notes:
		if n.method != "POST" || n.path != "/"+topic || n.title != "A test from homesweep" || n.priority != "3" || n.login != "" || !strings.Contains(n.body, "This is how you will hear") {
			t.Errorf("published %+v", n)
		}
	case <-time.After(aMinute):
		t.Fatal("nothing was published to ntfy")
	}

	h.page.Press("Add a way")
	h.page.Choose("way-kind", "smtp")
	h.page.Write("way-server", h.post.smtp)
	h.page.Choose("way-tls", "")
	h.page.Write("way-from", "home@example.org")
	h.page.Write("way-to", "anna@example.org")
	h.page.Press("Save")
	h.try(t, "smtp-1")
	h.mailed(t, "A test from homesweep")

	h.page.Press("Add a way")
	h.page.Choose("way-kind", "mqtt")
	h.page.Write("way-server", h.post.mqtt)
	h.page.Write("way-user", user)
	h.page.Write("way-key", secret)
	h.page.Write("way-to", "our/home")
	h.page.Press("Tell me of new devices and of what should not wait")
	h.page.Press("Save")
	h.try(t, "mqtt-1")
	h.published(t, "A test from homesweep")
	h.page.Press("Add a rule")
	h.page.Press("Everything that happens")
	h.page.Choose("way", "mqtt-1")
	h.page.Press("Save")
	h.page.Until(`document.querySelectorAll('[data-key^="rule "]').length === 3`)
}

// try presses the test button of a way, and waits until its server took the message.
func (h *home) try(t *testing.T, id string) {
	t.Helper()
	h.page.Click(`[data-key="test ` + id + `"]`)
	h.page.Reads("The test message was taken.")
}

// mailed waits for a mail with those words in Exim's queue.
func (h *home) mailed(t *testing.T, words string) {
	t.Helper()
	for end := time.Now().Add(aMinute); ; {
		mails := h.post.mails(t)
		if slices.ContainsFunc(mails, func(m string) bool {
			return strings.Contains(m, words) && strings.Contains(m, "<home@example.org>") && strings.Contains(m, "anna@example.org")
		}) {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("no mail has %q: %q", words, mails)
		}
		h.page.Settled()
	}
}

// published waits for a message with those words at the broker.
func (h *home) published(t *testing.T, words string) {
	t.Helper()
	late := time.After(aMinute)
	for {
		select {
		case said := <-h.post.said:
			if strings.HasPrefix(said, "our/home/events ") && strings.Contains(said, words) {
				return
			}
		case <-late:
			t.Fatalf("nothing with %q was published at the broker", words)
		}
	}
}

// noted waits for a note at ntfy that will do.
func (h *home) noted(t *testing.T, will func(note) bool) {
	t.Helper()
	for late := time.After(aMinute); ; {
		select {
		case n := <-h.post.notes:
			if n.path == "/"+topic && will(n) {
				return
			}
			t.Logf("ntfy has also %+v", n)
		case <-late:
			t.Fatal("ntfy was not told")
		}
	}
}

// alert: a device that joins is told of by every way.
func alert(t *testing.T, h *home) {
	const words = "A new device"
	h.see("happened")
	h.join(t, joiner)
	h.noted(t, func(n note) bool { return strings.HasPrefix(n.title, words) })
	h.mailed(t, words)
	h.published(t, `"what":"`+string(lan.DeviceJoined)+`"`)
	h.see("alerts")
	h.page.Reads(words)
	h.see("devices")
	h.page.Until(`document.querySelector('a.row[href="#/device/` + h.device(t, joiner).ID + `"]')`)
}

// erase: nobody's word and no device is left in the state directory, but the password
// stays.
func erase(t *testing.T, h *home) {
	known := h.daemon.Home.Sweep().Devices
	h.see("settings")
	h.page.Press("Delete my data")
	h.page.Write("word", "delet")
	h.page.Until(`[...document.querySelectorAll('button')].some((e) => e.innerText.trim() === 'Delete everything' && e.disabled)`)
	h.page.Write("word", "delete")
	h.page.Press("Delete everything")
	h.page.Reads("Everything was deleted.")
	if now := h.files(t); !slices.Equal(now, h.first) {
		t.Errorf("there are %q, at first there were %q", now, h.first)
	}
	words := []string{contact, topic, secret, "anna@example.org", "default-login", h.post.mqtt}
	for _, d := range known {
		words = append(words, d.ID)
	}
	for _, name := range h.files(t) {
		text, err := os.ReadFile(filepath.Join(h.state, name))
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range words {
			if strings.Contains(string(text), w) {
				t.Errorf("%s still has %q", name, w)
			}
		}
	}
	if h.daemon.Home.Touch() != lan.Listen || len(h.daemon.Home.Grants()) != 0 || len(h.daemon.Home.Decisions()) != 0 {
		t.Errorf("touch %v, %d grants, %d decisions", h.daemon.Home.Touch(), len(h.daemon.Home.Grants()), len(h.daemon.Home.Decisions()))
	}
	h.see("alerts")
	h.page.Reads("Set up the first way")
}

// files are those of the state directory.
func (h *home) files(t *testing.T) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(h.state)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.Type().IsRegular() {
			names = append(names, e.Name())
		}
	}
	return names
}
