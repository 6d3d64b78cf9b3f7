package ui

import "net/http"

// routes is what can be asked for. Nothing that changes state is a GET.
func (d *dashboard) routes() http.Handler {
	mux := http.NewServeMux()

	mux.HandleFunc("GET /api/v1/session", d.session)
	mux.HandleFunc("POST /api/v1/setup", d.setup)
	mux.HandleFunc("POST /api/v1/login", d.login)
	mux.HandleFunc("POST /api/v1/logout", d.logout)

	mux.HandleFunc("GET /api/v1/state", d.known(d.state))
	mux.HandleFunc("GET /api/v1/devices/{id}", d.known(d.device))
	mux.HandleFunc("GET /api/v1/events", d.known(d.events))
	mux.HandleFunc("POST /api/v1/sweep", d.known(d.startSweep))
	mux.HandleFunc("DELETE /api/v1/sweep", d.known(d.cancelSweep))
	mux.HandleFunc("POST /api/v1/decisions", d.known(d.owner(d.decide)))
	mux.HandleFunc("PUT /api/v1/touch", d.known(d.owner(d.setTouch)))
	mux.HandleFunc("PUT /api/v1/grants", d.known(d.owner(d.setGrant)))
	mux.HandleFunc("POST "+knowledgePath, d.known(d.owner(d.importKnowledge)))
	mux.HandleFunc("/api/", func(w http.ResponseWriter, _ *http.Request) {
		refuse(w, http.StatusNotFound, "There is nothing at this address.", "Open the dashboard's first page.")
	})

	mux.HandleFunc("GET /.well-known/security.txt", d.static("security.txt"))
	mux.HandleFunc("GET /{$}", d.static("index.html"))
	mux.HandleFunc("GET /{file}", func(w http.ResponseWriter, r *http.Request) {
		d.static(r.PathValue("file"))(w, r)
	})
	return mux
}

// known lets in whoever has logged in, or anybody when Public. Everybody else
// learns no more than whether to log in or to set the first password.
func (d *dashboard) known(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !d.Public && !d.sessions.use(cookieOf(r)) {
			refuse(w, http.StatusUnauthorized, "You are not logged in.", "Log in to go on.")
			return
		}
		next(w, r)
	}
}

// owner refuses what a visitor of a Public dashboard may not do.
func (d *dashboard) owner(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if d.Public {
			refuse(w, http.StatusForbidden, "This is a demonstration, so nothing here can be changed.",
				"Install homesweep at home to name devices and choose how far it goes.")
			return
		}
		next(w, r)
	}
}
