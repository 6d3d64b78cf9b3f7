package neigh

import (
	"context"
	"errors"
	"net"
	"testing"
	"time"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/probetest/netns"
)

// late ends a test that waits for what never comes.
const late = 20 * time.Second

// set changes one neighbour of link.
func set(t *testing.T, link lan.Link, ip string, state int, mac lan.MAC) {
	t.Helper()
	n := &netlink.Neigh{LinkIndex: link.Index, State: state, IP: net.ParseIP(ip), HardwareAddr: mac[:]}
	if err := netlink.NeighSet(n); err != nil {
		t.Fatal(err)
	}
}

// next is the next thing that was told.
func next[T any](t *testing.T, told <-chan T) (v T) {
	t.Helper()
	select {
	case v = <-told:
	case <-time.After(late):
		t.Fatal("nothing was told")
	}
	return v
}

func TestWatch(t *testing.T) {
	p := netns.New(t, "home0", "192.0.2.1/24", "192.0.2.2/24")
	other := netns.New(t, "other0", "198.51.100.1/24", "198.51.100.2/24")
	set(t, p.Link, "192.0.2.3", unix.NUD_REACHABLE, p.MAC)
	ctx, cancel := context.WithCancel(context.Background())
	told, ended := make(chan lan.Sighting, 64), make(chan error, 1)
	go func() { ended <- Watcher().Discover(ctx, p.Link, func(s lan.Sighting) { told <- s }) }()
	if s := next(t, told); s.Addr.String() != "192.0.2.3" || s.MAC != p.MAC || s.Source != "neigh" || s.Link != "home0" {
		t.Fatalf("the table was told as %+v", s)
	}

	set(t, p.Link, "192.0.2.4", unix.NUD_FAILED, p.MAC)
	set(t, other.Link, "198.51.100.4", unix.NUD_REACHABLE, other.MAC)
	if err := netlink.NeighDel(&netlink.Neigh{LinkIndex: p.Link.Index, IP: net.ParseIP("192.0.2.3")}); err != nil {
		t.Fatal(err)
	}
	set(t, p.Link, "192.0.2.5", unix.NUD_REACHABLE, p.MAC)
	if s := next(t, told); s.Addr.String() != "192.0.2.5" || s.MAC != p.MAC || time.Since(s.At) > late {
		t.Errorf("after a failure, another link's news and a removal came %+v", s)
	}
	cancel()
	if err := next(t, ended); err != nil {
		t.Errorf("the end of the context: %v", err)
	}
}

// follow runs Follow and tells each call of dump; block holds the first.
func follow(t *testing.T, link lan.Link, first func()) (dumps chan int, ended chan error) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	dumps, ended = make(chan int, 64), make(chan error, 1)
	n := 0
	go func() {
		ended <- Follow(ctx, link, func() error {
			if n++; n == 1 && first != nil {
				first()
			}
			dumps <- n
			return nil
		}, func([]byte) {})
	}()
	t.Cleanup(cancel)
	return dumps, ended
}

func TestFollowAfterDownAndUp(t *testing.T) {
	p := netns.New(t, "home0", "192.0.2.1/24", "192.0.2.2/24")
	dumps, _ := follow(t, p.Link, nil)
	next(t, dumps)
	link, err := netlink.LinkByName("home0")
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(netlink.LinkSetDown(link), netlink.LinkSetUp(link)); err != nil {
		t.Fatal(err)
	}
	if n := next(t, dumps); n != 2 {
		t.Errorf("dump %d after the link came back", n)
	}
}

func TestFollowEndsWithTheInterface(t *testing.T) {
	p := netns.New(t, "home0", "192.0.2.1/24", "192.0.2.2/24")
	dumps, ended := follow(t, p.Link, nil)
	next(t, dumps)
	link, err := netlink.LinkByName("home0")
	if err != nil {
		t.Fatal(err)
	}
	if err := netlink.LinkDel(link); err != nil {
		t.Fatal(err)
	}
	if err := next(t, ended); !errors.Is(err, ErrGone) {
		t.Errorf("an interface that went: %v", err)
	}
	_, ended = follow(t, p.Link, nil)
	if err := next(t, ended); !errors.Is(err, ErrGone) {
		t.Errorf("an interface that was gone before: %v", err)
	}
}

func TestFollowDumpsAgainAfterAnOverrun(t *testing.T) {
	p := netns.New(t, "home0", "192.0.2.1/24", "192.0.2.2/24")
	flood := func() {
		for i := range 8000 { // each a notice that nobody reads meanwhile
			set(t, p.Link, "192.0.2.9", unix.NUD_REACHABLE, lan.MAC{2, 0, 0, 0, byte(i >> 8), byte(i)})
		}
	}
	dumps, _ := follow(t, p.Link, flood)
	next(t, dumps)
	if n := next(t, dumps); n != 2 {
		t.Errorf("dump %d after notices were lost", n)
	}
}

func TestFollowEndsWithDump(t *testing.T) {
	netns.Enter(t)
	broken := errors.New("broken")
	lo, err := net.InterfaceByName("lo")
	if err != nil {
		t.Fatal(err)
	}
	err = Follow(context.Background(), lan.Link{Index: lo.Index}, func() error { return broken }, nil)
	if !errors.Is(err, broken) {
		t.Errorf("error %v", err)
	}
}

func TestHeard(t *testing.T) {
	mac := lan.MAC{2, 0, 0, 0, 0, 1}
	for _, c := range []struct {
		e    Entry
		want bool
	}{
		{Entry{MAC: mac, State: unix.NUD_REACHABLE}, true},
		{Entry{MAC: mac, State: unix.NUD_STALE}, true},
		{Entry{MAC: mac, State: unix.NUD_FAILED}, false},
		{Entry{MAC: mac, State: unix.NUD_INCOMPLETE}, false},
		{Entry{State: unix.NUD_REACHABLE}, false},
	} {
		if got := c.e.heard(); got != c.want {
			t.Errorf("%+v: %t", c.e, got)
		}
	}
}

func TestTake(t *testing.T) {
	type notice struct {
		kind uint16
		data []byte
	}
	message := func(kind uint16, data ...byte) notice { return notice{kind, append(data, make([]byte, 16)...)} }
	for name, c := range map[string]struct {
		m     notice
		heard int
		gone  bool
	}{
		"neighbour":         {message(unix.RTM_NEWNEIGH, unix.AF_INET), 1, false},
		"neighbour removed": {message(unix.RTM_DELNEIGH, unix.AF_INET), 0, false},
		"cut short":         {notice{unix.RTM_NEWNEIGH, make([]byte, 11)}, 0, false},
		"link":              {message(unix.RTM_DELLINK), 0, true},
		"left its bridge":   {message(unix.RTM_DELLINK, unix.AF_BRIDGE), 0, false},
		"other link":        {message(unix.RTM_DELLINK, 0, 0, 0, 0, 1, 1, 1, 1), 0, false},
		"address":           {message(unix.RTM_DELADDR), 0, false},
	} {
		heard := 0
		f := follower{heard: func([]byte) { heard++ }} // of the interface of index 0
		if err := f.take(c.m.kind, c.m.data); errors.Is(err, ErrGone) != c.gone || heard != c.heard {
			t.Errorf("%s: %v, heard %d", name, err, heard)
		}
	}
}
