// Package ubus asks OpenWrt's bus (openwrt.org/docs/techref/ubus), as the program
// of that name does.
package ubus

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// Caller asks OpenWrt's bus, as the program ubus does. It is safe for
// concurrent use.
type Caller interface {
	// Call runs "ubus args…" and returns what it printed, at most 1 MiB within
	// the Caller's patience. ErrAbsent and ErrUnknown are the errors of a bus
	// that has nothing to say, ErrRefused of one that may not to this user.
	Call(ctx context.Context, args ...string) ([]byte, error)
	// Follow runs "ubus args…" until ctx ends, which is not an error, and calls
	// line with each line that it prints, from this goroutine; the bytes are
	// the callee's for that call only.
	Follow(ctx context.Context, line func([]byte), args ...string) error
}

// The errors of a Caller that mean that there is nothing to hear. To a user who is
// granted nothing of an object, the bus says that there is none.
var (
	ErrAbsent  = errors.New("this machine has no ubus")
	ErrUnknown = errors.New("the bus has no such object or method")
	ErrRefused = errors.New("the bus does not let this user; grant it in /usr/share/acl.d or run as root")
)

const (
	// MaxAnswer bounds one answer, in bytes.
	MaxAnswer = 1 << 20
	maxLine   = 64 << 10
	// Patience is for what answers within milliseconds, as hostapd does.
	Patience = 2 * time.Second
	// Afterwards is how long a program that is killed may keep its output open, by
	// programs of its own.
	Afterwards = 100 * time.Millisecond
)

// program runs the ubus of a root.
type program struct {
	root     string
	patience time.Duration
}

// New is the Caller that runs the program ubus below root, which is "/" save in
// tests: directly, with its arguments as they are, and with nothing of our
// environment. A question may take as long as patience.
func New(root string, patience time.Duration) Caller { return program{root, patience} }

// path is where the program is, empty when it is not there.
func (p program) path() string {
	for _, name := range []string{"bin/ubus", "usr/bin/ubus", "usr/sbin/ubus"} {
		path := filepath.Join(p.root, name)
		if i, err := os.Stat(path); err == nil && i.Mode().IsRegular() {
			return path
		}
	}
	return ""
}

// command is the program with args, killed when ctx ends.
func (p program) command(ctx context.Context, args []string) (*exec.Cmd, error) {
	path := p.path()
	if path == "" {
		return nil, ErrAbsent
	}
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Env = []string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin"}
	cmd.Dir = "/"
	cmd.WaitDelay = Afterwards
	return cmd, nil
}

// Call implements Caller.
func (p program) Call(ctx context.Context, args ...string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, p.patience)
	defer cancel()
	cmd, err := p.command(ctx, args)
	if err != nil {
		return nil, err
	}
	var out bounded
	cmd.Stdout = &out
	if err := cmd.Run(); err != nil {
		switch { // what made it end rather than how it ended
		case out.over:
			err = ErrTooMuch
		case ctx.Err() != nil:
			err = ctx.Err()
		}
		return nil, refused(args, err)
	}
	return out.buffer.Bytes(), nil
}

// Follow implements Caller.
func (p program) Follow(ctx context.Context, line func([]byte), args ...string) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	cmd, err := p.command(ctx, args)
	if err != nil {
		return err
	}
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		return refused(args, err)
	}
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, maxLine)
	for lines.Scan() {
		line(lines.Bytes())
	}
	over := ctx.Err() != nil
	if lines.Err() != nil {
		cancel() // it said too much; it is not waited for
	}
	err = cmd.Wait()
	switch {
	case over:
		return nil
	case lines.Err() != nil:
		return refused(args, lines.Err())
	case err == nil:
		err = errors.New("it ended")
	}
	return refused(args, err)
}

// bounded keeps what is written, up to MaxAnswer. The buffer is not embedded:
// its ReadFrom would know no bound.
type bounded struct {
	buffer bytes.Buffer
	over   bool
}

// ErrTooMuch is the error of an answer beyond MaxAnswer.
var ErrTooMuch = fmt.Errorf("it said more than %d KiB", MaxAnswer>>10)

func (b *bounded) Write(p []byte) (int, error) {
	if b.over = b.over || b.buffer.Len()+len(p) > MaxAnswer; b.over {
		return 0, ErrTooMuch
	}
	return b.buffer.Write(p)
}

// refused says why ubus did not do as told. Its exit status is an UBUS_STATUS
// (openwrt/ubus, ubusmsg.h), in newer versions the negative of one; it is -1
// when it cannot reach ubusd.
func refused(args []string, err error) error {
	said := "ubus " + strings.Join(args, " ")
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		switch exit.ExitCode() {
		case 3, 4, 253, 252:
			return ErrUnknown
		case 6, 250:
			return fmt.Errorf("%s: %w", said, ErrRefused)
		case 255:
			return fmt.Errorf("%s: the bus does not answer; see whether ubusd runs and lets this user in", said)
		}
	}
	return fmt.Errorf("%s: %w", said, err)
}
