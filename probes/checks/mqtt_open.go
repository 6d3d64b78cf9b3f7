package checks

import (
	"context"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// A broker that accepts a client without a name or password (CONNACK 0,
// MQTT 3.1.1 section 3.2.2.3) lets anybody listen to and command what hangs on
// it. It is used without a login; its own settings are another matter.
var _ = register(probes.Check{
	ID:        "mqtt-open",
	Topic:     "Smart-device messages (MQTT)",
	Title:     "The message hub of your smart devices (MQTT) takes anyone in",
	Advice:    "Anyone on your network can read and send its messages, and so switch what it controls. In the hub's settings turn anonymous access off and choose a user name and a password. Then enter them in each device and program that uses the hub.",
	Guideline: 5, Provision: "5.5-4", Severity: lan.Soon, Touch: lan.Ask,
	Applies: onService("mqtt", "secure-mqtt"),
	Run: func(_ context.Context, p *probes.Pass) (lan.Verdict, error) {
		code := p.Service.Heard[lan.MQTTConnack]
		p.Saw("asked to connect without a name or password", heardOr("CONNACK", code))
		switch code {
		case "0":
			return lan.Fail, nil
		case "4", "5": // bad user name or password, not authorised
			return lan.Pass, nil
		}
		return lan.Undecided, nil
	},
})
