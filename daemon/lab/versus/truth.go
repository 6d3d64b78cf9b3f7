package main

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/homesweep/homesweep/probes/ports"
)

// found are open TCP ports by device, each with the name of its service, which is
// empty when the port did not say or was not asked.
type found map[netip.Addr]map[uint16]string

func (f found) add(addr netip.Addr, port uint16, name string) {
	if f[addr] == nil {
		f[addr] = map[uint16]string{}
	}
	f[addr][port] = name
}

// score is how a scanner did against the truth.
type score struct {
	Right, Missed, Invented int
	Beyond                  int // right, and on no list: announced by the device itself
	Named                   int // of the right ones
	Wrong                   []string
}

// judge holds what was found against what is open. A port that is open and not on
// the list is no miss of who was given the list.
func judge(truth, got found) (s score) {
	list := ports.Home()
	for addr, open := range truth {
		for port := range open {
			name, hit := got[addr][port]
			listed := slices.Contains(list, port)
			switch {
			case hit && listed:
				s.Right++
			case hit:
				s.Beyond++
			case listed:
				s.Missed++
				s.Wrong = append(s.Wrong, fmt.Sprintf("%s:%d missed", addr, port))
			}
			if hit && name != "" {
				s.Named++
			}
		}
	}
	for addr, open := range got {
		for port := range open {
			if _, there := truth[addr][port]; !there {
				s.Invented++
				s.Wrong = append(s.Wrong, fmt.Sprintf("%s:%d invented", addr, port))
			}
		}
	}
	slices.Sort(s.Wrong)
	return s
}

// recall and precision are in percent; nothing of nothing is all of it.
func (s score) recall() float64    { return percent(s.Right, s.Right+s.Missed) }
func (s score) precision() float64 { return percent(s.Right+s.Beyond, s.Right+s.Beyond+s.Invented) }

func percent(n, of int) float64 {
	if of == 0 {
		return 100
	}
	return 100 * float64(n) / float64(of)
}

// portList is the list that every scanner is given, as nmap and masscan take it.
func portList() string {
	var list []string
	for _, p := range ports.Home() {
		list = append(list, strconv.Itoa(int(p)))
	}
	return strings.Join(list, ",")
}

// addresses are all devices of the truth, in order.
func (f found) addresses() (list []string) {
	for _, a := range slices.SortedFunc(maps.Keys(f), netip.Addr.Compare) {
		list = append(list, a.String())
	}
	return list
}
