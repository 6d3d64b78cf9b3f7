package sweep

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// pushy is an Identify that tries everything and keeps what it was refused.
type pushy struct{ refused, allowed []string }

func (p *pushy) identify(ctx context.Context, r probes.Reach, ep lan.Endpoint, _ int, _ lan.Heard) (lan.Service, error) {
	p.try(ctx, r, ep)
	return lan.Service{Address: ep.Addr, Transport: ep.Transport, Port: ep.Port, Name: lan.Unknown}, nil
}

func (p *pushy) try(ctx context.Context, r probes.Reach, ep lan.Endpoint) {
	greet := func() error {
		conn, err := r.Dial(ctx, ep)
		if err != nil {
			return err
		}
		defer conn.Close()
		if b, err := io.ReadAll(conn); err != nil || string(b) != "220 hello\r\n" {
			return errors.Join(err, errors.New("no greeting"))
		}
		return nil
	}
	write := func() error {
		conn, err := r.Dial(ctx, ep)
		if err != nil {
			return err
		}
		defer conn.Close()
		_, err = conn.Write([]byte("x"))
		return err
	}
	secure := ep
	secure.TLS = true
	for what, err := range map[string]error{
		"greeting": greet(),
		"write":    write(),
		"tls":      second(r.Dial(ctx, secure)),
		"datagram": second(r.Ask(ctx, lan.Endpoint{Addr: ep.Addr, Transport: lan.UDP, Port: 161}, []byte("x"))),
		"get":      get(r.HTTP(ep), probes.URL(ep, "/")),
	} {
		switch {
		case errors.Is(err, probes.ErrNeverWrite):
			p.refused = append(p.refused, what)
		case err == nil:
			p.allowed = append(p.allowed, what)
		}
	}
}

func second[T any](_ T, err error) error { return err }

func get(c *http.Client, url string) error {
	resp, err := c.Get(url)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

// TestListenSendsNothing: below touch look nothing of ours leaves the machine,
// whatever a check might want.
func TestListenSendsNothing(t *testing.T) {
	h := newHome(t)
	for _, list := range []*[]Ear{&h.Presence, &h.Announcements} {
		*list = append(*list, Ear{source{"asking", func(context.Context, func(lan.Sighting)) error {
			t.Error("a source that sends was used")
			return nil
		}}, lan.Look})
	}
	h.Checks = []probes.Check{check("quiet", lan.Listen, always(lan.Pass)), check("loud", lan.Look, func(context.Context, *probes.Pass) (lan.Verdict, error) {
		t.Error("a check above the touch ran")
		return lan.Fail, nil
	})}
	s := h.sweep(t, want(lan.Listen))
	if len(s.Devices) != 4 || len(h.engine.targets) != 0 || h.names.count() != 0 || len(h.road.calls) != 0 {
		t.Errorf("%d devices; engine asked %d, identified %d, road %v", len(s.Devices), len(h.engine.targets), h.names.count(), h.road.calls)
	}
	for _, f := range at(t, s, cam).Findings {
		if want := map[string]lan.Verdict{"quiet": lan.Pass, "loud": lan.NotTested}[f.Check]; f.Verdict != want {
			t.Errorf("%s: %v, want %v", f.Check, f.Verdict, want)
		}
	}
}

// TestLookOnlyHearsGreetings holds identification and checks to the quiet road.
func TestLookOnlyHearsGreetings(t *testing.T) {
	loud := []string{"datagram", "get", "tls", "write"}
	for touch, want1 := range map[lan.Touch][2][]string{
		lan.Look: {{"greeting"}, loud},
		lan.Ask:  {{"datagram", "greeting", "tls", "write"}, nil}, // the greeter speaks no HTTP
	} {
		h := newHome(t)
		var naming, checking pushy
		h.Identify = func(ctx context.Context, r probes.Reach, ep lan.Endpoint, n int, _ lan.Heard) (lan.Service, error) {
			if ep.Transport == lan.UDP {
				return lan.Service{}, errors.New("no answer")
			}
			return naming.identify(ctx, r, ep, n, nil)
		}
		c := check("c", lan.Look, func(ctx context.Context, p *probes.Pass) (lan.Verdict, error) {
			checking.try(ctx, p.Reach, p.Service.Endpoint())
			return lan.Pass, nil
		})
		c.Applies = func(_ lan.Device, s lan.Service) bool { return s.Port != 0 }
		h.Checks = []probes.Check{c}
		h.sweep(t, want(touch))
		for who, p := range map[string]pushy{"identification": naming, "check": checking} {
			slices.Sort(p.allowed)
			slices.Sort(p.refused)
			if !slices.Equal(p.allowed, want1[0]) || !slices.Equal(p.refused, want1[1]) {
				t.Errorf("touch %s, %s: allowed %v, refused %v", touch, who, p.allowed, p.refused)
			}
		}
		if (h.road.written > 0) != (touch == lan.Ask) {
			t.Errorf("touch %s: %d bytes were written", touch, h.road.written)
		}
	}
}

// TestUDPQuestionsFromAsk: one question on each UDP port of every device, and
// none below touch ask.
func TestUDPQuestionsFromAsk(t *testing.T) {
	for touch, n := range map[lan.Touch]int{lan.Look: 0, lan.Ask: 1, lan.Login: 1} {
		h := newHome(t)
		s := h.sweep(t, want(touch))
		for _, port := range []uint16{161, 1900} {
			if got := h.names.asked(lan.Endpoint{Addr: cam, Transport: lan.UDP, Port: port}); len(got) != n {
				t.Errorf("touch %s: UDP %d was asked %d times, want %d", touch, port, len(got), n)
			}
		}
		if svc := at(t, s, cam).Services; len(svc) != 1 {
			t.Errorf("touch %s: an unconfirmed endpoint is a service: %v", touch, svc)
		}
	}
}

// TestSeveralSources: the touch decides which sources are used.
func TestSeveralSources(t *testing.T) {
	for touch, want1 := range map[lan.Touch]string{
		lan.Listen: "neigh", lan.Look: "neigh arp mdns", lan.Ask: "neigh arp mdns ssdp",
	} {
		h := newHome(t)
		used := make(chan string, 8)
		ear := func(name string, touch lan.Touch) Ear {
			return Ear{source{name, func(context.Context, func(lan.Sighting)) error { used <- name; return nil }}, touch}
		}
		h.Presence = []Ear{ear("neigh", lan.Listen), ear("arp", lan.Look)}
		h.Announcements = []Ear{ear("mdns", lan.Look), ear("ssdp", lan.Ask)}
		h.sweep(t, want(touch))
		close(used)
		n := 0
		for name := range used {
			n++
			if !strings.Contains(want1, name) {
				t.Errorf("touch %s used %s", touch, name)
			}
		}
		if n != len(strings.Fields(want1)) {
			t.Errorf("touch %s used %d sources, want %s", touch, n, want1)
		}
		if plan := strings.Join(MakePlan(t.Context(), fresh(h.Parts), want(touch)).Sources, " "); plan != want1 {
			t.Errorf("touch %s plans %q", touch, plan)
		}
	}
}

// fresh is p with sources that hear nothing, under the same names.
func fresh(p Parts) Parts {
	for _, list := range []*[]Ear{&p.Presence, &p.Announcements} {
		*list = slices.Clone(*list)
		for i, e := range *list {
			(*list)[i].Source = says(e.Name())
		}
	}
	return p
}
