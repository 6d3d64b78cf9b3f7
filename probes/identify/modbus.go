package identify

import (
	"strconv"

	"github.com/homesweep/homesweep/probes/lan"
)

// What a Modbus server says of itself (MODBUS Application Protocol V1.1b3,
// section 6.21, the basic objects), or the code with which it will not.
const (
	ModbusVendor    = "modbus.VendorName"
	ModbusProduct   = "modbus.ProductCode"
	ModbusRevision  = "modbus.MajorMinorRevision"
	modbusException = "modbus.exception"
)

var _ = register(&modbus, asks)

// modbus reads the device identification, function 43/14, of unit 1, which is
// the factory setting of what has a unit at all. Nothing is ever written. Port
// 1502 is SolarEdge's.
var modbus = question{
	name: "modbus", service: "mbap", ports: []uint16{502, 1502},
	ask:    "\x48\x53\x00\x00\x00\x05\x01\x2b\x0e\x01\x00",
	answer: parseModbus,
}

// modbusObjects are the basic objects in their order.
var modbusObjects = [...]string{ModbusVendor, ModbusProduct, ModbusRevision}

// parseModbus reads an answer to our transaction: objects, or an exception.
func parseModbus(svc *lan.Service, c *cursor) bool {
	if !c.is("\x48\x53\x00\x00") {
		return false
	}
	size := c.big(2)
	if size > 254 || size < 3 && !c.short {
		return false
	}
	body := cursor{b: c.take(size)}
	body.take(1) // the unit, which gateways change
	switch body.big(1) {
	case 0xab:
		code := body.big(1)
		svc.Heard.Set(modbusException, strconv.Itoa(int(code)))
		return size == 3 && code > 0 && code < 16
	case 0x2b:
	default:
		return false
	}
	if !body.is("\x0e\x01") {
		return false
	}
	body.take(3) // conformity, whether more follows and where
	for range body.big(1) {
		object := body.big(1)
		value := body.text(body.big(1))
		if object < uint32(len(modbusObjects)) {
			svc.Heard.Set(modbusObjects[object], value)
		}
	}
	svc.Product, svc.Version = svc.Heard[ModbusProduct], svc.Heard[ModbusRevision]
	return !body.short && len(body.b) == 0
}
