package notify

import (
	"encoding/json"
	"fmt"
	"mime"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/homesweep/homesweep/probes/lan"
)

// TestMoreThanWords: machines are given each event, people the first of them.
func TestMoreThanWords(t *testing.T) {
	var events []*lan.Event
	for i := range 30 {
		e := event("joined", fmt.Sprint("device ", i))
		events = append(events, &e)
	}
	m := compose(events, 5, false, time.Now())
	if !strings.HasSuffix(m.Words, "and 23 more") {
		t.Errorf("words %q", m.Words)
	}
	if lines := syslogLines("x", m); len(lines) != 30 || !strings.HasSuffix(lines[29], "joined device 29") && !strings.HasSuffix(lines[29], "joined device 9") {
		t.Errorf("syslog has %d lines", len(lines))
	}
	text, err := json.Marshal(m.payload())
	if err != nil {
		t.Fatal(err)
	}
	var said struct {
		ID     string
		Events []lan.Event
		More   int
	}
	if err := json.Unmarshal(text, &said); err != nil || len(said.Events) != 30 || said.More != 5 || said.ID != m.ID {
		t.Errorf("%v: %d events and %d more", err, len(said.Events), said.More)
	}
}

// TestOneMatterInItsOrder: what was last is said last, and the weightiest matter first.
func TestOneMatterInItsOrder(t *testing.T) {
	said := func(what lan.Happening, device string, severity lan.Severity) *lan.Event {
		e := event(what, device)
		e.Severity = severity
		return &e
	}
	for want, events := range map[string][]*lan.Event{
		"- finding-fixed cam\n- finding-new cam": {said(lan.FindingFixed, "cam", lan.Soon), said(lan.FindingNew, "cam", lan.Soon)},
		"- finding-new cam\n- finding-fixed cam": {said(lan.FindingNew, "cam", lan.Soon), said(lan.FindingFixed, "cam", lan.Soon)},
		"- back cam\n- gone cam":                 {said(lan.DeviceBack, "cam", 0), said(lan.DeviceGone, "cam", 0)},
		"- finding-fixed cam\n- finding-new cam\n- finding-new nas\n- joined tv": {
			said(lan.FindingFixed, "cam", lan.Soon), said(lan.DeviceJoined, "tv", 0), said(lan.FindingNew, "nas", lan.Soon), said(lan.FindingNew, "cam", lan.ActNow)},
	} {
		grave := events[len(events)-1].Severity
		if m := compose(events, 0, true, time.Now()); m.Words != want || m.Severity != grave {
			t.Errorf("%q, %v, want %q, %v", m.Words, m.Severity, want, grave)
		}
	}
}

// TestEncodedWord: a reader sees the title as it is, also where a device's name looks
// encoded.
func TestEncodedWord(t *testing.T) {
	for _, s := range []string{
		"", "A new device: nas", "K\u00fcche", "=?utf-8?q?Your_bank?=", "a =?x", "tab\tstop",
		strings.Repeat("\u00fc", 60), strings.Repeat("x\U0001f4f7", 24), "x" + strings.Repeat("\U0001f4f7", 29),
	} {
		got := encodedWord(s)
		back, err := new(mime.WordDecoder).DecodeHeader(got)
		if err != nil || back != s {
			t.Errorf("%q became %q, read as %q, %v", s, got, back, err)
		}
		for _, word := range strings.Fields(got) {
			if !strings.HasPrefix(word, "=?") {
				continue
			}
			if text, err := new(mime.WordDecoder).Decode(word); err != nil || len(word) > 75 || !utf8.ValidString(text) {
				t.Errorf("%q: %q, %v", s, word, err)
			}
		}
	}
}
