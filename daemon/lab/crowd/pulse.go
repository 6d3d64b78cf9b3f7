package crowd

import "time"

// pulse counts SYNs by the moment at which they came, to tell how fast a scan
// was while it ran at full speed: its first and last few are no measure, for it
// begins with a try, and ends with the slowest device and with conversations.
type pulse struct {
	beats []int // one a slot, from the first SYN on
	all   int
}

const (
	slot     = 20 * time.Millisecond
	maxSlots = 1 << 16 // 22 minutes; what comes later counts as then
	edge     = 20      // one in so many is left out, at each end
)

// beat counts a SYN that came so long after the first.
func (p *pulse) beat(after time.Duration) {
	i := min(int(after/slot), maxSlots-1)
	for len(p.beats) <= i {
		p.beats = append(p.beats, 0)
	}
	p.beats[i]++
	p.all++
}

// rate is how many came a second between the first twentieth and the last.
func (p *pulse) rate() float64 {
	sum, begin := 0, 0
	for i, n := range p.beats {
		if sum < p.all/edge {
			begin = i
		}
		if sum += n; sum >= p.all-p.all/edge {
			return float64(p.all) * (1 - 2.0/edge) / (float64(i-begin+1) * slot.Seconds())
		}
	}
	return 0
}
