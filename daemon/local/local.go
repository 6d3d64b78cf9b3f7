// Package local lets the programs of this machine ask the running daemon what
// it knows and give it orders: a tiny HTTP service over a Unix socket in the
// state directory, and its client. Who may open the socket is the file system's to
// say.
package local

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/unixsock"
)

// House is what the service tells of; daemon/watch implements it. It is safe
// for concurrent use.
type House interface {
	Sweep() lan.Sweep
	Decisions() []lan.Decision
}

// Server is the daemon's end.
type Server struct {
	State string // the state directory
	House House
	Log   *slog.Logger
	Now   func() time.Time
	// Door may be nil: then there are no tickets, and no other password.
	Door Door
	// Version is this program's, and Dashboard the address of its pages in a browser;
	// either may be empty.
	Version, Dashboard string
	// Conclude gives a sweep with what is concluded from it; nil leaves that out.
	Conclude func(lan.Sweep) lan.Sweep
}

// Bounds of the service: the questions are short and the askers few.
const (
	maxTogether = 8
	maxHeader   = 4 << 10
	patience    = 10 * time.Second
)

// Run serves until ctx ends. A socket that an earlier daemon left behind is
// taken away; one that somebody answers on, or that is none, is an error.
func (s *Server) Run(ctx context.Context) error {
	path := Path(s.State)
	l, err := listen(path)
	if err != nil {
		return fmt.Errorf("opening the socket for homesweep show: %w", err)
	}
	defer os.Remove(path)
	server := &http.Server{
		Handler: s.routes(), MaxHeaderBytes: maxHeader,
		ReadTimeout: patience, WriteTimeout: patience, IdleTimeout: patience,
		ErrorLog: slog.NewLogLogger(s.Log.Handler(), slog.LevelDebug),
	}
	stop := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stop()
	if err := server.Serve(newFew(l)); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serving %s: %w", path, err)
	}
	return nil
}

// Path is where the socket of the daemon with that state directory is.
func Path(state string) string { return filepath.Join(state, "homesweep.sock") }

// listen makes the socket, for the daemon's own user alone.
func listen(path string) (net.Listener, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	l, err := unixsock.Make("unix", path, net.ListenUnix)
	if err != nil {
		return nil, err
	}
	l.SetUnlinkOnClose(false) // by the short name of a long path it would not be found
	return l, nil
}
