package store

import (
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

func days(n int) time.Time { return day0.AddDate(0, 0, n) }

// TestFindingsOverTime commits one inspection a day and looks at what is left.
func TestFindingsOverTime(t *testing.T) {
	type step struct {
		touch    lan.Touch
		findings []lan.Finding
	}
	one := func(touch lan.Touch, v lan.Verdict) step {
		return step{touch, []lan.Finding{finding("default-login", v)}}
	}
	none := func(touch lan.Touch) step { return step{touch, []lan.Finding{finding("other", lan.Pass)}} }
	type end struct {
		verdict     lan.Verdict
		first, last int // days
	}
	tests := map[string]struct {
		steps []step
		want  *end
	}{
		"seen again":                     {[]step{one(lan.Ask, lan.Fail), one(lan.Ask, lan.Fail)}, &end{lan.Fail, 0, 1}},
		"surer":                          {[]step{one(lan.Ask, lan.LikelyFail), one(lan.Ask, lan.Fail)}, &end{lan.Fail, 0, 1}},
		"fixed":                          {[]step{one(lan.Ask, lan.Fail), one(lan.Ask, lan.Pass)}, &end{lan.Pass, 1, 1}},
		"back":                           {[]step{one(lan.Ask, lan.Fail), one(lan.Ask, lan.Pass), one(lan.Ask, lan.Fail)}, &end{lan.Fail, 2, 2}},
		"silence is no fix":              {[]step{one(lan.Ask, lan.Fail), one(lan.Ask, lan.Undecided), one(lan.Ask, lan.Undecided)}, &end{lan.Fail, 0, 0}},
		"silence undoes a pass":          {[]step{one(lan.Ask, lan.Pass), one(lan.Ask, lan.Undecided)}, &end{lan.Undecided, 0, 1}},
		"not tested is no fix":           {[]step{one(lan.Login, lan.Fail), one(lan.Ask, lan.NotTested)}, &end{lan.Fail, 0, 0}},
		"not tested keeps a pass":        {[]step{one(lan.Login, lan.Pass), one(lan.Ask, lan.NotTested)}, &end{lan.Pass, 0, 0}},
		"held, then tested":              {[]step{one(lan.Login, lan.Fail), one(lan.Ask, lan.NotTested), one(lan.Login, lan.Fail)}, &end{lan.Fail, 0, 2}},
		"no longer reported":             {[]step{one(lan.Ask, lan.Fail), none(lan.Ask)}, nil},
		"not looked for":                 {[]step{one(lan.Login, lan.Fail), none(lan.Ask), none(lan.Look)}, &end{lan.Fail, 0, 0}},
		"not looked for, then fixed":     {[]step{one(lan.Login, lan.Fail), none(lan.Ask), none(lan.Login)}, nil},
		"heard only":                     {[]step{one(lan.Ask, lan.Fail), {lan.Listen, nil}}, &end{lan.Fail, 0, 0}},
		"device silent to an inspection": {[]step{one(lan.Ask, lan.Fail), {lan.Ask, nil}}, &end{lan.Fail, 0, 0}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			c := &clock{day0}
			s := mustOpen(t, options(t, c))
			for i, st := range tt.steps {
				c.now = days(i)
				d := device(1, st.findings...)
				if len(st.findings) == 0 {
					d.Services = nil
				}
				mustCommit(t, s, sweepAt(c.now, st.touch, d))
			}
			var got *end
			for _, f := range latest(t, s).Devices[0].Findings {
				if f.Check == "default-login" {
					got = &end{f.Verdict, int(f.FirstSeen.Sub(day0).Hours() / 24), int(f.LastSeen.Sub(day0).Hours() / 24)}
				}
			}
			if (got == nil) != (tt.want == nil) || got != nil && *got != *tt.want {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
}

func TestHeldPassExpires(t *testing.T) {
	c := &clock{day0}
	s := mustOpen(t, options(t, c))
	mustCommit(t, s, sweepAt(day0, lan.Login, device(1, finding("default-login", lan.Pass))))
	for _, n := range []int{29, 31} {
		c.now = days(n)
		mustCommit(t, s, sweepAt(c.now, lan.Ask, device(1, finding("default-login", lan.NotTested))))
	}
	if f := latest(t, s).Devices[0].Findings[0]; f.Verdict != lan.NotTested {
		t.Errorf("a pass of 31 days ago is still shown: %+v", f)
	}
}

func TestClosedServiceEndsItsProblem(t *testing.T) {
	c := &clock{day0}
	s := mustOpen(t, options(t, c))
	mustCommit(t, s, sweepAt(day0, lan.Login, device(1, finding("telnet-open", lan.Fail))))
	d := device(1)
	d.Services[0].Port = 443
	mustCommit(t, s, sweepAt(days(1), lan.Ask, d))
	if fs := latest(t, s).Devices[0].Findings; len(fs) != 0 {
		t.Errorf("the service is closed, its problem stays: %+v", fs)
	}
}

func TestDevicesOverTime(t *testing.T) {
	c := &clock{day0}
	s := mustOpen(t, options(t, c))
	mustCommit(t, s, sweepAt(day0, lan.Ask, device(1), device(2)))
	c.now = days(1)
	heard := lan.Device{ID: "dev-001", Names: []string{"renamed"}, Confidence: 0.2, Vendor: "Guess",
		Heard: lan.Heard{lan.DHCPHostname: "cam"}}
	mustCommit(t, s, sweepAt(c.now, lan.Listen, heard))

	got := latest(t, s)
	if len(got.Devices) != 2 || !got.Finished.Equal(days(1)) {
		t.Fatalf("%d devices, sweep of %s", len(got.Devices), got.Finished)
	}
	one, two := got.Devices[0], got.Devices[1]
	if !one.FirstSeen.Equal(day0) || !one.LastSeen.Equal(days(1)) {
		t.Errorf("seen twice: %s to %s", one.FirstSeen, one.LastSeen)
	}
	if one.Vendor != "Acme" || len(one.Services) != 1 || one.Names[0] != "renamed" || one.Heard[lan.DHCPHostname] != "cam" {
		t.Errorf("a device that was only heard lost what was known: %+v", one)
	}
	if !two.FirstSeen.Equal(day0) || !two.LastSeen.Equal(day0) {
		t.Errorf("seen once: %s to %s", two.FirstSeen, two.LastSeen)
	}

	// A caller may pass on devices that it remembers but did not see.
	stale := device(2)
	stale.LastSeen, stale.Services = day0, nil
	stale.Vendor = "Forgotten"
	mustCommit(t, s, sweepAt(days(2), lan.Ask, stale))
	if two = latest(t, s).Devices[1]; !two.LastSeen.Equal(day0) || two.Vendor != "Acme" {
		t.Errorf("a device that was passed on: %+v", two)
	}
}

func TestPrune(t *testing.T) {
	c := &clock{day0}
	s := mustOpen(t, options(t, c))
	mustCommit(t, s, sweepAt(day0, lan.Ask, device(1, finding("telnet-open", lan.Fail)), device(2)))
	pass(t, s, c, 89)
	mustCommit(t, s, sweepAt(c.now, lan.Ask, device(2)))
	if n := len(latest(t, s).Devices); n != 2 {
		t.Errorf("%d devices after 89 days", n)
	}
	c.now = days(91)
	mustCommit(t, s, sweepAt(c.now, lan.Ask, device(3)))
	got := latest(t, s)
	if len(got.Devices) != 2 || got.Devices[0].ID != "dev-002" {
		t.Errorf("after 91 days: %+v", got.Devices)
	}
	if list, _ := s.Sweeps(); len(list) != 2 {
		t.Errorf("%d sweeps after 91 days, want 2", len(list))
	}
	for i := range maxSweeps + 5 {
		mustCommit(t, s, sweepAt(c.now.Add(time.Duration(i)*time.Second), lan.Ask))
	}
	list, err := s.Sweeps()
	if err != nil || len(list) != maxSweeps || list[0].Sweep.Finished.Before(list[1].Sweep.Finished) {
		t.Errorf("%d sweeps, newest first %v", len(list), err)
	}
}

// TestSuffering: that a device suffered outlives every sweep and a restart; of
// one that was asked in part nothing that was known is lost.
func TestSuffering(t *testing.T) {
	c := &clock{now: days(3)}
	o := options(t, c)
	s := mustOpen(t, o)
	mustCommit(t, s, sweepAt(days(0), lan.Ask, device(1, finding("was", lan.Fail), finding("fine", lan.Pass))))
	part := device(1, finding("new", lan.Fail))
	part.Services[0].Name, part.Services[0].Heard = lan.Unknown, nil
	part.Services = append(part.Services, lan.Service{Transport: lan.TCP, Port: 81, Name: lan.Unknown})
	hurt := sweepAt(days(1), lan.Ask, part)
	part.Suffered = lan.Suffering{At: hurt.Finished, Sign: "It stopped answering."}
	hurt.Devices[0] = part
	mustCommit(t, s, hurt)
	d := latest(t, s).Devices[0]
	if d.Suffered != part.Suffered || len(d.Findings) != 3 || len(d.Services) != 2 || d.Services[0].Name != "http" {
		t.Errorf("half asked, it is %+v", d)
	}
	heard := lan.Device{ID: part.ID, LastSeen: days(2)} // by a sweep that left it alone and never knew why
	mustCommit(t, s, sweepAt(days(2), lan.Ask, heard))
	mustCommit(t, s, sweepAt(days(3), lan.Ask, device(1, finding("new", lan.Fail))))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	d = latest(t, mustOpen(t, o)).Devices[0]
	if d.Suffered != part.Suffered || len(d.Findings) != 1 || len(d.Services) != 1 {
		t.Errorf("asked again and read back, it is %+v", d)
	}
}
