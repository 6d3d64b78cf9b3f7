package ui

import (
	"flag"
	"fmt"
	"maps"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

var (
	serve    = flag.String("serve", "", "serve the made-up home on this `address`, to look at, instead of testing")
	scene    = flag.String("scene", "home", "what to serve: "+strings.Join(slices.Sorted(maps.Keys(scenes)), ", "))
	pictures = flag.String("pictures", "", "a `folder` into which the tests write pictures of every page and state; -run Pictures makes all of the dashboard's")
)

func TestMain(m *testing.M) {
	flag.Parse()
	if *serve == "" {
		status := m.Run()
		browser.close()
		os.Exit(status)
	}
	fmt.Fprintln(os.Stderr, serveScene(*serve, *scene))
	os.Exit(1)
}

// stage is a made-up home with its door and its alarm, and what else a dashboard
// of it wants.
type stage struct {
	house  *fakeHouse
	door   *fakeDoor
	alarm  *fakeAlarm
	public bool
	later  atomic.Int64 // what the dashboard's clock is ahead
}

func newStage(t testing.TB, scene string) *stage {
	t.Helper()
	s := &stage{house: newHouse(t), door: &fakeDoor{kept: password}, alarm: newAlarm()}
	set, ok := scenes[scene]
	if !ok {
		t.Fatalf("there is no scene %q", scene)
	}
	set(s)
	return s
}

// handler is the dashboard of the stage, at noon.
func (s *stage) handler(t testing.TB) http.Handler {
	t.Helper()
	began := time.Now()
	h, err := New(Options{
		House: s.house, Door: s.door, Alarm: s.alarm, Version: "0.1.0", Public: s.public,
		Now: func() time.Time { return noon.Add(time.Since(began) + time.Duration(s.later.Load())) },
	})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// forgiven lets the pause after a wrong password pass.
func (s *stage) forgiven() { s.later.Add(int64(time.Minute)) }

// scenes are the states of a home that want a look.
var scenes = map[string]func(*stage){
	"home":   func(*stage) {},
	"public": func(s *stage) { s.public = true },
	"setup":  func(s *stage) { s.door.kept = ""; s.bare() },
	"empty":  (*stage).bare,
	"calm": func(s *stage) {
		for i := range s.house.sweep.Devices {
			d := &s.house.sweep.Devices[i]
			d.Findings = slices.DeleteFunc(d.Findings, func(f lan.Finding) bool { return f.Verdict.Problem() })
		}
	},
	"hostile": (*stage).infest,
	"same":    func(s *stage) { kinship(s.house) },
	"granted": func(s *stage) { grantSome(s.house) },
	"sweeping": func(s *stage) {
		s.house.progress = lan.Progress{Running: true, Phase: "services", Started: noon, Devices: 14, Finished: 6, Probes: 1600, Total: 2100, Problems: 3}
	},
	"crowd": func(s *stage) {
		s.house.sweep.Devices = crowd(300)
		s.house.keeping = newKeeping(s.house.sweep.Devices)
	},
}

// bare is a home of which nothing is known yet.
func (s *stage) bare() {
	s.house.touch, s.house.sweep, s.house.keeping = lan.Listen, lan.Sweep{}, newKeeping(nil)
	s.house.log, s.house.contact = nil, ""
	s.alarm.alerts, s.alarm.deliveries = lan.Alerts{}, nil
}

// serveScene is the made-up home in one of its states.
func serveScene(addr, scene string) error {
	h := newStage(&testing.B{}, scene).handler(&testing.B{})
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	return Server(http.HandlerFunc(h.ServeHTTP)).Serve(l)
}
