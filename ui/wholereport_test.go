package ui

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"math"
	"net/http"
	"reflect"
	"slices"
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

// TestReport: the answer is the sweep as it is given out elsewhere, with the
// evidence and what is concluded, and says by the day alone when a phone was here.
func TestReport(t *testing.T) {
	m := newHome(t, password)
	m.ask("GET", "/api/v1/report", "", 401)
	guidelines := []lan.Guideline{{Number: 1}, {Number: 2}}
	first := m.house.sweep.Devices[0].ID
	var err error
	m.h, err = New(Options{House: m.house, Door: m.door, Now: m.clock.now, Conclude: func(s lan.Sweep) lan.Sweep {
		s.Guidelines, s.First, s.Devices = guidelines, []lan.Ref{{Device: first}}, slices.Clone(s.Devices)
		for i := range s.Devices {
			s.Devices[i].Guidelines = guidelines
		}
		return s
	}})
	if err != nil {
		t.Fatal(err)
	}
	m.ask("POST", "/api/v1/login", enter, 200)
	got := get[lan.Sweep](m, "/api/v1/report")
	want := m.house.Sweep()
	if len(got.Devices) != len(want.Devices) || !reflect.DeepEqual(got.Guidelines, guidelines) || len(got.First) != 1 || !got.Finished.Equal(want.Finished) || got.Tool != want.Tool {
		t.Fatalf("%d devices of %d, %d guidelines, %v", len(got.Devices), len(want.Devices), len(got.Guidelines), got.First)
	}
	proof, personal := 0, 0
	for i, dev := range got.Devices {
		for _, f := range dev.Findings {
			proof += len(f.Evidence)
		}
		if !reflect.DeepEqual(dev.Guidelines, guidelines) || len(dev.Identity) != len(want.Devices[i].Identity) {
			t.Errorf("%s has %d guidelines and %d facts", dev.ID, len(dev.Guidelines), len(dev.Identity))
		}
		if !dev.Kind.Personal() {
			continue
		}
		personal++
		if h, min, s := dev.LastSeen.Clock(); h+min+s > 0 {
			t.Errorf("the %s was here at %v", dev.Kind, dev.LastSeen)
		}
	}
	if proof == 0 || personal == 0 {
		t.Errorf("%d pieces of evidence, %d devices of people", proof, personal)
	}
	m.house.sweep = lan.Sweep{}
	if got := get[lan.Sweep](m, "/api/v1/report"); got.Devices == nil || len(got.Devices) > 0 || !got.Started.IsZero() {
		t.Errorf("before the first sweep: %+v", got)
	}
}

// TestReportPacked: three hundred devices come as gzip, and are the same.
func TestReportPacked(t *testing.T) {
	s := newStage(t, "crowd")
	s.public = true
	h := s.handler(t)
	plain := visit(h, "GET", "/api/v1/report", "192.168.1.1", "")
	w := visit(h, "GET", "/api/v1/report", "192.168.1.1", "", "Accept-Encoding", "gzip")
	z, err := gzip.NewReader(bytes.NewReader(w.Body.Bytes()))
	if err != nil || w.Header().Get("Content-Encoding") != "gzip" {
		t.Fatal(err, w.Header())
	}
	var a, b lan.Sweep
	if err := json.NewDecoder(z).Decode(&a); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(plain.Body.Bytes(), &b); err != nil || len(a.Devices) != 300 || !reflect.DeepEqual(a, b) {
		t.Errorf("%d devices: %v", len(a.Devices), err)
	}
	t.Logf("300 devices with evidence: %d bytes gzipped, %d plain", w.Body.Len(), plain.Body.Len())
}

// TestReportOneAtATime: a second reader is told to come again; half a report ends
// as a broken connection.
func TestReportOneAtATime(t *testing.T) {
	m := let(t)
	begun, going := make(chan struct{}), make(chan struct{})
	wait := true
	h, err := New(Options{House: m.house, Public: true, Conclude: func(s lan.Sweep) lan.Sweep {
		if wait {
			close(begun)
			<-going
		}
		return s
	}})
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan int)
	go func() { done <- visit(h, "GET", "/api/v1/report", "127.0.0.1", "").Code }()
	<-begun
	if w := visit(h, "GET", "/api/v1/report", "127.0.0.1", ""); w.Code != 503 || w.Header().Get("Retry-After") == "" {
		t.Errorf("the second reader: %d", w.Code)
	}
	close(going)
	if code := <-done; code != 200 {
		t.Errorf("the first reader: %d", code)
	}
	wait = false
	m.house.sweep.Devices[1].Confidence = math.NaN() // no JSON
	defer func() {
		if r := recover(); r != http.ErrAbortHandler {
			t.Errorf("a broken report ends with %v", r)
		}
		m.house.sweep.Devices[1].Confidence = 1
		if w := visit(h, "GET", "/api/v1/report", "127.0.0.1", ""); w.Code != 200 {
			t.Errorf("after that: %d", w.Code)
		}
	}()
	visit(h, "GET", "/api/v1/report", "127.0.0.1", "")
}
