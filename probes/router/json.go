package router

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/ubus"
	"github.com/homesweep/homesweep/probes/uci"
)

// ParseView reads a View as JSON, or the error that is there in its place. Whoever
// made it, it is bounded again and cut to what a View may hold.
func ParseView(text []byte) (View, error) {
	var answer struct {
		View
		Error string `json:"error"`
	}
	if len(text) > ubus.MaxAnswer {
		return View{}, ubus.ErrTooMuch
	}
	if err := json.Unmarshal(text, &answer); err != nil {
		return View{}, fmt.Errorf("what %s says on the bus is not understood: %w", object, err)
	}
	if answer.Error != "" {
		return View{}, errors.New(lan.Printable(answer.Error, maxValue))
	}
	return answer.bounded(), nil
}

// bounded is what of v a View may hold.
func (v View) bounded() View {
	out := View{UCI: map[string]uci.File{}, Unread: map[string]string{}}
	room := maxSettings
	for _, name := range files {
		if file, there := v.UCI[name]; there {
			out.UCI[name], room, _ = cut(name, file, room)
		}
	}
	for _, part := range append(slices.Clone(files), partFlows, partLeases) {
		if why := lan.Printable(v.Unread[part], maxValue); why != "" {
			out.Unread[part] = why
		}
	}
	if v.Flows != nil {
		out.Flows = slices.DeleteFunc(v.Flows[:min(len(v.Flows), maxFlows)], func(f lan.Flow) bool {
			return !f.Client.IsValid() || f.Client.Zone() != "" || !known(f.Transport) || f.Count < 1
		})
	}
	if v.Leases != nil {
		out.Leases = slices.DeleteFunc(v.Leases[:min(len(v.Leases), maxLeases)], func(f lan.Forward) bool {
			return !f.Client.IsValid() || f.Client.Zone() != "" || !known(f.Transport)
		})
		for i := range out.Leases {
			f := &out.Leases[i]
			f.By, f.For, f.From = lan.ByUPnP, lan.Printable(f.For, lan.MaxName), lan.Printable(f.From, lan.MaxName)
		}
		out.Leases = out.Leases[:fitting(out.Leases)]
	}
	return out
}

func known(t lan.Transport) bool { return t == lan.TCP || t == lan.UDP }
