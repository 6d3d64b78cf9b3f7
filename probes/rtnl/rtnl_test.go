package rtnl

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/homesweep/homesweep/probes/probetest/netns"
)

func TestMain(m *testing.M) { netns.Main(m) }

// names are the interfaces that the kernel lists.
func names(t *testing.T) (all []string) {
	t.Helper()
	err := Dump(unix.RTM_GETLINK, make([]byte, unix.SizeofIfInfomsg), func(kind uint16, data []byte) error {
		if kind != unix.RTM_NEWLINK || len(data) < unix.SizeofIfInfomsg {
			t.Errorf("message %d of %d bytes", kind, len(data))
			return nil
		}
		a := AttributesOf(data[unix.SizeofIfInfomsg:])
		for a.Next() {
			if a.Kind() == unix.IFLA_IFNAME {
				all = append(all, a.Text())
			}
		}
		return a.Err()
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestDump(t *testing.T) {
	netns.New(t, "home0", "192.0.2.1/24", "192.0.2.2/24")
	if all := names(t); !slices.Contains(all, "lo") || !slices.Contains(all, "home0") {
		t.Errorf("the interfaces are %v", all)
	}
}

// A table of some 70 KiB, which takes several datagrams, comes whole.
func TestDumpOfManyDatagrams(t *testing.T) {
	p := netns.New(t, "home0", "192.0.2.1/24", "192.0.2.2/24")
	const devices = 900
	for i := range devices {
		n := &netlink.Neigh{
			LinkIndex: p.Link.Index, Family: unix.AF_INET, State: unix.NUD_PERMANENT,
			IP: []byte{198, 18, byte(i >> 8), byte(i)}, HardwareAddr: []byte{2, 0, 0, 0, byte(i >> 8), byte(i)},
		}
		if err := netlink.NeighSet(n); err != nil {
			t.Fatal(err)
		}
	}
	count := 0
	err := Dump(unix.RTM_GETNEIGH, make([]byte, unix.SizeofNdMsg), func(uint16, []byte) error {
		count++
		return nil
	})
	if err != nil || count < devices {
		t.Errorf("%d neighbours, %v", count, err)
	}
}

func TestDumpEndsWithTake(t *testing.T) {
	netns.Enter(t)
	enough := errors.New("enough")
	err := Dump(unix.RTM_GETLINK, make([]byte, unix.SizeofIfInfomsg), func(uint16, []byte) error { return enough })
	if !errors.Is(err, enough) {
		t.Errorf("error %v", err)
	}
}

func TestDumpRefused(t *testing.T) {
	err := Dump(0xff0, make([]byte, unix.SizeofIfInfomsg), func(uint16, []byte) error { return nil })
	if !errors.Is(err, unix.EOPNOTSUPP) {
		t.Errorf("an unknown question: %v", err)
	}
}

func TestDeadlineAndNotice(t *testing.T) {
	netns.New(t, "home0", "192.0.2.1/24", "192.0.2.2/24")
	c, err := Join(unix.RTMGRP_LINK, 1<<16)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.Deadline(time.Unix(1, 0))
	if err := c.Receive(nil); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Fatalf("error %v", err)
	}
	c.Deadline(time.Now().Add(20 * time.Second))
	link, err := netlink.LinkByName("home0")
	if err != nil {
		t.Fatal(err)
	}
	if err := netlink.LinkSetDown(link); err != nil {
		t.Fatal(err)
	}
	var kinds []uint16
	if err := c.Receive(func(kind uint16, _ []byte) error { kinds = append(kinds, kind); return nil }); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(kinds, []uint16{unix.RTM_NEWLINK}) {
		t.Errorf("heard %v", kinds)
	}
}

// header is a netlink header of a message of so many bytes.
func header(size uint32, kind uint16) []byte {
	b := binary.NativeEndian.AppendUint32(nil, size)
	b = binary.NativeEndian.AppendUint16(b, kind)
	return append(b, make([]byte, 10)...)
}

func number(n int32) []byte { return binary.NativeEndian.AppendUint32(nil, uint32(n)) }

func TestSplit(t *testing.T) {
	two := slices.Concat(header(17, 16), []byte{7, 0, 0, 0}, header(20, 17), []byte{1, 2, 3, 4})
	for name, c := range map[string]struct {
		b    []byte
		said string
		err  error
	}{
		"two, one padded":  {two, "10:07 11:01020304 ", nil},
		"nothing":          {nil, "", nil},
		"the end unpadded": {append(header(17, 16), 7), "10:07 ", nil},
		"no whole header":  {make([]byte, 15), "", errTorn},
		"length 0":         {header(0, 16), "", errTorn},
		"length 15":        {header(15, 16), "", errTorn},
		"too long":         {header(17, 16), "", errTorn},
		"far too long":     {header(1<<32-1, 16), "", errTorn},
		"agreed":           {append(header(20, unix.NLMSG_ERROR), number(0)...), "", nil},
		"refused":          {append(header(20, unix.NLMSG_ERROR), number(-int32(unix.EPERM))...), "", unix.EPERM},
		"refused, cut":     {header(16, unix.NLMSG_ERROR), "", errTorn},
		"overrun":          {header(16, unix.NLMSG_OVERRUN), "", unix.ENOBUFS},
	} {
		said := ""
		err := split(c.b, func(kind uint16, data []byte) error {
			said += fmt.Sprintf("%x:%x ", kind, data)
			return nil
		})
		if said != c.said || !errors.Is(err, c.err) {
			t.Errorf("%s: %q, %v", name, said, err)
		}
	}
	broken := errors.New("broken")
	if err := split(two, func(uint16, []byte) error { return broken }); !errors.Is(err, broken) {
		t.Errorf("an error of take: %v", err)
	}
}

func TestDone(t *testing.T) {
	for _, c := range []struct {
		data []byte
		want error
	}{{nil, errDone}, {number(0), errDone}, {number(-int32(unix.EMSGSIZE)), unix.EMSGSIZE}} {
		if err := done(c.data); !errors.Is(err, c.want) {
			t.Errorf("%x: %v", c.data, err)
		}
	}
}

func FuzzSplit(f *testing.F) {
	f.Add(slices.Concat(header(17, 16), []byte{7, 0, 0, 0}, header(20, 17), []byte{1, 2, 3, 4}))
	f.Add(append(header(20, unix.NLMSG_ERROR), number(-1)...))
	f.Add(header(1<<32-1, unix.NLMSG_DONE))
	f.Fuzz(func(t *testing.T, b []byte) {
		calls, bytes := 0, 0
		_ = split(b, func(_ uint16, data []byte) error {
			calls++
			bytes += len(data)
			return nil
		})
		if calls*unix.SizeofNlMsghdr+bytes > len(b) {
			t.Fatalf("%d messages with %d bytes out of %d", calls, bytes, len(b))
		}
	})
}
