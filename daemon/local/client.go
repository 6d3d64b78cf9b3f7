package local

import (
	"bytes"
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

	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/unixsock"
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
	address, done, err := unixsock.Address("unix", Path(c.state))
	if err != nil {
		return nil, err
	}
	defer done()
	return (&net.Dialer{Timeout: time.Second}).DialContext(ctx, "unix", address.Name)
}

// Devices is the list of all devices.
func (c *Client) Devices(ctx context.Context) (list []Entry, err error) {
	return list, c.get(ctx, "/devices", &list)
}

// Device is everything about the device with that ID.
func (c *Client) Device(ctx context.Context, id string) (a Answer, err error) {
	return a, c.get(ctx, "/devices/"+url.PathEscape(id), &a)
}

// Status is where the daemon stands.
func (c *Client) Status(ctx context.Context) (s Status, err error) {
	return s, c.get(ctx, "/status", &s)
}

// Inventory is a page of the devices, as the dashboard's API has them.
func (c *Client) Inventory(ctx context.Context, p Page) (i Inventory, err error) {
	return i, c.get(ctx, "/inventory"+p.query(), &i)
}

// Findings is a page of the findings, of one device or of all for the empty ID.
func (c *Client) Findings(ctx context.Context, p Page, device string) (f Findings, err error) {
	return f, c.get(ctx, "/findings"+p.query()+"&device="+url.QueryEscape(device), &f)
}

// Export is the whole sweep.
func (c *Client) Export(ctx context.Context) (s lan.Sweep, err error) {
	return s, c.get(ctx, "/export", &s)
}

// Ticket lets one browser into the dashboard, once and within a minute.
func (c *Client) Ticket(ctx context.Context) (t Ticket, err error) {
	return t, c.ask(ctx, http.MethodPost, "/ticket", nil, &t)
}

// Sweep begins a sweep, Inspect looks at one device, Erase deletes everything but
// the password, and SetPassword replaces that and ends all sessions. Their errors
// are in the daemon's own words.
func (c *Client) Sweep(ctx context.Context) error { return c.tell(ctx, "/sweep", order{}) }

// Inspect: see Sweep.
func (c *Client) Inspect(ctx context.Context, device string) error {
	return c.tell(ctx, "/inspect", order{Device: device})
}

// Erase: see Sweep.
func (c *Client) Erase(ctx context.Context) error { return c.tell(ctx, "/erase", order{}) }

// SetPassword: see Sweep.
func (c *Client) SetPassword(ctx context.Context, password string) error {
	return c.tell(ctx, "/password", order{Password: password})
}

func (c *Client) tell(ctx context.Context, path string, o order) error {
	body, err := json.Marshal(o)
	if err != nil {
		return err
	}
	return c.ask(ctx, http.MethodPost, path, body, nil)
}

func (c *Client) get(ctx context.Context, path string, into any) error {
	return c.ask(ctx, http.MethodGet, path, nil, into)
}

// ask sends one request and reads the answer into into, if there is to be one.
func (c *Client) ask(ctx context.Context, method, path string, body []byte, into any) error {
	req, err := http.NewRequestWithContext(ctx, method, "http://homesweep"+path, bytes.NewReader(body))
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
	case http.StatusNoContent:
		return nil
	case http.StatusConflict:
		why, _ := io.ReadAll(io.LimitReader(answer.Body, maxOrder))
		return errors.New(lan.Printable(string(bytes.TrimSpace(why)), maxOrder))
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
