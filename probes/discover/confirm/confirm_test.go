package confirm

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/wire"
)

var (
	ours  = lan.MAC{2, 0, 0, 0, 0, 1}
	there = lan.MAC{2, 0, 0, 0, 0, 2}
	link  = lan.Link{
		Name: "br-lan", MAC: ours,
		Addrs:    []netip.Addr{netip.MustParseAddr("192.168.1.1"), netip.MustParseAddr("fe80::1")},
		Prefixes: []netip.Prefix{netip.MustParsePrefix("192.168.1.0/24"), netip.MustParsePrefix("fe80::/64")},
	}
)

// line is a wire on which hears lie the answers to each question in turn.
type line struct {
	answers [][][]byte
	sent    [][]byte
	queue   [][]byte
	err     error
}

func (l *line) Send(frame []byte) error {
	l.sent = append(l.sent, append([]byte(nil), frame...))
	if len(l.answers) > 0 {
		l.queue, l.answers = append(l.queue, l.answers[0]...), l.answers[1:]
	}
	return l.err
}

func (l *line) Receive(ctx context.Context, buf []byte) ([]byte, error) {
	if len(l.queue) == 0 {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	n := copy(buf, l.queue[0])
	l.queue = l.queue[1:]
	return buf[:n], nil
}

func (*line) Close() error { return nil }

func asker(l *line) *Asker {
	return &Asker{open: func(lan.Link, uint16) (socket, error) { return l, nil }}
}

// says is a frame in which mac says that it holds addr.
func says(t *testing.T, mac lan.MAC, addr string) []byte {
	t.Helper()
	b := wire.NewBuilder(lan.Link{MAC: mac, MTU: 1500})
	a := netip.MustParseAddr(addr)
	var frame []byte
	var err error
	if a.Is4() {
		frame, err = b.ARPRequest(a, netip.MustParseAddr("192.168.1.1"), ours)
	} else {
		frame, err = b.NeighborSolicitation(a, netip.MustParseAddr("fe80::1"), ours)
	}
	if err != nil {
		t.Fatal(err)
	}
	return append([]byte(nil), frame...)
}

func TestHere(t *testing.T) {
	for name, c := range map[string]struct {
		addr    string
		answers [][][]byte
		want    bool
		asked   int
	}{
		"answers at once":          {"192.168.1.9", [][][]byte{{says(t, there, "192.168.1.9")}}, true, 1},
		"answers the third":        {"192.168.1.9", [][][]byte{nil, nil, {says(t, there, "192.168.1.9")}}, true, 3},
		"silent":                   {"192.168.1.9", nil, false, 3},
		"another at the address":   {"192.168.1.9", [][][]byte{{says(t, lan.MAC{2, 0, 0, 0, 0, 3}, "192.168.1.9")}}, false, 3},
		"it has another address":   {"192.168.1.9", [][][]byte{{says(t, there, "192.168.1.8")}}, false, 3},
		"IPv6":                     {"fe80::9", [][][]byte{{says(t, there, "fe80::9")}}, true, 1},
		"IPv6, another":            {"fe80::9", [][][]byte{{says(t, lan.MAC{2, 0, 0, 0, 0, 3}, "fe80::9")}}, false, 3},
		"noise before the answer":  {"192.168.1.9", [][][]byte{{{1, 2, 3}, says(t, there, "192.168.1.8"), says(t, there, "192.168.1.9")}}, true, 1},
		"IPv6 silent, ARP answers": {"fe80::9", [][][]byte{{says(t, there, "192.168.1.9")}}, false, 3},
	} {
		synctest.Test(t, func(t *testing.T) {
			l := &line{answers: c.answers}
			got, err := asker(l).Here(t.Context(), link, there, netip.MustParseAddr(c.addr))
			if err != nil || got != c.want || len(l.sent) != c.asked {
				t.Errorf("%s: %v after %d questions, %v", name, got, len(l.sent), err)
			}
			for _, frame := range l.sent {
				if lan.MAC(frame[:6]) != there {
					t.Errorf("%s: asked %v, not the station alone", name, net.HardwareAddr(frame[:6]))
				}
			}
		})
	}
}

func TestCannotAsk(t *testing.T) {
	addr := netip.MustParseAddr("192.168.1.9")
	broken := errors.New("no wire")
	if _, err := asker(&line{err: broken}).Here(t.Context(), link, there, addr); !errors.Is(err, broken) {
		t.Errorf("a broken wire is silence: %v", err)
	}
	for name, try := range map[string]struct {
		mac  lan.MAC
		addr string
	}{
		"no hardware address": {lan.MAC{}, "192.168.1.9"},
		"a group's":           {lan.MAC{1}, "192.168.1.9"},
		"off the link":        {there, "192.168.2.9"},
	} {
		l := &line{}
		if here, err := asker(l).Here(t.Context(), link, try.mac, netip.MustParseAddr(try.addr)); here || err == nil || len(l.sent) > 0 {
			t.Errorf("%s: %v, %v, %d sent", name, here, err, len(l.sent))
		}
	}
}

func TestEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 1500*time.Millisecond)
		defer cancel()
		l := &line{}
		if here, err := asker(l).Here(ctx, link, there, netip.MustParseAddr("192.168.1.9")); here || err != nil || len(l.sent) != 2 {
			t.Errorf("%v, %v, %d questions", here, err, len(l.sent))
		}
	})
}
