// Package ubus makes the program a plugin of OpenWrt's rpcd: started under a name
// in /usr/libexec/rpcd it is that object of the bus, lists its methods and answers
// one call, then ends (openwrt/rpcd, plugin.c).
package ubus

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/homesweep/homesweep/daemon/local"
	"github.com/homesweep/homesweep/probes/lan"
)

// The objects.
const (
	Homesweep = "homesweep"        // what the daemon knows, and two orders
	Router    = "homesweep-router" // what the daemon's own user may not read
)

// Bounds of a call. The daemon bounds its pages itself, see local.PageBytes.
const (
	maxInput  = 1 << 20
	maxAnswer = local.PageBytes
	maxWords  = 1 << 10 // of an error
)

// Object is the object that a program started by the name argv0 is. rpcd starts its
// plugins by their full path, /usr/libexec/rpcd/homesweep, and names the object as
// the file; a link to this program will do, since it asks stat what that is. ok is
// false for a program started by a person.
func Object(argv0 string) (name string, ok bool) {
	dir, name := filepath.Split(argv0)
	return name, filepath.Base(dir) == "rpcd" && (name == Homesweep || name == Router)
}

// Daemon is who is asked; local.Client implements it.
type Daemon interface {
	Status(context.Context) (local.Status, error)
	Inventory(context.Context, local.Page) (local.Inventory, error)
	Findings(ctx context.Context, p local.Page, device string) (local.Findings, error)
	Sweep(context.Context) error
	Ticket(context.Context) (local.Ticket, error)
}

// Plugin is one object of the bus.
type Plugin struct {
	Object string
	// Daemon finds who is asked, for a method that needs it: to list the methods, which
	// rpcd waits for when it starts, must not hang on that.
	Daemon func() (Daemon, error)
	// Read is method read of the object homesweep-router: what only root may read of
	// the router, without secrets. nil where there is none.
	Read func() any
}

// Run does what rpcd starts a plugin for: "list" prints the methods with the types
// of their arguments, "call METHOD" reads the arguments from in and prints the
// answer. What could not be done is an answer too: {"error": "…"}. The error is
// that of writing it.
func (p Plugin) Run(ctx context.Context, args []string, in io.Reader, out io.Writer) error {
	var answer any
	switch {
	case len(args) == 1 && args[0] == "list":
		answer = json.RawMessage(signatures[p.Object])
	case len(args) == 2 && args[0] == "call":
		answer = p.answer(ctx, args[1], in)
	default:
		answer = refusal(errors.New("this is for rpcd; a person says list, or call and the name of a method, with arguments as JSON on standard input"))
	}
	b, err := json.Marshal(answer)
	if err == nil && len(b) > maxAnswer {
		err = fmt.Errorf("the answer is longer than %d KiB; ask for fewer with limit", maxAnswer>>10)
	}
	if err != nil {
		b, _ = json.Marshal(refusal(err)) // of a string
	}
	if _, err := out.Write(append(b, '\n')); err != nil {
		return fmt.Errorf("writing the answer: %w", err)
	}
	return nil
}

// signatures are the methods of each object; a value stands for its type, a number
// for 32 bits.
var signatures = map[string]string{
	Homesweep: `{"status":{},"devices":{"offset":32,"limit":32},"findings":{"offset":32,"limit":32,"device":"str"},"sweep":{},"ticket":{}}`,
	Router:    `{"read":{}}`,
}

// refused is why something could not be done.
type refused struct {
	Error string `json:"error"`
}

func refusal(err error) refused {
	if errors.Is(err, local.ErrNoDaemon) {
		err = errors.New("homesweep is not running; start it with /etc/init.d/homesweep start, and see with logread -e homesweep why it ended")
	}
	return refused{lan.Printable(err.Error(), maxWords)}
}

// answer does method.
func (p Plugin) answer(ctx context.Context, method string, in io.Reader) any {
	a, err := read(in)
	if err != nil {
		return refusal(err)
	}
	v, err := p.call(ctx, method, a)
	if err != nil {
		return refusal(err)
	}
	return v
}

func (p Plugin) call(ctx context.Context, method string, a arguments) (any, error) {
	if p.Object == Router && method == "read" && p.Read != nil {
		return p.Read(), nil
	}
	ask, known := asks[method]
	if p.Object != Homesweep || !known {
		return nil, fmt.Errorf("%s has no method %q", p.Object, lan.Printable(method, lan.MaxName))
	}
	daemon, err := p.Daemon()
	if err != nil {
		return nil, err
	}
	return ask(ctx, daemon, a)
}

// asks are the methods of homesweep.
var asks = map[string]func(context.Context, Daemon, arguments) (any, error){
	"status": func(ctx context.Context, d Daemon, _ arguments) (any, error) { return d.Status(ctx) },
	"devices": func(ctx context.Context, d Daemon, a arguments) (any, error) {
		return d.Inventory(ctx, a.page())
	},
	"findings": func(ctx context.Context, d Daemon, a arguments) (any, error) {
		return d.Findings(ctx, a.page(), a.Device)
	},
	"sweep":  func(ctx context.Context, d Daemon, _ arguments) (any, error) { return started{true}, d.Sweep(ctx) },
	"ticket": func(ctx context.Context, d Daemon, _ arguments) (any, error) { return d.Ticket(ctx) },
}

// started is the answer to an order that was taken.
type started struct {
	Started bool `json:"started"`
}

// arguments are those of every method. More than these may come: LuCI's session goes
// along with each call.
type arguments struct {
	Offset count  `json:"offset"`
	Limit  count  `json:"limit"`
	Device string `json:"device"`
}

func (a arguments) page() local.Page { return local.Page{Offset: int(a.Offset), Limit: int(a.Limit)} }

// count is a number, or the same in quotes: bbfdm gives every argument as a string.
type count int

// UnmarshalJSON implements json.Unmarshaler.
func (c *count) UnmarshalJSON(b []byte) error {
	text := strings.Trim(string(b), `"`)
	if text == "null" || text == "" {
		return nil
	}
	var n int32
	if err := json.Unmarshal([]byte(text), &n); err != nil {
		return fmt.Errorf("%s is no number of objects", lan.Printable(text, lan.MaxName))
	}
	*c = count(n)
	return nil
}

// read is the one object of JSON in in. Nothing at all is an object without members.
func read(in io.Reader) (a arguments, err error) {
	bounded := &io.LimitedReader{R: in, N: maxInput}
	err = json.NewDecoder(bounded).Decode(&a)
	switch {
	case err != nil && bounded.N <= 0:
		return a, fmt.Errorf("the arguments are longer than %d KiB", maxInput>>10)
	case errors.Is(err, io.EOF):
		return arguments{}, nil
	case err != nil:
		return a, fmt.Errorf("the arguments are no JSON object of this method: %w", err)
	}
	return a, nil
}
