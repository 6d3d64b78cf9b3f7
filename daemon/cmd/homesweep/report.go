package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/homesweep/homesweep/daemon/bundles"
	"github.com/homesweep/homesweep/daemon/wiring"
	"github.com/homesweep/homesweep/probes/knowledge"
	"github.com/homesweep/homesweep/probes/lan"
)

// reportSaved is the verb report: a saved result in another form, without a sweep.
func reportSaved(_ context.Context, c call) (int, error) {
	out, err := c.delivery()
	if err != nil {
		return failed, err
	}
	defer out.discard()
	s, err := readSweep(c.what)
	if err != nil {
		return failed, err
	}
	base, err := knowledgeIn(c.config.State)
	if err != nil {
		return failed, err
	}
	if err := out.give(wiring.Conclude(s, base.Howtos)); err != nil {
		return failed, fmt.Errorf("writing the result: %w", err)
	}
	return status(s, c.config.FailOn), nil
}

// knowledgeIn is what is known by the files in the state directory.
func knowledgeIn(state string) (*knowledge.Base, error) {
	shelf, err := bundles.Open(state)
	if err != nil {
		return nil, err
	}
	base, _, err := shelf.Base()
	return base, err
}

// Bounds of a saved result, which may come from anybody.
const (
	maxSaved   = 64 << 20
	maxDevices = 16384
	maxText    = 64 << 10 // bytes of one string, as it is escaped
)

// readSweep reads a result as homesweep sweep -json writes it; "-" is standard
// input.
func readSweep(path string) (s lan.Sweep, err error) {
	from := os.Stdin
	if path == standard {
		path = "standard input"
	} else {
		if info, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			return s, fmt.Errorf("no such file: %s", path)
		} else if err != nil {
			return s, err
		} else if !info.Mode().IsRegular() {
			return s, fmt.Errorf("%s is no ordinary file", path)
		}
		if from, err = os.Open(path); err != nil {
			return s, err
		}
		defer from.Close()
	}
	text, err := io.ReadAll(io.LimitReader(from, maxSaved+1))
	switch {
	case err != nil:
		return s, fmt.Errorf("reading %s: %w", path, err)
	case len(text) > maxSaved:
		return s, fmt.Errorf("%s is larger than %d MiB, which no result is", path, maxSaved>>20)
	}
	if s, err = parseSweep(text); err != nil {
		return lan.Sweep{}, fmt.Errorf("%s %w", path, err)
	}
	return s, nil
}

// parseSweep reads a result; what is wrong is said as of a file that was named.
func parseSweep(text []byte) (s lan.Sweep, err error) {
	var head struct {
		Schema *int `json:"schema"`
	}
	if err := json.Unmarshal(text, &head); err != nil {
		return s, fmt.Errorf("is no result of homesweep sweep -json: %w", err)
	}
	switch {
	case head.Schema == nil:
		return s, errors.New("is no result of homesweep sweep -json: it names no schema")
	case *head.Schema != lan.Schema:
		return s, fmt.Errorf("is of schema %d, and this homesweep reads schema %d only", *head.Schema, lan.Schema)
	}
	if longest(text) > maxText {
		return s, errors.New("holds a text longer than any that homesweep writes")
	}
	if err := json.Unmarshal(text, &s); err != nil {
		return s, fmt.Errorf("is damaged, or by another homesweep: %w", err)
	}
	if len(s.Devices) > maxDevices {
		return s, fmt.Errorf("has %d devices, more than any home", len(s.Devices))
	}
	return s, nil
}

// longest is the length of the longest string in JSON.
func longest(text []byte) (most int) {
	inside, begin := false, 0
	for i := 0; i < len(text); i++ {
		switch {
		case inside && text[i] == '\\':
			i++
		case text[i] == '"':
			if inside {
				most = max(most, i-begin)
			}
			inside, begin = !inside, i+1
		}
	}
	return most
}

// nameless reports whether s is a copy in which devices have no addresses.
func nameless(s lan.Sweep) bool {
	for _, d := range s.Devices {
		if len(d.Addresses)+len(d.MACs) > 0 {
			return false
		}
	}
	return len(s.Devices) > 0
}
