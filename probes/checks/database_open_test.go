package checks

import (
	"io"

	"github.com/homesweep/homesweep/probes/lan"
)

// mongo answers the one command with a document of these fields.
func mongo(fields string) func(*talk) {
	return func(c *talk) {
		asked := make([]byte, len(mongoList))
		if _, err := io.ReadFull(c.in, asked); err != nil || string(asked) != mongoList {
			return
		}
		size := byte(16 + 5 + 4 + len(fields) + 1)
		c.say(string([]byte{size, 0, 0, 0}) + "\x01\x00\x00\x00HSWL\xdd\x07\x00\x00\x00\x00\x00\x00\x00" + string([]byte{size - 21, 0, 0, 0}) + fields + "\x00")
	}
}

var _ = hold("database-open",
	twin{name: "MongoDB", service: port("mongodb", nil), play: mongo("\x04databases\x00\x05\x00\x00\x00\x00\x01ok\x00\x00\x00\x00\x00\x00\x00\xf0\x3f"), want: lan.Fail},
	twin{name: "MongoDB with logins", service: port("mongodb", nil), play: mongo("\x10code\x00\x0d\x00\x00\x00"), want: lan.Pass},
	twin{name: "MongoDB with another error", service: port("mongodb", nil), play: mongo("\x10code\x00\x3b\x00\x00\x00"), want: lan.Undecided},
	twin{name: "MongoDB hangs up", service: port("mongodb", nil), play: func(*talk) {}, want: lan.Undecided},
	twin{name: "Elasticsearch", service: named("Elasticsearch", nil), web: page("/_count", 200, `{"count":12,"_shards":{}}`), want: lan.Fail},
	twin{name: "Elasticsearch with logins", service: named("Elasticsearch", nil), web: page("/_count", 401, "{}"), want: lan.Pass},
	twin{name: "CouchDB", service: named("CouchDB", nil), web: page("/_all_dbs", 200, `["photos"]`), want: lan.Fail},
	twin{name: "CouchDB with logins", service: named("CouchDB", nil), web: page("/_all_dbs", 401, `{"error":"unauthorized"}`), want: lan.Pass},
	twin{name: "InfluxDB", service: named("InfluxDB", nil), web: page("/query?q=SHOW+DATABASES", 200, `{"results":[{"statement_id":0}]}`), want: lan.Fail},
	twin{name: "InfluxDB 2", service: named("InfluxDB", nil), web: page("/query?q=SHOW+DATABASES", 401, "{}"), want: lan.Pass},
	twin{name: "a page of that name", service: named("OpenSearch", nil), web: page("/_count", 200, "<title>Hello</title>"), want: lan.Undecided},
	twin{name: "memcached", service: port("memcache", nil), want: lan.Fail},
	twin{name: "MySQL", service: port("mysql", nil), want: lan.Undecided},
	twin{name: "a web server", service: named("nginx", nil), want: lan.NotApplicable})
