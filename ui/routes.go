package ui

import (
	"net/http"
	"strings"
)

// route is one thing that can be asked for.
type route struct {
	pattern string // of http.ServeMux
	serve   http.HandlerFunc
}

// entrance is what strangers may ask for: the way in, and who looks after the home.
func (d *dashboard) entrance() []route {
	return []route{
		{"GET /api/v1/session", d.session},
		{"POST /api/v1/setup", d.setup},
		{"POST /api/v1/login", d.login},
		{"POST /api/v1/logout", d.logout},
		{"POST /api/v1/ticket", d.redeem},
		{"GET " + metricsPath, d.metrics},
		{"GET /about", d.about},
		{"GET /.well-known/security.txt", d.static("security.txt")},
		{"GET /{$}", d.static("index.html")},
		{"GET /{file}", d.page},
	}
}

// readable is what whoever has logged in may ask for.
func (d *dashboard) readable() []route {
	return []route{
		{"GET /api/v1/openapi.json", d.static(described)},
		{"GET /api/v1/state", d.state},
		{"GET /api/v1/report", d.report},
		{"GET /api/v1/devices/{id}", d.device},
		{"GET /api/v1/devices/{id}/days", d.days},
		{"GET /api/v1/events", d.events},
		{"GET /api/v1/events-log", d.eventsLog},
		{"GET /api/v1/settings", d.kept(d.settings)},
		{"GET /api/v1/upkeep", d.kept(d.upkeep)},
		{"GET " + alertsPath, d.alarmed(d.alerts)},
		// A visitor of the demonstration may see a sweep run.
		{"POST /api/v1/sweep", d.startSweep},
		{"DELETE /api/v1/sweep", d.cancelSweep},
	}
}

// writable is what the owner alone may.
func (d *dashboard) writable() []route {
	return []route{
		{"POST /api/v1/decisions", d.decide},
		{"POST /api/v1/devices/{id}/inspect", d.inspect},
		{"PUT /api/v1/touch", d.setTouch},
		{"PUT /api/v1/grants", d.setGrant},
		{"PUT /api/v1/schedule", d.kept(d.setSchedule)},
		{"PUT /api/v1/links", d.kept(d.setLinks)},
		{"PUT /api/v1/contact", d.kept(d.setContact)},
		{"PUT " + alertsPath, d.alarmed(d.setAlerts)},
		{"POST " + alertsPath + "/test", d.alarmed(d.testAlert)},
		{"PUT /api/v1/password", d.setPassword},
		{"POST /api/v1/erase", d.kept(d.erase)},
		{"POST " + knowledgePath, d.importKnowledge},
	}
}

// all are the routes, each with who may take it. Nothing that changes state is a
// GET.
func (d *dashboard) all() []route {
	list := d.entrance()
	for _, r := range d.readable() {
		list = append(list, route{r.pattern, d.known(r.serve)})
	}
	for _, r := range d.writable() {
		list = append(list, route{r.pattern, d.known(d.owner(r.serve))})
	}
	return list
}

func (d *dashboard) routes() http.Handler {
	mux := http.NewServeMux()
	for _, r := range d.all() {
		mux.HandleFunc(r.pattern, r.serve)
	}
	mux.HandleFunc("/api/", func(w http.ResponseWriter, _ *http.Request) {
		refuse(w, http.StatusNotFound, "There is nothing at this address.", "Open the dashboard's first page.")
	})
	return mux
}

// page serves one of the dashboard's files.
func (d *dashboard) page(w http.ResponseWriter, r *http.Request) {
	file := r.PathValue("file")
	if strings.HasSuffix(file, ".json") { // for who has logged in
		file = ""
	}
	d.static(file)(w, r)
}

// known lets in whoever has logged in, or anybody when Public. Everybody else
// learns no more than whether to log in or to set the first password. Reading is no
// sign of life: a page that nobody looks at asks and asks.
func (d *dashboard) known(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !d.Public && !d.inside(r, r.Method != http.MethodGet && r.Method != http.MethodHead) {
			refuse(w, http.StatusUnauthorized, "You are not logged in.", "Log in to go on.")
			return
		}
		next(w, r)
	}
}

// inside reports whether r is of somebody who has logged in; alive counts it as a
// sign of life.
func (d *dashboard) inside(r *http.Request, alive bool) bool {
	id := cookieOf(r)
	if alive && !d.sessions.use(id) || !alive && !d.sessions.open(id) {
		return false
	}
	greet(r)
	return true
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
