package ui

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"time"
)

// MaxKnowledge is the longest knowledge file that can be uploaded, in bytes.
const MaxKnowledge = 4 << 20

// knowledgePath is where that is sent.
const knowledgePath = "/api/v1/knowledge"

// Library is what the home's knowledge of devices is kept in; the daemon
// implements it. It is safe for concurrent use; Import is called once at a time.
type Library interface {
	Knowledge() Knowledge
	// Import keeps a signed file if everything about it is in order. same means that
	// this very edition was there before. Its error says in plain words what is wrong
	// and what to do.
	Import(file []byte) (same bool, err error)
}

// Knowledge is which edition is in use.
type Knowledge struct {
	Serial  int64     `json:"serial"`
	Created time.Time `json:"created"`
	Layers  []string  `json:"layers,omitempty"` // laid over it by the owner or provider
	Notes   []string  `json:"notes,omitempty"`  // what the owner should know of it: too old, damaged …
}

// knowledge is which one is in use, nil where there is no Library.
func (d *dashboard) knowledge() *Knowledge {
	if d.Library == nil {
		return nil
	}
	k := d.Library.Knowledge()
	return &k
}

// importKnowledge takes an uploaded file. What it is worth is for the Library to
// say; here it is only held to its size and to coming from our own page.
func (d *dashboard) importKnowledge(w http.ResponseWriter, r *http.Request) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch {
	case d.Library == nil:
		refuse(w, http.StatusNotFound, "Knowledge cannot be renewed here.", "Run homesweep knowledge import on the router.")
		return
	case err != nil || kind != "application/octet-stream":
		refuse(w, http.StatusUnsupportedMediaType, "The file was not sent as a file.", "Send it with Content-Type: application/octet-stream.")
		return
	}
	select {
	case d.reading <- struct{}{}: // a file is megabytes of a small router's memory
		defer func() { <-d.reading }()
	default:
		refuse(w, http.StatusConflict, "Another file is being read.", "Try again in a moment.")
		return
	}
	file, err := io.ReadAll(r.Body)
	var long *http.MaxBytesError
	switch {
	case errors.As(err, &long):
		refuse(w, http.StatusRequestEntityTooLarge, "This is no knowledge file: it is longer than 4 MB.", "Choose the file that ends in .bundle.")
		return
	case err != nil:
		refuse(w, http.StatusBadRequest, "The file did not arrive as a whole.", "Try again.")
		return
	}
	same, err := d.Library.Import(file)
	if err != nil {
		d.Log.Warn("a knowledge file was refused", "from", r.RemoteAddr, "error", err)
		refuse(w, http.StatusUnprocessableEntity, sentence(err), "The knowledge in use stays as it was.")
		return
	}
	d.Log.Info("a knowledge file was imported", "from", r.RemoteAddr, "serial", d.Library.Knowledge().Serial, "same", same)
	reply(w, http.StatusOK, struct {
		Same      bool      `json:"same"`
		Knowledge Knowledge `json:"knowledge"`
	}{same, d.Library.Knowledge()})
}
