package ui

import (
	"bytes"
	"compress/gzip"
	"io"
	"slices"
	"strings"
	"testing"
)

// mostState is what a first page of 300 devices may weigh on its way, in bytes.
const mostState = 60 << 10

// TestCrowdWeight: the one answer that the first page draws itself from is small
// enough for a weak Wi-Fi, though there are 300 devices.
func TestCrowdWeight(t *testing.T) {
	s := newStage(t, "crowd")
	s.public = true
	w := visit(s.handler(t), "GET", "/api/v1/state", "192.168.1.1", "", "Accept-Encoding", "gzip")
	if w.Code != 200 || w.Header().Get("Content-Encoding") != "gzip" {
		t.Fatalf("answer %d, encoded %q", w.Code, w.Header().Get("Content-Encoding"))
	}
	sent := w.Body.Len()
	z, err := gzip.NewReader(bytes.NewReader(w.Body.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("the state of 300 devices: %d bytes gzipped, %d plain", sent, len(plain))
	if sent > mostState {
		t.Errorf("%d bytes gzipped, at most %d", sent, mostState)
	}
}

// TestCrowdFirst: the first page of 300 devices asks once for data and shows.
func TestCrowdFirst(t *testing.T) {
	stage := newStage(t, "crowd")
	c, url := stage.stand(t)
	logIn(c, url)
	c.Forget()
	c.Visit(url + "/#/")
	c.Settled()
	asked := map[string]int{}
	for _, what := range c.Asked() {
		if path, ok := strings.CutPrefix(what, url+"/api/v1/"); ok {
			asked[path]++
		}
	}
	for path, n := range asked {
		// What happened lately comes below, after the page is drawn.
		if n != 1 || !slices.Contains([]string{"session", "state", "events"}, path) && !strings.HasPrefix(path, "events-log?") {
			t.Errorf("asked %d times for %s", n, path)
		}
	}
	var lead string
	if c.Eval(`document.querySelector('.hero .lead').textContent`, &lead); !strings.HasPrefix(lead, "300 devices") {
		t.Errorf("the first page says %q", lead)
	}
	c.Visit(url + "/#/devices")
	c.Settled()
	var rows int
	if c.Eval(`document.querySelectorAll('.rows a.row').length`, &rows); rows != 300 {
		t.Errorf("%d rows", rows)
	}
	c.Quiet(url)
}
