package ui

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

const metricsPath = "/metrics"

// unsaid stands for no label: of what people carry no state is told. No device has
// it, as its state is a word of ours.
const unsaid = "\x00"

// metrics are the figures for a Prometheus server, in its text format 0.0.4
// (prometheus.io/docs/instrumenting/exposition_formats), for who has logged in or
// shows the token.
func (d *dashboard) metrics(w http.ResponseWriter, r *http.Request) {
	if !d.Public && !d.bearer(r) && !d.inside(r, false) {
		w.Header().Set("WWW-Authenticate", "Bearer")
		refuse(w, http.StatusUnauthorized, "The figures are for who has logged in or has the token.",
			"Send it as \"Authorization: Bearer …\"; it is in the file metrics.token in the state directory.")
		return
	}
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Write([]byte(d.figures()))
}

// bearer reports whether r shows the token (RFC 6750 section 2.1).
func (d *dashboard) bearer(r *http.Request) bool {
	if d.MetricsToken == nil {
		return false
	}
	scheme, shown, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	want := d.MetricsToken()
	if want == "" || !strings.EqualFold(scheme, "bearer") {
		return false
	}
	a, b := sha256.Sum256([]byte(strings.TrimSpace(shown))), sha256.Sum256([]byte(want))
	return subtle.ConstantTimeCompare(a[:], b[:]) == 1
}

// figures is the whole text.
func (d *dashboard) figures() string {
	var out exposition
	sweep := d.House.Sweep()
	out.family("homesweep_info", "gauge", "Which homesweep this is.")
	out.sample("homesweep_info", 1, "version", d.Version)
	devices, findings := counted{}, counted{}
	for _, dev := range sweep.Devices {
		at := [2]string{string(dev.Kind), string(dev.Presence.State)}
		if dev.Personal() {
			at[1] = unsaid // asked often, it would say when somebody came home
		}
		devices[at]++
		for _, f := range dev.Findings {
			if f.Verdict.Problem() {
				findings[[2]string{f.Severity.String()}]++
			}
		}
	}
	out.family("homesweep_devices", "gauge", "Devices on the list, by kind and presence; of what people carry without it.")
	for _, at := range devices.sorted() {
		labels := []string{"kind", at[0], "state", at[1]}
		if at[1] == unsaid {
			labels = labels[:2]
		}
		out.sample("homesweep_devices", float64(devices[at]), labels...)
	}
	out.family("homesweep_findings", "gauge", "Findings that ask something of the owner, by severity.")
	for s := lan.ForInfo; s <= lan.ActNow; s++ {
		out.sample("homesweep_findings", float64(findings[[2]string{s.String(), ""}]), "severity", s.String())
	}
	if !sweep.Started.IsZero() {
		out.one("homesweep_last_sweep_timestamp_seconds", "gauge", "When the last sweep ended, in Unix time.", seconds(sweep.Finished))
		out.one("homesweep_last_sweep_duration_seconds", "gauge", "How long the last sweep took.", sweep.Finished.Sub(sweep.Started).Seconds())
	}
	if keeper, ok := d.House.(Keeper); ok {
		u := keeper.Upkeep()
		out.one("homesweep_resident_memory_bytes", "gauge", "Memory that the daemon holds.", float64(u.RSS))
		out.one("homesweep_cpu_today_seconds", "gauge", "Processor time since midnight or the start.", u.CPUToday)
		out.one("homesweep_flash_today_bytes", "gauge", "Bytes written to lasting storage since midnight.", float64(u.FlashToday))
		out.one("homesweep_flash_day_bytes", "gauge", "Bytes written to lasting storage on a day before, on average.", float64(u.FlashDay))
	}
	out.one("homesweep_login_refusals_total", "counter", "Log-ins refused since the start.", float64(d.refused.Load()))
	return out.text.String()
}

func seconds(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }

// counted counts by two words.
type counted map[[2]string]int

// sorted are what was counted, in order.
func (c counted) sorted() []([2]string) {
	list := make([][2]string, 0, len(c))
	for at := range c {
		list = append(list, at)
	}
	lan.Sort(list, func(a, b [2]string) int {
		if a[0] != b[0] {
			return strings.Compare(a[0], b[0])
		}
		return strings.Compare(a[1], b[1])
	})
	return list
}

// exposition writes the text format.
type exposition struct{ text strings.Builder }

func (e *exposition) family(name, kind, help string) {
	e.text.WriteString("# HELP " + name + " " + help + "\n# TYPE " + name + " " + kind + "\n")
}

// one is a family of one sample without labels.
func (e *exposition) one(name, kind, help string, value float64) {
	e.family(name, kind, help)
	e.sample(name, value)
}

// sample writes one line; labels are names and values in turn.
func (e *exposition) sample(name string, value float64, labels ...string) {
	e.text.WriteString(name)
	for i := 0; i+1 < len(labels); i += 2 {
		e.text.WriteString(map[bool]string{true: "{", false: ","}[i == 0])
		e.text.WriteString(labels[i] + `="` + escape.Replace(labels[i+1]) + `"`)
	}
	if len(labels) > 0 {
		e.text.WriteString("}")
	}
	e.text.WriteString(" " + strconv.FormatFloat(value, 'g', -1, 64) + "\n")
}

// escape is what a label's value needs.
var escape = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`)
