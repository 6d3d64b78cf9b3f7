package bundle

import (
	_ "embed" // the publisher's keys
	"errors"
	"fmt"
	"strings"
)

// The publisher's public keys, in files as signify and usign write them, one
// after the other: the key in use and, so that it can be replaced one day, the
// next one, whose secret half lies in a safe until then. A publisher puts his two
// here before he builds:
//
//	homesweep knowledge keygen 2026
//	homesweep knowledge keygen next
//	cat 2026.pub next.pub >probes/knowledge/bundle/trusted.txt
//
// To rotate he signs with the next key, and the following release trusts that one
// and a new next. A build from source has none, and says so.
//
//go:embed trusted.txt
var trusted string

// maxPublishers is how many keys a program trusts: one in use and the next.
const maxPublishers = 2

// Publishers are the keys that the program was built to trust. It fails only if
// the file they were built from is wrong, which a test rules out.
func Publishers() ([]PublicKey, error) { return readTrusted(trusted) }

// readTrusted reads keys' files that stand one after the other. Lines of a "#"
// are for people.
func readTrusted(text string) ([]PublicKey, error) {
	var keys []PublicKey
	var about string
	for line := range strings.Lines(text) {
		switch {
		case strings.TrimSpace(line) == "" || line[0] == '#':
		case strings.HasPrefix(line, comment):
			about = line
		default:
			k, err := ParsePublic([]byte(about + line))
			if err != nil {
				return nil, fmt.Errorf("the publisher's key %d: %w", len(keys)+1, err)
			}
			keys, about = append(keys, k), ""
		}
	}
	switch {
	case about != "":
		return nil, errors.New("the publisher's last key is cut off")
	case len(keys) > maxPublishers:
		return nil, fmt.Errorf("there are %d publisher's keys; one in use and the next are enough", len(keys))
	case len(keys) == maxPublishers && keys[0].Number == keys[1].Number:
		return nil, errors.New("the publisher's two keys are one")
	}
	return keys, nil
}
