package procd_test

import (
	"slices"
	"strings"
	"testing"
)

// TestValues: of the options that take free text the init script hands on what the
// daemon takes, and nothing that it would refuse.
func TestValues(t *testing.T) {
	for option, c := range map[string]struct{ good, bad []string }{
		"every": {[]string{"1m", "10h5m", "999999h", "007h"}, []string{"1d", "1h1", "h", "-1h", "1.5h", "1h 1m", "0h0m", "9999999h", "6"}},
		"quiet": {[]string{"00:00-23:59", "23:59-00:00"}, []string{"24:00-01:00", "23:60-01:00", "01:00-24:00", "08:00-08:00", "08:00", "08:00-09:00-10:00", "8:00-09:00"}},
		"pull":  {[]string{"https://a", "https://a.example:1/x"}, []string{"https://", "https:///x", "https://a b", "https://me@x/", "https://x/#a", "https://x:/", "https://x:a/", "ftp://x", "https://[::1]/", "https://x/%zz"}},
	} {
		for _, v := range slices.Concat(c.good, c.bad) {
			t.Run(option+" "+v, func(t *testing.T) {
				t.Parallel()
				flags, ok, calls := started(t, option, v)
				if !ok || slices.Contains(flags, v) != slices.Contains(c.good, v) || strings.Contains(calls, "log warn: [option "+option) == slices.Contains(c.good, v) {
					t.Errorf("calls\n%s", calls)
				}
			})
		}
	}
}

// TestRefused: what is not guessed keeps the service from starting, but never what the
// daemon could work with.
func TestRefused(t *testing.T) {
	for option, c := range map[string]struct{ good, bad []string }{
		"link":   {[]string{"br-lan.2", "eth0@br0"}, []string{"-touch", "br/lan", "br-lan;", "interface-of-16c"}},
		"target": {[]string{"0.0.0.0/0", "10.0.0.1", "::/0"}, []string{"1.2.3", "010.0.0.1", "10.0.0.0/024", "10.0.0.0/+8", "10.0.0.0/8/8", "fe80::1%eth0", "::1/129", "-touch"}},
		"listen": {
			[]string{"lan:1024", "172.31.255.254:65535", "[fdff::1]:8480", "[::1]:8480", "[FE80::1%br-lan]:8480"},
			[]string{
				"lan", "8480", ":8480", "lan:", "lan:08480", "lan:65536", "lan:184800", "lan:8480:1", "lan.6:8480", "172.32.0.1:8480", "8.8.8.8:8480", "[::]:8480",
				"[2001:db8::1]:8480", "[fd00::1:8480", "fd00::1:8480", "[fd00::g]:8480", "192.168.1.256:8480", "192.168.01.1:8480", "192.168.1:8480", "[fe80::1%]:8480", "[fe80::1]:8480",
			},
		},
		"state": {[]string{"/homesweep", "/srv/homesweep/"}, []string{"homesweep", "/homesweep/../etc", "/homesweepx", "/a/homesweep b", "/"}},
	} {
		for _, v := range slices.Concat(c.good, c.bad) {
			t.Run(option+" "+v, func(t *testing.T) {
				t.Parallel()
				_, ok, calls := started(t, option, v)
				if ok != slices.Contains(c.good, v) || ok == strings.Contains(calls, "log warn: [option "+option) {
					t.Errorf("calls\n%s", calls)
				}
			})
		}
	}
}

// started is what comes of one option's value; the flags are such that the daemon
// takes them.
func started(t *testing.T, option, value string) (flags []string, ok bool, calls string) {
	t.Helper()
	r := router{main: "option " + option + " '" + value + "'"}
	calls = r.run(t, r.build(t), "start")
	if flags, ok = command(calls); ok {
		taken(t, flags)
	}
	return flags, ok, calls
}
