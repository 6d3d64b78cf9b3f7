package wiring

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
)

// Bounds of the soft memory limit, in bytes.
const (
	leastMemory = 24 << 20
	mostMemory  = 96 << 20
	// besideHeap is what a cgroup's limit counts beside the memory that the limit here
	// is about: the program's text, sockets, and the database where that is in memory.
	besideHeap = 20 << 20
	// bareMemory is the least that a heap of a few megabytes can be collected in without
	// collecting all the time.
	bareMemory = 12 << 20
)

// Room is how much memory there is for the daemon, in bytes. What could not be read
// is 0.
type Room struct {
	All   int64 // the machine's, or the limit of the cgroup that it runs in where that is less
	Bound int64 // that limit, 0 without one
	Free  int64 // what can be had now without anybody being killed
	// Left is what the cgroup leaves, where it has a limit.
	Left int64
}

// ReadRoom reads it below root, which is "/" but in tests: /proc/meminfo (proc(5)), and
// the limits of this process's cgroups and those around them (cgroups(7)).
func ReadRoom(root string) Room {
	var r Room
	text, _ := os.ReadFile(filepath.Join(root, "proc/meminfo")) // without it everything is 0
	r.All, r.Free = figure(text, "MemTotal:")<<10, figure(text, "MemAvailable:")<<10
	r.Bound, r.Left = bounds(root)
	if r.Bound > 0 && (r.All == 0 || r.Bound < r.All) {
		r.All = r.Bound
	}
	return r
}

// figure is the number behind name at the beginning of a line, 0 without one.
func figure(text []byte, name string) int64 {
	for _, line := range strings.Split(string(text), "\n") {
		f := strings.Fields(line)
		if len(f) < 2 || f[0] != name {
			continue
		}
		if n, err := strconv.ParseInt(f[1], 10, 48); err == nil && n > 0 {
			return n
		}
	}
	return 0
}

// Limit is how much memory the daemon may take before it collects harder: 15 % of what
// there is, within 24 and 96 MiB, but never so much that nothing is left of a cgroup's
// limit for what the garbage collector does not see.
func (r Room) Limit() int64 {
	if r.All == 0 {
		return mostMemory
	}
	limit := min(max(r.All*15/100, leastMemory), mostMemory)
	if r.Bound > 0 {
		limit = min(limit, max(r.Bound-besideHeap, bareMemory))
	}
	return limit
}

// SetMemory has this process collect garbage often, for its live heap is a few
// megabytes, and harder from a limit on: that of GOMEMLIMIT in the environment where
// there is one, else the room's. It says in the log which.
func SetMemory(log *slog.Logger) {
	debug.SetGCPercent(15)
	r, by := ReadRoom("/"), "GOMEMLIMIT"
	limit := debug.SetMemoryLimit(-1)
	set := os.Getenv("GOMEMLIMIT")
	if set != "" && limit < bareMemory { // a bare number is bytes
		log.Warn("GOMEMLIMIT is less than homesweep can work in and does not count; write it with its unit, as in 24MiB", "GOMEMLIMIT", set)
		set = ""
	}
	if set == "" {
		limit, by = r.Limit(), "what there is"
		debug.SetMemoryLimit(limit)
	}
	log.Info("memory is collected harder from a limit on", "limit_mib", limit>>20, "by", by, "memory", r.String())
}

// What room there is, as lan.Upkeep.Room says it.
const (
	roomAmple  = ""
	roomLittle = "little" // as on a router of 64 MB: half the connections
	roomTight  = "tight"  // a quarter
	roomNone   = "none"   // a sweep only listens
)

// The bounds of these, in bytes. A sweep takes some 8 MB on top of what the daemon
// holds while it idles.
const (
	ampleAll  = 120 << 20 // a router of 128 MB keeps some for the kernel
	tightAll  = 48 << 20
	floorAll  = 32 << 20 // below it a sweep of a big home brings all to a halt
	tightFree = 24 << 20
	floorFree = 16 << 20 // of the machine's memory, which others need too
	floorLeft = 8 << 20  // of the cgroup's
)

func (r Room) word() string {
	switch {
	case r.All > 0 && r.All < floorAll, r.Free > 0 && r.Free < floorFree, r.Bound > 0 && r.Left < floorLeft:
		return roomNone
	case r.All > 0 && r.All < tightAll, r.Free > 0 && r.Free < tightFree:
		return roomTight
	case r.All > 0 && r.All < ampleAll:
		return roomLittle
	}
	return roomAmple
}

// atOnce is how many connections a sweep may have open at this pace, and how many
// devices it may inspect at a time.
func (r Room) atOnce(p lan.Pace) int {
	switch r.word() {
	case roomAmple:
		return p.InFlight()
	case roomLittle:
		return min(p.InFlight(), 32)
	}
	return min(p.InFlight(), 16)
}

// note tells the reader of a sweep what it did without; empty where that is nothing.
func (r Room) note() string {
	switch r.word() {
	case roomTight:
		return fmt.Sprintf("There is little memory for homesweep here (%s): it has at most 16 connections open at a time, so that a sweep takes longer. Nothing is left out.", r)
	case roomNone:
		return fmt.Sprintf("There is too little memory left here (%s): nobody was asked anything, this sweep only listened. Stop other programs or give homesweep more memory.", r)
	}
	return ""
}

// String is the room in figures: "40 MB in all, 22 MB of it free".
func (r Room) String() string {
	free := r.Free
	if r.Bound > 0 {
		free = min(max(r.Left, 0), max(free, 0))
	}
	return fmt.Sprintf("%d MB in all, %d MB of it free", r.All>>20, free>>20)
}
