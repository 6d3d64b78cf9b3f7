// Package uci reads OpenWrt's configuration files (Unified Configuration
// Interface, openwrt.org/docs/guide-user/base-system/uci): what the owner of a
// router has set, in /etc/config. It never writes, and it ignores changes that
// are not yet committed.
package uci

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// MaxFile bounds one file, in bytes. A router's largest is some 20 KiB.
const MaxFile = 256 << 10

// File is one configuration file, called a package by UCI.
type File struct {
	Sections []Section `json:"sections"` // in the order of the file
}

// Section is one "config" of a file.
type Section struct {
	Type    string   `json:"type"`           // "interface"
	Name    string   `json:"name,omitempty"` // "lan"; empty for an anonymous section
	Line    int      `json:"-"`              // of its first line, from 1
	Options []Option `json:"options,omitempty"`
}

// Option is one setting of a section. UCI writes a list, or one value; a value
// may itself be several words.
type Option struct {
	Name   string   `json:"name"`
	Values []string `json:"values"`
}

// Reader reads the file of one package by name, as Read does. The error of one that
// this user may not read is fs.ErrPermission. It is safe for concurrent use.
type Reader func(ctx context.Context, name string) (File, error)

// Below is the Reader of the files below root.
func Below(root string) Reader {
	return func(_ context.Context, name string) (File, error) { return Read(root, name) }
}

// Read reads the file of one package ("dhcp") below root, which is "/" save in
// tests. The error of a file that does not exist is fs.ErrNotExist; any other
// names the file and, where it has one, the line, as Parse does of a file of which
// the rest is there. It is safe for concurrent use.
func Read(root, name string) (File, error) {
	if name == "" || strings.ContainsAny(name, "/\\\x00") || name[0] == '.' {
		return File{}, fmt.Errorf("%q is not the name of a configuration file", name)
	}
	path := filepath.Join(root, "etc/config", name)
	text, err := readAll(path)
	if err != nil {
		return File{}, fmt.Errorf("reading the router's configuration: %w", err)
	}
	file, err := Parse(text)
	var wrong *Error
	if errors.As(err, &wrong) {
		wrong.Path = path
	}
	return file, err
}

// readAll reads one byte more than Parse will take, so that it can refuse.
func readAll(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, MaxFile+1))
}

// Error says what makes a file no UCI file, and where first.
type Error struct {
	Path string // empty from Parse
	Line int    // from 1
	What string
}

// Error implements error.
func (e *Error) Error() string {
	if e.Path == "" {
		return fmt.Sprintf("line %d: %s", e.Line, e.What)
	}
	return fmt.Sprintf("%s:%d: %s; correct the line, `uci show %s` must work too", e.Path, e.Line, e.What, filepath.Base(e.Path))
}

// Of is the file's sections of one type, in its order.
func (f File) Of(kind string) []Section {
	return slices.DeleteFunc(slices.Clone(f.Sections), func(s Section) bool { return s.Type != kind })
}

// Values is what option name is set to: one value, or those of a list; nil when
// it is not set.
func (s *Section) Values(name string) []string {
	for _, o := range s.Options {
		if o.Name == name {
			return o.Values
		}
	}
	return nil
}

// Get is the option's value, the first one of a list, empty when not set. An
// option set to nothing is not set, as in UCI itself.
func (s *Section) Get(name string) string {
	for _, v := range s.Values(name) {
		return v
	}
	return ""
}

// Words is every word of the option's values: where OpenWrt takes a list it
// takes one value of several words as well ("option ifname 'eth0.1 wlan0'").
func (s *Section) Words(name string) []string {
	var words []string
	for _, v := range s.Values(name) {
		words = append(words, strings.Fields(v)...)
	}
	return words
}

// Bool reads the option as a switch, in the words that OpenWrt's scripts take
// (get_bool in /lib/functions.sh); anything else is otherwise.
func (s *Section) Bool(name string, otherwise bool) bool {
	switch s.Get(name) {
	case "1", "on", "true", "yes", "enabled":
		return true
	case "0", "off", "false", "no", "disabled":
		return false
	}
	return otherwise
}
