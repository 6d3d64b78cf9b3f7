package checks

import (
	"io"
	"net/http"

	"github.com/homesweep/homesweep/probes/lan"
)

// page answers GET path with a status and a text, and nothing else.
func page(path string, status int, text string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet || r.URL.RequestURI() != path {
			w.WriteHeader(http.StatusTeapot)
			return
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, text)
	}
}

var _ = hold("docker-open",
	twin{name: "Docker", service: named("Docker", nil), web: page("/version", 200, `{"Version":"24.0.7","ApiVersion":"1.43"}`), want: lan.Fail},
	twin{name: "Podman", service: named("Libpod", nil), web: page("/version", 200, `{"ApiVersion":"1.41"}`), want: lan.Fail},
	twin{name: "a guard before it", service: named("Docker", nil), web: page("/version", 403, "no"), want: lan.Pass},
	twin{name: "some other page", service: named("Docker", nil), web: page("/version", 200, "<title>Docker</title>"), want: lan.Undecided},
	twin{name: "a registry", service: named("nginx", nil), want: lan.NotApplicable})
