package local

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"syscall"
	"time"
)

// maxAnswer bounds what is read of the daemon: 2048 devices of a few kilobytes.
const maxAnswer = 32 << 20

// Errors of a Client, to be told apart with errors.Is.
var (
	ErrNoDaemon = errors.New("no daemon is running here")
	ErrUnknown  = errors.New("the daemon knows no such device")
)

// Client asks the daemon that has its state in the given directory.
type Client struct {
	state string
	http  http.Client
}

// NewClient is a client of the daemon with that state directory. Nothing is
// opened yet.
func NewClient(state string) *Client {
	c := &Client{state: state}
	c.http = http.Client{Timeout: patience, Transport: &http.Transport{DisableKeepAlives: true, DialContext: c.dial}}
	return c
}

func (c *Client) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	short, done, err := shorten(Path(c.state))
	if err != nil {
		return nil, err
	}
	defer done()
	return (&net.Dialer{Timeout: time.Second}).DialContext(ctx, "unix", short)
}

// Devices is the list of all devices.
func (c *Client) Devices(ctx context.Context) (list []Entry, err error) {
	return list, c.get(ctx, "/devices", &list)
}

// Device is everything about the device with that ID.
func (c *Client) Device(ctx context.Context, id string) (a Answer, err error) {
	return a, c.get(ctx, "/devices/"+url.PathEscape(id), &a)
}

func (c *Client) get(ctx context.Context, path string, into any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://homesweep"+path, nil)
	if err != nil {
		return err
	}
	answer, err := c.http.Do(req)
	if err != nil {
		return c.explain(err)
	}
	defer answer.Body.Close()
	switch answer.StatusCode {
	case http.StatusOK:
	case http.StatusNotFound:
		return ErrUnknown
	default:
		return fmt.Errorf("the daemon answered %s; is it of the same version as this program?", answer.Status)
	}
	if err := json.NewDecoder(io.LimitReader(answer.Body, maxAnswer)).Decode(into); err != nil {
		return fmt.Errorf("the daemon's answer cannot be read; is it of the same version as this program? %w", err)
	}
	return nil
}

// explain says what to do about a daemon that cannot be asked.
func (c *Client) explain(err error) error {
	path := Path(c.state)
	switch {
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("%s may be asked by the daemon's own user only; run this as that user, or with sudo", path)
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ECONNREFUSED):
		return fmt.Errorf("%w (nobody answers on %s); start one with homesweep run, or name its directory with -state", ErrNoDaemon, path)
	}
	return fmt.Errorf("asking the daemon on %s: %w", path, err)
}
