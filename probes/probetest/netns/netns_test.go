package netns

import (
	"net"
	"testing"
	"time"
)

func TestMain(m *testing.M) { Main(m) }

func TestPeerAnswers(t *testing.T) {
	p := New(t, "home0", "192.0.2.1/24", "192.0.2.2/24", "fe80::2/64")
	if p.MAC.IsZero() || p.Link.MAC.IsZero() || p.MAC == p.Link.MAC {
		t.Fatalf("hardware addresses %s and %s", p.Link.MAC, p.MAC)
	}
	var l net.Listener
	var err error
	p.Do(func() { l, err = net.Listen("tcp4", "192.0.2.2:80") })
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	c, err := net.DialTimeout("tcp4", "192.0.2.2:80", 5*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	c.Close()
}

func TestOwnNamespace(t *testing.T) {
	Enter(t)
	all, err := net.Interfaces()
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range all {
		if i.Flags&net.FlagUp != 0 && i.Flags&net.FlagLoopback == 0 {
			t.Errorf("the host's %s is within reach", i.Name)
		}
	}
}
