package main

import (
	"fmt"
	"net/netip"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/ports"
)

// presence is what finding out who is there may take in a /24: the budget that
// the lab's phases are held against. It is a figure of its own, and not what the
// sweep took, so that a slower sweep does not earn itself a higher limit.
const presence = 1200 * time.Millisecond

// limit is what manners alone cost a sweep at a pace: the least time in which it
// could have done what it did, if every device answered at once and nothing had
// to be computed. It is the presence barrier, and then the longer of
//
//   - the slowest device's time: the longest of its port questions at the rate of
//     its class (ports.Home or, for a fragile one, ports.Short, and none of those
//     that it announced besides), its connections, each but the first one gap of
//     its class after the one before, and its UDP questions at the rate of its
//     class. They go on beside each other; only a fragile device is asked its
//     ports first and the rest then;
//   - all devices' port questions at the rate for the whole network.
//
// What is left out, though no scanner can do without, makes the limit the
// stricter one: waiting for greetings, for silent ports and for lost answers,
// second rounds, the seconds for which announcements are collected, reading and
// writing, the start of the program.
//
// How many connections and UDP questions there were is what the meter saw. A
// sweep that made needless ones has a higher limit for it; therefore they are
// held against a limit of their own (a tenth of nmap -sV's).
//
// It also says which device is the slowest, and why.
func limit(s lan.Sweep, pace lan.Pace, connections, datagrams map[netip.Addr]int) (time.Duration, string) {
	var longest time.Duration
	var why string
	questions := 0
	for _, d := range s.Devices {
		if d.Self {
			continue
		}
		list := len(ports.Home())
		if d.Class() == lan.Fragile {
			list = len(ports.Short())
		}
		made, said := 0, 0
		for _, a := range d.Addresses {
			made += connections[a]
			said += datagrams[a]
		}
		questions += list
		m := pace.Manners(d.Class())
		knocked, talked := seconds(float64(list)/m.Rate), max(time.Duration(max(0, made-1))*m.Gap, seconds(float64(said)/m.Rate))
		took := max(knocked, talked)
		if d.Class() == lan.Fragile {
			took = knocked + talked
		}
		if took > longest {
			longest = took
			why = fmt.Sprintf("the slowest device (%s, %s): %d ports and %d datagrams at %.0f/s, %d connections %s apart", addressOf(d), d.Class(), list, said, m.Rate, made, m.Gap)
		}
	}
	if all := seconds(float64(questions) / pace.PerSecond()); all > longest {
		longest, why = all, fmt.Sprintf("%d port questions at %.0f/s", questions, pace.PerSecond())
	}
	return presence + longest, why
}

func seconds(n float64) time.Duration { return time.Duration(n * float64(time.Second)) }

func addressOf(d lan.Device) string {
	if len(d.Addresses) == 0 {
		return "a device without an address"
	}
	return d.Addresses[0].String()
}
