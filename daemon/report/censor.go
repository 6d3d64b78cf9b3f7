package report

import (
	"fmt"
	"strconv"

	"github.com/homesweep/homesweep/probes/lan"
)

// censor knows what tells whose a sweep is, and what each of it is called instead.
type censor struct {
	ids    map[string]int    // of devices, to their number
	links  map[string]string // names of links
	labels map[string]string // secrets as squeeze has them
	pages  map[string]string // what pages and certificates say, struck out where no device is spoken of
	own    []*owned          // by the device's place in the sweep
}

// owned is what is known of one device.
type owned struct {
	secrets map[string]string // as squeeze has them, to their labels
	facts   []string          // the words of maker, model, firmware, products and versions
}

// struckOut stands for what has no name in the report.
const struckOut = "[struck out]"

// newCensor gathers the secrets of s, which is ordered.
func newCensor(s lan.Sweep) *censor {
	c := &censor{ids: map[string]int{}, links: map[string]string{}, labels: map[string]string{}, pages: map[string]string{}}
	for _, l := range s.Links {
		c.link(l.Name)
	}
	for _, d := range s.Devices {
		c.number(d.ID)
	}
	for _, d := range s.Devices {
		c.own = append(c.own, c.gather(c.ids[d.ID], d))
	}
	if s.Changes != nil {
		c.changed(s.Changes.Devices)
	}
	for i := range s.Knowledge.Layers {
		c.add(nil, s.Knowledge.Layers[i], fmt.Sprintf("layer %d", i+1))
	}
	return c
}

// link gives a link its number.
func (c *censor) link(name string) {
	if _, known := c.links[name]; !known && name != "" {
		c.links[name] = "link " + strconv.Itoa(len(c.links)+1)
		c.add(nil, name, c.links[name])
	}
}

// number gives a device its number.
func (c *censor) number(id string) {
	if _, known := c.ids[id]; !known {
		c.ids[id] = len(c.ids) + 1
		c.add(nil, id, c.name(id))
	}
}

// id is what the device is called instead of id, of the same length for all so that
// they sort as they are numbered.
func (c *censor) id(id string) string {
	c.number(id)
	return fmt.Sprintf("device-%0*d", len(strconv.Itoa(len(c.ids))), c.ids[id])
}

func (c *censor) name(id string) string { return "device " + strconv.Itoa(c.ids[id]) }
