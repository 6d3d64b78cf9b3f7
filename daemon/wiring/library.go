package wiring

import (
	"sync"

	"github.com/homesweep/homesweep/daemon/bundles"
	"github.com/homesweep/homesweep/probes/knowledge"
	"github.com/homesweep/homesweep/probes/knowledge/howtos"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/ui"
)

// library is the store of knowledge files with a word on the edition that was
// read last. It is safe for concurrent use.
type library struct {
	store *bundles.Store
	mu    sync.Mutex
	now   ui.Knowledge
	how   *howtos.Set
}

// openLibrary is the one in the state directory.
func openLibrary(state string) (*library, error) {
	store, err := bundles.Open(state)
	if err != nil {
		return nil, err
	}
	return &library{store: store}, nil
}

// base reads all that is known, for one sweep.
func (l *library) base() (*knowledge.Base, []string, error) {
	base, notes, err := l.store.Base()
	if err != nil {
		return nil, nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.how = base.Howtos
	l.now = ui.Knowledge{Serial: base.Edition.Serial, Created: base.Edition.Created, Layers: base.Edition.Layers, Notes: notes}
	return base, notes, nil
}

// Knowledge implements ui.Library.
func (l *library) Knowledge() ui.Knowledge {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.now
}

// conclude is Conclude by what the library holds.
func (l *library) conclude(s lan.Sweep) lan.Sweep {
	l.mu.Lock()
	how := l.how
	l.mu.Unlock()
	return Conclude(s, how)
}

// Import implements ui.Library.
func (l *library) Import(file []byte) (same bool, err error) {
	what, err := l.store.Import(file)
	if err != nil {
		return false, err
	}
	_, _, _ = l.base() // the file is kept; what hinders the rest of it the next sweep says
	return what.Already, nil
}
