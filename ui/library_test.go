package ui

import (
	"encoding/json"
	"errors"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// shelf is a Library that takes one file only.
type shelf struct {
	now   Knowledge
	good  string
	files []int // lengths of what was handed in
	busy  chan struct{}
}

func (l *shelf) Knowledge() Knowledge { return l.now }

func (l *shelf) Import(file []byte) (bool, error) {
	if l.busy != nil {
		l.busy <- struct{}{}
		<-l.busy
	}
	l.files = append(l.files, len(file))
	if string(file) != l.good {
		return false, errors.New("the file is not signed")
	}
	l.now.Serial++
	return false, nil
}

// TestUpload: only who is logged in, from our own page, hands a knowledge file
// over; it is bounded, one at a time, and what is wrong with it is told.
func TestUpload(t *testing.T) {
	m := newHome(t, password)
	kept := &shelf{now: Knowledge{Serial: 7, Created: noon.Add(-48 * time.Hour), Layers: []string{"acme"}}, good: "good"}
	var err error
	if m.h, err = New(Options{House: m.house, Door: m.door, Now: m.clock.now, Library: kept}); err != nil {
		t.Fatal(err)
	}
	upload := func(body string, want int, headers ...string) *httptest.ResponseRecorder {
		t.Helper()
		w := visit(m.h, "POST", knowledgePath, "192.168.1.1", body,
			append([]string{"Origin", "http://192.168.1.1", "Content-Type", "application/octet-stream", "Cookie", m.cookie}, headers...)...)
		if w.Code != want {
			t.Fatalf("%d %s, want %d", w.Code, w.Body, want)
		}
		return w
	}
	upload("good", 401)
	m.ask("POST", "/api/v1/login", enter, 200)
	upload("good", 403, "Origin", "http://192.168.1.66")
	upload("good", 415, "Content-Type", "text/plain")
	upload(strings.Repeat("x", MaxKnowledge+1), 413)
	if len(kept.files) != 0 {
		t.Fatalf("the Library was handed %v", kept.files)
	}
	if w := upload("bad", 422); !strings.Contains(w.Body.String(), "The file is not signed.") {
		t.Errorf("the refusal says %s", w.Body)
	}
	upload(strings.Repeat("x", MaxKnowledge), 422)
	upload("good", 200)
	var s whole
	if err := json.Unmarshal(m.ask("GET", "/api/v1/state", "", 200).Body.Bytes(), &s); err != nil || s.Knowledge == nil || s.Knowledge.Serial != 8 || s.Knowledge.Layers[0] != "acme" {
		t.Errorf("state: %v, %+v", err, s.Knowledge)
	}
	kept.busy = make(chan struct{})
	done := make(chan int)
	go func() {
		done <- visit(m.h, "POST", knowledgePath, "192.168.1.1", "good", "Origin", "http://192.168.1.1", "Content-Type", "application/octet-stream", "Cookie", m.cookie).Code
	}()
	<-kept.busy // the first is being read
	upload("good", 409)
	kept.busy <- struct{}{}
	if got := <-done; got != 200 {
		t.Errorf("the first of two: %d", got)
	}
}

// TestUploadWithout: a dashboard without a Library, and one that anybody sees.
func TestUploadWithout(t *testing.T) {
	h := newPublic(t, newHouse(t))
	w := visit(h, "POST", knowledgePath, "127.0.0.1", "good", "Origin", "http://127.0.0.1", "Content-Type", "application/octet-stream")
	if w.Code != 403 {
		t.Errorf("a demonstration takes a file: %d", w.Code)
	}
	m := newHome(t, password)
	m.ask("POST", "/api/v1/login", enter, 200)
	m.ask("POST", knowledgePath, "{}", 404)
}
