package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/homesweep/homesweep/daemon/bundles"
	"github.com/homesweep/homesweep/probes/knowledge"
	"github.com/homesweep/homesweep/probes/knowledge/bundle"
	"github.com/homesweep/homesweep/probes/knowledge/packing"
)

// knowledgeBuild writes a payload.
func knowledgeBuild(_ context.Context, c call) (int, error) {
	if c.file.out == "" {
		return failed, errors.New("knowledge build needs -o FILE to write to")
	}
	if c.file.days < 1 {
		return failed, fmt.Errorf("-days %d is not a number of days", c.file.days)
	}
	b, err := c.blank(time.Now())
	if err != nil {
		return failed, err
	}
	if b.Sections, err = bundles.Sections(c.words, readFile); err != nil {
		return failed, err
	}
	if c.file.lean || !b.IsBase() {
		delete(b.Sections, bundle.OUI)
	}
	if err := knowledge.Check(b); err != nil {
		return failed, fmt.Errorf("a row is not in order: %w", err)
	}
	payload, err := b.Payload()
	if err != nil {
		return failed, err
	}
	if err := os.WriteFile(c.file.out, payload, 0o644); err != nil {
		return failed, err
	}
	words := fmt.Sprintf("%s: layer %s, serial %d, %d bytes. Sign it with homesweep knowledge sign.\n", c.file.out, b.Layer, b.Serial, len(payload))
	return c.say(edition{Layer: b.Layer, Serial: b.Serial, Created: b.Created, Expires: b.Expires}, words)
}

// blank is a bundle without sections. What the program carries keeps its serial
// and its date; anything else gets one that is newer.
func (c call) blank(now time.Time) (*bundle.Bundle, error) {
	own, err := knowledge.Own()
	if err != nil {
		return nil, err
	}
	b := &bundle.Bundle{Schema: bundle.Schema, Serial: packing.Serial(now), Created: now.UTC().Truncate(time.Second), Layer: c.file.layer}
	switch {
	case b.IsBase() && len(c.words) == 0:
		b.Serial, b.Created = own.Serial, own.Created
	case b.IsBase():
		b.Serial = max(b.Serial, own.Serial+1)
	}
	if c.file.serial != 0 {
		b.Serial = c.file.serial
	}
	b.Expires = b.Created.AddDate(0, 0, c.file.days)
	return b, nil
}

// knowledgeSign signs a built file, or one that is signed anew. The secret key is
// looked at only here.
func knowledgeSign(_ context.Context, c call) (int, error) {
	if c.file.key == "" {
		return failed, errors.New("knowledge sign needs -key FILE, the secret key")
	}
	secret, err := readFile(c.file.key)
	if err != nil {
		return failed, err
	}
	key, err := bundle.ParseSecret(secret)
	if err != nil {
		return failed, fmt.Errorf("%s: %w", c.file.key, err)
	}
	file, err := readFile(c.what)
	if err != nil {
		return failed, err
	}
	payload, err := bundle.Payload(file)
	if err != nil {
		return failed, fmt.Errorf("%s: %w", c.what, err)
	}
	b, err := bundle.Parse(payload)
	if err != nil {
		return failed, fmt.Errorf("%s is not what homesweep knowledge build writes: %w", c.what, err)
	}
	about := fmt.Sprintf("homesweep knowledge, layer %s, serial %d", b.Layer, b.Serial)
	if err := replace(c.what, bundle.Sign(key, about, payload), 0o644); err != nil {
		return failed, err
	}
	words := fmt.Sprintf("%s is signed with key %s.\n", c.what, key.Public())
	if c.file.mini {
		beside := c.what + ".payload"
		if err := errors.Join(replace(beside, payload, 0o644), replace(beside+".minisig", bundle.Minisig(key, about, payload), 0o644)); err != nil {
			return failed, err
		}
		words += beside + " and its .minisig are for minisign.\n"
	}
	return c.say(edition{b.Layer, b.Serial, b.Created, b.Expires, key.Public().String(), false}, words)
}

// knowledgeKeygen makes a pair of keys, never over one that is there.
func knowledgeKeygen(_ context.Context, c call) (int, error) {
	if c.what == "" {
		return failed, errors.New("knowledge keygen needs a NAME for the two files")
	}
	key, err := bundle.NewKey(rand.Reader)
	if err != nil {
		return failed, fmt.Errorf("making a key: %w", err)
	}
	if err := create(c.what+".sec", key.File(c.what+" secret key"), 0o600); err != nil {
		return failed, err
	}
	if err := create(c.what+".pub", key.Public().File(c.what+" public key"), 0o644); err != nil {
		return failed, err
	}
	words := fmt.Sprintf("Key %s: keep %s.sec secret, hand out %s.pub.\n", key.Public(), c.what, c.what)
	return c.say(map[string]string{"key": key.Public().String(), "public": c.what + ".pub", "secret": c.what + ".sec"}, words)
}

// create writes a file that is not there yet.
func create(name string, text []byte, mode os.FileMode) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if errors.Is(err, os.ErrExist) {
		return fmt.Errorf("%s is there already and is not written over; take another NAME", name)
	}
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	return errors.Join(err, f.Close())
}

// replace writes a file as a whole or not at all.
func replace(name string, text []byte, mode os.FileMode) error {
	if err := os.WriteFile(name+".new", text, mode); err != nil {
		return err
	}
	return os.Rename(name+".new", name)
}
