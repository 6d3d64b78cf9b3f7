package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/homesweep/homesweep/daemon/bundles"
	"github.com/homesweep/homesweep/probes/knowledge"
	"github.com/homesweep/homesweep/probes/lan"
)

// known is the verb's result in JSON.
type known struct {
	lan.Knowledge
	Expires time.Time      `json:"expires"`
	Days    int            `json:"days"` // old; 0 under a clock that is wrong
	Rows    map[string]int `json:"rows"` // by kind
	Keys    []knownKey     `json:"keys"`
	Notes   []string       `json:"notes,omitempty"`
}

type knownKey struct {
	Number    string `json:"number"`
	Publisher bool   `json:"publisher"`
	File      string `json:"file,omitempty"`
}

// knowledgeVersion says which knowledge a sweep would work with.
func knowledgeVersion(_ context.Context, c call) (int, error) {
	store, err := c.knowledge()
	if err != nil {
		return failed, err
	}
	base, notes, err := store.Base()
	if err != nil {
		return failed, err
	}
	k := known{base.Edition, base.Expires, bundles.Days(base, store.Now()), map[string]int{}, nil, notes}
	kinds := kindsOf(base)
	for _, kind := range kinds {
		k.Rows[kind.name] = len(kind.rows)
	}
	keys, _ := store.Keys()
	for _, key := range keys {
		k.Keys = append(k.Keys, knownKey{key.String(), key.Publisher, key.File})
	}
	return c.say(k, k.words(base, kinds, store.KeyFolder()))
}

// words are the same for a person.
func (k known) words(base *knowledge.Base, kinds []kind, folder string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Edition %d of %s, %d days old.\n", k.Serial, k.Created.UTC().Format("2 January 2006"), k.Days)
	for _, layer := range k.Layers {
		fmt.Fprintf(&b, "Over it lies %s.\n", layer)
	}
	for _, kind := range kinds {
		fmt.Fprintf(&b, "  %-14s %6d  %s\n", kind.name, len(kind.rows), kind.about)
	}
	fmt.Fprintf(&b, "  %-14s %6d  %s\n", "address blocks", base.OUI.Blocks(), "who made a network interface")
	publishers := 0
	for _, key := range k.Keys {
		if key.Publisher {
			publishers++
			fmt.Fprintf(&b, "Trusted: the publisher's key %s.\n", key.Number)
		} else {
			fmt.Fprintf(&b, "Trusted for overlays: key %s (%s).\n", key.Number, key.File)
		}
	}
	if publishers == 0 {
		b.WriteString("This build trusts no publisher: a newer edition comes with a newer homesweep only.\n")
	}
	if publishers == len(k.Keys) {
		fmt.Fprintf(&b, "No key is trusted for overlays; public keys in %s are.\n", folder)
	}
	for _, note := range k.Notes {
		fmt.Fprintf(&b, "Note: %s\n", note)
	}
	return b.String()
}
