package notify

import (
	"encoding/json"
	"fmt"
	"hash/crc32"
	"slices"
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
)

// maxEntities is how many devices are announced to Home Assistant, and maxProblems
// how many problems of one are named.
const (
	maxEntities = 200
	maxProblems = 10
)

// Home Assistant's own topics: what begins with assistant tells it of devices, and at
// birth it says "online" when it has started, upon which it wants to be told again.
const (
	assistant = "homeassistant"
	birth     = assistant + "/status"
)

// retained is something that the broker keeps.
type retained struct {
	topic   string
	payload string
}

// entity is what Home Assistant makes of a topic, in the words of
// https://www.home-assistant.io/integrations/mqtt/#mqtt-discovery and the pages of
// device_tracker.mqtt, binary_sensor.mqtt and sensor.mqtt there (read 2026-11-23).
type entity struct {
	Name         string   `json:"name"`
	UniqueID     string   `json:"unique_id"`
	State        string   `json:"state_topic"`
	Template     string   `json:"value_template,omitempty"`
	Attributes   string   `json:"json_attributes_topic,omitempty"`
	Class        string   `json:"device_class,omitempty"`
	Category     string   `json:"entity_category,omitempty"`
	Source       string   `json:"source_type,omitempty"`
	Icon         string   `json:"icon,omitempty"`
	Availability string   `json:"availability_topic"`
	Device       hardware `json:"device"`
	Origin       origin   `json:"origin"`
}

type hardware struct {
	Identifiers []string    `json:"identifiers"`
	Connections [][2]string `json:"connections,omitempty"`
	Name        string      `json:"name"`
	Maker       string      `json:"manufacturer,omitempty"`
	Model       string      `json:"model,omitempty"`
	Firmware    string      `json:"sw_version,omitempty"`
}

type origin struct {
	Name string `json:"name"`
}

// problems is the state of a device's findings.
type problems struct {
	Count    int          `json:"count"`
	Severity lan.Severity `json:"severity"`
	Titles   []string     `json:"titles"`
}

// node is c's place among others that announce to the same Home Assistant: no two
// topics make the same.
func node(c *lan.Channel) string {
	t := topic(c)
	word := topicWord(t)
	if word == t {
		return word
	}
	return fmt.Sprintf("%s-%08x", word, crc32.ChecksumIEEE([]byte(t)))
}

// topicWord is s as one level of a topic.
func topicWord(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < 0x80 && strings.ContainsRune(letters+"0123456789-_", r) {
			return r
		}
		return '_'
	}, s)
	return s[:min(len(s), lan.MaxName)]
}

// announced is all that the broker should keep of devices by c. Devices are those
// of c's rules. Whether a device is at home is told of what goes where a person goes,
// or may, since nobody knows what it is, only where a rule names that device and its
// coming or going: no more than selects would tell.
func announced(c *lan.Channel, rules []lan.Rule, devices []lan.Device, decisions []lan.Decision) []retained {
	rooms, accepted := map[string]string{}, map[[2]string]bool{}
	for _, d := range decisions {
		switch d.What {
		case "room":
			rooms[d.Device] = d.Value
		case "accept":
			accepted[[2]string{d.Device, d.Check}] = d.Value != ""
		}
	}
	var all []retained
	count := 0
	for i := range devices {
		d := &devices[i]
		wanted, named := false, false
		for i := range rules {
			r := &rules[i]
			if r.Channel == c.ID && !r.Off && within(r.Group, d.ID, d.Kind, rooms[d.ID]) {
				wanted, named = true, named || r.Group == "device:"+d.ID &&
					(slices.Contains(r.Events, lan.DeviceGone) || slices.Contains(r.Events, lan.DeviceBack))
			}
		}
		if !wanted || count == maxEntities {
			continue
		}
		count++
		all = append(all, announce(c, d, named || !follows(d.Kind), stateOf(d, accepted))...)
	}
	return all
}

func stateOf(d *lan.Device, accepted map[[2]string]bool) problems {
	p := problems{Titles: []string{}}
	for i := range d.Findings {
		f := &d.Findings[i]
		if !f.Verdict.Problem() || accepted[[2]string{d.ID, f.Check}] {
			continue
		}
		p.Count++
		p.Severity = max(p.Severity, f.Severity)
		if len(p.Titles) < maxProblems {
			p.Titles = append(p.Titles, lan.Printable(f.Title, maxLine))
		}
	}
	return p
}

// announce is what the broker should keep of one device.
func announce(c *lan.Channel, d *lan.Device, tracked bool, state problems) []retained {
	id := topicWord(d.ID)
	base := topic(c) + "/" + id
	e := entity{Availability: topic(c) + "/status", Device: describe(c, d), Origin: origin{"homesweep"}}
	var list []retained
	put := func(component, what, state string) {
		e.UniqueID, e.State = node(c)+"_"+id+"_"+what, state
		text, _ := json.Marshal(&e) // of strings only
		list = append(list, retained{assistant + "/" + component + "/" + node(c) + "/" + id + "_" + what + "/config", string(text)})
	}
	e.Name, e.Class, e.Category = "Problem", "problem", "diagnostic"
	e.Template = "{{ 'ON' if value_json.count > 0 else 'OFF' }}"
	put("binary_sensor", "problem", base+"/findings")
	e.Name, e.Class, e.Icon = "Findings", "", "mdi:shield-search"
	e.Template, e.Attributes = "{{ value_json.count }}", base+"/findings"
	put("sensor", "findings", base+"/findings")
	text, _ := json.Marshal(state)
	list = append(list, retained{base + "/findings", string(text)})
	here, known := map[lan.State]string{lan.Online: "home", lan.Idle: "home", lan.Away: "not_home", lan.Offline: "not_home"}[d.Presence.State]
	if !tracked || !known {
		return list
	}
	e.Name, e.Source, e.Category, e.Icon, e.Template, e.Attributes = "Presence", "router", "", "", "", ""
	put("device_tracker", "presence", base+"/presence")
	return append(list, retained{base + "/presence", here})
}

// describe is d as Home Assistant shows devices. By its hardware address it is one
// with what others know of it, unless it made that up.
func describe(c *lan.Channel, d *lan.Device) hardware {
	h := hardware{
		Identifiers: []string{node(c) + "_" + topicWord(d.ID)},
		Name:        lan.Printable(d.Made(), lan.MaxName),
		Maker:       lan.Printable(d.Vendor, lan.MaxName),
		Model:       lan.Printable(d.Model, lan.MaxName),
		Firmware:    lan.Printable(d.Firmware, lan.MaxName),
	}
	if len(d.Names) > 0 {
		h.Name = lan.Printable(d.Names[0], lan.MaxName)
	}
	h.Name = firstOf(h.Name, "Unknown device "+d.ID)
	for _, mac := range d.MACs[:min(len(d.MACs), 4)] {
		if !mac.IsLocal() {
			h.Connections = append(h.Connections, [2]string{"mac", mac.String()})
		}
	}
	return h
}
