package wiring_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/homesweep/homesweep/daemon/store"
	"github.com/homesweep/homesweep/daemon/wiring"
	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// By these a re-run of this test binary is a life of TestPerish: the state directory,
// and which life it is.
const (
	perishDir   = "HOMESWEEP_PERISH"
	perishRound = "HOMESWEEP_PERISH_ROUND"
)

// A life begins before TestMain, which would enter a namespace: the process that is
// killed has to be the one that writes.
func init() {
	if dir := os.Getenv(perishDir); dir != "" {
		round, err := strconv.Atoi(os.Getenv(perishRound))
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
		life(dir, round)
		os.Exit(1)
	}
}

// openMemory opens the store and the book in dir, as the daemon does.
func openMemory(dir string) (*store.Store, *wiring.Book, error) {
	b, err := wiring.OpenBook(dir)
	if err != nil {
		return nil, nil, err
	}
	s, err := store.Open(store.Options{Path: filepath.Join(dir, "homesweep.db")})
	if err != nil {
		b.Close()
		return nil, nil, err
	}
	return s, b, nil
}

// life writes to the memory in dir from all sides until it is killed, and says what is
// kept once it is, and what is refused. Where the start fails it is tried again, as the
// service manager does.
func life(dir string, round int) {
	say("alive")
	s, b, err := openMemory(dir)
	for err != nil {
		say("refused", "start", err)
		s, b, err = openMemory(dir)
	}
	say("started", found(s, b))
	first := round * 100_000
	for !conclude(s, first) { // how devices stand is kept of those that are known
	}
	var all sync.WaitGroup
	for _, write := range []func(n int){
		func(n int) { _ = conclude(s, n) },
		func(n int) { happen(s, n) },
		func(n int) { stand(s, n) },
		func(n int) { decide(b, n) },
		func(n int) { try(b, n) },
	} {
		all.Go(func() {
			for n := first + 1; ; n++ {
				write(n)
			}
		})
	}
	all.Wait()
}

// found is in what state the files were.
func found(s *store.Store, b *wiring.Book) string {
	switch r, h := s.Recovered(), b.Health(); {
	case r.Damaged != "":
		return "with a damaged database"
	case r.Happened():
		return "from a snapshot"
	case h.Damaged > 0:
		return "with a damaged journal"
	case h.Torn:
		return "with a line cut off"
	}
	return "sound"
}

var saying sync.Mutex

// say writes one line to the pipe; so short a write is whole or not there.
func say(what ...any) {
	saying.Lock()
	defer saying.Unlock()
	line := strings.Join(strings.Fields(fmt.Sprintln(what...)), " ")
	if _, err := fmt.Println(line[:min(len(line), 400)]); err != nil {
		os.Exit(1)
	}
}

// told says word and what is kept, or that it was refused.
func told(err error, word string, kept ...any) {
	if err != nil {
		say("refused", word, err)
		return
	}
	say(append([]any{word}, kept...)...)
}

// members is how many devices the home has.
const members = 9

func member(n int) string { return fmt.Sprint("member-", n%members) }

// conclude commits sweep n, whose devices all carry n, and now and then a snapshot.
func conclude(s *store.Store, n int) bool {
	at := time.Now()
	sweep := lan.Sweep{Number: lan.Schema, Started: at, Finished: at, Touch: lan.Ask, Cost: lan.Cost{Packets: n}}
	for i := range members {
		sweep.Devices = append(sweep.Devices, lan.Device{ID: member(i), Kind: "camera", Confidence: 0.9, Firmware: fmt.Sprint(n),
			Services: []lan.Service{{Transport: lan.TCP, Port: 80, Name: "http"}},
			Findings: []lan.Finding{{Check: "telnet-open", Verdict: lan.Fail, Title: fmt.Sprint(n)}}})
	}
	err := s.Commit(sweep)
	told(err, "sweep", n)
	if n%5 == 0 {
		told(s.Snapshot(), "snapshot", n)
	}
	return err == nil
}

// happen appends two events.
func happen(s *store.Store, n int) {
	list := []lan.Event{
		{At: time.Now(), What: lan.ServiceOpened, Device: member(n), Words: fmt.Sprint("first ", n)},
		{At: time.Now(), What: lan.FindingNew, Device: member(n + 1), Words: fmt.Sprint("second ", n)},
	}
	kept, err := s.AppendEvents(list)
	for _, e := range kept {
		told(err, "event", e.ID, e.Words)
	}
	if err != nil {
		told(err, "event")
	}
}

// stand keeps how a device stands, its n being when it last was seen to move.
func stand(s *store.Store, n int) {
	state := []lan.State{lan.Online, lan.Offline}[n/members%2]
	since := time.Unix(int64(n), 0).UTC()
	told(s.CommitPresence(map[string]lan.Presence{member(n): {State: state, Since: since, At: since}}), "stands", member(n), n)
	if n%20 == 0 {
		told(s.Settle(), "settled", n)
	}
}

// decide keeps the owner's word on one of a few matters.
func decide(b *wiring.Book, n int) {
	d := lan.Decision{Device: member(n), What: "note", Value: fmt.Sprint(n), At: time.Now()}
	told(b.Append("decision", d), "decision", d.Device, n)
}

// try makes a login try on a device of its own.
func try(b *wiring.Book, n int) {
	d := lan.Device{ID: fmt.Sprint("try-", n)}
	_, err := b.Ledger.Try(context.Background(), d, probes.Try{Account: "admin"}, func(context.Context) (probes.Outcome, error) {
		say("try", n)
		return probes.Rejected, nil
	})
	told(err, "tried", n)
}
