package checks

import (
	"encoding/binary"
	"io"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/identify"
	"github.com/homesweep/homesweep/probes/lan"
)

// text and exportsOf are XDR's text and a mount daemon's list: "/films: * 10.0.0.5".
func xdrText(s string) string {
	return string(binary.BigEndian.AppendUint32(nil, uint32(len(s)))) + s + strings.Repeat("\x00", -len(s)&3)
}

func exportsOf(lines ...string) string {
	body := "HSME\x00\x00\x00\x01" + strings.Repeat("\x00", 16)
	for _, line := range lines {
		folder, groups, _ := strings.Cut(line, ":")
		body += "\x00\x00\x00\x01" + xdrText(folder)
		for group := range strings.FieldsSeq(groups) {
			body += "\x00\x00\x00\x01" + xdrText(group)
		}
		body += "\x00\x00\x00\x00"
	}
	body += "\x00\x00\x00\x00"
	return string(binary.BigEndian.AppendUint32(nil, 1<<31|uint32(len(body)))) + body
}

// mounts is a file server with a mount daemon that answers the call.
func mounts(t *testing.T, answer string) *probes.Pass {
	s := scripted(t, "nfs", nil, func(c *talk) {
		asked := make([]byte, len(exportCall))
		if _, err := io.ReadFull(c.in, asked); err == nil && string(asked) == exportCall {
			c.say(answer)
		}
	})
	mapper := port("sunrpc", lan.Heard{identify.RPCMountd: strconv.Itoa(int(s.Port))})
	s.Port = 1 // nobody is asked there
	return &probes.Pass{Service: s, Device: lan.Device{Services: []lan.Service{s, mapper}}}
}

func shared(lines ...string) func(*testing.T) *probes.Pass {
	return func(t *testing.T) *probes.Pass { return mounts(t, exportsOf(lines...)) }
}

var _ = hold("nfs-open",
	twin{name: "everyone", pass: shared("/films: *", "/home: 10.0.0.5"), want: lan.Fail},
	twin{name: "nobody in particular", pass: shared("/films:"), want: lan.Fail},
	twin{name: "the whole home", pass: shared("/films: 127.0.0.0/255.255.255.0"), want: lan.Fail},
	twin{name: "named computers", pass: shared("/films: 192.168.1.5 desk.home", "/home: @office 10.0.0.0/24"), want: lan.Pass},
	twin{name: "nothing", pass: shared(), want: lan.Pass},
	twin{name: "refuses", pass: func(t *testing.T) *probes.Pass {
		return mounts(t, "\x80\x00\x00\x14HSME\x00\x00\x00\x01\x00\x00\x00\x01\x00\x00\x00\x01\x00\x00\x00\x05")
	}, want: lan.Undecided},
	twin{name: "hangs up", pass: func(t *testing.T) *probes.Pass { return mounts(t, "") }, want: lan.Undecided},
	twin{name: "has no mount daemon", service: port("nfs", nil), want: lan.Undecided})

func TestEveryone(t *testing.T) {
	server := netip.MustParseAddr("192.168.1.9")
	for group, want := range map[string]bool{
		"*": true, "(everyone)": true, "0.0.0.0/0": true, "192.168.1.0/24": true, "192.168.1.0/255.255.255.0": true, "::/0": true,
		"192.168.1.9/32": false, "192.168.2.0/24": false, "192.168.1.7": false, "desk": false, "*.home": false, "/": false, "a/b": false, "": false,
		"192.168.1.0/255.0.255.0": true, // no mask is none
	} {
		if everyone(group, server) != want {
			t.Errorf("%q: not %v", group, want)
		}
	}
}

// TestExportsCutShort: a folder whose groups were not read to their end is no
// folder for everyone, and a group of a long list no folder.
func TestExportsCutShort(t *testing.T) {
	whole := exportsOf("/films: 10.0.0.5", "/home: 10.0.0.6")
	for n := range whole {
		list, _ := parseExports([]byte(whole[:n]))
		for _, e := range list {
			if len(e.groups) != 1 {
				t.Fatalf("cut to %d bytes: %v", n, list)
			}
		}
	}
	many := "/films:" + strings.Repeat(" 10.0.0.5", maxExports+1)
	if list, ok := parseExports([]byte(exportsOf(many, "/home: 10.0.0.6"))); !ok || len(list) != 2 || len(list[1].groups) != 1 {
		t.Errorf("%d folders, %v", len(list), ok)
	}
}

func FuzzParseExports(f *testing.F) {
	f.Add([]byte(exportsOf("/films: * 10.0.0.5", "/home:")))
	f.Add([]byte(exportCall))
	f.Fuzz(func(t *testing.T, said []byte) {
		list, ok := parseExports(said)
		if !ok && list != nil || len(list) > maxExports || slices.ContainsFunc(list, func(e export) bool { return len(e.groups) > maxExports }) {
			t.Errorf("%v %v", list, ok)
		}
	})
}
