package bundles

import (
	"encoding/json"
	"os"
	"path/filepath"
	"time"
)

// pulled is what a Puller remembers of its last try.
type pulled struct {
	URL  string    `json:"url"`
	Mark string    `json:"mark,omitempty"`
	At   time.Time `json:"at"`
}

// maxMark bounds what a server can make us keep and send back, in bytes.
const maxMark = 256

// last is what is known of the last try at this address.
func (p *Puller) last() (last pulled) {
	text, err := readBounded(p.memory(), 4<<10)
	if err != nil || json.Unmarshal(text, &last) != nil || last.URL != p.URL || len(last.Mark) > maxMark {
		return pulled{}
	}
	return last
}

// remember keeps what is known of a try. Without it the next comes within a day,
// and asks for the whole file.
func (p *Puller) remember(try pulled) {
	if len(try.Mark) > maxMark {
		try.Mark = ""
	}
	text, err := json.Marshal(try)
	if err == nil {
		err = os.MkdirAll(filepath.Dir(p.memory()), 0o700)
	}
	if err == nil {
		err = write(p.memory()+fresh, text)
	}
	if err == nil {
		err = os.Rename(p.memory()+fresh, p.memory())
	}
	if err != nil {
		p.Log.Debug("the last pull is not remembered", "error", err)
	}
}

func (p *Puller) memory() string { return filepath.Join(p.Store.dir, "pull.json") }
