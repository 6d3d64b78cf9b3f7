package ui

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"github.com/homesweep/homesweep/probes/lan"
)

// report answers with the whole sweep, as "homesweep sweep -json" writes it: every
// device with its evidence, what is concluded of each and of the home, what to
// begin with. Of phones and computers every time is rounded to the day. It is
// written device by device, in gzip where the browser takes that, and to one
// reader at a time: three hundred devices at once would be too much for a router.
func (d *dashboard) report(w http.ResponseWriter, r *http.Request) {
	select {
	case d.telling <- struct{}{}:
		defer func() { <-d.telling }()
	default:
		w.Header().Set("Retry-After", "3")
		refuse(w, http.StatusServiceUnavailable, "Another report is being made at this moment.", "Try again in a few seconds.")
		return
	}
	h := w.Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Add("Vary", "Accept-Encoding")
	var out io.Writer = w
	if acceptsGzip(r.Header.Get("Accept-Encoding")) {
		h.Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		defer z.Close()
		out = z
	}
	if err := d.tell(out, d.Conclude(d.House.Sweep())); err != nil {
		d.Log.Debug("a report was not read to its end", "error", err)
		panic(http.ErrAbortHandler) // half a report must not look like one
	}
}

// tell writes sweep as JSON, one device after the other.
func (d *dashboard) tell(out io.Writer, sweep lan.Sweep) error {
	devices := sweep.Devices
	sweep.Devices = nil
	frame, err := json.Marshal(sweep)
	if err != nil {
		return err
	}
	// In a string the quotes would be escaped, so this is the list itself.
	head, foot, _ := bytes.Cut(frame, []byte(`"devices":[]`))
	write := func(parts ...[]byte) {
		for _, part := range parts {
			if err == nil {
				_, err = out.Write(part)
			}
		}
	}
	write(head, []byte(`"devices":[`))
	for i, dev := range devices {
		text, bad := json.Marshal(dev.Discreet(d.Now().Location()))
		if err = errors.Join(err, bad); i > 0 {
			write([]byte(","))
		}
		if write(text); err != nil {
			return err
		}
	}
	write([]byte("]"), foot, []byte("\n"))
	return err
}
