package ui

import (
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"os"
	"strings"
	"unicode"
	"unicode/utf8"
)

// trouble is the JSON of every refusal: what happened and what to do about it.
type trouble struct {
	Error string `json:"error"`
	Do    string `json:"do"`
}

// refuse answers with a sentence a household can read.
func refuse(w http.ResponseWriter, status int, what, do string) {
	reply(w, status, trouble{Error: what, Do: do})
}

// reply answers with v as JSON, not to be kept by anybody on the way.
func reply(w http.ResponseWriter, status int, v any) {
	status, body := encode(w.Header(), status, v)
	w.WriteHeader(status)
	w.Write(body)
}

// pack answers with v as JSON, in gzip where the browser takes that.
func pack(w http.ResponseWriter, r *http.Request, v any) {
	status, body := encode(w.Header(), http.StatusOK, v)
	w.Header().Add("Vary", "Accept-Encoding")
	if !acceptsGzip(r.Header.Get("Accept-Encoding")) {
		w.WriteHeader(status)
		w.Write(body)
		return
	}
	w.Header().Set("Content-Encoding", "gzip")
	w.WriteHeader(status)
	z := gzip.NewWriter(w)
	z.Write(body)
	z.Close()
}

// encode is v as JSON, with the head of an answer.
func encode(h http.Header, status int, v any) (int, []byte) {
	body, err := json.Marshal(v)
	if err != nil {
		status, body = http.StatusInternalServerError,
			[]byte(`{"error":"The answer could not be put together.","do":"Look at homesweep's log."}`)
	}
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	return status, append(body, '\n')
}

// read takes the one JSON value of a request's body into v. When it cannot, it
// has answered already and reports false. Insisting on the content type keeps
// another site's plain form out.
func read(w http.ResponseWriter, r *http.Request, v any) bool {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/json" {
		refuse(w, http.StatusUnsupportedMediaType, "The request was not sent as JSON.",
			"Send it with Content-Type: application/json.")
		return false
	}
	dec := json.NewDecoder(r.Body)
	dec.DisallowUnknownFields()
	if err = dec.Decode(v); err == nil && dec.More() {
		err = errors.New("there is more than one value")
	}
	var long *http.MaxBytesError
	switch {
	case err == nil:
		return true
	case errors.As(err, &long):
		refuse(w, http.StatusRequestEntityTooLarge, "The request is too long.", fmt.Sprintf("Send at most %d KiB.", long.Limit>>10))
	case errors.Is(err, io.EOF):
		refuse(w, http.StatusBadRequest, "The request is empty.", "Send one JSON object.")
	default: // err speaks of Go's types and of sockets
		refuse(w, http.StatusBadRequest, "The request could not be understood.", "Reload the page and try again.")
	}
	return false
}

// sentence makes an error fit to show: a capital first, a full stop last, and
// without the paths of files, of which nobody at a dashboard has an idea.
func sentence(err error) string {
	s := strings.TrimSpace(pathless(err))
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return "It did not work."
	}
	s = string(unicode.ToUpper(r)) + s[n:]
	if !strings.HasSuffix(s, ".") {
		s += "."
	}
	return s
}

// pathless is err's text with what the file system said in the place of which file
// it said it of.
func pathless(err error) string {
	s := err.Error()
	var path *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &path):
		return strings.ReplaceAll(s, path.Error(), path.Err.Error())
	case errors.As(err, &link):
		return strings.ReplaceAll(s, link.Error(), link.Err.Error())
	}
	return s
}
