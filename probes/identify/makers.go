package identify

import (
	"cmp"

	"github.com/homesweep/homesweep/probes/discover/vendor"
	"github.com/homesweep/homesweep/probes/lan"
)

var _ = registerMakers()

// registerMakers adds the makers' own discovery protocols in which one device
// can be asked by itself; each is a file of package vendor.
func registerMakers() bool {
	for _, v := range vendor.Vendors() {
		if v.Alone == nil {
			continue
		}
		register(&query{
			service: cmp.Or(v.Service, v.Name), port: v.Port, only4: true, small: v.Small,
			question: string(v.Alone),
			parse: func(svc *lan.Service, _, answer []byte) bool {
				s, ok := v.Hear(answer)
				svc.Heard.Merge(s.Heard)
				return ok
			},
		}, asks)
	}
	return true
}
