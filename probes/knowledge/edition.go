package knowledge

import (
	_ "embed" // which edition the program carries
	"fmt"
	"time"

	"github.com/homesweep/homesweep/probes/knowledge/packing"
)

// What "go generate" wrote when the packed files last changed.
//
//go:embed edition.json
var edition string

// Life is how long an edition of knowledge counts as fresh.
const Life = 90 * 24 * time.Hour

// Own is the edition that the program carries.
func Own() (packing.Edition, error) {
	e, err := packing.ParseEdition(edition)
	if err != nil {
		return e, fmt.Errorf("knowledge: edition.json is damaged: %w", err)
	}
	return e, nil
}
