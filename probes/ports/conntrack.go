package ports

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"
)

// errTable ends a scan that the machine's connection table leaves no room for.
var errTable = errors.New("ports: this machine's connection table has been more than 70 % full for a minute: " +
	"raise net.netfilter.nf_conntrack_max, or sweep when there is less traffic")

const (
	conntrackRoot = "/proc/sys/net/netfilter"
	tableAge      = 500 * time.Millisecond // how long a reading is good for
	tablePatience = time.Minute            // how long a full table is waited for
	// How long the kernel keeps an entry of ours (nf_conntrack_proto_tcp.c): of
	// a SYN that nobody answered, and of a connection that was reset.
	unansweredLife = 120 * time.Second
	resetLife      = 10 * time.Second
)

// table is the kernel's table of connections, which all traffic of a router
// needs. At most a tenth of it is ours, and above 70 % nothing more is asked. The
// nil table, and one that the kernel does not keep, is never full. Scans that work side
// by side share one.
type table struct {
	root string // where the kernel tells of it

	mu       sync.Mutex
	read     time.Duration // when it may be read again
	max, all int           // entries it has room for, and has
	full     bool          // by the others' doing
	since    time.Duration // when it was found full

	ours   int      // entries that we made, as far as they live
	ending [128]int // of them, by the second in which they end
	second int      // up to which they have ended
}

// opens is when the next question may be asked.
func (t *table) opens(now time.Duration) (time.Duration, error) {
	if t == nil {
		return 0, nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.forget(now)
	if now >= t.read {
		t.look(now)
	}
	switch {
	case t.full && now-t.since >= tablePatience:
		return never, errTable
	case t.full, t.max > 0 && t.ours >= max(t.max/10, 1):
		return t.read, nil
	}
	return 0, nil
}

// look reads how full the table is.
func (t *table) look(now time.Duration) {
	t.read = now + tableAge
	t.max, t.all = t.number("nf_conntrack_max"), t.number("nf_conntrack_count")
	full := t.max > 0 && t.all > t.max/10*7
	if full && !t.full {
		t.since = now
	}
	t.full = full
}

// number is what the kernel says in the file of that name, 0 if nothing.
func (t *table) number(name string) int {
	text, err := os.ReadFile(filepath.Join(t.root, name))
	if err != nil {
		return 0
	}
	n, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return 0
	}
	return n
}

// begin notes that we made an entry.
func (t *table) begin() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.ours++
}

// end notes that an entry of ours lives for so long from now on, two minutes at
// most.
func (t *table) end(now, life time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.forget(now)
	t.ending[int((now+life)/time.Second)%len(t.ending)]++
}

// forget counts off what has ended.
func (t *table) forget(now time.Duration) {
	for ; t.second < int(now/time.Second); t.second++ {
		ended := &t.ending[t.second%len(t.ending)]
		t.ours -= *ended
		*ended = 0
	}
}
