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
	"github.com/homesweep/homesweep/ui/chromium"
)

var (
	serve = flag.String("serve", "", "serve the made-up home on this `address`, to look at, instead of testing")
	scene = flag.String("scene", "home", "what to serve: "+strings.Join(slices.Sorted(maps.Keys(scenes)), ", "))
)

func TestMain(m *testing.M) {
	flag.Parse()
	if *serve == "" {
		status := m.Run()
		chromium.Close()
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
		House: s.house, Door: s.door, Alarm: s.alarm, Version: "0.1.0", Public: s.public, Conclude: concluded,
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
	"hostile":  (*stage).infest,
	"untold":   (*stage).untold,
	"listened": (*stage).listened,
	"same":     func(s *stage) { kinship(s.house) },
	"granted":  func(s *stage) { grantSome(s.house) },
	"sweeping": func(s *stage) {
		s.house.progress = lan.Progress{Running: true, Phase: "services", Started: noon, Devices: 14, Finished: 6, Probes: 1600, Total: 2100, Problems: 3}
	},
	"crowd": func(s *stage) {
		s.house.sweep.Devices = crowd(300)
		s.house.keeping = newKeeping(s.house.sweep.Devices)
	},
}

// untold is a home whose devices show nothing of themselves and answer no question.
func (s *stage) untold() {
	for i := range s.house.sweep.Devices {
		d := &s.house.sweep.Devices[i]
		d.Names, d.Kind, d.Vendor, d.Model, d.Firmware, d.Identity, d.Services = nil, "unknown", "", "", "", nil, nil
		for n := range d.Findings {
			d.Findings[n].Verdict, d.Findings[n].Evidence = lan.Undecided, nil
		}
	}
}

// listened is a home that nobody has been asked anything in.
func (s *stage) listened() {
	s.house.touch, s.house.sweep.Touch = lan.Listen, lan.Listen
	for i := range s.house.sweep.Devices {
		d := &s.house.sweep.Devices[i]
		d.Findings, d.Services = nil, nil
	}
}

// concluded is a sweep with the guidelines of the Code of Practice.
func concluded(s lan.Sweep) lan.Sweep {
	s.Devices = slices.Clone(s.Devices)
	for i, d := range s.Devices {
		s.Devices[i].Guidelines = guidelines(d)
	}
	s.Guidelines = guidelines(s.Devices...)
	return s
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
