package arp

import (
	"context"
	"net"
	"net/netip"
	"slices"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/homesweep/homesweep/probes/probetest/netns"
	"github.com/homesweep/homesweep/probes/wire"
)

func TestMain(m *testing.M) { netns.Main(m) }

// TestAnotherVLANIsAnotherNetwork: what is said on a VLAN that comes by on the
// same cable is not said on the link.
func TestAnotherVLANIsAnotherNetwork(t *testing.T) {
	p := netns.New(t, "home0", "192.0.2.1/24", "192.0.2.2/24")
	at := netip.MustParseAddr("192.0.2.1")
	plain, tagged := says(2, p.MAC, "192.0.2.2", at.String()), says(2, mac(9), "192.0.2.9", at.String())
	for _, f := range [][]byte{plain, tagged} {
		copy(f, slices.Repeat([]byte{0xff}, 6))
	}
	tagged = slices.Concat(tagged[:12], []byte{0x81, 0, 0, 9}, tagged[12:])
	socket, err := New(anywhere).open(p.Link)
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	for _, f := range [][]byte{tagged, plain} {
		p.Do(func() { err = raw("eth0", f) })
		if err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for {
		frame, err := socket.Receive(ctx, make([]byte, maxFrame))
		if err != nil {
			t.Fatal(err)
		}
		c, _ := wire.NewDecoder().Claim(frame)
		if c.MAC == mac(9) {
			t.Error("another network's device is heard")
		}
		if c.MAC == p.MAC {
			return
		}
	}
}

func raw(name string, frame []byte) error {
	i, err := net.InterfaceByName(name)
	if err != nil {
		return err
	}
	fd, err := unix.Socket(unix.AF_PACKET, unix.SOCK_RAW|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	return unix.Sendto(fd, frame, 0, &unix.SockaddrLinklayer{Ifindex: i.Index, Halen: 6})
}
