package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/homesweep/homesweep/daemon/bundles"
	"github.com/homesweep/homesweep/probes/knowledge/bundle"
)

// knowledgeVerb is the first word of the verbs about knowledge.
const knowledgeVerb = "knowledge"

// fileCall are the options of those that make and read knowledge files.
type fileCall struct {
	out    string // where build writes
	serial int64  // 0 for today's first
	layer  string
	days   int    // how long it counts as fresh
	lean   bool   // without the table of address blocks
	key    string // file of the secret key
	mini   bool   // also a signature for minisign
	n      int    // rows of a sample
	seed   uint64 // of the sample; 0 for another each time
}

// knowledgeVerbs are the verbs of two words.
func knowledgeVerbs() []verb {
	state := []string{"state"}
	return []verb{
		{"knowledge version", "say which edition is in use, how old it is and whose keys are trusted", state, "", nil, knowledgeVersion},
		{"knowledge verify", "check a signed file as import does, and keep nothing", state, "FILE", nil, knowledgeVerify},
		{"knowledge import", "check a signed file and use it from the next sweep on", state, "FILE", nil, knowledgeImport},
		{"knowledge remove", "take a layer away that was laid over the edition", state, "LAYER", nil, knowledgeRemove},
		{"knowledge sample", "print some rows of every kind with their sources", state, "", func(f *flag.FlagSet, c *call) {
			f.IntVar(&c.file.n, "n", 30, "print `NUMBER` rows")
			f.Uint64Var(&c.file.seed, "seed", 0, "draw the rows that belong to this `NUMBER`; 0 draws others each time")
		}, knowledgeSample},
		{"knowledge build", "make a file, not signed yet, of what this program carries, or of layers in JSON", nil, "[DIR|FILE]…", func(f *flag.FlagSet, c *call) {
			f.StringVar(&c.file.out, "o", "", "write it to `FILE`")
			f.Int64Var(&c.file.serial, "serial", 0, "its `NUMBER`, above that of the edition before; 0 is the program's own for what it carries, else today's first")
			f.StringVar(&c.file.layer, "layer", bundle.BaseLayer, "its `NAME`: base, or that of an overlay")
			f.IntVar(&c.file.days, "days", 90, "how many `DAYS` it counts as fresh")
			f.BoolVar(&c.file.lean, "lean", false, "leave the table of address blocks out; the program's own then holds")
		}, knowledgeBuild},
		{"knowledge sign", "sign a built file in place", nil, "FILE", func(f *flag.FlagSet, c *call) {
			f.StringVar(&c.file.key, "key", "", "`FILE` of the secret key, as keygen, usign or signify -n writes it")
			f.BoolVar(&c.file.mini, "minisig", false, "also write FILE.payload and FILE.payload.minisig for minisign")
		}, knowledgeSign},
		{"knowledge keygen", "make a pair of keys, NAME.pub and NAME.sec", nil, "NAME", nil, knowledgeKeygen},
	}
}

// listKnowledge is the verb knowledge alone.
func listKnowledge(_ context.Context, c call) (int, error) {
	var b strings.Builder
	for _, v := range knowledgeVerbs() {
		fmt.Fprintf(&b, "  homesweep %-30s %s\n", v.name+" "+v.takes, v.does)
	}
	if _, err := io.WriteString(c.out, b.String()); err != nil {
		return failed, fmt.Errorf("writing the result: %w", err)
	}
	return ok, nil
}

// say prints a result: as JSON, or in words.
func (c call) say(result any, words string) (int, error) {
	if c.json {
		return c.showJSON(result)
	}
	if _, err := io.WriteString(c.out, words); err != nil {
		return failed, fmt.Errorf("writing the result: %w", err)
	}
	return ok, nil
}

// edition is a knowledge file in JSON.
type edition struct {
	Layer   string    `json:"layer"`
	Serial  int64     `json:"serial"`
	Created time.Time `json:"created"`
	Expires time.Time `json:"expires"`
	Key     string    `json:"key,omitempty"`
	Already bool      `json:"already,omitempty"`
}

func editionOf(what bundles.Imported) edition {
	return edition{what.Layer, what.Serial, what.Created, what.Expires, what.By.String(), what.Already}
}

// knowledgeVerify checks what import would do.
func knowledgeVerify(_ context.Context, c call) (int, error) {
	what, err := c.look((*bundles.Store).Check)
	if err != nil {
		return failed, err
	}
	words := "It is in order"
	if what.Already {
		words = "It is in order, and this edition is here already"
	}
	return c.say(editionOf(what), sentence(what)+words+".\n")
}

// knowledgeImport keeps a file.
func knowledgeImport(_ context.Context, c call) (int, error) {
	what, err := c.look((*bundles.Store).Import)
	if err != nil {
		return failed, err
	}
	words := "It is kept and used from the next sweep on"
	if what.Already {
		words = "This edition, or a newer one with it in, is here already; nothing was changed"
	}
	return c.say(editionOf(what), sentence(what)+words+".\n")
}

func sentence(what bundles.Imported) string {
	return fmt.Sprintf("%s: serial %d of %s, signed with key %s.\n", what.Layer, what.Serial, what.Created.UTC().Format("2 January 2006"), what.By)
}

// knowledge is what the state directory holds of it, kept as its owner keeps it.
func (c call) knowledge() (*bundles.Store, error) {
	state, err := stepDown(c.config.State)
	if err != nil {
		return nil, err
	}
	return bundles.Open(state)
}

// look hands the file that the call names to one of the store's methods.
func (c call) look(with func(*bundles.Store, []byte) (bundles.Imported, error)) (bundles.Imported, error) {
	file, err := readFile(c.what) // by who started the program
	if err != nil {
		return bundles.Imported{}, err
	}
	store, err := c.knowledge()
	if err != nil {
		return bundles.Imported{}, err
	}
	what, err := with(store, file)
	if errors.Is(err, bundle.ErrForm) && len(file) > 0 && !bundle.Signed(file) {
		err = fmt.Errorf("%w; what homesweep knowledge build wrote is to be signed first, with homesweep knowledge sign", err)
	}
	if err != nil {
		return what, fmt.Errorf("%s: %w", c.what, err)
	}
	return what, nil
}

// readFile reads a knowledge file, and no more than one can be.
func readFile(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	file, err := io.ReadAll(io.LimitReader(f, bundle.MaxFile+1))
	if err == nil && len(file) > bundle.MaxFile {
		err = bundle.ErrTooBig
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return file, nil
}

// knowledgeRemove takes an overlay away.
func knowledgeRemove(_ context.Context, c call) (int, error) {
	if c.what == "" {
		return failed, errors.New("knowledge remove needs the name of a LAYER; homesweep knowledge version lists them")
	}
	store, err := c.knowledge()
	if err != nil {
		return failed, err
	}
	if err := store.Remove(c.what); err != nil {
		return failed, err
	}
	return c.say(map[string]string{"removed": c.what}, "The layer "+c.what+" is gone.\n")
}
