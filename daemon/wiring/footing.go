package wiring

import (
	"log/slog"
	"sync"

	"github.com/homesweep/homesweep/probes/lan"
)

// footing is what the machine lets the daemon do, as it was found last. It is safe for
// concurrent use.
type footing struct {
	mu   sync.Mutex
	rung string // empty until there is a link to try it on
	room string // Room.word
}

// What each rung means, and what to do about the lower one.
const (
	onRaw     = "packet sockets may be opened: everything works"
	onConnect = "packet sockets may not be opened: devices are asked by ordinary connections, and what they say unasked is not heard. Give the program CAP_NET_RAW (in a jail or container, too) or run it as root"
)

// stand takes in what was found, and says in the log what has changed.
func (f *footing) stand(rung string, room Room, log *slog.Logger) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if rung != f.rung && rung != "" {
		f.rung = rung
		if rung == RungRaw {
			log.Info(onRaw, "rung", rung)
		} else {
			log.Warn(onConnect, "rung", rung)
		}
	}
	word := room.word()
	if word == f.room {
		return
	}
	f.room = word
	switch word {
	case roomAmple:
		log.Info("there is memory enough again")
	case roomLittle:
		log.Info("there is little memory: fewer connections at a time", "connections", room.atOnce(lan.Normal), "memory", room.String())
	default:
		log.Warn(room.note(), "connections", room.atOnce(lan.Normal))
	}
}

// upkeep adds it to u.
func (f *footing) upkeep(u lan.Upkeep) lan.Upkeep {
	f.mu.Lock()
	defer f.mu.Unlock()
	u.Rung, u.Room = f.rung, f.room
	return u
}

// lookDown finds out on which rung the daemon stands, where there is a link to try it
// on, and how much room there is.
func (d *Daemon) lookDown() {
	rung := ""
	if where, err := d.links(); err == nil && len(where) > 0 {
		rung, err = Rung(where[0])
		d.warn(err)
	}
	d.footing.stand(rung, ReadRoom("/"), d.log)
}
